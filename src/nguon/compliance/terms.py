# SPDX-License-Identifier: Apache-2.0
"""Duties as dated data, and when each falls due; pure apart from ``duties.toml``."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from nguon.compliance import calendar
from nguon.compliance.model import Desk, Supplier
from nguon.registry.model import Words


class Opened(StrEnum):
    """What starts a duty."""

    RECORDED = "recorded"
    REGISTER = "register"
    CALLED = "called"


class Within(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A term; exactly one of them is set."""

    hours: int | None = None
    days: int | None = None
    working_days: int | None = None


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A duty: who owes it, within how long, by which clause."""

    opened: Opened
    within: Within
    owed_by: Supplier
    clause: Words
    source: str
    valid_from: date
    desk: Desk
    ministry: str | None = None
    valid_to: date | None = None

    def due(self, begun: datetime) -> datetime:
        """When it falls due, for one that began then."""
        if self.within.working_days is not None:
            return calendar.after_working_days(begun, self.within.working_days)
        if self.within.hours is not None:
            return begun + timedelta(hours=self.within.hours)
        return begun + timedelta(days=self.within.days or 0)

    def in_force(self, day: date) -> bool:
        """Whether it is owed for what begins on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def terms() -> Mapping[str, Term]:
    """All duties by name; raises `ValueError` for a file that makes no sense."""
    content = tomllib.loads((files("nguon.compliance") / "duties.toml").read_text("utf-8"))
    found = msgspec.convert(content, dict[str, Term])
    for name, term in found.items():
        given = [value for value in msgspec.structs.astuple(term.within) if value is not None]
        if len(given) != 1:
            raise ValueError(f"duty {name} has {len(given)} terms")
    return found
