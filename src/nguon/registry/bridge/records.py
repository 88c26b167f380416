# SPDX-License-Identifier: Apache-2.0
"""Rows into mappings and back."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.gs1 import key_hash
from nguon.registry.bridge.model import Identity, Status, Step, System
from nguon.registry.bridge.rules import Checked
from nguon.store import identities as rows


def identities(connection: Connection, found: Sequence[RowMapping]) -> list[Identity]:
    """Rows with the steps that belong to them; one statement."""
    said: dict[str, list[Step]] = defaultdict(list)
    for row in rows.steps(connection, [one["id"] for one in found]):
        said[row["identity"]].append(_step(row))
    return [identity(row, tuple(said[row["id"]])) for row in found]


def row_of(wanted: Checked, owner: int, declarer: int, actor: str, now: datetime) -> dict[str, Any]:
    """The row of a new mapping; its id sorts by the moment."""
    claim, at = wanted.claim, to_microseconds(now)
    return {
        "id": f"{at:014x}{secrets.token_hex(6)}",
        "system": claim.system.value,
        "source": claim.source,
        "source_folded": wanted.source_folded,
        "foreign_id": claim.foreign_id,
        "folded": wanted.folded,
        "item": wanted.item,
        "item_hash": key_hash(wanted.item),
        "owner": owner,
        "declarer": declarer,
        "foreign_owner": claim.foreign_owner,
        "public": int(wanted.public),
        "valid_from": wanted.valid_from.isoformat(),
        "valid_to": None if claim.valid_to is None else claim.valid_to.isoformat(),
        "recorded": at,
        "actor": actor,
    }


def step_row(before: Identity, step: Step, actor: str) -> dict[str, Any]:
    """The row of what was said of a mapping."""
    return {
        "identity": before.id,
        "number": len(before.steps) + 1,
        "status": step.status.value,
        "effective": step.effective.isoformat(),
        "reason": step.reason,
        "organisation": step.organisation,
        "recorded": to_microseconds(step.recorded),
        "actor": actor,
    }


def identity(row: Mapping[Any, Any], steps: tuple[Step, ...] = ()) -> Identity:
    """A row with the steps that belong to it."""
    names = ("id", "source", "foreign_id", "item", "owner", "declarer", "foreign_owner")
    return Identity(
        system=System(row["system"]),
        public=bool(row["public"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
        recorded=from_microseconds(row["recorded"]),
        steps=steps,
        **{name: row[name] for name in names},
    )


def _step(row: RowMapping) -> Step:
    return Step(
        status=Status(row["status"]),
        effective=date.fromisoformat(row["effective"]),
        reason=row["reason"],
        organisation=row["organisation"],
        recorded=from_microseconds(row["recorded"]),
    )
