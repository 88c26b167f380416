# SPDX-License-Identifier: Apache-2.0
"""The numbers that rules use: dated data with their sources (``limits.toml``)."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class Yield(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the mass that went in may come out of a process; None is without a bound."""

    process: str
    valid_from: date
    valid_to: date | None = None
    most: Decimal | None = None
    least: Decimal | None = None
    source: str


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """How far clocks may differ, and after how many days a record is late."""

    valid_from: date
    valid_to: date | None = None
    ahead_seconds: int
    late_days: int
    source: str


class _Limits(msgspec.Struct, frozen=True, rename={"yields": "yield", "clocks": "clock"}):
    yields: tuple[Yield, ...]
    clocks: tuple[Clock, ...]


@cache
def data() -> dict[str, Any]:
    """The file as it is, for the digest of the rules."""
    found: dict[str, Any] = tomllib.loads(
        files("nguon.ladder").joinpath("limits.toml").read_text("utf-8")
    )
    return found


@cache
def _limits() -> _Limits:
    return msgspec.convert(data(), _Limits)


@cache
def yield_of(process: str, day: date) -> Yield | None:
    """The bounds of a process on a day; those of any process where it has none of its own."""
    for asked in (process, ""):
        found = [one for one in _limits().yields if one.process == asked and _counts(one, day)]
        if found:
            return found[-1]
    return None


@cache
def clock(day: date) -> Clock | None:
    """What clocks may do on a day."""
    found = [one for one in _limits().clocks if _counts(one, day)]
    return found[-1] if found else None


def _counts(row: Yield | Clock, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
