# SPDX-License-Identifier: Apache-2.0
"""Characters in few bits each: five alphabets that values on tags are written in.

Facts of EPC Tag Data Standard 2.2, section 14.5.6 and appendices F and G.
"""

from nguon.gs1.rfid.bits import Reader, Writer

_URN_CODE_40 = " ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
_OF_40 = {character: code for code, character in enumerate(_URN_CODE_40)}
_BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_OF_64 = {character: code for code, character in enumerate(_BASE_64)}
_TRIPLE = 40**3


def digits_bits(digits: int) -> int:
    """How many bits an integer of so many decimal digits takes."""
    return int(10**digits - 1).bit_length()


def read_integer(reader: Reader, size: int) -> str:
    """So many decimal digits, leading zeros with them."""
    start = reader.at
    value = reader.take(digits_bits(size))
    digits = f"{value:0{size}d}" if size else ""
    if len(digits) > size:
        raise reader.refusal("rfid.digits", start, digits=size)
    return digits


def write_integer(writer: Writer, digits: str) -> None:
    """Decimal digits as one integer."""
    if digits:
        writer.put(int(digits), digits_bits(len(digits)))


def read_upper(reader: Reader, size: int) -> str:
    """So many digits and letters A to F."""
    return f"{reader.take(4 * size):0{size}X}" if size else ""


def read_lower(reader: Reader, size: int) -> str:
    """So many digits and letters a to f."""
    return f"{reader.take(4 * size):0{size}x}" if size else ""


def write_hexadecimal(writer: Writer, text: str) -> None:
    """Hexadecimal digits, all of one case."""
    writer.put(int(text, 16), 4 * len(text))


def read_base64(reader: Reader, size: int) -> str:
    """So many characters of the file-safe base 64 alphabet."""
    value = reader.take(6 * size)
    return "".join(_BASE_64[value >> at & 63] for at in range(6 * size - 6, -1, -6))


def write_base64(writer: Writer, text: str) -> None:
    """Characters of the file-safe base 64 alphabet."""
    value = 0
    for character in text:
        value = value << 6 | _OF_64[character]
    writer.put(value, 6 * len(text))


def read_ascii(reader: Reader, size: int) -> str:
    """So many characters of seven bits."""
    value = reader.take(7 * size)
    return "".join([chr(value >> at & 127) for at in range(7 * size - 7, -1, -7)])


def write_ascii(writer: Writer, text: str) -> None:
    """Characters of seven bits."""
    value = 0
    for code in text.encode("ascii"):
        value = value << 7 | code
    writer.put(value, 7 * len(text))


def read_urn_code_40(reader: Reader, size: int) -> str:
    """So many characters, three in two octets."""
    text = ""
    for _ in range(0, size, 3):
        start = reader.at
        value = reader.take(16) - 1
        if not 0 <= value < _TRIPLE:
            raise reader.refusal("rfid.character", start)
        text += _URN_CODE_40[value // 1600]
        text += _URN_CODE_40[value // 40 % 40] + _URN_CODE_40[value % 40]
    if text[size:].strip(" ") or " " in text[:size]:
        raise reader.refusal("rfid.character", start)
    return text[:size]


def write_urn_code_40(writer: Writer, text: str) -> None:
    """Characters of URN Code 40, three in two octets."""
    for at in range(0, len(text), 3):
        first, second, third = (_OF_40[character] for character in text[at : at + 3].ljust(3))
        writer.put(1600 * first + 40 * second + third + 1, 16)


def read_terminated(reader: Reader, width: int, most: int) -> str:
    """At most so many characters of six or seven bits before one that is all zeros.

    Six bits leave out the bit of value 64 of upper-case letters and have it of
    digits and signs (appendix G). ``rfid.not-terminated`` where no zeros follow.
    """
    start = reader.at
    text = ""
    while code := reader.take(width):
        text += chr(code if width > 6 or code >= 32 else code + 64)
        if len(text) > most:
            raise reader.refusal("rfid.not-terminated", start, most=most)
    return text


def write_terminated(writer: Writer, text: str, width: int) -> None:
    """Characters of six or seven bits, then one that is all zeros."""
    write_narrow(writer, text, width)
    writer.put(0, width)


def write_narrow(writer: Writer, text: str, width: int) -> None:
    """Characters of six, seven or eight bits."""
    for code in text.encode("ascii"):
        writer.put(code & ((1 << width) - 1), width)
