# SPDX-License-Identifier: Apache-2.0
"""Compressing elements, or a Digital Link as it stands."""

from collections.abc import Iterable
from urllib.parse import unquote_plus

from nguon.gs1.characters import uri_encoded
from nguon.gs1.compression import packing
from nguon.gs1.compression.plain import Pairs, first_key, link, query_of
from nguon.gs1.errors import IdentifierError
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.links import read_link


def compress(
    elements: Iterable[tuple[str, str]],
    stem: str,
    *,
    partial: bool = False,
    optimise: bool = True,
    pairs: Pairs = (),
    with_pairs: bool = False,
) -> str:
    """The compressed Digital Link of elements: an application identifier and a value each.

    The first primary key among them names the thing. ``partial`` leaves it readable
    in the path. ``pairs`` are other parameters of the query, decoded; they stay
    readable unless ``with_pairs``. What the tables of the compression have no room
    for stays in the query too, so that nothing is lost. Raises `IdentifierError` for
    what is no Digital Link.
    """
    given = _given(elements)
    key = first_key(given)
    if key is None:
        raise IdentifierError("gs1.no-primary-key", _bracketed(given))
    stem = stem.rstrip("/")
    plain = link(stem, key, given, pairs)
    packed = {ai: value for ai, value in given.items() if _packable(ai, value, key, partial)}
    inside = [pair for pair in pairs if with_pairs and packing.pair_fits(*pair)]
    segment = packing.pack(packed, inside, optimise=optimise)
    if not segment or (not partial and key not in packed):
        return plain
    path = f"{stem}/{key}/{uri_encoded(given[key])}" if partial else stem
    outside = [(ai, given[ai]) for ai in given if ai not in packed and not (partial and ai == key)]
    outside += [pair for pair in pairs if pair not in inside]
    return f"{path}/{segment}{query_of(outside)}"


def compress_link(
    uri: str, *, partial: bool = False, optimise: bool = True, with_pairs: bool = False
) -> str:
    """The compressed form of a Digital Link with all of its query; as `compress`.

    A fragment is left out. Raises `IdentifierError`.
    """
    found = read_link(uri, relations=False)
    return compress(
        found.elements,
        found.stem,
        partial=partial,
        optimise=optimise,
        pairs=decoded(found.ignored),
        with_pairs=with_pairs,
    )


def decoded(pairs: Pairs) -> list[tuple[str, str]]:
    """Parameters of a query, decoded."""
    return [(unquote_plus(name), unquote_plus(value)) for name, value in pairs]


def _given(elements: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for ai, value in elements:
        if given.setdefault(ai, value) != value:
            raise IdentifierError("gs1.repeated", _bracketed({ai: value}), 1, 1 + len(ai), ai=ai)
    return given


def _bracketed(elements: dict[str, str]) -> str:
    return "".join(f"({ai}){value}" for ai, value in elements.items())


def _packable(ai: str, value: str, key: str, partial: bool) -> bool:
    """A second primary key would be taken for the first one, so it stays readable."""
    if ai in PRIMARY_KEYS and (partial or ai != key):
        return False
    return packing.fits(ai, value)
