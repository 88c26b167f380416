# SPDX-License-Identifier: Apache-2.0
"""What an organisation has in the registers, its members' too, and how each entry stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.base.time import from_microseconds, to_microseconds
from nguon.registry import cases, entries, history, versions, workflow
from nguon.registry.changes import OWNER, TABLES, entry_key
from nguon.registry.history import Actor, Standing, Status
from nguon.registry.model import Register
from nguon.registry.versions import Version
from nguon.registry.workflow import CaseState
from nguon.store import Store
from nguon.store import cases as case_rows
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_ORGANISATIONS = ("member_of", "holder", "maker", "organisation", "issuer_body")


class Waiting(msgspec.Struct, frozen=True):
    """What waits for the body's decision."""

    id: str
    state: CaseState
    version: int
    province: str | None
    sector: str
    opened: datetime
    due: datetime

    def overdue(self, now: datetime) -> bool:
        """Whether the body should have decided."""
        return self.due < now


class Holding(msgspec.Struct, frozen=True):
    """An entry with what it stands as today; ``content`` is the stored row."""

    register: Register
    key: str
    content: Mapping[str, Any]
    standing: Standing
    last: Standing | None
    """The row recorded last, which need not hold today."""
    waiting: Waiting | None

    @property
    def tag(self) -> str:
        """One word for a list: a returned entry shows that before what it stands as."""
        returned = self.last is not None and self.last.status is Status.DECLARED
        if self.waiting is None and returned and self.last is not None and self.last.note:
            return "returned"
        return self.standing.status.value

    def title(self, language: Language) -> str:
        """What people call it."""
        if self.register is Register.CERTIFICATE:
            return f"{self.content['title']} {self.content['number']}"
        english = self.content.get("name_en")
        return str(english if language == "en" and english else self.content["name_vi"])


class File(msgspec.Struct, frozen=True):
    """Everything about one entry: itself, its history, its versions, who knows of whom."""

    holding: Holding
    history: list[Standing]
    versions: list[Version]
    names: Mapping[int, tuple[str, str | None]]
    """Organisations that the history names, in both languages."""
    province: str | None
    sector: str
    owner: int


def of_organisation(
    store: Store, organisation: int, register: Register, *, after: str = "", limit: int = 100
) -> list[Holding]:
    """Entries of an organisation and its members, by key, those after a key."""
    with store.reading() as connection:
        members = rows.rows(connection, tables.organisation, "member_of", [organisation])
        owners = [organisation, *(row["id"] for row in members)]
        found = _owned(connection, register, owners)
        keyed = sorted((entry_key(register, row), row) for row in found)
        some = [(key, row) for key, row in keyed if key > after][:limit]
        return standing(connection, register, some)


def file(store: Store, register: Register, key: str) -> File:
    """One entry with its history; raises `UnknownEntryError`.

    For whoever is concerned: nothing is taken away here.
    """
    with store.reading() as connection:
        row = entries.entry(connection, register, key)
        [holding] = standing(connection, register, [(key, row)])
        past = history.history_in(connection, register, key)
        [site] = cases.whose(connection, register, [row])
        kept = versions.of_entry(connection, register, key)
        named = {site.owner, *_named(one.by for one in past), *_named(one.by for one in kept)}
        named.update(
            number
            for content in (holding.content, *(one.content for one in kept))
            for name in _ORGANISATIONS
            if (number := content.get(name))
        )
        found = rows.rows(connection, tables.organisation, "id", sorted(named))
        names = {one["id"]: (one["name_vi"], one["name_en"]) for one in found}
        sector = workflow.sector(register, row)
        return File(holding, past, kept, names, site.province, sector, site.owner)


def queue(
    store: Store,
    provinces: Sequence[str] | None,
    sectors: Sequence[str] | None,
    *,
    start: int = 0,
    limit: int = 50,
    late: bool = False,
) -> list[Holding]:
    """What waits in some provinces and sectors (None: all), due first on top.

    With ``late`` only what the body should have answered by now.
    """
    now = to_microseconds(datetime.now(UTC)) if late else None
    with store.reading() as connection:
        cases_found = case_rows.queue(
            connection, provinces=provinces, sectors=sectors, limit=limit, after=start, due=now
        )
        found: dict[tuple[str, str], Holding] = {}
        for register in Register:
            keys = [case["key"] for case in cases_found if case["register"] == register]
            known = entries.rows_of(connection, register, keys) if keys else {}
            for one in standing(connection, register, list(known.items())):
                found[register, one.key] = one
    asked = [(case["register"], case["key"]) for case in cases_found]
    return [found[key] for key in asked if key in found]


def note(store: Store, audience: Audience, shown: Sequence[Holding]) -> None:
    """Have it recorded for their owners that somebody in charge was shown entries as stored."""
    if not audience.reader:
        return
    for register in (Register.ORGANISATION, Register.PLACE, Register.CERTIFICATE):
        told = [
            (owner, one.key)
            for one in shown
            if one.register is register
            and (owner := one.content[OWNER[register]])
            and owner != audience.organisation
        ]
        if told:
            store.hooks.noted(audience, register.value, told)


def _named(actors: Iterable[Actor | None]) -> set[int]:
    return {one.organisation for one in actors if one is not None and one.organisation}


def _owned(connection: Connection, register: Register, owners: Sequence[int]) -> list[RowMapping]:
    found = rows.rows(connection, TABLES[register], OWNER[register], owners)
    if register is Register.ORGANISATION:
        return [row for row in found if row["id"] != owners[0]]
    if register is Register.CERTIFICATE:
        places = rows.rows(connection, tables.place, "holder", owners)
        keys = [row["key"] for row in places]
        codes = [row["national_key"] for row in places if row["national_key"]]
        found += rows.rows(connection, tables.certificate, "place", [*keys, *codes])
    return list({tuple(row[n] for n in _key_names(register)): row for row in found}.values())


def _key_names(register: Register) -> tuple[str, ...]:
    return tuple(column.name for column in TABLES[register].primary_key)


def standing(
    connection: Connection, register: Register, found: Sequence[tuple[str, RowMapping]]
) -> list[Holding]:
    """Stored entries with how they stand today."""
    keys = [key for key, _ in found]
    past = history.rows_in(connection, register, keys)
    waiting = case_rows.waiting(connection, register, keys)
    now = datetime.now(UTC)
    return [
        Holding(
            register,
            key,
            {str(name): value for name, value in row.items()},
            history.at(past[key], now),
            past[key][-1] if past[key] else None,
            _waiting(waiting[key]) if key in waiting else None,
        )
        for key, row in found
    ]


def _waiting(row: RowMapping) -> Waiting:
    return Waiting(
        row["id"],
        CaseState(row["state"]),
        row["version"],
        row["province"],
        row["sector"],
        from_microseconds(row["opened"]),
        from_microseconds(row["due"]),
    )
