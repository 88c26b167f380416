# SPDX-License-Identifier: Apache-2.0
"""Rows of enrolments as values."""

from datetime import date, datetime

import msgspec
from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds
from nguon.parties.enrolment.model import Enrolment, State, Step, Way


def enrolment(row: RowMapping) -> Enrolment:
    """An enrolment, without its signed file."""
    return Enrolment(
        id=row["id"],
        organisation=row["organisation"],
        way=Way(row["way"]),
        code=row["code"],
        name=row["name"],
        state=State(row["state"]),
        begun=from_microseconds(row["begun"]),
        begun_by=row["begun_by"],
        deadline=from_microseconds(row["deadline"]),
        statement=None if row["statement"] is None else bytes(row["statement"]),
        key=row["key"],
        evidence=row["evidence"],
        details=msgspec.json.decode(row["details"]),
        since=moment(row["since"]),
        until=moment(row["until"]),
        ended=moment(row["ended"]),
    )


def step(row: RowMapping) -> Step:
    """One change of an enrolment."""
    return Step(
        number=row["number"],
        state=State(row["state"]),
        at=from_microseconds(row["at"]),
        actor=row["actor"],
        person=row["person"],
        reason=row["reason"],
        note=row["note"],
    )


def moment(value: int | None) -> datetime | None:
    """A stored time, where there is one."""
    return None if value is None else from_microseconds(value)


def day(text: str | None) -> date | None:
    """A stored day, where there is one."""
    return None if text is None else date.fromisoformat(text)
