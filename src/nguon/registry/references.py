# SPDX-License-Identifier: Apache-2.0
"""What a table's rows refer to: codes of organisations become ids, keys must exist."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from nguon.registry.model import Register
from nguon.registry.rules import Entry, Values
from nguon.registry.sheet import RowFault, Sheet
from nguon.store import registry as rows

_ORGANISATIONS: Mapping[Register, tuple[str, ...]] = {
    Register.ORGANISATION: ("member_of", "decided_by"),
    Register.PLACE: ("holder", "decided_by"),
    Register.PRODUCT: ("maker", "decided_by"),
    Register.CERTIFICATE: ("organisation", "issuer_body", "decided_by"),
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
    names = _ORGANISATIONS[register]
    codes = [code for name in names for code in _of(entries, name)]
    if register is Register.ORGANISATION:
        own = [entry.values["code"] for entry in entries if "code" in entry.values]
        ids = rows.organisation_ids(connection, [*codes, *own])
        new = [code for code in own if code not in ids]
        ids.update(zip(new, numbers(len(new)), strict=True))
        entries = [_with(entry, {"id": ids.get(entry.values.get("code", ""))}) for entry in entries]
    else:
        ids = rows.organisation_ids(connection, codes)
    missing = _Missing(sheet)
    resolved = []
    for entry in entries:
        named = {name: entry.values[name] for name in names if entry.values.get(name)}
        for name, code in named.items():
            if code not in ids:
                missing.add(entry, name, "registry.unknown-organisation", code)
        resolved.append(_with(entry, {name: ids.get(code) for name, code in named.items()}))
    _check_keys(connection, register, entries, missing)
    return resolved, missing.faults


def _check_keys(
    connection: Connection, register: Register, entries: Sequence[Entry], missing: "_Missing"
) -> None:
    if register is Register.PLACE:
        parents = rows.known_places(connection, _of(entries, "parent"))
        missing.keys(entries, "parent", parents.union(_of(entries, "key")))
    if register is Register.CERTIFICATE:
        missing.keys(entries, "place", rows.known_places(connection, _of(entries, "place")))
        missing.keys(entries, "product", rows.known_products(connection, _of(entries, "product")))


class _Missing:
    def __init__(self, sheet: Sheet) -> None:
        self._headings = sheet.headings
        self.faults: list[RowFault] = []

    def add(self, entry: Entry, field: str, code: str, text: str) -> None:
        column = self._headings.get(field, field)
        self.faults.append(RowFault(entry.number, column, code, {"text": text}))

    def keys(self, entries: Sequence[Entry], field: str, known: frozenset[str]) -> None:
        what = "place" if field == "parent" else field
        for entry in entries:
            key = entry.values.get(field)
            if key is not None and key not in known:
                self.add(entry, field, f"registry.unknown-{what}", key)


def _of(entries: Sequence[Entry], field: str) -> list[str]:
    return [entry.values[field] for entry in entries if entry.values.get(field)]


def _with(entry: Entry, values: Values) -> Entry:
    return Entry(entry.number, {**entry.values, **values})
