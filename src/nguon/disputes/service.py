# SPDX-License-Identifier: Apache-2.0
"""What happens in a dispute: each step judged, written and stated in the log at once.

A report alone says nothing to the public and nothing to the party: an officer in charge
looks first, so that nobody can blacken goods with one click.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.base64url import url_text
from nguon.base.time import to_microseconds
from nguon.disputes import filing, rules, sides
from nguon.disputes.errors import DisputeMovedError
from nguon.disputes.model import (
    Case,
    Origin,
    Outcome,
    Photo,
    Report,
    Side,
    State,
    Step,
    Subject,
)
from nguon.disputes.reading import case_of
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.model import Principal
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import disputes as rows

REFERENCE_BYTES = 18
"""144 bits: nobody finds another's report by trying."""
_ATTEMPTS = 20


class Reported(msgspec.Struct, frozen=True):
    """A report that was taken: its case, and the reference that finds it again."""

    case: Case
    reference: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with a step; ``seen`` is `Case.seen` of the case as its taker read it."""

    seen: int
    words: str
    days: int | None = None
    outcome: Outcome | None = None
    files: tuple[Photo, ...] = ()


def report(
    store: Store,
    subject: Subject,
    told: Report,
    *,
    origin: Origin = Origin.CONSUMER,
    by: Principal | None = None,
    folder: Folder | None = None,
) -> Reported:
    """Take a report; one like others is gathered into their case.

    Raises:
        ReportFaultsError: too short, too long; nothing is kept.
        DocumentRefusedError: a photograph that is not kept.
        SecretsLostError: the key that contacts are sealed under is lost.
    """
    rules.check_report(told)
    files = filing.checked([told.photo] if told.photo else [], folder)
    number, reference = secrets.token_hex(8), secrets.token_urlsafe(REFERENCE_BYTES)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case = _gathered(connection, subject, told, now)
        sealed = _sealed(store, connection, number, told.contact)
        values = {
            "id": number,
            "dispute": case.id,
            "origin": origin.value,
            "organisation": by.organisation if by else None,
            "reporter": by.key_id if by else None,
            "reference": reference_digest(reference),
            "received": to_microseconds(now),
            "words": told.words.strip(),
            "contact": sealed,
        }
        rows.add_report(connection, values)
        filing.add(connection, files, case.id, report=number)
    return Reported(case, reference)


def take(
    store: Store, by: Principal, number: str, step: Step, said: Said, folder: Folder | None = None
) -> Case:
    """Take a step in a case as an officer, as its party or as who reported it.

    Raises:
        UnknownDisputeError: no case that this principal may know of.
        DisputeForbiddenError: not his to do.
        DisputeMovedError: somebody else was first.
        DisputeError: not as the case stands.
        ReportFaultsError: too few words, or a term out of bounds.
        DocumentRefusedError: a file that is not kept.
    """
    words = rules.said(step, said.words, said.days)
    files = filing.checked(said.files, folder)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case, own = sides.opened(connection, by, number)
        side = sides.taking(step, own)
        rules.check(case, step, side, now)
        if step is Step.DECIDE:
            asked = any(row["step"] == Step.ASK for row in rows.steps(connection, number))
            rules.check_decision(case, said.outcome, asked=asked, actor=by.key_id, moment=now)
        taken = _step(step, side, words, by=by, outcome=said.outcome)
        changes = _changes(case, step, said, now) | _after(step, by, said.outcome, now)
        moved = _move(connection, case, changes, taken, now, seen=said.seen)
        filing.add(connection, files, number, number=moved.seen)
    return moved


def answer(
    store: Store, by: Principal, number: str, said: Said, folder: Folder | None = None
) -> Case:
    """Answer as the party that was asked; raises as `take` does."""
    return take(store, by, number, Step.ANSWER, said, folder)


def decide(
    store: Store, by: Principal, number: str, said: Said, folder: Folder | None = None
) -> Case:
    """Decide as an officer in charge; raises as `take` does."""
    return take(store, by, number, Step.DECIDE, said, folder)


def withdraw(store: Store, reference: str) -> None:
    """Take a report back; a case that no officer opened and nobody reports any more is closed.

    A reference that finds nothing, or a report taken back before, changes nothing.
    """
    now = datetime.now(UTC)
    with store.transaction() as connection:
        row = rows.report_under(connection, reference_digest(reference))
        if row is None or row["withdrawn"] is not None:
            return
        case = _case(connection, row["dispute"])
        values = {"withdrawn": to_microseconds(now), "contact": None}
        rows.change_report(connection, row["id"], values)
        others = [one for one in rows.reports(connection, case.id) if one["withdrawn"] is None]
        changes: dict[str, Any] = {}
        if case.state is State.REPORTED and not others:
            changes = {"state": State.CLOSED.value, "outcome": Outcome.WITHDRAWN.value}
            changes |= {"open_as": None, "due": None}
        _move(connection, case, changes, _step(Step.WITHDRAW, Side.REPORTER), now)


def forget(store: Store, reference: str) -> None:
    """Erase a reporter's contact, and once the case is closed what he wrote."""
    with store.transaction() as connection:
        row = rows.report_under(connection, reference_digest(reference))
        if row is not None:
            over = _case(connection, row["dispute"]).state is State.CLOSED
            bare = {"contact": None, **({"words": None} if over else {})}
            rows.change_report(connection, row["id"], bare)


def tidy(store: Store) -> int:
    """Close what nobody appealed in time, forget contacts whose time is over; how many closed."""
    now = datetime.now(UTC)
    moment = to_microseconds(now)
    with store.transaction() as connection:
        rows.forget_contacts(connection, to_microseconds(now - rules.keeping()))
        over = rows.queue(connection, [State.DECIDED.value], due=moment, limit=100)
        for row in over:
            changes = {"state": State.CLOSED.value, "due": None}
            _move(connection, case_of(row), changes, _step(Step.CLOSE, Side.SYSTEM), now)
    return len(over)


def reference_digest(reference: str) -> bytes:
    """What is kept of a reference."""
    return sha256(reference.encode("utf-8", "surrogatepass")).digest()


def _gathered(connection: Connection, subject: Subject, told: Report, now: datetime) -> Case:
    """The case of a report, new or there already, with the step that it was reported."""
    open_as = f"{told.kind}|{subject.key}"
    content = url_text(sha256(told.words.strip().encode()).digest())
    taken = _step(Step.REPORT, Side.REPORTER, content=content)
    for _ in range(_ATTEMPTS):
        row = rows.gathering(connection, open_as)
        if row is None:
            values = _new(subject, told, open_as, now)
            if not rows.add(connection, values, {subject.key, *subject.about}):
                continue
            row = rows.find(connection, values["id"])
        assert row is not None
        changes = {"reports": row["reports"] + 1}
        try:
            return _move(connection, case_of(row), changes, taken, now)
        except DisputeMovedError:
            continue
    raise DisputeMovedError("disputes.moved")


def _sealed(store: Store, connection: Connection, report: str, contact: str) -> bytes | None:
    """A contact as it is kept: a copy of the database alone tells of no reporter."""
    if not contact.strip():
        return None
    return vault_of(store).seal(connection, contact.strip().encode(), f"report {report}")


def _new(subject: Subject, told: Report, open_as: str, now: datetime) -> dict[str, Any]:
    due = rules.due("triage", told.kind, now)
    return {
        "id": secrets.token_hex(8),
        "subject_kind": subject.kind.value,
        "subject": subject.key,
        "kind": told.kind.value,
        "open_as": open_as,
        "party": subject.party,
        "province": subject.province,
        "sector": subject.sector,
        "state": State.REPORTED.value,
        "reported": to_microseconds(now),
        "due": None if due is None else to_microseconds(due),
        "appealed": 0,
        "steps": 0,
        "reports": 0,
    }


def _changes(case: Case, step: Step, said: Said, now: datetime) -> dict[str, Any]:
    """What a step changes of a case: its state, and until when the next is due."""
    days = said.days if step is Step.ASK else None
    due = rules.due(step.value, case.kind, now, days=days)
    state = rules.becomes(step)
    return {"state": state.value, "due": None if due is None else to_microseconds(due)}


def _after(step: Step, by: Principal, outcome: Outcome | None, now: datetime) -> dict[str, Any]:
    moment = to_microseconds(now)
    match step:
        case Step.OPEN:
            return {"opened": moment}
        case Step.DISMISS:
            return {"outcome": Outcome.DISMISSED.value, "open_as": None, "decided": moment}
        case Step.DECIDE:
            assert outcome is not None
            by_whom = {"decided": moment, "decided_by": by.key_id, "open_as": None}
            return {"outcome": outcome.value, **by_whom}
        case Step.APPEAL:
            return {"appealed": 1, "outcome": None}
        case _:
            return {}


def _step(
    step: Step,
    side: Side,
    words: str | None = None,
    *,
    by: Principal | None = None,
    outcome: Outcome | None = None,
    content: str | None = None,
) -> dict[str, Any]:
    """A step as it is kept: who reported stands in none."""
    named = by if side in (Side.OFFICER, Side.PARTY) else None
    return {
        "step": step.value,
        "side": side.value,
        "organisation": named and named.organisation,
        "actor": named and named.key_id,
        "words": words,
        "outcome": outcome and outcome.value,
        "content": content,
    }


def _move(
    connection: Connection,
    case: Case,
    changes: dict[str, Any],
    taken: dict[str, Any],
    now: datetime,
    *,
    seen: int | None = None,
) -> Case:
    """Change a case and write the step; raises `DisputeMovedError` where it moved on."""
    row = rows.move(connection, case.id, changes, seen=case.seen if seen is None else seen)
    if row is None:
        raise DisputeMovedError("disputes.moved")
    values = {"dispute": case.id, "number": row["steps"], "at": to_microseconds(now), **taken}
    rows.add_step(connection, values | {"state": row["state"], "due": row["due"]})
    return case_of(row)


def _case(connection: Connection, number: str) -> Case:
    row = rows.find(connection, number)
    assert row is not None
    return case_of(row)
