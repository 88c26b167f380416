# SPDX-License-Identifier: Apache-2.0
"""GS1 keys of the demonstration goods, with their check digits, in the forms that events carry.

All of them lie under GS1's demonstration prefix 952. A company prefix is written
out (``9521101``); its length decides how many digits are left for a reference.
"""

from collections.abc import Iterable

ROOT = "https://id.gs1.org"


def check_digit(digits: str) -> str:
    """The modulo-10 check digit (GS1 General Specifications section 7.9.1)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def _numbered(prefix: str, reference: int, length: int) -> str:
    body = prefix + str(reference).zfill(length - len(prefix))
    if len(body) != length:
        raise ValueError(body)
    return body + check_digit(body)


def gln(prefix: str, reference: int) -> str:
    """A Global Location Number: 13 digits."""
    return _numbered(prefix, reference, 12)


def gtin(prefix: str, reference: int, indicator: int = 0) -> str:
    """A Global Trade Item Number as 14 digits; ``indicator`` 1-8 for a case of it."""
    body = str(indicator) + prefix + str(reference).zfill(12 - len(prefix))
    return body + check_digit(body)


def sscc(prefix: str, serial: int, extension: int = 0) -> str:
    """A Serial Shipping Container Code: 18 digits."""
    return _numbered(str(extension) + prefix, serial, 17)


def place(number: str, extension: str = "") -> str:
    """A place by its GLN, with the GLN extension of a spot inside it."""
    return f"{ROOT}/414/{number}" + (f"/254/{extension}" if extension else "")


def party(number: str) -> str:
    """A party by its GLN."""
    return f"{ROOT}/417/{number}"


def lot(number: str, name: str) -> str:
    """A lot of a product."""
    return f"{ROOT}/01/{number}/10/{name}"


def piece(number: str, serial: str) -> str:
    """A single piece of a product."""
    return f"{ROOT}/01/{number}/21/{serial}"


def pieces(number: str, serials: Iterable[str]) -> list[str]:
    """Single pieces of a product."""
    return [piece(number, serial) for serial in serials]


def unit(number: str) -> str:
    """A logistic unit (pallet, case) by its SSCC."""
    return f"{ROOT}/00/{number}"


def asset(prefix: str, name: str) -> str:
    """A single asset (container, temperature logger) by its GIAI."""
    return f"{ROOT}/8004/{prefix}{name}"


def crate(prefix: str, kind: int, serial: str) -> str:
    """A returnable asset (crate, air cargo pallet) by its GRAI."""
    return f"{ROOT}/8003/0{_numbered(prefix, kind, 12)}{serial}"


def document(number: str, name: str) -> str:
    """A business document of a party (CBV section 8.5)."""
    return f"urn:epcglobal:cbv:bt:{number}:{name}"


def area(code: str) -> str:
    """A planting area by its national code."""
    return f"vn-area:{code}"


def process(prefix: str, kind: int, name: str) -> str:
    """A production run by the GDTI of its record."""
    return f"{ROOT}/253/{_numbered(prefix, kind, 12)}{name}"


def urn_piece(prefix: str, reference: int, serial: str) -> str:
    """A single piece as an EPC URN."""
    return f"urn:epc:id:sgtin:{prefix}.0{str(reference).zfill(12 - len(prefix))}.{serial}"


def urn_unit(prefix: str, serial: int, extension: int = 0) -> str:
    """A logistic unit as an EPC URN."""
    return f"urn:epc:id:sscc:{prefix}.{extension}{str(serial).zfill(16 - len(prefix))}"
