# SPDX-License-Identifier: Apache-2.0
"""What a table's rows refer to: codes of organisations become ids, keys must exist."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from nguon.registry.model import Register
from nguon.registry.rules import Entry, Values
from nguon.registry.sheet import RowFault, Sheet
from nguon.store import registry as rows

_ORGANISATIONS: Mapping[Register, str] = {
    Register.ORGANISATION: "member_of",
    Register.PLACE: "holder",
    Register.PRODUCT: "maker",
    Register.CERTIFICATE: "organisation",
}


def resolve(
    connection: Connection,
    register: Register,
    sheet: Sheet,
    entries: Sequence[Entry],
    numbers: Callable[[int], Iterable[int]] = range,
) -> tuple[list[Entry], list[RowFault]]:
    """The entries with ids for codes, and the references that lead nowhere.

    New organisations get an ``id`` from ``numbers``, so that rows of one table
    may refer to each other in any order.
    """
    field = _ORGANISATIONS[register]
    codes = [entry.values[field] for entry in entries if entry.values.get(field)]
    if register is Register.ORGANISATION:
        own = [entry.values["code"] for entry in entries]
        ids = rows.organisation_ids(connection, [*codes, *own])
        new = [code for code in own if code not in ids]
        ids.update(zip(new, numbers(len(new)), strict=True))
        entries = [_with(entry, {"id": ids[entry.values["code"]]}) for entry in entries]
    else:
        ids = rows.organisation_ids(connection, codes)
    missing = _Missing(sheet)
    resolved = []
    for entry in entries:
        code = entry.values.get(field)
        if code is not None and code not in ids:
            missing.add(entry, field, "registry.unknown-organisation", code)
        resolved.append(_with(entry, {field: ids.get(code)} if code is not None else {}))
    if register is Register.CERTIFICATE:
        missing.keys(entries, "place", rows.known_places(connection, _of(entries, "place")))
        missing.keys(entries, "product", rows.known_products(connection, _of(entries, "product")))
    return resolved, missing.faults


class _Missing:
    def __init__(self, sheet: Sheet) -> None:
        self._headings = sheet.headings
        self.faults: list[RowFault] = []

    def add(self, entry: Entry, field: str, code: str, text: str) -> None:
        column = self._headings.get(field, field)
        self.faults.append(RowFault(entry.number, column, code, {"text": text}))

    def keys(self, entries: Sequence[Entry], field: str, known: frozenset[str]) -> None:
        for entry in entries:
            key = entry.values.get(field)
            if key is not None and key not in known:
                self.add(entry, field, f"registry.unknown-{field}", key)


def _of(entries: Sequence[Entry], field: str) -> list[str]:
    return [entry.values[field] for entry in entries if entry.values.get(field)]


def _with(entry: Entry, values: Values) -> Entry:
    return Entry(entry.number, {**entry.values, **values})
