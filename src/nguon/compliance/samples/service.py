# SPDX-License-Identifier: Apache-2.0
"""What happens to samples: taken, sent, answered by a report, released or rejected.

A laboratory gives a report number once. Entered for other goods it is refused,
and the attempt is kept for the supervisor.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.compliance import access
from nguon.compliance.errors import ComplianceError, ReportReusedError, SampleError
from nguon.compliance.samples import queries, rules
from nguon.compliance.samples.model import NewSample, Result, Sample, SampleState
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables
from nguon.store.registry import hold
from nguon.trace import Direction
from nguon.trace.closure import closure
from nguon.trace.steps import is_lot


def take(store: Store, actor: Principal, asked: NewSample) -> Sample:
    """Enter a sample of one lot, or of several that come from one another.

    Raises:
        SampleError: every fault of the entry, by field.
    """
    faults = list(rules.entry_faults(asked, datetime.now(UTC)))
    laboratory = registry.organisation_by_code(store, actor.audience, asked.laboratory)
    if laboratory is None:
        faults.append(Fault("/laboratory", "compliance.unknown-laboratory"))
    elif laboratory.id == actor.organisation:
        faults.append(Fault("/laboratory", "compliance.own-laboratory"))
    faults += access.foreign_lots(store, actor, asked.lots)
    if not faults and (unfit := _unfit(store, asked.lots)) is not None:
        faults.append(Fault("/lots", unfit))
    if faults or laboratory is None:
        raise SampleError("compliance.sample-faults", faults, count=len(faults))
    number = secrets.token_hex(8)
    with store.transaction() as connection:
        hold(connection)
        own = {"requester": actor.organisation, "number": asked.number}
        if rows.one(connection, tables.sample, own) is not None:
            twice = Fault("/number", "compliance.sample-twice", {"number": asked.number})
            raise SampleError("compliance.sample-faults", [twice], count=1)
        values = {
            **own,
            "id": number,
            "product": asked.lots[0].partition("/10/")[0],
            "state": SampleState.TAKEN.value,
            "laboratory": laboratory.id,
            "taken": to_microseconds(asked.taken),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.sample, [values])
        lots = [{"lot": lot, "sample": number} for lot in dict.fromkeys(asked.lots)]
        rows.add(connection, tables.sample_lot, lots)
        return queries.read(connection, [number])[0]


def send(store: Store, actor: Principal, number: str) -> Sample:
    """Say that a sample went to its laboratory."""
    found = queries.sample(store, actor, number)
    if actor.organisation != found.requester:
        raise ComplianceError("compliance.not-yours")
    with store.transaction() as connection:
        hold(connection)
        return _step(connection, actor, number, SampleState.SENT, {"sent": _now()})


def answer(
    store: Store, actor: Principal, number: str, report: str, results: Sequence[Result]
) -> Sample:
    """Enter a laboratory's report: by the laboratory itself, or by the authority in charge.

    Raises:
        SampleError: every fault of the report, by field.
        ReportReusedError: the laboratory gave this number to other goods; the attempt is kept.
    """
    found = queries.sample(store, actor, number)
    if actor.organisation != found.laboratory and not _in_charge(store, actor, found):
        raise ComplianceError("compliance.only-laboratory")
    faults = list(rules.result_faults(report, results))
    if faults:
        raise SampleError("compliance.sample-faults", faults, count=len(faults))
    with store.transaction() as connection:
        hold(connection)
        same = {"laboratory": found.laboratory, "report": report}
        earlier = rows.one(connection, tables.sample, same)
        if earlier is None:
            step = {"resulted": _now(), "report": report}
            made = _step(connection, actor, number, SampleState.RESULT, step)
            rows.add(connection, tables.sample_result, [_row(number, one) for one in results])
            return queries.read(connection, [made.id])[0]
        if earlier["id"] != number:
            rows.add(
                connection, tables.report_attempt, [_attempt(actor, found, earlier["id"], report)]
            )
    if earlier["id"] == number:
        raise ComplianceError("compliance.sample-state", state=found.state.value)
    raise ReportReusedError("compliance.report-reused", report=report)


def decide(store: Store, actor: Principal, number: str, *, release: bool, reason: str) -> Sample:
    """Release the lots of a sample, or reject them with a reason: by whoever took the sample."""
    found = queries.sample(store, actor, number)
    if actor.organisation != found.requester and not _in_charge(store, actor, found):
        raise ComplianceError("compliance.not-yours")
    if not release and not reason:
        fault = Fault("/reason", "compliance.reason-missing")
        raise SampleError("compliance.sample-faults", [fault], count=1)
    state = SampleState.RELEASED if release else SampleState.REJECTED
    with store.transaction() as connection:
        hold(connection)
        step = {"decided": _now(), "reason": reason[:2000] or None}
        return _step(connection, actor, number, state, step)


def _step(
    connection: Connection,
    actor: Principal,
    number: str,
    state: SampleState,
    values: rows.Values,
) -> Sample:
    [found] = queries.read(connection, [number])
    if not rules.may_follow(found, state):
        raise ComplianceError("compliance.sample-state", state=found.state.value)
    changes = {**values, "state": state.value, "actor": actor.key_id}
    rows.change(connection, tables.sample, {"id": number}, changes)
    return queries.read(connection, [number])[0]


def _in_charge(store: Store, actor: Principal, found: Sample) -> bool:
    return bool(access.in_charge(store, actor, {found.requester}))


def _unfit(store: Store, lots: Sequence[str]) -> str | None:
    """Why these are no lots of one sample; None where each was made of the first of them, or of
    what that was made of. Lots whose records could not all be followed are not called unrelated.
    """
    if len(lots) < 2:
        return None
    found = [closure(store, [lot], Direction.BACK) for lot in lots]
    sources = [frozenset(filter(is_lot, one.keys)) for one in found]
    apart = [
        one for one, lots_of in zip(found, sources, strict=True) if sources[0].isdisjoint(lots_of)
    ]
    if not apart:
        return None
    if found[0].truncated or all(one.truncated for one in apart):
        return "compliance.sample-unfollowed"
    return "compliance.sample-unrelated"


def _row(number: str, one: Result) -> rows.Values:
    return {
        "sample": number,
        "analyte": one.analyte,
        "value": None if one.value is None else f"{one.value:f}",
        "unit": one.unit,
        "detected": int(one.detected),
    }


def _attempt(actor: Principal, found: Sample, earlier: str, report: str) -> rows.Values:
    return {
        "id": secrets.token_hex(8),
        "sample": found.id,
        "report": report,
        "earlier": earlier,
        "actor": actor.key_id,
        "laboratory": found.laboratory,
        "organisation": found.requester,
        "recorded": _now(),
    }


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
