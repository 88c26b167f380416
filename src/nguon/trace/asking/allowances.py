# SPDX-License-Identifier: Apache-2.0
"""How long goods may be under way before their receipt is missed: dated data."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec


class Allowance(msgspec.Struct, frozen=True):
    """Days under way; ``reach`` is ``home`` or ``abroad``."""

    reach: str
    valid_from: date
    days: int
    source: str
    valid_to: date | None = None


def overdue(shipped: datetime, now: datetime, *, abroad: bool) -> int | None:
    """Days over the allowance; None while goods may still be under way."""
    reach = "abroad" if abroad else "home"
    day = shipped.date()
    rows = [
        row
        for row in _allowances()
        if row.reach == reach
        and row.valid_from <= day
        and (row.valid_to is None or day <= row.valid_to)
    ]
    if not rows or now - shipped <= timedelta(days=rows[-1].days):
        return None
    return (now - shipped).days - rows[-1].days


@cache
def _allowances() -> tuple[Allowance, ...]:
    text = files("nguon.trace.asking").joinpath("allowances.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["allowance"], list[Allowance]))
