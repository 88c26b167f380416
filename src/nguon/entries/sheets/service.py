# SPDX-License-Identifier: Apache-2.0
"""What happens with a table of everyday entries: looked at, then recorded all or nothing.

Rows that the organisation recorded before, from the same table or from a
shorter one, are recognised by what they say and left alone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from nguon.base.time import HANOI, to_microseconds
from nguon.entries import service
from nguon.entries.desk import desk
from nguon.entries.errors import FaultyEntryError, FieldFault
from nguon.entries.model import Entry, decode_all, encode
from nguon.entries.service import Sending
from nguon.entries.sheets import words
from nguon.entries.sheets.building import Built, build
from nguon.entries.sheets.names import Names, product_keys, wanted
from nguon.entries.sheets.rows import AT, Reader
from nguon.entries.sheets.words import Kind
from nguon.registry import queries
from nguon.registry.sheet import RowFault
from nguon.store import entries as statements
from nguon.store import registry as rows
from nguon.tables.headings import Headed
from nguon.tables.model import Remark

_PARTIES = ("giver", "receiver")
_PRODUCTS = ("product", "input_product", "output_product")
_AT_FIELD = {"outputs": "output_quantity", "pallets": "output_quantity", "handover": "document"}


class Report(msgspec.Struct, frozen=True):
    """What a table did or would do; with faults it did nothing.

    ``created`` and ``unchanged`` count rows; ``receipt`` is the number of the new form.
    """

    rows: int
    created: int = 0
    unchanged: int = 0
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    receipt: int | None = None


class _Read(msgspec.Struct, frozen=True):
    reader: Reader
    new: list[Built]
    known: list[Built]
    faults: list[RowFault]


def look(sending: Sending, kind: Kind, table: Headed, now: datetime) -> Report:
    """What recording a table would do."""
    read = _read(sending, kind, table, now)
    entries = [built.entry for built in read.new]
    wrong = service.faults(sending, entries) if entries else []
    return _report(table, read, [*read.faults, *_at_rows(kind, read, wrong)])


def take(sending: Sending, kind: Kind, table: Headed, now: datetime) -> Report:
    """Record a table: all of it, or nothing."""
    read = _read(sending, kind, table, now)
    if read.faults or not read.new:
        return _report(table, read, read.faults)
    entries = [built.entry for built in read.new]
    key = f"sheet-{sha256(encode(tuple(entries))).hexdigest()}"
    try:
        recorded = service.record(sending, entries, idempotency=key)
    except FaultyEntryError as error:
        return _report(table, read, _at_rows(kind, read, error.faults))
    report = _report(table, read, [])
    return msgspec.structs.replace(report, receipt=recorded.receipt)


def _report(table: Headed, read: _Read, faults: Sequence[RowFault]) -> Report:
    remarks = tuple(read.reader.remarks)
    if faults:
        ordered = tuple(sorted(faults, key=lambda fault: fault.row))
        return Report(len(table.rows), faults=ordered, remarks=remarks)
    created, unchanged = (
        len({row for built in some for row in built.rows}) for some in (read.new, read.known)
    )
    return Report(len(table.rows), created, unchanged, remarks=remarks)


def _read(sending: Sending, kind: Kind, table: Headed, now: datetime) -> _Read:
    faults = [*_form(kind, table)]
    names = _names(sending, table, now)
    reader = Reader(kind, table, names, now)
    if faults:
        return _Read(reader, [], [], faults)
    drafts = reader.drafts()
    faults += reader.faults
    if not drafts and not faults:
        faults.append(RowFault(table.number, "", "entries.nothing"))
    built = [] if faults else build(kind, drafts, names)
    new, known = _apart(sending, built, reader.untimed)
    return _Read(reader, new, known, faults)


def _form(kind: Kind, table: Headed) -> list[RowFault]:
    """Columns that nobody knows, that come twice, that are missing."""
    known = ", ".join(words.words(field)[0] for field in words.columns(kind).fields)
    faults = []
    for at, (heading, field) in enumerate(zip(table.headings, table.fields, strict=True)):
        if field is None and (heading or any(row.cells[at:] for row in table.rows)):
            code = "registry.unknown-column"
            faults.append(RowFault(table.number, heading, code, {"known": known}))
        elif field and field in table.fields[:at]:
            faults.append(RowFault(table.number, heading, "registry.repeated-column"))
    for field in words.columns(kind).required:
        if field not in table.fields:
            name = words.words(field)[0]
            params = {"column": name}
            faults.append(RowFault(table.number, name, "registry.column-missing", params))
    return faults


def _names(sending: Sending, table: Headed, now: datetime) -> Names:
    """Whom and what the table may name, in a handful of statements."""
    store, audience = sending.store, sending.principal.audience
    known = desk(store, sending.principal, now)
    numbers, codes = wanted(_cells(table, _PARTIES))
    with store.reading() as connection:
        by_code = rows.organisation_ids(connection, sorted(codes))
        by_gln = rows.organisations_by_gln(connection, sorted(numbers))
    found = queries.organisations(store, audience, {*by_code.values(), *by_gln.values()})
    others = {name: found[number] for name, number in (by_code | by_gln).items() if number in found}
    keys = product_keys(_cells(table, _PRODUCTS))
    return Names(known, others, queries.products(store, audience, sorted(keys)))


def _cells(table: Headed, fields: Sequence[str]) -> list[str]:
    columns = [at for at, field in enumerate(table.fields) if field in fields]
    return [row.cells[at] for row in table.rows for at in columns if at < len(row.cells)]


def _apart(
    sending: Sending, built: Sequence[Built], untimed: Collection[int]
) -> tuple[list[Built], list[Built]]:
    """The entries that are new, and those recorded before.

    Rows that say the day only may have been recorded before the hour that stands for it.
    """
    if not built:
        return [], []
    since = min(to_microseconds(_midnight(one.entry.at)) for one in built)
    owner = sending.principal.organisation
    with sending.store.reading() as connection:
        forms = statements.happened_since(connection, owner, since)
    recorded = [entry for form in forms for entry in decode_all(form["body"])]
    before = Counter(encode(entry) for entry in recorded)
    early = Counter(_of_day(entry) for entry in recorded if entry.at.astimezone(HANOI).time() < AT)
    new: list[Built] = []
    known: list[Built] = []
    for one in built:
        said, day = encode(one.entry), _of_day(one.entry)
        if before[said] > 0:
            before[said] -= 1
            early[day] -= 1
            known.append(one)
        elif early[day] > 0 and all(row in untimed for row in one.rows):
            early[day] -= 1
            known.append(one)
        else:
            new.append(one)
    return new, known


def _midnight(at: datetime) -> datetime:
    return at.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def _of_day(entry: Entry) -> bytes:
    """What an entry says but for its hour."""
    return encode(msgspec.structs.replace(entry, at=_midnight(entry.at)))


def _at_rows(kind: Kind, read: _Read, faults: Sequence[FieldFault]) -> list[RowFault]:
    """Faults of entries, at the rows and under the headings that they came from."""
    found = []
    heading: Callable[[str], str] = read.reader.heading
    for fault in faults:
        rows_of = read.new[fault.entry].rows
        at = fault.line if fault.line is not None and fault.line < len(rows_of) else 0
        field = _AT_FIELD.get(fault.field, fault.field)
        if kind is Kind.PACK and field in ("lot", "quantity"):
            field = "output_lot" if field == "lot" else "input_quantity"
        column = heading(field) if field in words.columns(kind).fields else ""
        found.append(RowFault(rows_of[at], column, fault.code, fault.params))
    return found
