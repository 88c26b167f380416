# SPDX-License-Identifier: Apache-2.0
"""Rows of credentials and attestations as values."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from nguon.attesting.model import Accreditation, Issued, State, Step
from nguon.base.time import from_microseconds

Row = Mapping[Any, Any]


def issued(row: Row, steps: Iterable[Row] = ()) -> Issued:
    """A credential that was issued, with what became of it."""
    return Issued(
        id=row["id"],
        issuer=row["issuer"],
        kind=row["kind"],
        title=row["title"],
        holder=row["holder"],
        list=row["list"],
        place=row["place"],
        state=State(row["state"]),
        valid_from=from_microseconds(row["valid_from"]),
        valid_until=None if row["valid_until"] is None else from_microseconds(row["valid_until"]),
        kid=row["kid"],
        token=row["token"],
        digest=row["digest"],
        issued=from_microseconds(row["issued"]),
        steps=tuple(map(step, steps)),
    )


def step(row: Row) -> Step:
    """One thing that happened."""
    return Step(
        state=row["state"],
        at=from_microseconds(row["at"]),
        organisation=row["organisation"],
        by=row["actor"],
        reason=row["reason"],
    )


def accreditation(row: Row) -> Accreditation:
    """Who recognised a body."""
    return Accreditation(
        id=row["id"],
        attester=row["attester"],
        name=row["name"],
        accreditor=row["accreditor"],
        number=row["number"],
        schemes=tuple(row["schemes"].splitlines()),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
        withdrawn=None if row["withdrawn"] is None else date.fromisoformat(row["withdrawn"]),
    )
