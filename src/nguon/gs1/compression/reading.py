# SPDX-License-Identifier: Apache-2.0
"""Decompressing links: whole and partly compressed ones, and those with an EPC binary string."""

import re
from typing import NamedTuple

from nguon.gs1.characters import percent_decoded
from nguon.gs1.compression.epc import SEGMENT, epc_elements
from nguon.gs1.compression.plain import encoded, first_key, link
from nguon.gs1.compression.tables import CONTESTED, SEQUENCES
from nguon.gs1.compression.unpacking import Unpacked, unpack
from nguon.gs1.errors import IdentifierError
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.links import read_link

_URI = re.compile(r"([A-Za-z]+://[^/?#]+)((?:/[^/?#]*)*)(?:\?([^#]*))?")
_SEGMENT = re.compile(r"[0-9A-Z_a-z-]+")
_MOST = 4096
_SORTED = {**SEQUENCES, **CONTESTED}


class _Sent(NamedTuple):
    """A compressed link in pieces; ``key`` stands readable in a partly compressed one."""

    text: str
    stem: str
    key: tuple[str, str] | None
    start: int
    end: int
    query: str


def decompress(uri: str) -> str:
    """The Digital Link that a compressed one stands for, on the same stem.

    A link that is not compressed comes back as it is. Parameters of the query are
    kept, a fragment is not. What comes back is a Digital Link by the letter of the
    syntax, as `nguon.gs1.links.read_link` reads it without ``relations``. Raises
    `IdentifierError` otherwise, with a span in ``uri``, or in the link that it
    would have been.
    """
    sent = _sent(uri)
    if sent is None:
        read_link(uri, relations=False)
        return uri
    epc = SEGMENT.fullmatch(uri, sent.start, sent.end)
    if epc is not None and sent.key is None:
        return _link(sent, Unpacked(epc_elements(uri, sent.start, epc), [], set()))
    try:
        return _link(sent, unpack(uri, sent.start, sent.end))
    except IdentifierError:
        back = _sorted(sent)
        if back is None:
            raise
        return back


def _sorted(sent: _Sent) -> str | None:
    """The link, had GS1's own toolkit written it; None when that makes no sense either."""
    try:
        found = unpack(sent.text, sent.start, sent.end, _SORTED)
        return None if found.codes.isdisjoint(CONTESTED) else _link(sent, found)
    except IdentifierError:
        return None


def _sent(uri: str) -> _Sent | None:
    match = _URI.match(uri)
    if match is None:
        raise IdentifierError("gs1.not-identifier", uri)
    stem, path, query = match.groups()
    segments = path.split("/")
    if _is_plain(segments) or not _SEGMENT.fullmatch(segments[-1]):
        return None
    key, before = None, segments[:-1]
    if len(segments) > 3 and segments[-3] in PRIMARY_KEYS:
        key, before = (segments[-3], percent_decoded(segments[-2])), segments[:-3]
    end = match.start(2) + len(path)
    start = end - len(segments[-1])
    if end - start > _MOST:
        raise IdentifierError("gs1.compressed-long", uri, start, end, most=_MOST)
    return _Sent(uri, stem + "/".join(before), key, start, end, query or "")


def _is_plain(segments: list[str]) -> bool:
    """Whether identifiers and values alternate from a primary key up to the end."""
    return any(segments[at] in PRIMARY_KEYS for at in range(len(segments) - 2, -1, -2))


def _link(sent: _Sent, found: Unpacked) -> str:
    elements = dict([sent.key]) if sent.key else {}
    _join(sent, elements, found.elements)
    key = first_key(elements)
    if key is None:
        raise IdentifierError("gs1.no-primary-key", sent.text, sent.start, sent.end)
    pairs = encoded(found.pairs)
    if sent.query:
        identifiers, others = _parameters(sent.query)
        _join(sent, elements, identifiers)
        pairs += others
    return link(sent.stem, key, elements, pairs)


def _join(sent: _Sent, elements: dict[str, str], more: dict[str, str]) -> None:
    for ai, value in more.items():
        if elements.setdefault(ai, value) != value:
            raise IdentifierError("gs1.repeated", sent.text, sent.start, sent.end, ai=ai)


def _parameters(query: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The application identifiers of a query, and its other parameters as they stand."""
    identifiers: dict[str, str] = {}
    others = []
    for parameter in filter(None, query.split("&")):
        name, _, value = parameter.partition("=")
        if name.isascii() and name.isdigit():
            identifiers[name] = percent_decoded(value.replace("+", " "))
        else:
            others.append((name, value))
    return identifiers, others
