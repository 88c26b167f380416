# SPDX-License-Identifier: Apache-2.0
"""More cells of the registers: amounts, crops, markets, contacts, standings; pure."""

import re
from collections.abc import Callable
from decimal import Decimal

from nguon.registry import crops, words
from nguon.registry.errors import RegistryError
from nguon.registry.model import Register

_AMOUNT = re.compile(r"\d{1,12}([.,]\d{1,6})?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_MAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]+\.[^\s@<>\"]{2,}")
_PHONE = re.compile(r"\+?\d{8,15}")
_PERSONAL = re.compile(r"\d{12}")
_EXTENSION = re.compile(r"[!%-?A-Z_a-z\"]{1,20}")
_PARTS = re.compile(r"[;,\n]")


def amount(cell: str) -> str:
    """A positive number as plain decimal text: ``27,6`` and ``27.6`` are the same.

    ``1.250`` is refused: it may be meant as 1250.
    """
    digits = re.sub(r"\s", "", cell)
    if _AMOUNT.fullmatch(digits) is None:
        raise RegistryError("registry.amount", text=cell)
    if _THOUSANDS.fullmatch(digits):
        whole = digits.replace(".", "")
        raise RegistryError("registry.amount-unclear", text=cell, whole=whole)
    number = Decimal(digits.replace(",", "."))
    if not number:
        raise RegistryError("registry.amount", text=cell)
    return f"{number.normalize():f}"


def hectares(cell: str) -> str:
    """An area in hectares, with or without ``ha``."""
    return amount(re.sub(r"(?i)\s*ha$", "", cell))


def crop(cell: str) -> str:
    """A crop's code, from its code or name."""
    found = crops.named(cell)
    if not found:
        raise RegistryError("registry.crop", text=cell)
    if len(found) > 1:
        names = ", ".join(one.vi for one in found)
        raise RegistryError("registry.crop-several", text=cell, names=names)
    return found[0].code


def markets(register: Register) -> Callable[[str], str]:
    """Countries and unions, from codes or names separated by semicolons or commas."""

    def convert(cell: str) -> str:
        found = []
        for part in filter(None, (piece.strip() for piece in _PARTS.split(cell))):
            known = words.value(register, "markets", part)
            if known is None and re.fullmatch("[A-Z]{2}", part) is None:
                names = words.known(register, "markets")
                raise RegistryError("registry.word", text=part, known=names)
            found.append(known or part)
        return "\n".join(dict.fromkeys(found))

    return convert


def email(cell: str) -> str:
    """An e-mail address, in small letters."""
    if _MAIL.fullmatch(cell) is None:
        raise RegistryError("registry.email", text=cell)
    return cell.lower()


def phone(cell: str) -> str:
    """A telephone number: digits, ``+`` before a country's code."""
    digits = re.sub(r"[\s.()\-]", "", cell)
    if _PHONE.fullmatch(digits) is None or _PERSONAL.fullmatch(digits):
        raise RegistryError("registry.phone")
    return digits


def extension(cell: str) -> str:
    """What is written after a GLN for a part of the place."""
    if _PERSONAL.fullmatch(cell):
        raise RegistryError("registry.code-personal")
    if _EXTENSION.fullmatch(cell) is None:
        raise RegistryError("registry.extension", text=cell[:20])
    return cell
