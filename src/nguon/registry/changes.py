# SPDX-License-Identifier: Apache-2.0
"""What a table would change in the registers: found row by row, written all at once.

What a body has approved is not changed by its holder: those columns become a
proposal (a version that is not applied) and a case before the body; the other
columns change at once. The operator's and a body's tables change everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Table

from nguon.base.time import from_microseconds
from nguon.registry import cases, history, indexing, personal, standings, versions, workflow
from nguon.registry.history import Actor, Status
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.rules import Entry, Values
from nguon.registry.shapes import SHAPES, STANDING
from nguon.registry.sheet import RowFault, Sheet
from nguon.registry.workflow import CaseState
from nguon.store import cases as case_rows
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

TABLES: Mapping[Register, Table] = {
    Register.ORGANISATION: tables.organisation,
    Register.PLACE: tables.place,
    Register.PRODUCT: tables.product,
    Register.CERTIFICATE: tables.certificate,
}
OWNER: Mapping[Register, str] = {
    Register.ORGANISATION: "id",
    Register.PLACE: "holder",
    Register.PRODUCT: "maker",
    Register.CERTIFICATE: "organisation",
}
"""The column with the organisation whose entry it is."""
_OPEN = frozenset({Status.DECLARED, Status.SUBMITTED, Status.CHECKED})
_ASIDE = ("personal", *STANDING)


class Registrar(msgspec.Struct, frozen=True):
    """Who changes the registers; ``organisation`` is None for the operator."""

    organisation: int | None
    authority: bool
    by: Actor

    @property
    def free(self) -> bool:
        """Whether its tables hold at once and may say what entries stand as."""
        return self.organisation is None or self.authority


class Change(msgspec.Struct, frozen=True):
    """One row: its columns, those that wait for the body, and what no table has."""

    key: str
    values: Values
    before: RowMapping | None
    proposed: Values = {}
    aside: Values = {}
    differs: bool = False

    @property
    def now(self) -> dict[str, Any]:
        """The whole row as it holds at once."""
        return {**(self.before or {}), **self.values}

    @property
    def after(self) -> dict[str, Any]:
        """The whole row with what is proposed."""
        return {**self.now, **self.proposed}


def registrar_of(connection: Connection, organisation: int | None, by: Actor | None) -> Registrar:
    """Who changes the registers, and how freely."""
    found = rows.rows(
        connection, tables.organisation, "id", [] if organisation is None else [organisation]
    )
    authority = any(row["kind"] == OrganisationKind.AUTHORITY for row in found)
    return Registrar(organisation, authority, by or Actor(organisation, "import"))


def entry_key(register: Register, values: Mapping[Any, Any]) -> str:
    """An entry's key as text."""
    if register is Register.CERTIFICATE:
        return history.certificate_key(values["scheme"], values["number"])
    return str(values[SHAPES[register].key[0]])


def find(
    connection: Connection,
    register: Register,
    table: Sheet,
    entries: Sequence[Entry],
    registrar: Registrar,
) -> tuple[list[Change], list[RowFault]]:
    """The changes of a table's rows, and the rows that this registrar may not write."""
    names = SHAPES[register].key
    keys = [tuple(entry.values[name] for name in names) for entry in entries]
    stored = rows.by_keys(connection, TABLES[register], names, keys)
    mine = _ours(connection, register, list(stored.values()), registrar)
    faults = list[RowFault]()
    changes = []
    for entry, key in zip(entries, keys, strict=True):
        row = stored.get(key)
        if row is not None and key not in mine:
            faults.append(RowFault(entry.number, "", "registry.not-yours", {"key": key[-1]}))
        if not registrar.free and entry.values.get("status"):
            heading = table.headings["status"]
            faults.append(RowFault(entry.number, heading, "registry.status-not-yours"))
        values = {name: value for name, value in entry.values.items() if name not in _ASIDE}
        aside = {name: entry.values[name] for name in _ASIDE if name in entry.values}
        changes.append(Change(entry_key(register, values), values, row, aside=aside))
    return _judged(connection, register, changes, registrar), faults


def _ours(
    connection: Connection, register: Register, stored: Sequence[RowMapping], registrar: Registrar
) -> set[tuple[Any, ...]]:
    """The keys of the rows that a registrar may change: its own, and those that the operator
    registered of it or of its members.
    """
    names, owner = SHAPES[register].key, OWNER[register]
    own = registrar.organisation
    members = set[int]()
    if own is not None:
        owners = [row[owner] for row in stored if row["registrar"] is None]
        found = rows.rows(connection, tables.organisation, "id", [o for o in owners if o])
        members = {row["id"] for row in found if own in (row["id"], row["member_of"])}
    return {
        tuple(row[name] for name in names)
        for row in stored
        if own is None
        or row["registrar"] == own
        or (row["registrar"] is None and row[owner] in members)
    }


def _judged(
    connection: Connection, register: Register, changes: Sequence[Change], registrar: Registrar
) -> list[Change]:
    """Each change with what differs, and what of it waits for the body."""
    different = [one for one in changes if _differs(one.before, one.values)]
    guarded = frozenset[str]()
    if not registrar.free:
        known = [one.key for one in different if one.before is not None]
        guarded = standings.in_use(connection, register, known)
    newest = versions.last(connection, register, list(guarded))
    waiting = case_rows.waiting(connection, register, list(guarded))
    laid = {key: newest[key] for key in waiting if key in newest and not newest[key].applied}
    numbers = {c.values["id"]: c.aside["personal"] for c in changes if "personal" in c.aside}
    renumbered = personal.unlike(connection, numbers)
    return [
        _split(one, register, laid.get(one.key))
        if one.key in guarded
        else msgspec.structs.replace(
            one,
            differs=_differs(one.before, one.values) or one.values.get("id") in renumbered,
        )
        for one in changes
    ]


def _split(change: Change, register: Register, laid: versions.Version | None) -> Change:
    """What of a change holds at once and what must be proposed; ``laid`` waits already."""
    assert change.before is not None
    covered = workflow.covered(register)
    proposed = {
        name: value
        for name, value in change.values.items()
        if name in covered and value != change.before[name]
    }
    rest = {name: value for name, value in change.values.items() if name not in proposed}
    split = msgspec.structs.replace(
        change, values=rest, proposed=proposed, differs=_differs(change.before, rest)
    )
    if laid is not None and laid.content == versions.said(split.after):
        return msgspec.structs.replace(split, proposed={})
    return split


def _differs(row: RowMapping | None, values: Values) -> bool:
    return row is None or any(row[name] != value for name, value in values.items())


def write(
    connection: Connection,
    register: Register,
    changes: Sequence[Change],
    registrar: Registrar,
    now: int,
) -> None:
    """Write what differs, keep versions, note proposals and what the body decided."""
    table, names = TABLES[register], SHAPES[register].key
    new = [one.values for one in changes if one.before is None]
    columns = dict.fromkeys(name for values in new for name in values)
    common = {**columns, "registrar": registrar.organisation, "updated": now}
    rows.add(connection, table, [{**common, **values} for values in new])
    changed = [one for one in changes if one.before is not None and one.differs]
    rows.change_all(connection, table, names, [{**one.values, "updated": now} for one in changed])
    numbers = {
        one.values["id"]: one.aside["personal"]
        for one in changes
        if "personal" in one.aside and one.differs
    }
    personal.keep(connection, numbers)
    written = [one for one in changes if one.before is None or one.differs]
    kept = list(_whole(connection, register, written))
    added = [{**values, "registrar": registrar.organisation} for values in new]
    indexing.reindex(connection, register, added, [one.now for one in changed])
    numbered = versions.add(connection, register, kept, registrar.by, now)
    _propose(connection, register, changes, registrar, now)
    _renew(connection, register, kept, (numbered, now), registrar)
    _stand(connection, register, changes, registrar, (numbered, now))


def _whole(
    connection: Connection, register: Register, written: Sequence[Change]
) -> Iterator[versions.NewVersion]:
    names = SHAPES[register].key
    keys = [tuple(one.after[name] for name in names) for one in written]
    stored = rows.by_keys(connection, TABLES[register], names, keys)
    for one, key in zip(written, keys, strict=True):
        yield versions.NewVersion(one.key, versions.said(stored[key]))


def _propose(
    connection: Connection,
    register: Register,
    changes: Sequence[Change],
    registrar: Registrar,
    now: int,
) -> None:
    """Lay before the body what it has approved and its holder would change."""
    proposals = [
        versions.NewVersion(one.key, one.after, applied=False) for one in changes if one.proposed
    ]
    numbered = versions.add(connection, register, proposals, registrar.by, now)
    submissions = [
        cases.Submission(one.key, one.content, numbered[one.key], in_use=True) for one in proposals
    ]
    cases.submit(connection, register, submissions, registrar.by, now)


def _renew(
    connection: Connection,
    register: Register,
    kept: Sequence[versions.NewVersion],
    numbered: tuple[Mapping[str, int], int],
    registrar: Registrar,
) -> None:
    """What waits for a body and is changed meanwhile waits as it is now."""
    versioned, now = numbered
    waiting = case_rows.waiting(connection, register, [one.key for one in kept])
    if registrar.free:
        return
    used = standings.in_use(connection, register, list(waiting))
    submissions = [
        cases.Submission(one.key, one.content, versioned[one.key])
        for one in kept
        if one.key in waiting and one.key not in used
    ]
    cases.submit(connection, register, submissions, registrar.by, now)


def _stand(
    connection: Connection,
    register: Register,
    changes: Sequence[Change],
    registrar: Registrar,
    numbered: tuple[Mapping[str, int], int],
) -> None:
    """Record standings that the table gives and the registers do not have yet."""
    versioned, now = numbered
    given = [one for one in changes if one.aside.get("status")]
    last = standings.last_rows(connection, register, [one.key for one in given])
    recordings = []
    for one in given:
        wanted = standings.given(one.aside, one.key, registrar.by, from_microseconds(now))
        wanted = msgspec.structs.replace(wanted, version=versioned.get(one.key))
        if not standings.says(last.get(one.key), wanted, dated=bool(one.aside.get("status_from"))):
            recordings.append(wanted)
    history.record_all(connection, register, recordings, known=from_microseconds(now))
    settled = [one.key for one in recordings if one.status not in _OPEN]
    case_rows.close(connection, register, settled, CaseState.WITHDRAWN, now)
