# SPDX-License-Identifier: Apache-2.0
"""Enrolments on their way: begun, moved on from one state, made to count; in a transaction."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.parties.enrolment import records
from nguon.parties.enrolment.errors import EnrolmentConflictError
from nguon.parties.enrolment.hearing import heard
from nguon.parties.enrolment.model import RUNNING, Enrolment, State
from nguon.parties.register.model import RegisterEntry
from nguon.store import enrolment as rows
from nguon.store import registry as registers

_NOTE = 2000


class By(NamedTuple):
    """Who takes a step; ``person`` where one does."""

    actor: str
    person: int | None = None


PLATFORM = By("platform")
"""Steps that time takes."""


class Active(NamedTuple):
    """What an enrolment rests on that counts from now on."""

    until: datetime
    evidence: str
    details: Mapping[str, Any]
    proof: bytes | None = None
    entry: RegisterEntry | None = None


def by(principal: Principal) -> By:
    """Who asks."""
    return By(principal.key_id, principal.person)


def now() -> datetime:
    """The time of a step."""
    return datetime.now(UTC)


def stored(moment: datetime) -> int:
    """A time as rows have it."""
    return to_microseconds(moment)


def new_id() -> str:
    """An id that nobody guesses."""
    return secrets.token_hex(8)


def begin(
    connection: Connection, values: Mapping[str, Any], who: By, at: datetime, state: State
) -> None:
    """Write a new enrolment; what else of the organisation's was running by this way ends.

    Raises `EnrolmentConflictError` where another organisation has the enterprise code.
    """
    registers.hold(connection)
    free(connection, values["code"], values["organisation"])
    for row in rows.of(connection, [values["organisation"]]):
        if row["way"] == values["way"] and row["state"] in RUNNING:
            move(connection, records.enrolment(row), State.WITHDRAWN, who, at, reason="begun-anew")
    new = {
        "nonce": None,
        "statement": None,
        "key": None,
        "proof": None,
        "evidence": None,
        "since": None,
        "until": None,
        "ended": None,
        "state": state.value,
        "begun": to_microseconds(at),
        "begun_by": who.actor,
        **values,
        "details": _json(values.get("details", {})),
        "deadline": to_microseconds(values["deadline"]),
    }
    rows.add(connection, new, _step(state, who, at))


def free(connection: Connection, code: str, organisation: int) -> None:
    """Make sure that no other organisation is enrolled under a code.

    Raises `EnrolmentConflictError` (``enrolment.code-taken``).
    """
    for row in rows.by_code(connection, code):
        if row["state"] == State.ACTIVE and row["organisation"] != organisation:
            raise EnrolmentConflictError("enrolment.code-taken", number=code)


def move(
    connection: Connection,
    found: Enrolment,
    state: State,
    who: By,
    at: datetime,
    *,
    reason: str | None = None,
    note: str | None = None,
    **values: Any,
) -> None:
    """Take a step; raises `EnrolmentConflictError` where the enrolment stands elsewhere by now."""
    if "details" in values:
        values["details"] = _json(values["details"])
    said = _step(state, who, at, reason, (note or "").strip()[:_NOTE] or None)
    if not rows.move(connection, found.id, found.state, values, said):
        raise EnrolmentConflictError("enrolment.moved-on")


def activate(
    connection: Connection,
    found: Enrolment,
    who: By,
    at: datetime,
    rests: Active,
    *,
    note: str | None = None,
) -> None:
    """Let an enrolment count from now on, in place of the one before.

    Raises `EnrolmentConflictError`: it stands elsewhere by now, or the code is another's.
    """
    registers.hold(connection)
    free(connection, found.code, found.organisation)
    moment = to_microseconds(at)
    for row in rows.of(connection, [found.organisation]):
        if row["state"] == State.ACTIVE and row["id"] != found.id:
            one = records.enrolment(row)
            move(connection, one, State.REPLACED, who, at, ended=moment)
    told: dict[str, Any] = {
        "since": moment,
        "until": to_microseconds(rests.until),
        "evidence": rests.evidence,
        "details": {**found.details, **rests.details},
    }
    if rests.proof is not None:
        told["proof"] = rests.proof
    move(connection, found, State.ACTIVE, who, at, note=note, **told)
    if rests.entry is not None:
        heard(connection, found.organisation, found.code, rests.entry, at)


def _step(
    state: State, who: By, at: datetime, reason: str | None = None, note: str | None = None
) -> dict[str, Any]:
    return {
        "state": state.value,
        "at": to_microseconds(at),
        "actor": who.actor,
        "person": who.person,
        "reason": reason,
        "note": note,
    }


def _json(details: Mapping[str, Any]) -> str:
    return msgspec.json.encode(dict(details), order="sorted").decode()
