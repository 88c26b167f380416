# SPDX-License-Identifier: Apache-2.0
"""Reading what is to be written on a tag, in any of its textual forms."""

import json
import re
from typing import NamedTuple

from nguon.gs1.dictionary import find
from nguon.gs1.element import Element
from nguon.gs1.elements import read_bracketed
from nguon.gs1.errors import IdentifierError
from nguon.gs1.links.reading import read_at_once
from nguon.gs1.mode import Rigour
from nguon.gs1.paths import read_path
from nguon.gs1.rfid.codings import Coding
from nguon.gs1.rfid.names import read_bare
from nguon.gs1.rfid.urns import read_tag_urn
from nguon.gs1.values import check_value, read_value

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_URI = re.compile(r"(?i:https?)://[^/?#]+/([^?#]*)(?:\?([^#]*))?(?:#.*)?")
_PATH = re.compile(r"[0-9]{2,4}/")
_BARE = re.compile(r"[A-Za-z]+=")
_TEXT_ELEMENT = re.compile(r"ADI (?:CAG|DAC) ([^/]*)/(?:PNO ([^ ]*)/SEQ|SER) (.*)")


class Form(NamedTuple):
    """What a text says: elements, or the decoded fields of a scheme without GS1 key.

    ``prefix_length`` is known from EPC URNs, ``filter`` from tag URIs; ``checked`` are
    elements that have been held to every rule by themselves.
    """

    elements: tuple[Element, ...] = ()
    fields: tuple[str, ...] = ()
    prefix_length: int | None = None
    filter: int | None = None
    checked: bool = False


def read_form(text: str, coding: Coding) -> Form:
    """Read a tag URI, pure identity, Digital Link, bracketed element string, item key,
    bare identifier, JSON object of elements, or text elements of aerospace.

    Raises:
        IdentifierError: with the span; ``rfid.form`` where it is none of these.
    """
    if text[:8].lower() == "urn:epc:":
        return Form(*read_tag_urn(text, coding))
    if _SCHEME.match(text):
        link = read_at_once(text)
        return Form(link.elements, checked=True) if link else Form(_read_link(text))
    if text.startswith("("):
        return Form(read_bracketed(text), checked=True)
    if text.startswith("{"):
        return Form(_read_json(text))
    if _PATH.match(text):
        return Form(_elements(read_path(text, 0, len(text), Rigour.USUAL)))
    if _BARE.match(text):
        elements, fields = read_bare(text, coding)
        return Form(elements, fields)
    found = _TEXT_ELEMENT.fullmatch(text)
    if found is None or coding.identity != "adi":
        raise IdentifierError("rfid.form", text)
    return Form((), (found[1], found[2] or "", found[3]))


def _elements(parts: tuple[tuple[str, str], ...]) -> tuple[Element, ...]:
    return tuple(Element(*part) for part in parts)


def _read_link(text: str) -> tuple[Element, ...]:
    uri = _URI.fullmatch(text)
    if uri is None:
        raise IdentifierError("rfid.form", text)
    elements = list(_elements(read_path(text, *uri.span(1), Rigour.USUAL)))
    start = uri.start(2)
    for parameter in uri[2].split("&") if uri[2] else ():
        name = parameter.partition("=")[0]
        if name.isdigit():
            elements.append(_attribute(text, name, start, start + len(parameter), elements))
        start += len(parameter) + 1
    return tuple(elements)


def _attribute(text: str, ai: str, start: int, end: int, given: list[Element]) -> Element:
    value_start = start + len(ai) + 1
    if find(ai) is None:
        raise IdentifierError("gs1.unknown-ai", text, start, start + len(ai), ai=ai)
    if any(ai == other.ai for other in given):
        raise IdentifierError("gs1.repeated", text, start, start + len(ai), ai=ai)
    return Element(ai, read_value(text, ai, value_start, max(end, value_start), Rigour.USUAL))


def _read_json(text: str) -> tuple[Element, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise IdentifierError("rfid.form", text) from None
    elements = []
    for ai, value in found.items():
        if not isinstance(value, str):
            raise IdentifierError("rfid.form", text)
        if find(ai) is None:
            raise IdentifierError("gs1.unknown-ai", ai, ai=ai)
        check_value(value, ai, value, Rigour.USUAL, int)
        elements.append(Element(ai, value))
    return tuple(elements)
