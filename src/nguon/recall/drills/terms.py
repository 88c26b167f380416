# SPDX-License-Identifier: Apache-2.0
"""By what drills are judged, out of ``terms.toml``; pure but for it."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from nguon.base.quantity import PIECE
from nguon.base.time import HANOI
from nguon.recall.drills.model import Kind


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term with its source; ``legal`` where a rule of law says it."""

    id: str
    kinds: tuple[Kind, ...]
    source: str
    valid_from: date
    valid_to: date | None = None
    legal: bool = False
    until: Literal["traced", "answered"] | None = None
    hours: int | None = None
    low: float | None = None
    high: float | None = None
    bulk: bool = False
    days: int | None = None


class _File(msgspec.Struct, frozen=True):
    term: tuple[Term, ...]


def applying(kind: Kind, moment: datetime) -> list[Term]:
    """The terms of a kind of drill that begins at a moment."""
    day = moment.astimezone(HANOI).date()
    return [one for one in _file().term if kind in one.kinds and _holds(one, day)]


def answer_by(moment: datetime) -> datetime:
    """Until when sites of a mock recall answer: the shortest time that holds."""
    found = [one.hours for one in applying(Kind.MOCK_RECALL, moment) if one.until == "answered"]
    return moment + timedelta(hours=min(hour for hour in found if hour is not None))


def band(unit: str, moment: datetime) -> tuple[float, float]:
    """Between what percents a balance should lie: of pieces, or of what is measured."""
    found = [one for one in applying(Kind.MASS_BALANCE, moment) if one.low is not None]
    wanted = next(one for one in found if one.bulk == (unit != PIECE))
    return wanted.low or 0.0, wanted.high or 0.0


def yearly(kind: Kind, moment: datetime) -> Term | None:
    """How often a kind of drill is due, where a rule says so."""
    return next((one for one in applying(kind, moment) if one.days is not None), None)


def _holds(one: Term, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


@cache
def _file() -> _File:
    text = (files("nguon.recall.drills") / "terms.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type=_File)
