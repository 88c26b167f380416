# SPDX-License-Identifier: Apache-2.0
"""What becomes of credentials that were issued here: suspended, resumed, revoked.

The row of the credential, the step and every attestation that is this credential change in
one transaction; its status list tells it from then on.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection

from nguon.attesting import records
from nguon.attesting.errors import (
    AttestingConflictError,
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.attesting.model import Issued, Standing, State
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.store import Store
from nguon.store import attesting as rows

CONFORMITY = "conformity"
_LONGEST = 300
_NEXT = {
    "suspend": ({State.VALID}, State.SUSPENDED),
    "resume": ({State.SUSPENDED}, State.VALID),
    "revoke": ({State.VALID, State.SUSPENDED}, State.REVOKED),
}
STANDINGS = {
    State.VALID: Standing.GOOD,
    State.SUSPENDED: Standing.SUSPENDED,
    State.REVOKED: Standing.REVOKED,
}


def change(store: Store, by: Principal, number: str, step: str, reason: str) -> Issued:
    """``suspend``, ``resume`` or ``revoke`` a credential, by its issuer or by the operator.

    Raises:
        AttestingUnknownError: there is none, or none of the actor's.
        AttestingForbiddenError: not a manager's.
        AttestingConflictError: it stands so that there is no such step.
        AttestingError: no reason is given.
    """
    said = " ".join(reason.split())[:_LONGEST]
    if step not in _NEXT:
        raise AttestingUnknownError("attesting.unknown-step")
    if not said:
        raise AttestingError("attesting.reason", field="reason")
    allowed, state = _NEXT[step]
    now = datetime.now(UTC)
    with store.transaction() as connection:
        found = rows.credentials(connection, [number], hold=True)
        if not found or not (found[0]["issuer"] == by.organisation or by.may(Scope.ADMIN)):
            raise AttestingUnknownError("attesting.unknown")
        if not by.may(Scope.REGISTRY):
            raise AttestingForbiddenError("attesting.not-a-manager")
        row = found[0]
        if State(row["state"]) not in allowed:
            raise AttestingConflictError("attesting.state", state=row["state"])
        if step == "suspend" and row["kind"] != CONFORMITY:
            raise AttestingConflictError("attesting.cannot-suspend")
        steps = row["steps"] + 1
        rows.change_credential(connection, number, {"state": state.value, "steps": steps})
        note(connection, number, steps, state, now, by, said)
        rows.tell_anew(connection, row["list"])
        _tell(connection, number, state, now, by, said)
    return one(store, number)


def one(store: Store, number: str) -> Issued:
    """A credential with what became of it; raises `AttestingUnknownError`."""
    with store.reading() as connection:
        found = rows.credentials(connection, [number])
        if not found:
            raise AttestingUnknownError("attesting.unknown")
        return records.issued(found[0], rows.credential_steps(connection, [number]))


def note(
    connection: Connection,
    number: str,
    place: int,
    state: State,
    now: datetime,
    by: Principal,
    reason: str,
) -> None:
    """Write what happened to a credential."""
    rows.add_credential_step(
        connection,
        {
            "credential": number,
            "number": place,
            "state": state.value,
            "at": to_microseconds(now),
            "organisation": by.organisation,
            "actor": by.key_id,
            "reason": reason,
        },
    )


def _tell(
    connection: Connection, number: str, state: State, now: datetime, by: Principal, reason: str
) -> None:
    """What became of a credential became of every attestation that is it."""
    for row in rows.attestations(connection, "credential", [number]):
        steps = row["steps"] + 1
        standing = STANDINGS[state].value
        moment = to_microseconds(now)
        values = {"state": standing, "checked": moment, "steps": steps}
        rows.change_attestation(connection, row["id"], values)
        rows.add_attestation_step(
            connection,
            {
                "attestation": row["id"],
                "number": steps,
                "state": standing,
                "at": moment,
                "organisation": by.organisation,
                "actor": by.key_id,
                "reason": reason,
            },
        )
