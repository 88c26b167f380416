# SPDX-License-Identifier: Apache-2.0
"""Reading GS1 Digital Link URIs of any domain, stem and query."""

import re

from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier, identify
from nguon.gs1.mode import Rigour
from nguon.gs1.paths import read_path
from nguon.gs1.query import read_query

_SCHEMES = {"http", "https", "HTTP", "HTTPS"}
_URI = re.compile(r"([^:/?#]+)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_NOT_OF_URI = re.compile(r"[^0-9A-Za-z\-._~:/?#\[\]@!$&'()*+,;=%]")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~!$&'()*+,;=]+)(?::[0-9]*)?")


def read_digital_link(text: str, rigour: Rigour) -> Identifier:
    """The identifier in a Digital Link URI; raises `IdentifierError`."""
    uri = _URI.match(text)
    if uri is None:
        raise IdentifierError("gs1.not-identifier", text)
    scheme = uri[1] if rigour is Rigour.FULL else uri[1].lower()
    if scheme not in _SCHEMES:
        raise IdentifierError("gs1.uri-scheme", text, *uri.span(1))
    if rigour is Rigour.FULL:
        _check_characters(text, uri)
    start, end = uri.span(3)
    if start == end:
        raise IdentifierError("gs1.no-primary-key", text, start, end)
    parts = read_path(text, start + 1, end, rigour)
    if rigour < Rigour.FULL or not uri[4]:
        return identify(parts)
    return identify(parts, read_query(text, *uri.span(4), parts))


def _check_characters(text: str, uri: re.Match[str]) -> None:
    found = _NOT_OF_URI.search(text)
    if found:
        raise IdentifierError("gs1.uri-character", text, *found.span())
    if not _HOST.fullmatch(uri[2]):
        raise IdentifierError("gs1.domain", text, *uri.span(2))
