# SPDX-License-Identifier: Apache-2.0
"""The statements of issuing; nothing is decided here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from nguon.epcis.items import ItemRef
from nguon.gs1 import key_hash
from nguon.store import codes_tables as tables
from nguon.store import entries
from nguon.store.bodies import unpack
from nguon.store.packing import unpack_items
from nguon.store.portions import portions, rows_by
from nguon.store.registry_tables import product
from nguon.store.schema import event, event_item
from nguon.store.stated import stated

Values = Mapping[str, Any]
Rows = list[RowMapping]

_SPANS = 200
"""Products that one statement asks for the blocks of."""

_NINES = "9" * 14
"""After a number, the end of all numbers that begin with it: digits sort alike everywhere."""


class Recorded(NamedTuple):
    """A stored event before anything is decided about it: its number, time, things and bytes."""

    id: int
    time: int
    items: tuple[ItemRef, ...]
    raw: bytes


def hold(connection: Connection, name: str) -> None:
    """Let one transaction at a time issue under a name, until it ends."""
    entries.numbers(connection, f"issuing/{name}", 1)


def add(connection: Connection, table: Table, values: Values) -> None:
    """Insert one row."""
    connection.execute(insert(table).values(**values))
    stated(connection, table, [values])


def licences(connection: Connection, column: str, keys: Sequence[Any]) -> Rows:
    """Licences by id, organisation or value, in the order of recording."""
    table = tables.licence
    return rows_by(connection, select(table), table.c[column], keys, table.c.recorded, table.c.id)


def overlapping(connection: Connection, number: str) -> Rows:
    """Licences of prefixes that begin with these digits, or with which these begin."""
    table = tables.licence
    shorter = [number[:length] for length in range(1, len(number) + 1)]
    meets = or_(table.c.value.in_(shorter), table.c.value.between(number, number + _NINES))
    query = select(table).where(table.c.kind == "prefix", meets).order_by(table.c.recorded)
    return list(connection.execute(query).mappings())


def single_under(connection: Connection, prefix: str) -> Rows:
    """Licences of single numbers whose digits begin with a prefix."""
    table = tables.licence
    under = table.c.value.between
    gtins = and_(table.c.kind == "gtin", under(f"0{prefix}", f"0{prefix}{_NINES}"))
    glns = and_(table.c.kind == "gln", under(prefix, prefix + _NINES))
    return list(connection.execute(select(table).where(or_(gtins, glns))).mappings())


def steps(connection: Connection, ids: Sequence[str]) -> Rows:
    """What was said of these licences, in order."""
    table = tables.licence_step
    return rows_by(connection, select(table), table.c.licence, ids, table.c.number)


def quotas(connection: Connection, organisations: Sequence[int]) -> dict[int, int]:
    """The quotas set for organisations; those that have one."""
    table = tables.quota
    found = rows_by(connection, select(table), table.c.organisation, organisations, table.c.number)
    return {row["organisation"]: row["pieces"] for row in found}


def quota_steps(connection: Connection, organisation: int) -> int:
    """How often a quota was set."""
    query = select(func.count()).where(tables.quota.c.organisation == organisation)
    return int(connection.execute(query).scalar_one())


def used(connection: Connection, organisations: Sequence[int]) -> dict[int, int]:
    """Pieces in blocks of organisations, those made void left out."""
    table, mark = tables.block, tables.mark
    whole = select(table.c.organisation, func.sum(table.c.quantity))
    void = select(table.c.organisation, func.sum(mark.c.quantity)).join(
        mark, and_(mark.c.block == table.c.id, mark.c.kind == "void")
    )
    found: Counter[int] = Counter()
    for some in portions(list(organisations)):
        for query, sign in ((whole, 1), (void, -1)):
            asked = query.where(table.c.organisation.in_(some)).group_by(table.c.organisation)
            found.update({int(row[0]): sign * int(row[1]) for row in connection.execute(asked)})
    return dict(found)


def gtins(connection: Connection, column: str, keys: Sequence[Any]) -> Rows:
    """Numbers given out, by number, base, organisation, licence or request."""
    table = tables.gtin
    return rows_by(connection, select(table), table.c[column], keys, table.c.recorded, table.c.gtin)


def registered(connection: Connection, prefix: str) -> set[str]:
    """The keys of registered products whose numbers begin with a company prefix."""
    begin = f"01/0{prefix}"
    query = select(product.c.key).where(product.c.key.between(begin, begin + _NINES))
    return set(connection.execute(query).scalars())


def by_request(
    connection: Connection, table: Table, organisation: int, request: str
) -> RowMapping | None:
    """What an organisation asked for under a mark of its own."""
    where = table.c.organisation == organisation, table.c.request == request
    return connection.execute(select(table).where(*where)).mappings().one_or_none()


def lots(connection: Connection, gtin: str, some: Sequence[str]) -> set[str]:
    """Which of these lot numbers of a product were given out."""
    table = tables.lot
    query = select(table.c.lot).where(table.c.gtin == gtin)
    return {
        lot
        for portion in portions(some)
        for lot in connection.execute(query.where(table.c.lot.in_(portion))).scalars()
    }


def last_lots(connection: Connection, organisation: int, most: int) -> Rows:
    """The lot numbers given out to an organisation, the newest first."""
    table = tables.lot
    query = select(table).where(table.c.organisation == organisation)
    query = query.order_by(table.c.recorded.desc(), table.c.lot).limit(most)
    return list(connection.execute(query).mappings())


def controls(connection: Connection, gtins: Sequence[str]) -> Rows:
    """What was last said of the control of products; of all where none is named."""
    table = tables.control
    last = select(table.c.gtin, func.max(table.c.number).label("number")).group_by(table.c.gtin)
    found: Rows = []
    for some in portions(gtins) if gtins else (None,):
        newest = (last if some is None else last.where(table.c.gtin.in_(some))).subquery()
        both = and_(newest.c.gtin == table.c.gtin, newest.c.number == table.c.number)
        found += connection.execute(select(table).join(newest, both)).mappings()
    return found


def blocks_among(connection: Connection, spans: Mapping[str, tuple[int, int]]) -> Rows:
    """The blocks of products that hold one of the running numbers from one to another, in order."""
    table, found = tables.block, list[RowMapping]()
    for some in portions(list(spans.items()), _SPANS):
        held = or_(
            *(
                and_(table.c.gtin == gtin, table.c.first <= last, _end(table) > first)
                for gtin, (first, last) in some
            )
        )
        found += connection.execute(select(table).where(held)).mappings()
    return sorted(found, key=lambda row: (row["gtin"], row["first"]))


def _end(table: Table) -> ColumnElement[int]:
    return table.c.first + table.c.quantity


def any_block(connection: Connection, gtin: str) -> bool:
    """Whether serials of a product were issued."""
    query = select(tables.block.c.id).where(tables.block.c.gtin == gtin).limit(1)
    return connection.execute(query).first() is not None


def blocks(connection: Connection, column: str, keys: Sequence[Any]) -> Rows:
    """Blocks by id, organisation or product, the first recorded first."""
    table = tables.block
    return rows_by(
        connection, select(table), table.c[column], keys, table.c.recorded, table.c.first
    )


def given(
    connection: Connection,
    table: Table,
    conditions: Sequence[ColumnElement[bool]],
    *,
    before: tuple[int, str] | None,
    limit: int,
) -> Rows:
    """Blocks or licences that meet all conditions, the newest first, those before a cursor."""
    query = select(table).where(*conditions)
    query = query.order_by(table.c.recorded.desc(), table.c.id.desc())
    if before is not None:
        moment, last = before
        older = and_(table.c.recorded == moment, table.c.id < last)
        query = query.where(or_(table.c.recorded < moment, older))
    return list(connection.execute(query.limit(limit)).mappings())


def take(connection: Connection, block: str, quantity: int) -> int | None:
    """Move a block's mark past so many pieces; where it was, or None where so many are not left."""
    table = tables.block
    enough = table.c.exported + quantity <= table.c.quantity
    moving = update(table).where(table.c.id == block, enough)
    moved = moving.values(exported=table.c.exported + quantity).returning(table.c.exported)
    end = connection.execute(moved).scalar_one_or_none()
    return None if end is None else int(end) - quantity


def exports(connection: Connection, column: str, keys: Sequence[str]) -> Rows:
    """Ranges handed to printers, by id or block, in order."""
    table = tables.export
    return rows_by(connection, select(table), table.c[column], keys, table.c.block, table.c.first)


def export_of(connection: Connection, block: str, request: str) -> RowMapping | None:
    """The range of a block that was asked for under a mark."""
    table = tables.export
    query = select(table).where(table.c.block == block, table.c.request == request)
    return connection.execute(query).mappings().one_or_none()


def fetches(connection: Connection, exports: Sequence[str]) -> Rows:
    """Each time that a file of these ranges was taken, in order."""
    table = tables.fetch
    return rows_by(connection, select(table), table.c.export, exports, table.c.recorded)


def marks(connection: Connection, blocks: Sequence[str]) -> Rows:
    """What became of ranges of blocks, in order."""
    table = tables.mark
    return rows_by(connection, select(table), table.c.block, blocks, table.c.block, table.c.number)


def uncovered(connection: Connection, item: str, moment: int) -> RowMapping:
    """Count a check of a hidden part; the row after it."""
    table = tables.secret
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(table).values(item=item, first=moment, last=moment, times=1)
    again = first.on_conflict_do_update(
        index_elements=["item"], set_={"last": moment, "times": table.c.times + 1}
    )
    return connection.execute(again.returning(*table.c)).mappings().one()


def histories(connection: Connection, keys: Sequence[str], most: int) -> list[Recorded]:
    """Events that name these things themselves, at most ``most``, erased ones left out."""
    numbers: dict[int, None] = {}
    for some in portions(list(dict.fromkeys(key_hash(key) for key in keys))):
        query = select(event_item.c.event).where(event_item.c.item.in_(some))
        left = query.where(event_item.c.member == 0).limit(most - len(numbers))
        numbers |= dict.fromkeys(connection.execute(left).scalars())
        if len(numbers) >= most:
            break
    query = select(event.c.id, event.c.time, event.c.item_list, event.c.body)
    found = rows_by(connection, query.where(event.c.body.is_not(None)), event.c.id, list(numbers))
    return [
        Recorded(row["id"], row["time"], unpack_items(row["item_list"]), unpack(row["body"])[0])
        for row in found
    ]
