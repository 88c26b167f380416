# SPDX-License-Identifier: Apache-2.0
"""Single entries by register and key, as stored; within a transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.registry import cases
from nguon.registry.changes import TABLES, entry_key
from nguon.registry.errors import UnknownEntryError
from nguon.registry.model import Register, Scheme
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_COLUMN = {
    Register.ORGANISATION: "code",
    Register.PLACE: "key",
    Register.PRODUCT: "key",
}
_CODES = (Scheme.PLANTING_AREA, Scheme.PACKING_HOUSE)


def rows_of(
    connection: Connection, register: Register, keys: Iterable[str]
) -> dict[str, RowMapping]:
    """Entries by their keys as text; unknown keys are absent.

    A code's certificate is found however its number was written.
    """
    asked = list(dict.fromkeys(keys))
    if register is not Register.CERTIFICATE:
        name = _COLUMN[register]
        return {row[name]: row for row in rows.rows(connection, TABLES[register], name, asked)}
    pairs = [(head, tail) for head, _, tail in (key.partition("/") for key in asked)]
    found = rows.by_keys(connection, tables.certificate, ("scheme", "number"), pairs)
    by_text = {entry_key(register, row): row for row in found.values()}
    missing = [key for key in asked if key not in by_text and key.startswith(_CODES)]
    for row in _codes(connection, missing):
        by_text.setdefault(entry_key(register, row), row)
    return {key: by_text[key] for key in asked if key in by_text}


def entry(connection: Connection, register: Register, key: str) -> RowMapping:
    """An entry; raises `UnknownEntryError`."""
    found = rows_of(connection, register, [key]).get(key)
    if found is None:
        raise UnknownEntryError("approvals.unknown-entry")
    return found


def owners(
    connection: Connection, register: Register, content: Mapping[Any, Any]
) -> tuple[int, ...]:
    """Who looks after an entry: whose it is, its cooperative, who registered it."""
    [site] = cases.whose(connection, register, [content])
    found = rows.rows(connection, tables.organisation, "id", [site.owner])
    named = (site.owner, content.get("registrar"), *(row["member_of"] for row in found))
    return tuple(one for one in named if one)


def _codes(connection: Connection, keys: list[str]) -> list[RowMapping]:
    schemes = {key.partition("/")[0] for key in keys}
    wanted = set(keys)
    found = rows.rows(connection, tables.certificate, "scheme", sorted(schemes)) if keys else []
    return [row for row in found if entry_key(Register.CERTIFICATE, row) in wanted]
