# SPDX-License-Identifier: Apache-2.0
"""Rows as values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nguon.base.time import from_microseconds
from nguon.disputes.model import (
    Attached,
    Case,
    CaseSummary,
    Kind,
    Outcome,
    Side,
    State,
    Step,
    SubjectKind,
    Taken,
)

Row = Mapping[Any, Any]


def case_of(row: Row) -> Case:
    """A case."""
    same = ("id", "subject", "party", "province", "sector", "decided_by", "reports")
    return Case(
        **{name: row[name] for name in same},
        subject_kind=SubjectKind(row["subject_kind"]),
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        reported=from_microseconds(row["reported"]),
        opened=moment(row["opened"]),
        due=moment(row["due"]),
        outcome=outcome(row),
        decided=moment(row["decided"]),
        appealed=bool(row["appealed"]),
        seen=row["steps"],
    )


def summary_of(row: Row) -> CaseSummary:
    """What everybody may know of an opened case."""
    return CaseSummary(
        id=row["id"],
        subject=row["subject"],
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        opened=from_microseconds(row["opened"]),
        outcome=outcome(row),
        decided=moment(row["decided"]),
    )


def taken_of(row: Row) -> Taken:
    """A step."""
    same = ("number", "organisation", "actor", "words", "content")
    return Taken(
        **{name: row[name] for name in same},
        step=Step(row["step"]),
        side=Side(row["side"]),
        state=State(row["state"]),
        at=from_microseconds(row["at"]),
        due=moment(row["due"]),
        outcome=outcome(row),
    )


def attached_of(row: Row) -> Attached:
    """A file."""
    return Attached(**{name: row[name] for name in Attached.__struct_fields__})


def moment(value: int | None) -> datetime | None:
    """A time that may not be there."""
    return None if value is None else from_microseconds(value)


def outcome(row: Row) -> Outcome | None:
    """What was decided, if it was."""
    return Outcome(row["outcome"]) if row["outcome"] else None
