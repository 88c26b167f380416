# SPDX-License-Identifier: Apache-2.0
"""Dates and times on tags (EPC Tag Data Standard 14.5.8 to 14.5.11)."""

from nguon.gs1.rfid.bits import Reader, Writer

_DATE = ((7, 99), (4, 12), (5, 31))
_TIME = ((5, 24), (6, 59), (6, 59))
_DATE_DIGITS = 6
_PRECISIONS = {8: 0, 10: 1, 12: 2, 6: 3}
"""Of a moment with so many digits: what its first two bits say."""
_DIGITS = {code: digits for digits, code in _PRECISIONS.items()}


def read_digits(reader: Reader, digits: int) -> str:
    """YYMMDD, or as much of YYMMDDhhmmss as so many digits hold."""
    text = ""
    for bits, most in (*_DATE, *_TIME)[: digits // 2]:
        start = reader.at
        part = reader.take(bits)
        if part > most:
            raise reader.refusal("rfid.date", start)
        text += f"{part:02d}"
    return text


def write_digits(writer: Writer, text: str) -> None:
    """As much of YYMMDDhhmmss as there is."""
    for at, (bits, _) in zip(range(0, len(text), 2), (*_DATE, *_TIME), strict=False):
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
