# SPDX-License-Identifier: Apache-2.0
"""Reading EPC URNs of GS1 keys: instances, lots and patterns that stand for a class."""

import re

from nguon.gs1.characters import percent_decoded, position_in_raw
from nguon.gs1.check_digits import check_digit
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier, Parts, identify
from nguon.gs1.mode import Rigour
from nguon.gs1.paths import Segment
from nguon.gs1.schemes import SCHEMES, SCHEMES_WITHOUT_KEY, Scheme
from nguon.gs1.values import check_value, refuse_lost_percent

_URN = re.compile(r"(urn:epc:)(id|class|idpat):([a-z]+):(.*)", re.DOTALL | re.IGNORECASE)
_PREFIX = re.compile(r"[0-9]{6,12}")
_NOT_OF_URN = re.compile(r"[^0-9A-Za-z!'()*+,\-.:;=_%]")
_ANY = "*"


def read_epc_urn(text: str, rigour: Rigour) -> Identifier:
    """The identifier in an EPC URN; raises `IdentifierError`.

    Among patterns only those with a star for the serial number alone are
    identifiers, of the class; others raise ``gs1.pattern``.
    """
    urn = _URN.fullmatch(text)
    if urn is None:
        raise IdentifierError("gs1.epc-structure", text)
    sort, name = urn[2], urn[3]
    if rigour is Rigour.FULL:
        _check_letters(text, urn)
    else:
        sort, name = sort.lower(), name.lower()
    if name in SCHEMES_WITHOUT_KEY:
        raise IdentifierError("gs1.epc-without-key", text, *urn.span(3), scheme=name)
    scheme = SCHEMES.get(name)
    if scheme is None or sort not in {scheme.prefix, "idpat"} or "idpat" == sort == scheme.prefix:
        raise IdentifierError("gs1.epc-scheme", text, urn.start(2), urn.end(3))
    fields = _fields(text, urn.start(4), scheme)
    pattern = sort == "idpat"
    if pattern and any(field.raw == _ANY for field in fields[: 2 + scheme.pieces]):
        raise IdentifierError("gs1.pattern", text, urn.start(4), urn.end(4))
    serial = fields[-1] if scheme.has_serial else None
    if pattern and serial is not None and serial.raw == _ANY:
        serial = None
    elif serial is not None and not serial.raw:
        raise IdentifierError(
            "gs1.missing-value", text, serial.start, serial.end, ai=scheme.serial_ai or scheme.ai
        )
    return identify(_parts(text, scheme, fields, serial, rigour))


def _check_letters(text: str, urn: re.Match[str]) -> None:
    for group in (1, 2, 3):
        if not urn[group].islower():
            raise IdentifierError("gs1.epc-case", text, *urn.span(group))
    found = _NOT_OF_URN.search(text, urn.start(4))
    if found:
        raise IdentifierError("gs1.uri-character", text, *found.span())
    refuse_lost_percent(text, urn.start(4), urn.end(4))


def _fields(text: str, start: int, scheme: Scheme) -> list[Segment]:
    written = text[start:].split(".", scheme.fields - 1)
    if len(written) != scheme.fields:
        raise IdentifierError(
            "gs1.epc-fields", text, start, expected=scheme.fields, actual=len(written)
        )
    fields = []
    for raw in written:
        fields.append(Segment(raw, start))
        start += len(raw) + 1
    return fields


def _parts(
    text: str, scheme: Scheme, fields: list[Segment], serial: Segment | None, rigour: Rigour
) -> Parts:
    prefix, reference = fields[0], fields[1]
    if not _PREFIX.fullmatch(prefix.raw):
        raise IdentifierError("gs1.company-prefix", text, prefix.start, prefix.end)
    number = _number(text, scheme, prefix, reference)
    for piece in fields[2 : 2 + scheme.pieces]:
        if len(piece.raw) != 2:
            raise IdentifierError("gs1.epc-piece", text, piece.start, piece.end)
        number += piece.raw
    inline = percent_decoded(serial.raw) if serial and scheme.serial_inline else ""

    def place(at: int) -> int:
        if serial and scheme.serial_inline and at >= len(number):
            return serial.start + position_in_raw(serial.raw, at - len(number))
        if not scheme.body and at >= len(prefix.raw):
            return reference.start + position_in_raw(reference.raw, at - len(prefix.raw))
        return fields[-1].end if at >= len(number) and not serial else prefix.start

    check_value(text, scheme.ai, number + inline, rigour, place)
    key = (scheme.ai, number + inline)
    if serial is None or scheme.serial_ai is None:
        return (key,)
    start, raw = serial.start, serial.raw
    value = percent_decoded(raw)
    check_value(text, scheme.serial_ai, value, rigour, lambda at: start + position_in_raw(raw, at))
    return (key, (scheme.serial_ai, value))


def _number(text: str, scheme: Scheme, prefix: Segment, reference: Segment) -> str:
    """The key's number with its check digit; for keys that are no number, as decoded."""
    if not scheme.body:
        if not reference.raw:
            raise IdentifierError(
                "gs1.missing-value", text, reference.start, reference.end, ai=scheme.ai
            )
        return prefix.raw + percent_decoded(reference.raw)
    expected = scheme.body - len(prefix.raw)
    digits = reference.raw
    if len(digits) != expected or (digits and not (digits.isascii() and digits.isdigit())):
        raise IdentifierError(
            "gs1.epc-reference", text, reference.start, reference.end, expected=expected
        )
    first = scheme.indicator_first
    body = digits[:first] + prefix.raw + digits[first:]
    return scheme.lead + body + check_digit(body)
