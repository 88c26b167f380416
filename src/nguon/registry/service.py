# SPDX-License-Identifier: Apache-2.0
"""What happens to the registers: tables imported whole or not at all, organisations made."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.registry import changes, claims, indexing, rules, sheet
from nguon.registry.changes import TABLES, Change
from nguon.registry.errors import RegistryError
from nguon.registry.history import Actor
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.references import resolve
from nguon.registry.remembering import attach
from nguon.registry.rules import Entry
from nguon.registry.sheet import RowFault, Sheet
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

__all__ = ["TABLES", "ImportReport", "attach", "ensure_organisation", "import_csv", "take"]


class ImportReport(msgspec.Struct, frozen=True):
    """What an import did; with faults it did nothing."""

    register: Register
    rows: int
    created: int = 0
    updated: int = 0
    proposed: int = 0
    """Changes of what a body has approved: they wait for it."""
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
        table = sheet.read(register, source.read_bytes() if isinstance(source, Path) else source)
    except RegistryError as error:
        return ImportReport(register, 0, faults=(RowFault(1, "", error.code, error.params),))
    return take(store, register, table, registrar=registrar)


def take(
    store: Store,
    register: Register,
    table: Sheet,
    *,
    registrar: int | None = None,
    by: Actor | None = None,
    dry: bool = False,
) -> ImportReport:
    """Take a table that is read already, as `import_csv` does; ``by`` is the person or key.

    ``dry`` says what it would do, and changes nothing.
    """
    entries, wrong = rules.entries(register, table)
    faults = [*table.faults, *wrong]
    if faults:
        # References are checked for the good rows too, so that one look names all faults.
        with store.reading() as connection:
            _, missing = resolve(connection, register, table, entries)
        return ImportReport(register, len(table.rows), faults=_ordered([*faults, *missing]))
    counts: dict[str, int] = {}
    with store.reading() if dry else store.transaction() as connection:
        if not dry:
            rows.hold(connection)
        numbers = _imagined if dry else partial(rows.organisation_numbers, connection)
        resolved, faults = resolve(connection, register, table, entries, numbers)
        who = changes.registrar_of(connection, registrar, by)
        found, refused = changes.find(connection, register, table, resolved, who)
        faults += refused
        faults += claims.faults(connection, register, table, (resolved, found), who)
        if register is Register.ORGANISATION:
            faults += _taken_glns(connection, table, resolved)
        if not faults:
            counts = _counts(found)
            if not dry:
                changes.write(connection, register, found, who, _now())
    return ImportReport(register, len(table.rows), **counts, faults=_ordered(faults))


def _imagined(count: int) -> range:
    """Numbers for organisations that are not made: no organisation has them."""
    return range(-count, 0)


def ensure_organisation(store: Store, code: str, kind: OrganisationKind, name: str) -> int:
    """The id of the organisation with this code, made now if there is none."""
    with store.transaction() as connection:
        rows.hold(connection)
        found = rows.organisation_ids(connection, [code])
        if not found:
            [number] = rows.organisation_numbers(connection, 1)
            named = {"id": number, "code": code, "kind": kind.value, "name_vi": name}
            rows.add(connection, tables.organisation, [{**named, "updated": _now()}])
            indexing.reindex(connection, Register.ORGANISATION, [named])
            return number
    return found[code]


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


def _counts(found: Sequence[Change]) -> dict[str, int]:
    created = sum(one.before is None for one in found)
    proposed = sum(bool(one.proposed) for one in found)
    updated = sum(one.before is not None and one.differs and not one.proposed for one in found)
    unchanged = len(found) - created - proposed - updated
    return {
        "created": created,
        "updated": updated,
        "proposed": proposed,
        "unchanged": unchanged,
    }


def _ordered(faults: Sequence[RowFault]) -> tuple[RowFault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row))


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
