# SPDX-License-Identifier: Apache-2.0
"""Who gave out a GS1 number, by its first three digits: who licensed it, not where goods are from.

The table is ``issuers.tsv``, dated at its head.
"""

from bisect import bisect_right
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nguon.base.messages import Language

_BASES = {"01": 1, "00": 1, "02": 1, "8006": 1}
"""Where the prefix begins behind an indicator or extension digit; elsewhere at once."""
_SMALL = "00000"
"""A GTIN of fourteen digits that begins so is one of eight."""


class Sort(StrEnum):
    """What a range of prefixes is for."""

    MEMBER = "member"
    """A member organisation of GS1 licenses numbers to firms."""
    INSIDE = "inside"
    """Numbers that a shop or region gives itself: anybody may use the same one."""
    GLOBAL = "global"
    EXAMPLE = "example"
    SERIALS = "serials"
    BOOKS = "books"
    REFUND = "refund"
    COUPON = "coupon"
    RESERVED = "reserved"


class Issuer(NamedTuple):
    """A range of prefixes; names of countries where a member organisation has it."""

    prefix: str
    sort: Sort
    vi: str = ""
    en: str = ""

    def name(self, language: Language) -> str:
        """The country of the member organisation; empty for other sorts."""
        return self.vi if language == "vi" else self.en


def issuer(key: str) -> Issuer | None:
    """The issuer of an item key; None for keys without a GS1 prefix."""
    ai, _, rest = key.partition("/")
    digits = rest.partition("/")[0]
    if not ai.isdigit() or not digits[:3].isdigit():
        return None
    if ai == "01" and digits.startswith(_SMALL):
        return _small(digits[6:])
    return _of(digits[_BASES.get(ai, 0) :][:3])


def _small(gtin: str) -> Issuer | None:
    """Of a GTIN-8: 0 and 2 begin numbers inside shops."""
    inside = gtin[0] in "02"
    return Issuer(gtin[:3], Sort.INSIDE) if inside else _of(gtin[:3])


def _of(prefix: str) -> Issuer | None:
    if len(prefix) != 3 or not prefix.isdigit():
        return None
    starts, rows = _table()
    place = bisect_right(starts, prefix) - 1
    last, found = rows[place]
    return found._replace(prefix=prefix) if prefix <= last else Issuer(prefix, Sort.RESERVED)


@cache
def _table() -> tuple[list[str], list[tuple[str, Issuer]]]:
    starts, rows = [], []
    for line in (files("nguon.scans") / "issuers.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            first, last, sort, *names = line.split("\t")
            starts.append(first)
            rows.append((last, Issuer(first, Sort(sort), *names)))
    return starts, rows
