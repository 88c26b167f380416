# SPDX-License-Identifier: Apache-2.0
"""The households of a cooperative that are enrolled, and the sheet to enrol others with."""

from datetime import date, datetime
from typing import NamedTuple

from nguon.base.time import from_microseconds
from nguon.identity.model import Principal
from nguon.parties.enrolment.households import words
from nguon.parties.enrolment.households.taking import own_cooperative
from nguon.store import Store
from nguon.store import enrolment as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

_EXAMPLE_DAY = date(2026, 6, 5)


class Enrolled(NamedTuple):
    """One household."""

    name: str
    code: str
    plot: str | None
    since: datetime


def enrolled(store: Store, principal: Principal) -> list[Enrolled]:
    """A cooperative's households, by name; raises `EnrolmentForbiddenError`."""
    own = own_cooperative(store, principal)
    with store.reading() as connection:
        found = {row["household"]: row for row in rows.households_of(connection, own["id"])}
        named = registers.rows(connection, tables.organisation, "id", list(found))
    listed = [
        Enrolled(
            row["name_vi"],
            row["code"],
            found[row["id"]]["plot"],
            from_microseconds(found[row["id"]]["recorded"]),
        )
        for row in named
        if found[row["id"]]["ended"] is None
    ]
    return sorted(listed)


def template() -> tuple[list[str], list[list[str | date]]]:
    """Headings and one example row, without a personal number."""
    purposes = [words.example("purposes", word) for word in ("register", "contact")]
    example: dict[str, str | date] = {
        "name": words.example("example", "name"),
        "phone": "0912 345 678",
        "plot": "A-12",
        "purposes": ", ".join(purposes),
        "means": words.example("means", "paper"),
        "given": _EXAMPLE_DAY,
    }
    return [words.heading(field) for field in words.FIELDS], [
        [example.get(field, "") for field in words.FIELDS]
    ]
