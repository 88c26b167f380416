# SPDX-License-Identifier: Apache-2.0
"""The fields of fixed layouts: integers, digits, characters (standard, sections 14.3 and 14.4)."""

import re
from collections.abc import Callable
from typing import NamedTuple

from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.characters import read_terminated, write_narrow, write_terminated
from nguon.gs1.rfid.partitions import partitioned, partitioned_text
from nguon.gs1.rfid.texts import integer, read_text, write_text
from nguon.gs1.schemes import Scheme

_WORD = re.compile("([a-z])([0-9]*)")
_DIGITS = re.compile("[0-9]+").fullmatch
_SUPPLIER = re.compile("[0-9A-HJ-NP-Z]{5,6}").fullmatch
_PART = re.compile(r"[0-9A-Z/\-]*").fullmatch
_SERIAL = re.compile(r"#?[0-9A-Z/\-]+").fullmatch


class Segment(NamedTuple):
    """One or more fields in a layout: how they are read and written.

    Reading adds the fields to a list; writing takes them from the front of one and
    raises `IdentifierError` with the field for a text.
    """

    read: Callable[[Reader, list[str]], None]
    write: Callable[[Writer, list[str]], None]


def segment(word: str, key: Scheme | None) -> Segment:
    """The segment that a word of the table of coding schemes stands for."""
    found = _WORD.fullmatch(word)
    if found is None:
        raise ValueError(f"segment {word!r} of the coding schemes of tags")
    name, number = found[1], int(found[2] or 0)
    if key is not None and name in "puvw":
        make = partitioned if name in "pu" else partitioned_text
        return Segment(*make(name, number, key))
    return _KINDS[name](number)


def _integer(bits: int) -> Segment:
    def read(reader: Reader, fields: list[str]) -> None:
        fields.append(str(reader.take(bits)))

    def write(writer: Writer, fields: list[str]) -> None:
        writer.put(integer(fields.pop(0), 1 << bits), bits)

    return Segment(read, write)


def _two_digits(bits: int) -> Segment:
    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        value = reader.take(bits)
        if value > 99:
            raise reader.refusal("rfid.digits", start, digits=2)
        fields.append(f"{value:02d}")

    return Segment(read, lambda writer, fields: writer.put(int(fields.pop(0)), bits))


def _numeric_string(bits: int) -> Segment:
    most = len(str(1 << bits - 1)) - 1

    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        digits = str(reader.take(bits))
        if digits[0] != "1" or not 1 < len(digits) <= most + 1:
            raise reader.refusal("rfid.numeric-string", start)
        fields.append(digits[1:])

    def write(writer: Writer, fields: list[str]) -> None:
        text = fields.pop(0)
        if not _DIGITS(text):
            raise IdentifierError("rfid.not-digits", text)
        if len(text) > most:
            raise IdentifierError("rfid.size", text, actual=len(text), expected=most)
        writer.put(int("1" + text), bits)

    return Segment(read, write)


def _characters(bits: int) -> Segment:
    most = bits // 7

    def read(reader: Reader, fields: list[str]) -> None:
        fields.append(read_text(reader, bits))

    def write(writer: Writer, fields: list[str]) -> None:
        write_text(writer, fields.pop(0), bits, most)

    return Segment(read, write)


def _zeros(bits: int) -> Segment:
    def read(reader: Reader, _: list[str]) -> None:
        start = reader.at
        if reader.take(bits):
            raise reader.refusal("rfid.padding", start)

    return Segment(read, lambda writer, _: writer.put(0, bits))


def _supplier(bits: int, width: int) -> Segment:
    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        value = reader.take(bits)
        text = ""
        for at in range(bits - width, -1, -width):
            code = value >> at & ((1 << width) - 1)
            text += chr(code if width > 6 or code >= 32 else code + 64)
        text = text.removeprefix(" ")
        if not _SUPPLIER(text):
            raise reader.refusal("rfid.supplier-code", start)
        fields.append(text)

    def write(writer: Writer, fields: list[str]) -> None:
        text = fields.pop(0)
        if not _SUPPLIER(text):
            raise IdentifierError("rfid.supplier", text)
        write_narrow(writer, text.rjust(bits // width), width)

    return Segment(read, write)


def _six_bits(most: int, allowed: Callable[[str], object]) -> Segment:
    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        text = read_terminated(reader, 6, most)
        if not allowed(text):
            raise reader.refusal("rfid.character", start)
        fields.append(text)

    def write(writer: Writer, fields: list[str]) -> None:
        text = fields.pop(0)
        if not allowed(text):
            raise IdentifierError("rfid.text", text)
        if len(text) > most:
            raise IdentifierError("rfid.size", text, actual=len(text), expected=most)
        write_terminated(writer, text, 6)

    return Segment(read, write)


_KINDS: dict[str, Callable[[int], Segment]] = {
    "f": _integer,
    "i": _integer,
    "d": _two_digits,
    "n": _numeric_string,
    "s": _characters,
    "z": _zeros,
    "c": lambda bits: _supplier(bits, 8),
    "a": lambda bits: _supplier(bits, 6),
    "x": lambda most: _six_bits(most, _PART),
    "y": lambda most: _six_bits(most, _SERIAL),
}
