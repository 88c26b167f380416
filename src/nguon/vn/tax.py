# SPDX-License-Identifier: Apache-2.0
"""Tax codes: an enterprise's number with its check digit, a household's personal number.

Since 1 July 2025 a household's tax code is its owner's personal
identification number (Circular 86/2024/TT-BTC): twelve digits, no check
digit, never public. Errors here carry no digits, so none reaches a log.
"""

import re
from enum import StrEnum

import msgspec

from nguon.vn.errors import NationalCodeError

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SEPARATORS = re.compile(r"[\s.\-]")


class TaxCodeKind(StrEnum):
    """Whose number it is."""

    ENTERPRISE = "enterprise"
    PERSON = "person"


class TaxCode(msgspec.Struct, frozen=True):
    """A tax code as it is written: ``NNNNNNNNNN``, ``NNNNNNNNNN-NNN`` or a personal number."""

    text: str
    kind: TaxCodeKind

    @property
    def public(self) -> bool:
        """Whether it may be shown to everybody."""
        return self.kind is TaxCodeKind.ENTERPRISE


def parse_tax_code(text: str) -> TaxCode:
    """The tax code in a text with any spaces, dots and hyphens.

    Raises `NationalCodeError`: ``vn.tax-length``, ``vn.tax-check-digit``,
    ``vn.tax-unit``. Check digit and unit: Circular 105/2020/TT-BTC.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (10, 12, 13):
        raise NationalCodeError("vn.tax-length")
    if len(digits) == 12:
        return TaxCode(digits, TaxCodeKind.PERSON)
    number, unit = digits[:10], digits[10:]
    if _check_digit(number[:9]) != int(number[9]) or number[2:9] == "0000000":
        raise NationalCodeError("vn.tax-check-digit")
    if unit == "000":
        raise NationalCodeError("vn.tax-unit")
    return TaxCode(f"{number}-{unit}" if unit else number, TaxCodeKind.ENTERPRISE)


def _check_digit(serial: str) -> int:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True))
    return 10 - total % 11
