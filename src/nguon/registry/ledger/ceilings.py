# SPDX-License-Identifier: Apache-2.0
"""How much an area can bear: dated rates per crop and place (``ceilings.toml``), and periods."""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from nguon.base.time import HANOI


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of a ceiling at which a use is pointed out, questioned, held."""

    notice: Decimal
    question: Decimal
    hold: Decimal
    source: str
    valid_from: date
    valid_to: date | None = None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """Tonnes per hectare and period; ``verified`` is false where no source was found."""

    rate: Decimal
    source: str
    source_en: str | None = None
    crop: str | None = None
    province: str | None = None
    months: int = 12
    starts: int = 1
    season: tuple[int, ...] = ()
    season_verified: bool = True
    verified: bool = True
    valid_from: date
    valid_to: date | None = None


class Period(msgspec.Struct, frozen=True):
    """The days that one ceiling is for; ``until`` is the first day after it."""

    start: date
    until: date


class _File(msgspec.Struct, frozen=True):
    thresholds: tuple[Thresholds, ...]
    ceilings: tuple[Rate, ...]


def rate(crop: str, province: str | None, day: date) -> Rate | None:
    """The rate for a crop in a province on a day: the province's own before the general one."""
    fitting = [
        one
        for one in _file().ceilings
        if one.crop == crop and one.province in (None, province) and _holds(one, day)
    ]
    return max(fitting, key=lambda one: (one.province is not None, one.valid_from), default=None)


def thresholds(day: date) -> Thresholds:
    """The thresholds on a day; before the first ones, those."""
    known = sorted(_file().thresholds, key=lambda one: one.valid_from)
    return next((one for one in reversed(known) if _holds(one, day)), known[0])


def period(found: Rate, day: date) -> Period:
    """The period of a rate that a day falls into."""
    index = (day.year * 12 + day.month - 1) - (found.starts - 1)
    first = index - index % found.months + found.starts - 1
    return Period(_month(first), _month(first + found.months))


def local_day(moment: datetime) -> date:
    """The day of a moment in Viet Nam."""
    return moment.astimezone(HANOI).date()


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _holds(one: Rate | Thresholds, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


@cache
def _file() -> _File:
    data = (files("nguon.registry.ledger") / "ceilings.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(data), _File)
