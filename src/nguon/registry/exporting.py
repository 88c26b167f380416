# SPDX-License-Identifier: Apache-2.0
"""An organisation's own entries as a table: the columns and words that an import takes again."""

from collections.abc import Mapping, Sequence
from typing import Any

from nguon.registry import holdings, words
from nguon.registry.holdings import Holding
from nguon.registry.model import Register
from nguon.registry.shapes import SHAPES, STANDING
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_ORGANISATIONS = ("member_of", "holder", "maker", "organisation", "issuer_body")
_LISTS = ("markets", "standards")
_AMOUNTS = ("area_ha", "capacity", "quantity", "latitude", "longitude")
_MOST = 1_000_000


def table(store: Store, organisation: int, register: Register) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of what an organisation and its members have in a register.

    For the organisation itself: nothing is taken away but what nobody reads there
    (numbers of persons are masked).
    """
    found = holdings.of_organisation(store, organisation, register, limit=_MOST)
    names = words.names(register)
    fields = [name for name in SHAPES[register].converters if name not in STANDING]
    codes = _codes(store, found)
    used = [
        name
        for name in fields
        if name in SHAPES[register].required or any(one.content[name] for one in found)
    ]
    listed = [[_cell(name, one.content[name], codes) for name in used] for one in found]
    return [names[name][0] for name in used], listed


def _codes(store: Store, found: Sequence[Holding]) -> Mapping[int, str]:
    numbers = {one.content.get(name) for one in found for name in _ORGANISATIONS} - {None}
    with store.reading() as connection:
        known = rows.rows(connection, tables.organisation, "id", sorted(numbers))
    return {row["id"]: row["code"] for row in known}


def _cell(name: str, value: Any, codes: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if name in _ORGANISATIONS:
        return codes.get(value, "")
    if name in _LISTS:
        return "; ".join(str(value).splitlines())
    if name in _AMOUNTS:
        return str(value).replace(".", ",")
    return str(value).removeprefix("01/") if name in ("key", "product") else str(value)
