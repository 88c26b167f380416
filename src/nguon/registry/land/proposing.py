# SPDX-License-Identifier: Apache-2.0
"""Boundaries kept at once, or laid before the body where it approved the place as it was drawn."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.registry import cases, history, standings, versions
from nguon.registry.cases import Submission
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import land as rows
from nguon.store import registry as register_rows
from nguon.store import registry_tables as tables

_PLACE = Register.PLACE


def kept(connection: Connection, principal: Principal, drawn: Sequence[Mapping[str, Any]]) -> None:
    """Keep boundaries. One that changes what a body approved waits for its decision."""
    places = [row["place"] for row in drawn]
    before = rows.current(connection, places)
    approved = standings.in_use(connection, _PLACE, sorted(before))
    rows.add(connection, [row for row in drawn if row["place"] not in approved])
    changes = [row for row in drawn if row["place"] in approved]
    if changes:
        rows.propose(connection, changes)
        _submit(connection, principal, [row["place"] for row in changes])


def waits(store: Store, place: str) -> bool:
    """Whether a change of this boundary waits for the body."""
    with store.reading() as connection:
        return bool(rows.waiting(connection, [place]))


def _submit(connection: Connection, principal: Principal, keys: Sequence[str]) -> None:
    now, by = to_microseconds(datetime.now(UTC)), history.actor(principal)
    said = {row["key"]: row for row in register_rows.rows(connection, tables.place, "key", keys)}
    numbers = {key: one.version for key, one in versions.last(connection, _PLACE, keys).items()}
    new = [versions.NewVersion(key, versions.said(said[key])) for key in keys if key not in numbers]
    numbers |= versions.add(connection, _PLACE, new, by, now) if new else {}
    laid = [Submission(key, said[key], numbers[key], in_use=True) for key in keys]
    cases.submit(connection, _PLACE, laid, by, now)
