# SPDX-License-Identifier: Apache-2.0
"""What happens to the registers: tables imported whole or not at all, organisations made."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, RowMapping, Table

from nguon.base.time import to_microseconds
from nguon.registry import queries, rules, sheet
from nguon.registry.errors import RegistryError
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.references import resolve
from nguon.registry.rules import SHAPES, Entry, Values
from nguon.registry.sheet import RowFault, Sheet
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

TABLES: Mapping[Register, Table] = {
    Register.ORGANISATION: tables.organisation,
    Register.PLACE: tables.place,
    Register.PRODUCT: tables.product,
    Register.CERTIFICATE: tables.certificate,
}


class ImportReport(msgspec.Struct, frozen=True):
    """What an import did; with faults it did nothing."""

    register: Register
    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: tuple[RowFault, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the table was taken."""
        return not self.faults


def import_csv(
    store: Store, register: str, source: str | bytes | Path, *, registrar: int | None = None
) -> ImportReport:
    """Take a table of organisations, places, products or certificates: all of it or nothing.

    Rows are found again by their natural key (code; place key; GTIN; scheme
    and number), so the same table twice changes nothing; columns that the
    table lacks keep what they had. ``registrar`` is the organisation that
    imports; it may change only what it registered itself (None: the operator).
    A file that is no table is one fault in row 1.
    """
    register = Register(register)
    try:
        table = sheet.read(register, _text(source))
    except RegistryError as error:
        return ImportReport(register, 0, faults=(RowFault(1, "", error.code, error.params),))
    entries, wrong = rules.entries(register, table)
    faults = [*table.faults, *wrong]
    if faults:
        # References are checked for the good rows too, so that one look names all faults.
        with store.reading() as connection:
            _, missing = resolve(connection, register, table, entries)
        return ImportReport(register, len(table.rows), faults=_ordered([*faults, *missing]))
    with store.transaction() as connection:
        rows.hold(connection)
        numbers = partial(rows.organisation_numbers, connection)
        resolved, faults = resolve(connection, register, table, entries, numbers)
        changes, refused = _changes(connection, register, table, resolved, registrar)
        faults += refused
        counts = {} if faults else _write(connection, register, changes, registrar)
    return ImportReport(register, len(table.rows), **counts, faults=_ordered(faults))


def ensure_organisation(store: Store, code: str, kind: OrganisationKind, name: str) -> int:
    """The id of the organisation with this code, made now if there is none."""
    with store.transaction() as connection:
        rows.hold(connection)
        found = rows.organisation_ids(connection, [code])
        if not found:
            [number] = rows.organisation_numbers(connection, 1)
            named = {"id": number, "code": code, "kind": kind.value, "name_vi": name}
            rows.add(connection, tables.organisation, [{**named, "updated": _now()}])
            return number
    return found[code]


def attach(store: Store) -> None:
    """Let the store find the organisations behind the keys that events name."""
    store.named_organisations = partial(queries.named_organisations, store)


class _Change(msgspec.Struct, frozen=True):
    key: Values
    values: Values
    exists: bool
    differs: bool


def _changes(
    connection: Connection,
    register: Register,
    table: Sheet,
    entries: Sequence[Entry],
    registrar: int | None,
) -> tuple[list[_Change], list[RowFault]]:
    names = SHAPES[register].key
    keys = [tuple(entry.values[name] for name in names) for entry in entries]
    stored = rows.by_keys(connection, TABLES[register], names, keys)
    changes, faults = [], list[RowFault]()
    for entry, key in zip(entries, keys, strict=True):
        row = stored.get(key)
        if row is not None and registrar not in (None, row["registrar"]):
            faults.append(RowFault(entry.number, "", "registry.not-yours", {"key": key[-1]}))
        differs = row is None or _differs(row, entry.values)
        named = dict(zip(names, key, strict=True))
        changes.append(_Change(named, entry.values, row is not None, differs))
    if register is Register.ORGANISATION:
        faults += _taken_glns(connection, table, entries)
    return changes, faults


def _differs(row: RowMapping, values: Values) -> bool:
    return any(row[name] != value for name, value in values.items())


def _taken_glns(
    connection: Connection, table: Sheet, entries: Sequence[Entry]
) -> Iterator[RowFault]:
    """GLNs that would name two organisations, in the table or with one registered before."""
    own = [entry for entry in entries if entry.values.get("gln")]
    codes = [entry.values["code"] for entry in own]
    ids = rows.organisation_ids(connection, codes)
    holders = rows.organisations_by_gln(connection, [entry.values["gln"] for entry in own])
    seen: set[str] = set()
    for entry in own:
        gln = entry.values["gln"]
        holder = holders.get(gln)
        if gln in seen or (holder is not None and holder != ids.get(entry.values["code"])):
            yield RowFault(entry.number, table.headings["gln"], "registry.gln-taken", {"gln": gln})
        seen.add(gln)


def _write(
    connection: Connection, register: Register, changes: Sequence[_Change], registrar: int | None
) -> dict[str, int]:
    table, now = TABLES[register], _now()
    new = [change.values for change in changes if not change.exists]
    changed = [change for change in changes if change.exists and change.differs]
    rows.add(connection, table, [{**v, "registrar": registrar, "updated": now} for v in new])
    for change in changed:
        rows.change(connection, table, change.key, {**change.values, "updated": now})
    unchanged = len(changes) - len(new) - len(changed)
    return {"created": len(new), "updated": len(changed), "unchanged": unchanged}


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, str):
        return source
    return sheet.decoded(source.read_bytes() if isinstance(source, Path) else source)


def _ordered(faults: Sequence[RowFault]) -> tuple[RowFault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row))


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
