# SPDX-License-Identifier: Apache-2.0
"""Who recognised which body for what: recorded by officers and the operator, or on the list."""

import secrets
from collections.abc import Collection
from datetime import UTC, date, datetime

from nguon.attesting import records, trusted
from nguon.attesting.errors import (
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.attesting.model import Accreditation, day_of
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.store import Store
from nguon.store import attesting as rows

_LONGEST = 300


def record(store: Store, by: Principal, asked: Accreditation) -> Accreditation:
    """Record that a body was recognised; its ``id`` is given here.

    Raises:
        AttestingForbiddenError: not an officer's, nor the operator's.
        AttestingError: terms that cannot be; ``field`` says which.
    """
    _require(by)
    for field in ("attester", "name", "accreditor"):
        if not 0 < len(getattr(asked, field).strip()) <= _LONGEST:
            raise AttestingError("attesting.missing", field=field, most=_LONGEST)
    if not asked.attester.startswith(("did:", "organisation/")):
        raise AttestingError("attesting.attester", field="attester")
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        raise AttestingError("attesting.days", field="valid_to")
    number = secrets.token_hex(8)
    values = {
        "id": number,
        "attester": asked.attester.strip(),
        "name": asked.name.strip(),
        "accreditor": asked.accreditor.strip(),
        "number": asked.number.strip()[:_LONGEST],
        "schemes": "\n".join(
            dict.fromkeys(" ".join(one.split()).casefold() for one in asked.schemes)
        ),
        "valid_from": asked.valid_from.isoformat(),
        "valid_to": None if asked.valid_to is None else asked.valid_to.isoformat(),
        "withdrawn": None,
        "recorded": to_microseconds(datetime.now(UTC)),
        "actor": by.key_id,
    }
    with store.transaction() as connection:
        rows.add_accreditation(connection, values)
    return records.accreditation(values)


def withdraw(store: Store, by: Principal, number: str, day: date | None = None) -> None:
    """The recognition ends before a day, today unless it is given.

    Raises `AttestingForbiddenError`, `AttestingUnknownError`.
    """
    _require(by)
    ended = (day or day_of(datetime.now(UTC))).isoformat()
    with store.transaction() as connection:
        if not rows.change_accreditation(connection, number, {"withdrawn": ended}):
            raise AttestingUnknownError("attesting.unknown")


def of(store: Store, attesters: Collection[str] | None = None) -> list[Accreditation]:
    """Recognitions of these bodies, or all: those recorded here and those on the list."""
    with store.reading() as connection:
        found = [records.accreditation(row) for row in rows.accreditations(connection, attesters)]
    listed = trusted.bodies(store).values()
    wanted = [one for one in listed if attesters is None or one.did in attesters]
    return [*found, *(each for one in wanted if (each := one.accreditation) is not None)]


def _require(by: Principal) -> None:
    if not (by.may(Scope.SUPERVISE) or by.may(Scope.ADMIN)):
        raise AttestingForbiddenError("attesting.not-an-officer")


def _plain(scheme: str) -> str:
    return " ".join(scheme.split()).casefold()
