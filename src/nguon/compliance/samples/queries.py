# SPDX-License-Identifier: Apache-2.0
"""Reads of samples: whole to who took them, to the laboratory, and to the authority in charge."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds
from nguon.compliance import access
from nguon.compliance.errors import UnknownSampleError
from nguon.compliance.samples.model import ReportAttempt, Result, Sample, SampleState
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables


def sample(store: Store, actor: Principal, number: str) -> Sample:
    """The sample with this id; raises `UnknownSampleError`, also where it is another's."""
    with store.reading() as connection:
        found = read(connection, [number])
    if not found or not _is_for(store, actor, found[0]):
        raise UnknownSampleError("compliance.unknown-sample")
    return found[0]


def samples(store: Store, actor: Principal, *, limit: int = 100) -> list[Sample]:
    """The actor's samples, newest first; those of all in charge for an authority."""
    mine = None if access.may_supervise(actor) else actor.organisation
    with store.reading() as connection:
        found = rows.samples_of(connection, mine, limit=limit)
        whole = _whole(connection, found)
    if mine is not None:
        return whole
    covered = access.in_charge(store, actor, {one.requester for one in whole})
    return [one for one in whole if one.requester in covered]


def attempts(store: Store, actor: Principal, *, limit: int = 100) -> list[ReportAttempt]:
    """Report numbers that were entered twice, newest first: for authorities."""
    if not access.may_supervise(actor):
        return []
    with store.reading() as connection:
        found = [
            ReportAttempt(
                report=row["report"],
                laboratory=row["laboratory"],
                organisation=row["organisation"],
                sample=row["sample"],
                earlier=row["earlier"],
                recorded=from_microseconds(row["recorded"]),
            )
            for row in rows.attempts(connection, limit=limit)
        ]
    covered = access.in_charge(store, actor, {one.organisation for one in found})
    return [one for one in found if one.organisation in covered]


def read(connection: Connection, numbers: Sequence[str]) -> list[Sample]:
    """Samples by their ids, within a transaction."""
    return _whole(connection, rows.rows(connection, tables.sample, "id", numbers))


def _is_for(store: Store, actor: Principal, one: Sample) -> bool:
    if actor.organisation in {one.requester, one.laboratory}:
        return True
    return bool(access.in_charge(store, actor, {one.requester}))


def _whole(connection: Connection, found: Sequence[RowMapping]) -> list[Sample]:
    numbers = [row["id"] for row in found]
    lots: dict[str, list[str]] = {}
    for row in rows.rows(connection, tables.sample_lot, "sample", numbers):
        lots.setdefault(row["sample"], []).append(row["lot"])
    results: dict[str, list[Result]] = {}
    for row in rows.rows(connection, tables.sample_result, "sample", numbers):
        results.setdefault(row["sample"], []).append(_result(row))
    return [_sample(row, lots, results) for row in found]


def _sample(
    row: RowMapping, lots: dict[str, list[str]], results: dict[str, list[Result]]
) -> Sample:
    same = ("id", "number", "product", "requester", "laboratory", "report", "reason")
    return Sample(
        lots=tuple(lots.get(row["id"], ())),
        results=tuple(results.get(row["id"], ())),
        state=SampleState(row["state"]),
        taken=from_microseconds(row["taken"]),
        sent=_time(row["sent"]),
        resulted=_time(row["resulted"]),
        decided=_time(row["decided"]),
        **{name: row[name] for name in same},
    )


def _time(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)


def _result(row: RowMapping) -> Result:
    return Result(
        analyte=row["analyte"],
        value=None if row["value"] is None else Decimal(row["value"]),
        unit=row["unit"],
        detected=bool(row["detected"]),
    )
