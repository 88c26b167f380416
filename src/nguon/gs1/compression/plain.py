# SPDX-License-Identifier: Apache-2.0
"""Uncompressed Digital Links: put together from elements, and checked as the syntax asks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from nguon.gs1.characters import uri_encoded
from nguon.gs1.dictionary import find
from nguon.gs1.digital_links import read_digital_link
from nguon.gs1.errors import IdentifierError
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.mode import Rigour

_QUERY = re.compile(r"(?:\?[0-9A-Za-z\-._~:/?\[\]@!$&'()*+,;=%]*)?")
_ANY_PATH = "/00/006141411234567890"

Pairs = Sequence[tuple[str, str]]


def first_key(ais: Iterable[str]) -> str | None:
    """The first primary key among application identifiers."""
    return next((ai for ai in ais if ai in PRIMARY_KEYS), None)


def link(stem: str, key: str, elements: Mapping[str, str], pairs: Pairs = ()) -> str:
    """The Digital Link of elements, ``key`` among them; raises `IdentifierError`.

    ``pairs`` are further parameters of the query, percent-encoded. The spans of an
    error count in the link that it would have been.
    """
    qualifiers = _qualifiers(key, elements)
    path = [key, uri_encoded(elements[key])]
    for ai in qualifiers:
        path += ai, uri_encoded(elements[ai])
    attributes = [one for one in elements.items() if one[0] != key and one[0] not in qualifiers]
    query = query_of([*encoded(attributes), *pairs])
    written = f"{stem}/{'/'.join(path)}{query}"
    if not (_sound(stem, key, qualifiers, elements) and _QUERY.fullmatch(query)):
        read_digital_link(written, Rigour.FULL)
    return written


def encoded(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names and values percent-encoded."""
    return [(uri_encoded(name), uri_encoded(value)) for name, value in pairs]


def query_of(pairs: Pairs) -> str:
    """A query of encoded pairs with its question mark; nothing for no pairs."""
    return f"?{'&'.join([f'{name}={value}' for name, value in pairs])}" if pairs else ""


def _qualifiers(key: str, elements: Mapping[str, str]) -> tuple[str, ...]:
    """Of the alternative sequences, the one of which most is there."""
    found: tuple[str, ...] = ()
    for sequence in PRIMARY_KEYS[key].sequences:
        present = tuple(ai for ai in sequence if ai in elements)
        if len(present) > len(found):
            found = present
    return found


def _sound(stem: str, key: str, qualifiers: tuple[str, ...], elements: Mapping[str, str]) -> bool:
    for ai, value in elements.items():
        known = find(ai)
        if known is None or known.flaw(value, Rigour.FULL) is not None:
            return False
        if ai != key and ai not in qualifiers and not known.in_link:
            return False
    return _stem_is_sound(stem)


@lru_cache(1024)
def _stem_is_sound(stem: str) -> bool:
    try:
        read_digital_link(stem + _ANY_PATH, Rigour.FULL)
    except IdentifierError:
        return False
    return True
