# SPDX-License-Identifier: Apache-2.0
"""Numbers of products and places as people write them, in their one form; pure."""

import re

from nguon.codes.errors import IssuingError
from nguon.gs1.check_digits import check_digit, is_valid

_LENGTHS = (8, 12, 13, 14)
_GAPS = re.compile(r"[\s.-]+")
_PREFIX = re.compile(r"[0-9]{4,12}")
_CARTONS = range(1, 9)


def gtin(text: str) -> str:
    """Fourteen digits of a GTIN of 8, 12, 13 or 14; raises `IssuingError`."""
    digits = _GAPS.sub("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) in _LENGTHS):
        raise IssuingError("codes.gtin-shape", given=text[:40])
    if not is_valid(digits):
        right = digits[:-1] + check_digit(digits[:-1])
        raise IssuingError("codes.gtin-check", given=digits, right=right)
    return digits.zfill(14)


def gln(text: str) -> str:
    """The thirteen digits of a GLN; raises `IssuingError`."""
    digits = _GAPS.sub("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 13 and is_valid(digits)):
        raise IssuingError("codes.gln-shape", given=text[:40])
    return digits


def prefix(text: str) -> str:
    """The digits of a company prefix; raises `IssuingError`."""
    digits = _GAPS.sub("", text)
    if not (digits.isascii() and _PREFIX.fullmatch(digits)):
        raise IssuingError("codes.prefix-shape", given=text[:40])
    return digits


def room(company: str) -> int:
    """How many products a company prefix has numbers for."""
    return int(10 ** (12 - len(company)))


def of_product(company: str, reference: int) -> str:
    """The GTIN of a product by its running number under a prefix, from 0."""
    width = 12 - len(company)
    body = f"0{company}{f'{reference:0{width}}' if width else ''}"
    return body + check_digit(body)


def of_carton(piece: str, indicator: int) -> str:
    """The GTIN of a carton of a piece; ``indicator`` is 1 to 8.

    Raises:
        IssuingError: another indicator, or the number of a carton where a piece's is asked for.
    """
    if indicator not in _CARTONS or piece[0] != "0":
        raise IssuingError("codes.indicator", gtin=piece, indicator=indicator)
    body = f"{indicator}{piece[1:13]}"
    return body + check_digit(body)


def of_piece(number: str) -> str:
    """The GTIN of the piece that a carton's number is made of; a piece's own is itself."""
    body = f"0{number[1:13]}"
    return body + check_digit(body)
