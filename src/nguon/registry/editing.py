# SPDX-License-Identifier: Apache-2.0
"""Single entries written by people: an entry as the cells of a form, and back.

A form is a table of one row: the same reading, the same refusals, the same
way into the registers as a file (`nguon.registry.service.take`).
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.registry import entries, history, personal, rules, service
from nguon.registry.changes import entry_key
from nguon.registry.errors import UnknownEntryError
from nguon.registry.model import Register
from nguon.registry.service import ImportReport
from nguon.registry.shapes import SHAPES, STANDING
from nguon.registry.sheet import Sheet, SheetRow
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.vn import search
from nguon.vn.units import commune

_ORGANISATIONS = ("member_of", "holder", "maker", "organisation", "issuer_body")
_LISTS = ("markets", "standards")
_AMOUNTS = ("area_ha", "capacity", "quantity", "latitude", "longitude")


class Saved(msgspec.Struct, frozen=True):
    """What became of a form; ``key`` is the entry's where it was taken."""

    report: ImportReport
    key: str = ""


def fields(register: Register) -> tuple[str, ...]:
    """The fields that a form of this register may have."""
    return tuple(name for name in SHAPES[register].converters if name not in STANDING)


def cells(store: Store, principal: Principal, register: Register, key: str) -> dict[str, str]:
    """An entry as people would write it, for the form of whoever looks after it.

    Raises `UnknownEntryError`: there is none, or others look after it.
    """
    with store.reading() as connection:
        row = entries.entry(connection, register, key)
        if principal.kind is not KeyKind.OPERATOR and principal.organisation not in (
            entries.owners(connection, register, row)
        ):
            raise UnknownEntryError("approvals.unknown-entry")
        named = _codes(connection, row)
    found = {name: _cell(name, row[name], named) for name in fields(register)}
    if register is Register.ORGANISATION:
        number = personal.reveal(store, principal.audience, row["id"])
        found["tax_code"] = number or found["tax_code"]
    return found


def save(
    store: Store, principal: Principal, register: Register, written: Mapping[str, str]
) -> Saved:
    """Take a form: all of it or nothing, with every fault named by its field."""
    known = {name: written[name] for name in fields(register) if name in written}
    sheet = Sheet({name: name for name in known}, [SheetRow(1, known)], [])
    registrar = None if principal.kind is KeyKind.OPERATOR else principal.organisation
    by = history.actor(principal)
    report = service.take(store, register, sheet, registrar=registrar, by=by)
    if not report.done:
        return Saved(report)
    [entry], _ = rules.entries(register, sheet)
    return Saved(report, entry_key(register, entry.values))


def _codes(connection: Connection, row: Mapping[Any, Any]) -> dict[int, str]:
    numbers = [row[name] for name in _ORGANISATIONS if row.get(name)]
    found = rows.rows(connection, tables.organisation, "id", numbers)
    return {one["id"]: one["code"] for one in found}


def _cell(name: str, value: Any, named: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if name in _ORGANISATIONS:
        return named.get(value, "")
    if name == "commune":
        return _commune(value)
    if name in _LISTS:
        return "; ".join(str(value).splitlines())
    if name in _AMOUNTS:
        return str(value).replace(".", ",")
    return str(value).removeprefix("01/") if name == "key" else str(value)


def _commune(code: str) -> str:
    """Its name where that is enough to find it again."""
    unit = commune(code)
    label = code if unit is None else unit.label("vi")
    return label if len(search.named(label)) == 1 else code
