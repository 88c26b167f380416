# SPDX-License-Identifier: Apache-2.0
"""Keeps the search's words beside the registers: written with the rows, or all made anew.

Words stand as `` name words | others ``; what is open for everybody and what
only the owners of a household's entry may find it by are kept apart.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from nguon.registry.model import PRIVATE_KINDS, OrganisationKind, Register
from nguon.store import Store, search
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.store.search import EVERYBODY, WHOLE, EntryRow
from nguon.vn.text import fold
from nguon.vn.units import commune

_AT_ONCE = 2_000
Row = Mapping[Any, Any]
"""A row of a register; columns that it lacks are empty."""
_Make = Callable[[Connection, Sequence[Row]], Iterator[EntryRow]]


def reindex(
    connection: Connection, register: Register, new: Sequence[Row], changed: Sequence[Row] = ()
) -> None:
    """Write the words of rows: those that are new, and those that had words before.

    Called where the registers are written. The places of changed organisations
    follow them.
    """
    columns = dict.fromkeys(_TABLES[register][0].c.keys())
    whole = [{**columns, **row} for row in (*new, *changed)]
    made = list(_MAKERS[register](connection, whole))
    before = [entry.id for entry in made[len(new) :]]
    if register is Register.ORGANISATION and changed:
        held = rows.rows(connection, tables.place, "holder", [row["id"] for row in changed])
        places = list(_places(connection, held))
        made += places
        before += [entry.id for entry in places]
    _write(connection, made, before)


def rebuild(store: Store) -> int:
    """Make every entry's words anew; how many entries there are."""
    total = 0
    for register in Register:
        after = None
        table, column = _TABLES[register]
        while True:
            with store.transaction() as connection:
                rows.hold(connection)
                page = rows.page(connection, table, column, after=after, limit=_AT_ONCE)
                # Numbers of certificates are unique with their scheme only.
                same = rows.rows(connection, table, column, [row[column] for row in page[-1:]])
                made = list(_MAKERS[register](connection, [*page, *same]))
                _write(connection, made, [entry.id for entry in made])
            total += len(page)
            if len(page) < _AT_ONCE:
                break
            after = page[-1][column]
    return total


def ensure(store: Store) -> None:
    """Index what was registered before there was a search."""
    with store.reading() as connection:
        empty = search.is_empty(connection)
        registered = rows.page(connection, tables.organisation, "code", after=None, limit=1)
    if empty and registered:
        rebuild(store)


_TABLES = {
    Register.ORGANISATION: (tables.organisation, "code"),
    Register.PLACE: (tables.place, "key"),
    Register.PRODUCT: (tables.product, "key"),
    Register.CERTIFICATE: (tables.certificate, "number"),
}


def _write(connection: Connection, made: Sequence[EntryRow], before: Sequence[int]) -> None:
    unique = list({entry.id: entry for entry in made}.values())
    search.replace(connection, unique, sorted(_words_of(unique)), before)


def _words_of(made: Iterable[EntryRow]) -> Iterator[tuple[int, str, int]]:
    for entry in made:
        opened = {word for word in entry.open_words.split() if word != "|"}
        for word in opened:
            yield EVERYBODY, word, entry.id
        readers = {WHOLE, *map(int, entry.owners.split())}
        for word in {word for word in entry.own_words.split() if word != "|"} - opened:
            for reader in readers:
                yield reader, word, entry.id


def _organisations(_: Connection, found: Sequence[Row]) -> Iterator[EntryRow]:
    for row in found:
        names = (row["name_vi"], row["name_en"])
        codes = (*_codes(row["code"]), *_codes(row["gln"]))
        owners = (row["id"], row["member_of"], row["registrar"])
        if OrganisationKind(row["kind"]) in PRIVATE_KINDS:
            opened = _said([row["public_name"]], codes)
            yield _entry(Register.ORGANISATION, row, owners, opened, _said(names, ()))
        else:
            more = (*codes, *_codes(row["tax_code"]), *_where(row))
            opened = _said((*names, row["public_name"]), more)
            yield _entry(Register.ORGANISATION, row, owners, opened)


def _places(connection: Connection, found: Sequence[Row]) -> Iterator[EntryRow]:
    numbers = [row["holder"] for row in found]
    holders = {r["id"]: r for r in rows.rows(connection, tables.organisation, "id", numbers)}
    for row in found:
        holder = holders[row["holder"]]
        names = (row["name_vi"], row["name_en"])
        number = row["key"].split("/")[1] if row["key"].startswith("414/") else None
        codes = (*_codes(row["national_code"]), *_codes(number))
        owners = (row["holder"], holder["member_of"], row["registrar"])
        if OrganisationKind(holder["kind"]) in PRIVATE_KINDS:
            yield _entry(Register.PLACE, row, owners, _said((), codes), _said(names, ()))
        else:
            opened = _said(names, (*codes, row["crop"], *_where(row)))
            yield _entry(Register.PLACE, row, owners, opened)


def _products(_: Connection, found: Sequence[Row]) -> Iterator[EntryRow]:
    for row in found:
        gtin = row["key"].partition("/")[2]
        more = (row["brand"], row["model"], row["variety"], gtin, gtin.lstrip("0"))
        yield _entry(Register.PRODUCT, row, (), _said((row["name_vi"], row["name_en"]), more))


def _certificates(_: Connection, found: Sequence[Row]) -> Iterator[EntryRow]:
    for row in found:
        more = (*_codes(row["number"]), row["issuer"])
        key = f"{row['scheme']}/{row['number']}"
        yield _entry(Register.CERTIFICATE, {**row, "key": key}, (), _said((row["title"],), more))


_MAKERS: Mapping[Register, _Make] = {
    Register.ORGANISATION: _organisations,
    Register.PLACE: _places,
    Register.PRODUCT: _products,
    Register.CERTIFICATE: _certificates,
}


def _entry(
    register: Register, row: Row, owners: Iterable[int | None], opened: str, own: str = ""
) -> EntryRow:
    key = row["code"] if register is Register.ORGANISATION else row["key"]
    digest = hashlib.sha256(f"{register}/{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    unit = commune(row["commune"]) if row.get("commune") else None
    place = unit.province.code if unit is not None else None
    named = " ".join(str(owner) for owner in dict.fromkeys(owners) if owner is not None)
    return EntryRow(number, register.value, key, place, named, opened, own)


def _said(names: Iterable[str | None], more: Iterable[str | None]) -> str:
    """Folded words: each name, then the rest; a space before each word, `` | `` after a name."""
    own = [f" {fold(name)} |" for name in names if name]
    return "".join(own) + "".join(f" {fold(text)}" for text in more if text) + " "


def _codes(code: str | None) -> Iterator[str]:
    """A code as its words, and as one: with and without the country's letters."""
    if code:
        yield code
        whole = fold(code).replace(" ", "")
        yield whole
        if whole.startswith("vn") and len(whole) > 4:
            yield whole[2:]


def _where(row: Row) -> Iterator[str]:
    unit = commune(row["commune"]) if row["commune"] else None
    if unit is not None:
        yield unit.name
        yield unit.province.name
