# SPDX-License-Identifier: Apache-2.0
"""From the text of one cell to a stored value, or a refusal with its reason; pure."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from nguon.gs1 import IdentifierError, Mode, parse
from nguon.registry import words
from nguon.registry.errors import RegistryError
from nguon.registry.masking import is_masked
from nguon.registry.model import Register, Scheme
from nguon.vn import codes, search
from nguon.vn.tax import parse_tax_code

Convert = Callable[[str], Any]

_CODE = re.compile(r"[\w.\-/]{1,64}")
_PERSONAL = re.compile(r"\d{12}")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_HS = re.compile(r"\d{4}(\d\d){0,3}")
_FILE = re.compile(r"[\w\-]+(/[\w\-]+)*\.(svg|png|jpe?g|webp|avif)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def text(cell: str) -> str:
    """As written."""
    return cell


def code(cell: str) -> str:
    """A code of ours: letters, digits, ``. - _ /``; never a personal number."""
    if _PERSONAL.fullmatch(cell):
        raise RegistryError("registry.code-personal")
    if _CODE.fullmatch(cell) is None:
        raise RegistryError("registry.code", text=cell)
    return cell


def word(register: Register, field: str) -> Convert:
    """One of a list of words, in either language."""

    def convert(cell: str) -> str:
        known = words.value(register, field, cell)
        if known is None:
            known_words = words.known(register, field)
            raise RegistryError("registry.word", text=cell, known=known_words)
        return known

    return convert


def scheme(cell: str) -> str:
    """What a certificate is about; an unknown name is kept in the title."""
    return words.value_at_start(Register.CERTIFICATE, "scheme", cell) or Scheme.OTHER.value


def gln(cell: str) -> str:
    """A GLN: thirteen digits."""
    return _gs1_key("414", cell).split("/")[1]


def gtin(cell: str) -> str:
    """A product's key, from a GTIN of 8, 12, 13 or 14 digits."""
    return _gs1_key("01", cell)


def place(cell: str) -> str:
    """A place's key, from a GLN, a key or a national code with its scheme."""
    head, colon, issued = cell.partition(":")
    if colon and head in set(codes.CodeKind):
        return codes.item_key(codes.CodeKind(head), issued)
    if cell.startswith("414/"):
        return _parsed(cell)
    return _gs1_key("414", cell)


def commune(cell: str) -> str:
    """A commune's code, from the code or its name with the province's."""
    found = search.named(cell)
    if not found:
        raise RegistryError("registry.commune", text=cell)
    if len(found) > 1:
        names = "; ".join(f"{unit.label('vi')} ({unit.code})" for unit in found)
        raise RegistryError("registry.commune-several", text=cell, names=names)
    return found[0].code


def tax_code(cell: str) -> str:
    """A tax code as it is written, or the mask that stands for a personal number."""
    if is_masked(cell):
        return cell
    return parse_tax_code(cell).text


def _degrees(most: int, cell: str) -> float:
    if _NUMBER.fullmatch(cell) is None or abs(number := float(cell.replace(",", "."))) > most:
        raise RegistryError("registry.degrees", text=cell, most=most)
    return number


latitude: Convert = partial(_degrees, 90)
longitude: Convert = partial(_degrees, 180)


def day(cell: str) -> str:
    """A date, ``2026-09-15`` or ``15/09/2026``, as ISO 8601."""
    match = _DAY.fullmatch(cell)
    if match is None:
        raise RegistryError("registry.date", text=cell)
    y, m, d, d2, m2, y2 = match.groups()
    try:
        return date(int(y or y2), int(m or m2), int(d or d2)).isoformat()
    except ValueError as error:
        raise RegistryError("registry.date", text=cell) from error


def hs_code(cell: str) -> str:
    """A customs heading: 4, 6, 8 or 10 digits, dots left out."""
    digits = re.sub(r"[.\s]", "", cell)
    if _HS.fullmatch(digits) is None:
        raise RegistryError("registry.hs", text=cell)
    return digits


def country(cell: str) -> str:
    """An ISO 3166 code of two letters."""
    if re.fullmatch(r"[A-Za-z]{2}", cell) is None:
        raise RegistryError("registry.country", text=cell)
    return cell.upper()


def image(cell: str) -> str:
    """A picture's file name, below the media folder."""
    if _FILE.fullmatch(cell) is None:
        raise RegistryError("registry.image", text=cell)
    return cell


def url(cell: str) -> str:
    """A web address."""
    if _URL.fullmatch(cell) is None:
        raise RegistryError("registry.url", text=cell)
    return cell


def several(cell: str) -> str:
    """A list separated by semicolons, one a line."""
    return "\n".join(part.strip() for part in cell.split(";") if part.strip())


def _gs1_key(ai: str, cell: str) -> str:
    digits = re.sub(r"[\s.\-]", "", cell)
    return _parsed(f"{ai}/{digits.zfill(14) if ai == '01' else digits}")


def _parsed(path: str) -> str:
    try:
        return parse(path, mode=Mode.LENIENT).key
    except IdentifierError as error:
        raise RegistryError(error.code, **error.params) from error
