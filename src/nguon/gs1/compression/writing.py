# SPDX-License-Identifier: Apache-2.0
"""Compressing elements, or a Digital Link as it stands."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_plus

from nguon.gs1.characters import uri_encoded
from nguon.gs1.compression import packing
from nguon.gs1.compression.plain import Pairs, encoded, first_key, link, query_of
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
    return _compressed(
        _given(elements), stem.rstrip("/"), encoded(pairs), _How(partial, optimise, with_pairs)
    )


def compress_link(
    uri: str, *, partial: bool = False, optimise: bool = True, with_pairs: bool = False
) -> str:
    """The compressed form of a Digital Link with all of its query; as `compress`.

    Parameters that stay in the query are not touched. A fragment is left out. Raises
    `IdentifierError`.
    """
    found = read_link(uri, relations=False)
    how = _How(partial, optimise, with_pairs)
    return _compressed(dict(found.elements), found.stem, found.ignored, how)


class _How(NamedTuple):
    partial: bool
    optimise: bool
    with_pairs: bool


def _compressed(given: dict[str, str], stem: str, pairs: Pairs, how: _How) -> str:
    key = first_key(given)
    if key is None:
        raise IdentifierError("gs1.no-primary-key", _bracketed(given))
    plain = link(stem, key, given, pairs)
    packed = {ai: value for ai, value in given.items() if _packable(ai, value, key, how.partial)}
    readable = [(pair, _decoded(*pair)) for pair in pairs]
    fitting = [how.with_pairs and packing.pair_fits(*pair) for _, pair in readable]
    inside = [pair for (_, pair), fits in zip(readable, fitting, strict=True) if fits]
    segment = packing.pack(packed, inside, optimise=how.optimise)
    if not segment or (not how.partial and key not in packed):
        return plain
    path = f"{stem}/{key}/{uri_encoded(given[key])}" if how.partial else stem
    left = [one for one in given.items() if one[0] not in packed and one[0] != key]
    outside = [pair for (pair, _), fits in zip(readable, fitting, strict=True) if not fits]
    return f"{path}/{segment}{query_of([*encoded(left), *outside])}"


def _decoded(name: str, value: str) -> tuple[str, str]:
    return unquote_plus(name), unquote_plus(value)


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
