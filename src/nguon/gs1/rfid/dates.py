# SPDX-License-Identifier: Apache-2.0
"""Dates and times on tags (EPC Tag Data Standard 14.5.8 to 14.5.11)."""

from nguon.gs1.rfid.bits import Reader, Writer

_BITS = (7, 4, 5, 5, 6, 6)
_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE_DIGITS = 6
_PRECISIONS = {8: 0, 10: 1, 12: 2, 6: 3}
"""Of a moment with so many digits: what its first two bits say."""
_DIGITS = {code: digits for digits, code in _PRECISIONS.items()}


def read_digits(reader: Reader, digits: int) -> str:
    """YYMMDD, or as much of YYMMDDhhmmss as so many digits hold.

    Day 0 stands for none in particular. ``rfid.date`` where there is no such date or time.
    """
    start = reader.at
    parts = [reader.take(bits) for bits in _BITS[: digits // 2]]
    if not _exists(*parts):
        raise reader.refusal("rfid.date", start)
    return "".join([f"{part:02d}" for part in parts])


def _exists(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> bool:
    if not 1 <= month <= len(_MONTHS) or year > 99:
        return False
    days = 28 if month == 2 and year % 4 else _MONTHS[month - 1]
    if hour == 24:
        return day <= days and minute == second == 0
    return day <= days and hour < 24 and minute < 60 and second < 60


def write_digits(writer: Writer, text: str) -> None:
    """As much of YYMMDDhhmmss as there is."""
    for at, bits in zip(range(0, len(text), 2), _BITS, strict=False):
        writer.put(int(text[at : at + 2]), bits)


def read_date(reader: Reader) -> str:
    """YYMMDD."""
    return read_digits(reader, _DATE_DIGITS)


def read_minute(reader: Reader) -> str:
    """YYMMDDhhmm."""
    return read_digits(reader, 10)


def read_range(reader: Reader) -> str:
    """YYMMDD, or twice that."""
    count = 1 + reader.take(1)
    return "".join(read_date(reader) for _ in range(count))


def write_range(writer: Writer, text: str) -> None:
    """YYMMDD, or twice that."""
    writer.put(len(text) > _DATE_DIGITS, 1)
    write_digits(writer, text[:_DATE_DIGITS])
    write_digits(writer, text[_DATE_DIGITS:])


def read_moment(reader: Reader) -> str:
    """YYMMDD, YYMMDDhh, YYMMDDhhmm or YYMMDDhhmmss."""
    return read_digits(reader, _DIGITS[reader.take(2)])


def write_moment(writer: Writer, text: str) -> None:
    """YYMMDD, YYMMDDhh, YYMMDDhhmm or YYMMDDhhmmss."""
    writer.put(_PRECISIONS[len(text)], 2)
    write_digits(writer, text)
