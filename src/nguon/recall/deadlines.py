# SPDX-License-Identifier: Apache-2.0
"""Until when steps are due, by the dated requirements of ``deadlines.toml``; pure but for it."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

from nguon.base.time import HANOI
from nguon.compliance.calendar import after_working_days
from nguon.recall.model import Level, Origin


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A term: from a step, so many hours or working days; ``legal`` where a rule says so."""

    id: str
    step: str
    source: str
    valid_from: date
    valid_to: date | None = None
    hours: int | None = None
    working_days: int | None = None
    legal: bool = False
    sectors: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()

    def end(self, begun: datetime) -> datetime:
        """When it is over, begun at a moment."""
        if self.working_days is not None:
            return after_working_days(begun, self.working_days)
        return begun + timedelta(hours=self.hours or 0)


class Reminding(msgspec.Struct, frozen=True, kw_only=True):
    """When sites are reminded (hundredths of their time) and, hours after it, others told."""

    at: tuple[int, ...]
    escalate_hours: int
    source: str
    valid_from: date
    valid_to: date | None = None
    levels: tuple[int, ...] = ()

    def wanted(self, told: datetime, due: datetime, moment: datetime) -> int:
        """How many reminders a site should have had by a moment."""
        return sum(told + (due - told) * part / 100 <= moment for part in self.at)

    def escalates(self, due: datetime, moment: datetime) -> bool:
        """Whether officers and the maker should have been told by a moment."""
        return due + timedelta(hours=self.escalate_hours) <= moment


class _File(msgspec.Struct, frozen=True):
    deadline: tuple[Deadline, ...]
    reminding: tuple[Reminding, ...]


class Terms(msgspec.Struct, frozen=True):
    """What of a case decides its terms."""

    sector: str
    origin: Origin
    level: Level | None = None


def applying(step: str, terms: Terms, moment: datetime) -> Deadline | None:
    """The term that runs from a step taken at a moment; None where nothing follows.

    Of legal ones the one that ends first; else ours that says most of whom it is for.
    """
    day = moment.astimezone(HANOI).date()
    found = [
        one
        for one in _file().deadline
        if one.step == step and _holds(one, day) and _meets(one, terms)
    ]
    legal = [one for one in found if one.legal]
    if legal:
        return min(legal, key=lambda one: (one.end(moment), one.id))
    return max(found, key=_weight, default=None)


def due(step: str, terms: Terms, moment: datetime) -> datetime | None:
    """Until when what follows a step taken at a moment is due."""
    found = applying(step, terms, moment)
    return None if found is None else found.end(moment)


def reminding(level: Level | None, moment: datetime) -> Reminding:
    """How sites of a recall of this level are reminded."""
    day = moment.astimezone(HANOI).date()
    found = [
        one
        for one in _file().reminding
        if _holds(one, day) and (not one.levels or level in one.levels)
    ]
    return max(found, key=lambda one: (bool(one.levels), one.valid_from))


def _holds(one: Deadline | Reminding, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def _meets(one: Deadline, terms: Terms) -> bool:
    asked: Sequence[tuple[Sequence[object], object]] = (
        (one.sectors, terms.sector),
        (one.levels, terms.level),
        (one.origins, terms.origin),
    )
    return all(not wanted or has in wanted for wanted, has in asked)


def _weight(one: Deadline) -> tuple[int, date, str]:
    said = bool(one.sectors) + bool(one.levels) + bool(one.origins)
    return said, one.valid_from, one.id


@cache
def _file() -> _File:
    text = (files("nguon.recall") / "deadlines.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type=_File)
