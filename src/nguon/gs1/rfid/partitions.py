# SPDX-License-Identifier: Apache-2.0
"""Company prefix and reference in one space, divided as the partition value says.

Facts of the partition tables of EPC Tag Data Standard 2.2, section 14.6: the
company prefix takes the same bits in every scheme, the reference the rest.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.characters import read_terminated, write_terminated
from nguon.gs1.rfid.texts import integer, read_text, write_text
from nguon.gs1.schemes import Scheme

Read: TypeAlias = Callable[[Reader, list[str]], None]
Write: TypeAlias = Callable[[Writer, list[str]], None]

_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
_LONGEST = 12
_PART = re.compile(r"[#\-/0-9A-Z]+").fullmatch
_CPI_DIGITS = 15
"""Of prefix and reference together in a CPI-96."""
_MOST = 30
"""Characters of prefix and reference together in keys that are not digits."""


def partitioned(name: str, bits: int, key: Scheme) -> tuple[Read, Write]:
    """How prefix and reference of digits are read and written.

    The reference has the digits that the key's number leaves (``p``), or is an
    integer (``u``).
    """
    tables = [
        _Division(12 - p, size, bits - size, key, fixed=name == "p")
        for p, size in enumerate(_PREFIX_BITS)
    ]

    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        partition = reader.take(3)
        if partition >= len(tables):
            raise reader.refusal("rfid.partition", start, partition=partition)
        tables[partition].read(reader, fields)

    def write(writer: Writer, fields: list[str]) -> None:
        prefix, reference = fields.pop(0), fields.pop(0)
        partition = _LONGEST - len(prefix)
        writer.put(partition, 3)
        tables[partition].write(writer, prefix, reference)

    return read, write


class _Division:
    """Prefix and reference for one length of the prefix."""

    __slots__ = (
        "digits",
        "fixed",
        "limit",
        "prefix_bits",
        "prefix_digits",
        "prefix_limit",
        "reference_bits",
    )

    def __init__(
        self, digits: int, prefix_bits: int, reference_bits: int, key: Scheme, *, fixed: bool
    ) -> None:
        self.fixed = fixed
        self.prefix_digits = digits
        self.prefix_bits = prefix_bits
        self.prefix_limit = 10**digits
        self.reference_bits = reference_bits
        self.digits = (key.body if fixed else _CPI_DIGITS) - digits
        self.limit = 1 << reference_bits
        if fixed or key.name == "cpi":
            self.limit = min(self.limit, 10**self.digits)

    def read(self, reader: Reader, fields: list[str]) -> None:
        start = reader.at
        both = reader.take(self.prefix_bits + self.reference_bits)
        prefix = both >> self.reference_bits
        if prefix >= self.prefix_limit:
            raise reader.refusal("rfid.prefix", start, digits=self.prefix_digits)
        reference = both & ((1 << self.reference_bits) - 1)
        if reference >= self.limit:
            start += self.prefix_bits
            raise reader.refusal("rfid.reference", start, most=self.limit - 1)
        fields.append(f"{prefix:0{self.prefix_digits}d}")
        if self.fixed:
            fields.append(f"{reference:0{self.digits}d}" if self.digits else "")
        else:
            fields.append(str(reference))

    def write(self, writer: Writer, prefix: str, reference: str) -> None:
        writer.put(int(prefix), self.prefix_bits)
        if not self.fixed:
            integer(reference, self.limit)
        writer.put(int(reference or 0), self.reference_bits)


def partitioned_text(name: str, bits: int, key: Scheme) -> tuple[Read, Write]:
    """How a prefix of digits and a reference of characters are read and written.

    The reference is 7-bit characters that fill the space (``v``), or 6-bit ones
    closed by zeros (``w``).
    """
    del key

    def read(reader: Reader, fields: list[str]) -> None:
        start = reader.at
        partition = reader.take(3)
        if partition >= len(_PREFIX_BITS):
            raise reader.refusal("rfid.partition", start, partition=partition)
        start, size, digits = reader.at, _PREFIX_BITS[partition], _LONGEST - partition
        prefix = reader.take(size)
        if prefix >= 10**digits:
            raise reader.refusal("rfid.prefix", start, digits=digits)
        fields.append(f"{prefix:0{digits}d}")
        start, most = reader.at, _MOST - digits
        text = read_text(reader, bits - size) if bits else read_terminated(reader, 6, most)
        if len(text) > most or not (bits or _PART(text)):
            raise reader.refusal("rfid.character", start)
        fields.append(text)

    def write(writer: Writer, fields: list[str]) -> None:
        prefix, text = fields.pop(0), fields.pop(0)
        size, most = _PREFIX_BITS[_LONGEST - len(prefix)], _MOST - len(prefix)
        writer.put(_LONGEST - len(prefix), 3)
        writer.put(int(prefix), size)
        if name == "v":
            write_text(writer, text, bits - size, most)
            return
        if not _PART(text) or len(text) > most:
            raise IdentifierError("rfid.text", text)
        write_terminated(writer, text, 6)

    return read, write
