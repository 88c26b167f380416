# SPDX-License-Identifier: Apache-2.0
"""What markets allow in goods, as dated data; and whether a result keeps within it."""

import tomllib
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from nguon.compliance.model import Market

_MILLIGRAMS = {"mg/kg": Decimal(1), "ppm": Decimal(1), "µg/kg": Decimal("0.001"),
               "ug/kg": Decimal("0.001"), "ppb": Decimal("0.001")}  # fmt: skip
UNITS = tuple(_MILLIGRAMS)
"""Units of a result."""


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a market allows; ``limit`` None: nothing may be detected."""

    analyte: str
    market: Market
    groups: tuple[str, ...]
    valid_from: date
    clause: str
    limit: Decimal | None = None
    unit: str = "mg/kg"
    valid_to: date | None = None


@cache
def limits() -> tuple[Limit, ...]:
    """All limits."""
    text = (files("nguon.compliance") / "limits.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["limit"], list[Limit]))


def analytes() -> tuple[str, ...]:
    """The analytes that any limit names, in order."""
    return tuple(dict.fromkeys(entry.analyte for entry in limits()))


def limit_for(analyte: str, market: Market, groups: Collection[str], day: date) -> Limit | None:
    """The limit in force for goods of these groups."""
    for entry in limits():
        current = entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to)
        meant = not groups or not set(entry.groups).isdisjoint(groups)
        if (entry.analyte, entry.market) == (analyte, market) and current and meant:
            return entry
    return None


def within(limit: Limit | None, value: Decimal | None, unit: str | None, *, detected: bool) -> bool:
    """Whether a result keeps within a limit; without a limit any result does."""
    if limit is None or not detected:
        return True
    if limit.limit is None or value is None:
        return False
    return value * _MILLIGRAMS[unit or "mg/kg"] <= limit.limit * _MILLIGRAMS[limit.unit]
