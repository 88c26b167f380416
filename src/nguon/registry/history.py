# SPDX-License-Identifier: Apache-2.0
"""What an entry of the registers stood as, on two time axes; rows are only ever added.

``valid_from`` and ``valid_to`` (excluded) say when a standing holds in the
world, ``recorded`` when it was learned here. Of the rows known at a time that
cover another, the one recorded last counts: a suspension entered today that
began last week makes the code invalid for last week's shipment, and asked
what was *known* last week the answer is still "approved".
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict, Unpack

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.gs1 import item_key
from nguon.identity.model import Principal
from nguon.registry.model import Register, Scheme
from nguon.store import Store
from nguon.store import history as rows

_NATIONAL = {Scheme.PLANTING_AREA: "vn-area", Scheme.PACKING_HOUSE: "vn-pack"}


class Status(StrEnum):
    """What an entry can stand as; ``DECLARED`` is what no body was asked about."""

    DECLARED = "declared"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REFUSED = "refused"


class Actor(msgspec.Struct, frozen=True):
    """Who recorded something: the organisation (None: the operator) and its key or person."""

    organisation: int | None
    key_id: str


OPERATOR = Actor(None, "operator")
"""Who runs this installation."""


class Standing(msgspec.Struct, frozen=True):
    """One row of the history; without rows an entry is ``declared`` by nobody since ever."""

    status: Status
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded: datetime | None = None
    by: Actor | None = None
    reason: str | None = None
    note: str | None = None
    document: str | None = None
    version: int | None = None
    number: int = 0
    """Grows with every row; 0 where there is none."""

    @property
    def approved(self) -> bool:
        """Whether the body in charge lets it be used."""
        return self.status is Status.APPROVED


class Details(TypedDict, total=False):
    """The rest of a new row; ``valid_from`` and ``by`` are always given.

    ``reason`` is a code, ``note`` words, ``document`` an attached file's id,
    ``version`` which version of the entry was looked at.
    """

    valid_from: datetime
    valid_to: datetime | None
    by: Actor
    reason: str | None
    note: str | None
    document: str | None
    version: int | None


class Recording(msgspec.Struct, frozen=True):
    """A row to be added."""

    key: str
    status: Status
    valid_from: datetime
    by: Actor
    valid_to: datetime | None = None
    reason: str | None = None
    note: str | None = None
    document: str | None = None
    version: int | None = None


def actor(principal: Principal) -> Actor:
    """Who a request speaks for."""
    return Actor(principal.organisation, principal.key_id)


def certificate_key(scheme: str, number: str) -> str:
    """A certificate's key as text; area and packing-house codes in their comparable form."""
    national = _NATIONAL.get(Scheme(scheme)) if scheme in set(Scheme) else None
    if national is None:
        return f"{scheme}/{number}"
    return f"{scheme}/{item_key(f'{national}:{number}').partition(':')[2]}"


def code_key(key: str) -> str | None:
    """The certificate's key of a national code's item key (``vn-area:…``, ``vn-pack:…``)."""
    scheme, colon, code = key.partition(":")
    found = next((name for name, kind in _NATIONAL.items() if kind == scheme), None)
    return f"{found}/{code}" if colon and found is not None else None


def record(
    connection: Connection,
    register: Register,
    key: str,
    status: Status,
    *,
    known: datetime | None = None,
    **details: Unpack[Details],
) -> int:
    """Add one row, known since now unless told otherwise; gives its number."""
    return record_all(connection, register, [Recording(key, status, **details)], known=known)[0]


def record_all(
    connection: Connection,
    register: Register,
    recordings: Sequence[Recording],
    *,
    known: datetime | None = None,
) -> range:
    """Add rows in their order; gives their numbers.

    The time of recording is now (``known`` where the clock is given), and never
    before that of the entry's last row.
    """
    if not recordings:
        return range(0)
    now = to_microseconds(known or datetime.now(UTC))
    numbers = rows.numbers(connection, len(recordings))
    last = rows.latest(connection, register, [one.key for one in recordings])
    rows.add(
        connection,
        [
            _row(register, one, number, max(now, last.get(one.key, now)))
            for number, one in zip(numbers, recordings, strict=True)
        ],
    )
    return numbers


def standing(
    store: Store,
    register: Register,
    keys: Iterable[str],
    *,
    at: datetime,
    known: datetime | None = None,
) -> dict[str, Standing]:
    """What entries stood as at a time, as was known at another (None: as is known now)."""
    with store.reading() as connection:
        return standing_in(connection, register, keys, at=at, known=known)


def standing_in(
    connection: Connection,
    register: Register,
    keys: Iterable[str],
    *,
    at: datetime,
    known: datetime | None = None,
) -> dict[str, Standing]:
    """`standing` within a transaction."""
    asked = list(keys)
    found = dict.fromkeys(asked, Standing(Status.DECLARED))
    learned = None if known is None else to_microseconds(known)
    for row in rows.covering(connection, register, asked, to_microseconds(at), learned):
        found[row["key"]] = _standing(row)
    return found


def history(store: Store, register: Register, key: str) -> list[Standing]:
    """All rows of an entry, in the order of recording."""
    with store.reading() as connection:
        return history_in(connection, register, key)


def history_in(connection: Connection, register: Register, key: str) -> list[Standing]:
    """`history` within a transaction."""
    return [_standing(row) for row in rows.rows(connection, register, [key])]


def rows_in(
    connection: Connection, register: Register, keys: Sequence[str]
) -> dict[str, list[Standing]]:
    """All rows of some entries, in the order of recording."""
    found: dict[str, list[Standing]] = {key: [] for key in keys}
    for row in rows.rows(connection, register, list(found)):
        found[row["key"]].append(_standing(row))
    return found


def at(standings: Sequence[Standing], moment: datetime) -> Standing:
    """What an entry stands as at a time, of all its rows."""
    covering = (
        one
        for one in reversed(standings)
        if one.valid_from is not None
        and one.valid_from <= moment
        and (one.valid_to is None or moment < one.valid_to)
    )
    return next(covering, Standing(Status.DECLARED))


def _row(register: Register, one: Recording, number: int, recorded: int) -> rows.Values:
    return {
        "register": register.value,
        "key": one.key,
        "number": number,
        "status": one.status.value,
        "valid_from": to_microseconds(one.valid_from),
        "valid_to": None if one.valid_to is None else to_microseconds(one.valid_to),
        "recorded": recorded,
        "organisation": one.by.organisation,
        "actor": one.by.key_id,
        "reason": one.reason,
        "note": one.note,
        "document": one.document,
        "version": one.version,
    }


def _standing(row: RowMapping) -> Standing:
    return Standing(
        Status(row["status"]),
        from_microseconds(row["valid_from"]),
        None if row["valid_to"] is None else from_microseconds(row["valid_to"]),
        from_microseconds(row["recorded"]),
        Actor(row["organisation"], row["actor"]),
        row["reason"],
        row["note"],
        row["document"],
        row["version"],
        row["number"],
    )
