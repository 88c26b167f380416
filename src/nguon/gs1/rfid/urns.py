# SPDX-License-Identifier: Apache-2.0
"""Tag URIs and pure identities as what is to be written on a tag."""

import re

from nguon.gs1.characters import percent_decoded
from nguon.gs1.element import Element
from nguon.gs1.epc_urns import read_epc_urn
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.rfid.codings import Coding

_TAG = re.compile(r"urn:epc:tag:([^:]*):(.*)", re.IGNORECASE | re.DOTALL)
_FILTER = re.compile(r"([0-9]{1,2})\.")
_IDENTITY = re.compile(r"urn:epc:id:([a-z]+):(.*)", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"urn:epc:id:([a-z]+):([0-9A-Za-z._\-]+)")
_FIELDS = {"gid": 3, "usdod": 2, "adi": 3}

Read = tuple[tuple[Element, ...], tuple[str, ...], int | None, int | None]
"""Elements, fields, length of the company prefix, filter value."""


def read_tag_urn(text: str, coding: Coding) -> Read:
    """What an EPC URN says for a coding scheme; raises `IdentifierError`."""
    tag = _TAG.fullmatch(text)
    if tag is None:
        return (*_read_identity(text, coding), None)
    if tag[1].lower() != coding.name.lower() or coding.identity is None:
        raise IdentifierError("rfid.other-scheme", text, *tag.span(1), scheme=coding.name)
    start = tag.start(2)
    chosen = None
    if coding.filter_bits:
        found = _FILTER.match(text, start)
        if found is None:
            raise IdentifierError("rfid.filter-missing", text, start, start)
        chosen, start = int(found[1]), found.end()
    identity = f"urn:epc:id:{coding.identity}:"
    try:
        return (*_read_identity(identity + text[start:], coding), chosen)
    except IdentifierError as error:
        raise error.within(text, start - len(identity)) from None


def _read_identity(
    text: str, coding: Coding
) -> tuple[tuple[Element, ...], tuple[str, ...], int | None]:
    identity = _IDENTITY.fullmatch(text)
    if identity is not None and identity[1].lower() == coding.identity and coding.key is None:
        expected = _FIELDS[identity[1].lower()]
        fields = identity[2].split(".")
        if len(fields) != expected:
            raise IdentifierError(
                "rfid.fields", text, *identity.span(2), expected=expected, actual=len(fields)
            )
        return (), tuple(map(percent_decoded, fields)), None
    plain = _plain_fields(text, coding)
    if plain is not None:
        return (), plain, None
    found = read_epc_urn(text, Rigour.USUAL)
    prefix = text.rpartition(":")[2] if identity is None else identity[2]
    return tuple(Element(*part) for part in found.parts), (), len(prefix.partition(".")[0])


def _plain_fields(text: str, coding: Coding) -> tuple[str, ...] | None:
    """The fields of a well-formed pure identity of the scheme without anything unusual.

    Prefix and reference are right; the layout of the scheme judges the rest.
    """
    key = coding.key
    found = _PLAIN.fullmatch(text)
    if key is None or found is None or found[1] != coding.identity or not key.body:
        return None
    fields = found[2].split(".")
    if len(fields) != key.fields or key.pieces:
        return None
    prefix, reference = fields[0], fields[1]
    number = prefix + reference
    if not (6 <= len(prefix) <= 12 and len(number) == key.body and number.isdigit()):
        return None
    return tuple(fields)
