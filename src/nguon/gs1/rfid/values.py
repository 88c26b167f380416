# SPDX-License-Identifier: Apache-2.0
"""How the value of each application identifier is written on a tag (table F of the standard)."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nguon.gs1.rfid import dates
from nguon.gs1.rfid.alphanumeric import read_alphanumeric, write_alphanumeric
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.characters import digits_bits, read_base64, write_base64

_COMPONENT = re.compile("([a-z]+?)([0-9]*)")
_DIGITS = re.compile("[0-9]*")
_DELIMITER, _TERMINATOR = 14, 15


class Component(NamedTuple):
    """One part of a value: how many characters it takes off it, how it is read and written."""

    size: int | None
    read: Callable[[Reader], str]
    write: Callable[[Writer, str], None]


@cache
def formats() -> dict[str, tuple[Component, ...]]:
    """The components of values, by application identifier."""
    rows = (files("nguon.gs1") / "data" / "rfid_values.tsv").read_text("utf-8")
    found = {}
    for row in rows.splitlines():
        if not row.startswith("#"):
            codes, written = row.split("\t")
            components = tuple(_component(word) for word in written.split())
            found.update(dict.fromkeys(_codes(codes), components))
    return found


@cache
def code_lengths() -> dict[str, int]:
    """How long the application identifiers that begin with two digits are (table K)."""
    return {code[:2]: len(code) for code in formats()}


def read_value(reader: Reader, ai: str) -> str:
    """The value of an application identifier that has a format."""
    return "".join([component.read(reader) for component in formats()[ai]])


def write_value(writer: Writer, ai: str, value: str) -> None:
    """Write a value that its application identifier allows."""
    for component in formats()[ai]:
        size = len(value) if component.size is None else component.size
        component.write(writer, value[:size])
        value = value[size:]


def _codes(codes: str) -> Iterator[str]:
    first, _, last = codes.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield str(number).zfill(len(first))


def _component(word: str) -> Component:
    found = _COMPONENT.fullmatch(word)
    if found is None or found[1] not in _KINDS:
        raise ValueError(f"component {word!r} of the values on tags")
    return _KINDS[found[1]](int(found[2] or 0))


def _integer(size: int) -> Component:
    bits = digits_bits(size)

    def read(reader: Reader) -> str:
        start = reader.at
        digits = f"{reader.take(bits):0{size}d}"
        if len(digits) > size:
            raise reader.refusal("rfid.digits", start, digits=size)
        return digits

    return Component(size, read, lambda writer, text: writer.put(int(text), bits))


def _digits(size: int) -> Component:
    def read(reader: Reader) -> str:
        start = reader.at
        digits = f"{reader.take(4 * size):0{size}x}"
        if not digits.isdigit():
            raise reader.refusal("rfid.digits", start, digits=size)
        return digits

    return Component(size, read, lambda writer, text: writer.put(int(text, 16), 4 * size))


def _numeric(most: int) -> Component:
    bits = most.bit_length()

    def read(reader: Reader) -> str:
        start = reader.at
        size = reader.take(bits)
        if size > most:
            raise reader.refusal("rfid.size", start, actual=size, expected=most)
        value = reader.take(digits_bits(size))
        digits = f"{value:0{size}d}" if size else ""
        if len(digits) > size:
            raise reader.refusal("rfid.digits", start, digits=size)
        return digits

    def write(writer: Writer, text: str) -> None:
        writer.put(len(text), bits)
        writer.put(int(text or 0), digits_bits(len(text)))

    return Component(None, read, write)


def _alphanumeric(most: int) -> Component:
    return Component(
        None,
        lambda reader: read_alphanumeric(reader, most),
        lambda writer, text: write_alphanumeric(writer, text, most),
    )


def _delimited(most: int) -> Component:
    def read(reader: Reader) -> str:
        start = reader.at
        digits = ""
        while (nibble := reader.take(4)) < _DELIMITER:
            digits += str(nibble)
            if nibble > 9 or len(digits) > most:
                raise reader.refusal("rfid.not-terminated", start, most=most)
        return digits if nibble == _TERMINATOR else digits + read_alphanumeric(reader, most)

    def write(writer: Writer, text: str) -> None:
        found = _DIGITS.match(text)
        digits = found[0] if found else ""
        writer.put(int(digits or "0", 16), 4 * len(digits))
        rest = text[len(digits) :]
        writer.put(_DELIMITER if rest else _TERMINATOR, 4)
        if rest:
            write_alphanumeric(writer, rest, most)

    return Component(None, read, write)


def _sequence(_: int) -> Component:
    def read(reader: Reader) -> str:
        start = reader.at
        place, total = divmod(reader.take(8), 16)
        if not (1 <= place <= 9 and 1 <= total <= 9):
            raise reader.refusal("rfid.digits", start, digits=2)
        return f"{place}/{total}"

    return Component(3, read, lambda writer, text: writer.put(int(text[0]) * 16 + int(text[2]), 8))


def _read_country(reader: Reader) -> str:
    start = reader.at
    code = read_base64(reader, 2)
    if not (code.isalpha() and code.isupper()):
        raise reader.refusal("rfid.character", start)
    return code


_KINDS: dict[str, Callable[[int], Component]] = {
    "i": _integer,
    "d": _digits,
    "n": _numeric,
    "a": _alphanumeric,
    "t": _delimited,
    "bit": lambda _: Component(
        1, lambda reader: str(reader.take(1)), lambda writer, text: writer.put(int(text), 1)
    ),
    "date": lambda _: Component(6, dates.read_date, dates.write_digits),
    "minute": lambda _: Component(10, dates.read_minute, dates.write_digits),
    "range": lambda _: Component(None, dates.read_range, dates.write_range),
    "moment": lambda _: Component(None, dates.read_moment, dates.write_moment),
    "country": lambda _: Component(2, _read_country, write_base64),
    "minus": lambda _: Component(
        None,
        lambda reader: "-" * reader.take(1),
        lambda writer, text: writer.put(len(text), 1),
    ),
    "sequence": _sequence,
}
