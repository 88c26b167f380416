# SPDX-License-Identifier: Apache-2.0
"""Reading EPC URNs of GS1 keys: instances, lots and patterns that stand for a class."""

import re
from collections.abc import Callable

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
    if pattern and _is_wide(fields, scheme):
        raise IdentifierError("gs1.pattern", text, urn.start(4), urn.end(4))
    serial = fields[-1] if scheme.has_serial else None
    if pattern and serial is not None and serial.raw == _ANY:
        serial = None
    elif serial is not None and not serial.raw:
        raise IdentifierError(
            "gs1.missing-value", text, serial.start, serial.end, ai=scheme.serial_ai or scheme.ai
        )
    return identify(_parts(text, scheme, fields, serial, rigour))


def _is_wide(fields: list[Segment], scheme: Scheme) -> bool:
    """Whether a pattern leaves more open than the serial number."""
    named = fields[: 2 + scheme.pieces]
    return any(field.raw == _ANY for field in named) or any(
        field.raw.startswith("[") for field in fields
    )


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
    tail = fields[2 : 2 + scheme.pieces]
    for piece in tail:
        if len(piece.raw) != 2:
            raise IdentifierError("gs1.epc-piece", text, piece.start, piece.end)
    if serial and scheme.serial_inline:
        tail.append(serial)
    number += "".join(percent_decoded(field.raw) for field in tail)
    check_value(text, scheme.ai, number, rigour, _places(scheme, fields, tail))
    key = (scheme.ai, number)
    if serial is None or scheme.serial_ai is None:
        return (key,)
    start, raw = serial.start, serial.raw
    value = percent_decoded(raw)
    check_value(text, scheme.serial_ai, value, rigour, lambda at: start + position_in_raw(raw, at))
    return (key, (scheme.serial_ai, value))


def _places(scheme: Scheme, fields: list[Segment], tail: list[Segment]) -> Callable[[int], int]:
    """Where the characters of the assembled value stand in the URN."""

    def place(at: int) -> int:
        places: list[int] = []
        if scheme.body:
            places = [fields[0].start] * (len(scheme.lead) + scheme.body + 1)
        for field in tail if scheme.body else fields[:2]:
            decoded = percent_decoded(field.raw)
            places += [field.start + position_in_raw(field.raw, i) for i in range(len(decoded))]
        return places[at] if at < len(places) else (tail or fields[:2])[-1].end

    return place


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
