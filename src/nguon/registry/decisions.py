# SPDX-License-Identifier: Apache-2.0
"""Entries laid before their body, and what it decides: one function a use case.

A decision names the last row of the history that its officer saw. Where
somebody decided in between, the second is told what the first decided and
nothing changes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import cases, entries, history, indexing, standings, versions, workflow
from nguon.registry.changes import TABLES
from nguon.registry.errors import (
    DecidedMeanwhileError,
    NotInChargeError,
    StepRefusedError,
    UnknownEntryError,
)
from nguon.registry.history import Recording, Standing, Status
from nguon.registry.model import Register
from nguon.registry.shapes import SHAPES
from nguon.registry.workflow import CaseState, Position, Step
from nguon.store import Store
from nguon.store import cases as case_rows
from nguon.store import documents as document_rows
from nguon.store import land as boundaries
from nguon.store import registry as rows

_ENDING = frozenset({Step.APPROVE, Step.RETURN, Step.REFUSE, Step.REVOKE})
_FARTHEST_BACK = timedelta(days=3653)
_FARTHEST_ON = timedelta(days=1827)


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer decides; ``seen`` is the number of the last row of the history shown."""

    register: Register
    key: str
    step: Step
    seen: int
    reason: str | None = None
    note: str | None = None
    document: str | None = None
    valid_from: datetime | None = None
    """From when it holds: now, unless told otherwise."""
    valid_to: datetime | None = None


class Decided(msgspec.Struct, frozen=True):
    """What came of it."""

    number: int
    status: Status
    """What the entry stands as now."""


def submit(store: Store, principal: Principal, register: Register, key: str) -> int:
    """Lay an entry before its body; gives the version that waits.

    Raises:
        UnknownEntryError: no such entry of the principal's or its members.
        NotInChargeError: the principal may not write registers.
        StepRefusedError: no body is asked about such entries, it waits already or is approved.
    """
    with store.transaction() as connection:
        rows.hold(connection)
        row = entries.entry(connection, register, key)
        _check_own(principal, entries.owners(connection, register, row))
        if not workflow.needs_approval(register, row):
            raise StepRefusedError("approvals.not-needed")
        if key in case_rows.waiting(connection, register, [key]):
            raise StepRefusedError("approvals.waits-already")
        if key in standings.in_use(connection, register, [key]):
            raise StepRefusedError("approvals.approved-already")
        now = to_microseconds(datetime.now(UTC))
        by = history.actor(principal)
        newest = versions.last(connection, register, [key]).get(key)
        if newest is None or newest.content != versions.said(row):
            version = versions.NewVersion(key, versions.said(row))
            number = versions.add(connection, register, [version], by, now)[key]
        else:
            number = newest.version
        laid = cases.Submission(key, row, number)
        cases.submit(connection, register, [laid], by, now)
        return number


def withdraw(store: Store, principal: Principal, register: Register, key: str) -> None:
    """Take back what waits; what was approved stays as it was.

    Raises as `submit`; `StepRefusedError` where nothing waits.
    """
    with store.transaction() as connection:
        rows.hold(connection)
        row = entries.entry(connection, register, key)
        _check_own(principal, entries.owners(connection, register, row))
        case = case_rows.waiting(connection, register, [key]).get(key)
        if case is None:
            raise StepRefusedError("approvals.nothing-waits")
        moment = datetime.now(UTC)
        used = key in standings.in_use(connection, register, [key])
        withdrawn = Recording(
            key,
            Status.DECLARED,
            moment,
            history.actor(principal),
            valid_to=moment if used else None,
            reason="withdrawn",
            version=case["version"],
        )
        history.record_all(connection, register, [withdrawn], known=moment)
        closed = {"state": CaseState.WITHDRAWN.value, "closed": to_microseconds(moment)}
        case_rows.change(connection, case["id"], **closed)
        if register is Register.PLACE:
            boundaries.settle(connection, key, accepted=False)


def decide(
    store: Store, principal: Principal, decision: Decision, *, document: str | None = None
) -> Decided:
    """Take a decision, whole or not at all; ``document`` is a file of the entry.

    Raises:
        UnknownEntryError: no such entry, or no such file of it.
        NotInChargeError: the principal is no officer in charge of it.
        DecidedMeanwhileError: somebody decided since the officer looked.
        StepRefusedError: the step is not possible, or its reason or date is wrong.
    """
    moment = datetime.now(UTC)
    register, key = decision.register, decision.key
    document = document or decision.document
    with store.transaction() as connection:
        rows.hold(connection)
        past, waiting = _checked(connection, principal, decision, moment)
        _check_document(connection, decision, document)
        used = key in standings.in_use(connection, register, [key])
        version = _current(connection, decision, None if waiting is None else waiting["version"])
        if decision.step is Step.APPROVE and version is not None:
            _apply(connection, decision, principal, version, moment)
        times = (decision.valid_from or moment, moment)
        recording = _recording(decision, principal, times, used)
        recording = msgspec.structs.replace(recording, version=version, document=document)
        [number] = history.record_all(connection, register, [recording], known=moment)
        _move(connection, decision.step, None if waiting is None else waiting["id"], moment)
        _settle_boundary(connection, decision)
        past = history.history_in(connection, register, key)
        return Decided(number, history.at(past, moment).status)


def check(store: Store, principal: Principal, decision: Decision) -> None:
    """Raise what `decide` would, before a file is kept for it."""
    with store.reading() as connection:
        _checked(connection, principal, decision, datetime.now(UTC))


def _checked(
    connection: Connection, principal: Principal, decision: Decision, moment: datetime
) -> tuple[list[Standing], RowMapping | None]:
    """The history of the entry and what waits of it, where the decision is possible."""
    _check_dates(decision, moment)
    register, key = decision.register, decision.key
    row = entries.entry(connection, register, key)
    past = history.history_in(connection, register, key)
    waiting = case_rows.waiting(connection, register, [key]).get(key)
    [site] = cases.whose(connection, register, [row])
    sector = workflow.sector(register, row)
    workflow.check_charge(principal, site.province, sector, site.owner)
    _check_seen(connection, decision.seen, past)
    state = None if waiting is None else CaseState(waiting["state"])
    status = history.at(past, decision.valid_from or moment).status
    position = Position(status, state, decision.seen)
    workflow.check_step(decision.step, position, decision.reason, decision.note)
    return past, waiting


def _check_document(connection: Connection, decision: Decision, document: str | None) -> None:
    found = None if document is None else document_rows.find(connection, document)
    own = found is not None and (found["register"], found["key"]) == (
        decision.register.value,
        decision.key,
    )
    if document is not None and not own:
        raise UnknownEntryError("approvals.unknown-document")


def _check_own(principal: Principal, owners: Sequence[int]) -> None:
    """Another's entry is answered as one that is not there."""
    if principal.kind is KeyKind.OPERATOR:
        return
    if principal.organisation not in owners:
        raise UnknownEntryError("approvals.unknown-entry")
    if not principal.may(Scope.REGISTRY):
        raise NotInChargeError("approvals.not-yours")


def _check_dates(decision: Decision, now: datetime) -> None:
    begin, end = decision.valid_from or now, decision.valid_to
    if begin.tzinfo is None or (end is not None and end.tzinfo is None):
        raise StepRefusedError("approvals.date-zone")
    if not now - _FARTHEST_BACK <= begin <= now + _FARTHEST_ON:
        raise StepRefusedError("approvals.date-far")
    if end is not None and end <= begin:
        raise StepRefusedError("approvals.date-order")


def _check_seen(connection: Connection, seen: int, past: list[Standing]) -> None:
    if seen == workflow.last_number(past):
        return
    last = past[-1]
    number = last.by.organisation if last.by else None
    found = rows.rows(connection, TABLES[Register.ORGANISATION], "id", [number] if number else [])
    raise DecidedMeanwhileError(
        "approvals.decided-meanwhile",
        status=last.status.value,
        body=found[0]["name_vi"] if found else "",
        number=last.number,
    )


def _current(connection: Connection, decision: Decision, waiting: int | None) -> int | None:
    """The version that a decision speaks of: what waits, else what the register says."""
    if waiting is not None:
        return waiting
    register, key = decision.register, decision.key
    said = [one for one in versions.of_entry(connection, register, key) if one.applied]
    return said[-1].version if said else None


def _recording(
    decision: Decision,
    principal: Principal,
    times: tuple[datetime, datetime],
    used: bool,
) -> Recording:
    begin, moment = times
    on_case = workflow.case_after(decision.step) is not None
    holds = decision.step is Step.APPROVE or not on_case
    # A change that is checked, returned or refused leaves the approval it would have changed.
    idle = not holds and used
    return Recording(
        decision.key,
        workflow.becomes(decision.step),
        begin if holds else moment,
        history.actor(principal),
        valid_to=moment if idle else decision.valid_to if holds else None,
        reason=decision.reason,
        note=decision.note,
    )


def _apply(
    connection: Connection, decision: Decision, principal: Principal, version: int, moment: datetime
) -> None:
    """Let a proposal hold: the entry says from now on what the body approved."""
    register, key = decision.register, decision.key
    found = versions.of_entry(connection, register, key)
    proposed = next(one for one in found if one.version == version)
    if proposed.applied:
        return
    row = entries.entry(connection, register, key)
    covered = workflow.covered(register)
    changed = {
        name: proposed.content.get(name)
        for name in covered
        if name in row and proposed.content.get(name) != row[name]
    }
    now = to_microseconds(moment)
    own = {name: row[name] for name in SHAPES[register].key}
    rows.change(connection, TABLES[register], own, {**changed, "updated": now})
    indexing.reindex(connection, register, (), [{**row, **changed}])
    indexing.reindex(connection, register, (), [{**row, **changed}])
    new = versions.NewVersion(key, {**versions.said(row), **changed})
    versions.add(connection, register, [new], history.actor(principal), now)


def _settle_boundary(connection: Connection, decision: Decision) -> None:
    """A boundary that waits holds once its place is approved, and falls with its case."""
    if decision.register is Register.PLACE and decision.step in _ENDING:
        accepted = decision.step is Step.APPROVE
        boundaries.settle(connection, decision.key, accepted=accepted)


def _move(connection: Connection, step: Step, case: str | None, moment: datetime) -> None:
    state = workflow.case_after(step)
    if case is None or state is None:
        return
    closed = None if state is CaseState.CHECKED else to_microseconds(moment)
    case_rows.change(connection, case, state=state.value, closed=closed)
