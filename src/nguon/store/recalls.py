# SPDX-License-Identifier: Apache-2.0
"""The statements on recalls: cases, what they start from, steps, scopes."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from nguon.store.packing import unpack_items
from nguon.store.portions import batches, rows_by
from nguon.store.recalls_tables import (
    recall_about,
    recall_case,
    recall_maker,
    recall_scope,
    recall_step,
    recall_thing,
)
from nguon.store.schema import event, log
from nguon.store.stated import stated

Values = Mapping[str, Any]
_LOT = 1
"""`recall_thing.kind` of a lot."""
_PRODUCT_LENGTH = len("01/") + 14


def find(connection: Connection, number: str) -> RowMapping | None:
    """The case with this id."""
    query = select(recall_case).where(recall_case.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def hold(connection: Connection, number: str, *, alone: bool = False) -> None:
    """Keep a case as it is until the transaction ends; ``alone``: no site of it changes either.

    Whoever changes a case or its sites takes the case first, so that nobody waits in a ring.
    """
    query = select(recall_case.c.id).where(recall_case.c.id == number)
    connection.execute(query.with_for_update(read=not alone)).first()


def some(connection: Connection, numbers: Collection[str]) -> list[RowMapping]:
    """The cases with these ids."""
    return rows_by(connection, select(recall_case), recall_case.c.id, sorted(numbers))


def opened_as(connection: Connection, open_as: str) -> RowMapping | None:
    """The case that was opened under a reference."""
    query = select(recall_case).where(recall_case.c.open_as == open_as)
    return connection.execute(query).mappings().one_or_none()


def add(connection: Connection, values: Values) -> bool:
    """Write a new case; False, and nothing written, where its reference was used already."""
    try:
        with connection.begin_nested():
            connection.execute(insert(recall_case), [dict(values)])
    except IntegrityError:
        return False
    return True


def move(connection: Connection, number: str, values: Values, *, seen: int) -> RowMapping | None:
    """Change a case of which so many steps were seen; None where there are more by now."""
    own = update(recall_case).where(recall_case.c.id == number, recall_case.c.steps == seen)
    changed = own.values(**values, steps=seen + 1).returning(*recall_case.c)
    row = connection.execute(changed).mappings().one_or_none()
    if row is not None:
        stated(connection, recall_case, [row])
    return row


def checked(connection: Connection, number: str, position: int) -> None:
    """Note up to which log position records were looked at."""
    own = update(recall_case).where(recall_case.c.id == number)
    connection.execute(own.where(recall_case.c.checked < position).values(checked=position))


def add_about(connection: Connection, number: str, keys: Collection[str], step: int) -> None:
    """Write what a case starts from; keys that it has already change nothing."""
    known = set(about(connection, [number]).get(number, ()))
    new = [key for key in dict.fromkeys(keys) if key not in known]
    if new:
        values = [{"key": key, "recall": number, "number": step} for key in new]
        connection.execute(insert(recall_about), values)


def about(connection: Connection, numbers: Collection[str]) -> dict[str, list[str]]:
    """What cases start from."""
    table = recall_about
    found: dict[str, list[str]] = {}
    for row in rows_by(
        connection, select(table), table.c.recall, sorted(numbers), table.c.number, table.c.key
    ):
        found.setdefault(row["recall"], []).append(row["key"])
    return found


def add_makers(connection: Connection, number: str, organisations: Collection[int]) -> None:
    """Write whose goods a recall is about; who stands there already is left."""
    new = sorted(set(organisations) - set(makers(connection, number)))
    if new:
        values = [{"recall": number, "organisation": one} for one in new]
        connection.execute(insert(recall_maker), values)


def makers(connection: Connection, number: str) -> list[int]:
    """Whose goods a recall is about."""
    table = recall_maker
    query = select(table.c.organisation).where(table.c.recall == number)
    return list(connection.scalars(query.order_by(table.c.organisation)))


def under(connection: Connection, keys: Collection[str]) -> list[RowMapping]:
    """The cases that start from one of these things."""
    own = select(recall_case).join(recall_about, recall_about.c.recall == recall_case.c.id)
    found = {row["id"]: row for row in rows_by(connection, own, recall_about.c.key, sorted(keys))}
    return sorted(found.values(), key=lambda row: (row["opened"], row["id"]))


def add_step(connection: Connection, values: Values) -> None:
    """Write what happened."""
    connection.execute(insert(recall_step), [dict(values)])
    stated(connection, recall_step, [values])


def contents(connection: Connection, numbers: Collection[str], step: str) -> list[RowMapping]:
    """The contents of all steps of this kind in some cases, in their order."""
    columns, found = recall_step.c, list[RowMapping]()
    query = select(columns.recall, columns.content).where(
        columns.step == step, columns.content.is_not(None)
    )
    for some in batches(sorted(numbers)):
        own = query.where(columns.recall.in_(some)).order_by(columns.recall, columns.number)
        found += connection.execute(own).mappings()
    return found


def add_scope(connection: Connection, values: Values) -> None:
    """Write a version of a scope."""
    connection.execute(insert(recall_scope), [dict(values)])
    stated(connection, recall_scope, [values])


def scope(connection: Connection, number: str, version: int) -> RowMapping | None:
    """A version of a scope."""
    table = recall_scope
    query = select(table).where(table.c.recall == number, table.c.version == version)
    return connection.execute(query).mappings().one_or_none()


def rechoose(connection: Connection, number: str, version: int, choice: str) -> None:
    """Leave more out of a version's choice: what it found stays."""
    table = recall_scope
    own = update(table).where(table.c.recall == number, table.c.version == version)
    changed = own.values(choice=choice).returning(*table.c)
    stated(connection, table, [connection.execute(changed).mappings().one()])


def named_between(connection: Connection, after: int, upto: int) -> set[str]:
    """The things that records of these log entries name."""
    query = select(event.c.item_list).join(log, log.c.event == event.c.id)
    query = query.where(log.c.seq > after, log.c.seq <= upto, event.c.item_list.is_not(None))
    packed = connection.scalars(query)
    return {item.key for one in packed for item in unpack_items(bytes(one))}


def things(
    connection: Connection, number: str, *, after: str = "", limit: int | None = None
) -> list[RowMapping]:
    """The affected things by key, those after one."""
    table = recall_thing
    query = select(table).where(table.c.recall == number, table.c.key > after)
    return list(connection.execute(query.order_by(table.c.key).limit(limit)).mappings())


def lots(connection: Connection, numbers: Collection[str]) -> dict[str, list[tuple[str, bool]]]:
    """The lots of recalls by key, and whether they are cleared."""
    table = recall_thing
    found: dict[str, list[tuple[str, bool]]] = {}
    query = select(table).where(table.c.kind == _LOT)
    for row in rows_by(connection, query, table.c.recall, sorted(numbers), table.c.key):
        found.setdefault(row["recall"], []).append((row["key"], row["released"] is not None))
    return found


def products(connection: Connection, numbers: Collection[str]) -> dict[str, list[str]]:
    """The products of the things of recalls."""
    table = recall_thing
    product = func.substr(table.c.key, 1, _PRODUCT_LENGTH).label("product")
    query = select(table.c.recall, product).where(table.c.key.like("01/%")).distinct()
    found: dict[str, list[str]] = {}
    for row in rows_by(connection, query, table.c.recall, sorted(numbers)):
        found.setdefault(row["recall"], []).append(row["product"])
    return {number: sorted(some) for number, some in found.items()}


def drop_things(connection: Connection, number: str) -> None:
    """Forget the things of a scope that nobody was told of."""
    connection.execute(delete(recall_thing).where(recall_thing.c.recall == number))


def release(connection: Connection, number: str, keys: Collection[str], moment: int) -> int:
    """Clear things that were not cleared before; gives how many."""
    count = 0
    for some in batches(sorted(keys)):
        own = update(recall_thing).where(recall_thing.c.recall == number)
        own = own.where(recall_thing.c.key.in_(some), recall_thing.c.released.is_(None))
        count += connection.execute(own.values(released=moment)).rowcount
    return count


def in_state(connection: Connection, state: str) -> list[str]:
    """The ids of the cases in a state, the first due first."""
    table = recall_case
    query = select(table.c.id).where(table.c.state == state).order_by(table.c.due, table.c.id)
    return list(connection.scalars(query))


def overdue(
    connection: Connection, states: Collection[str], moment: int, step: str
) -> list[RowMapping]:
    """The cases in these states whose term is over, of which no such step says so yet."""
    table, taken = recall_case, recall_step
    said = select(taken.c.recall).where(
        taken.c.recall == table.c.id, taken.c.step == step, taken.c.due == table.c.due
    )
    query = select(table).where(table.c.state.in_(states), table.c.due < moment, ~said.exists())
    return list(connection.execute(query.order_by(table.c.due, table.c.id)).mappings())


def counted(connection: Connection, number: str) -> tuple[int, int]:
    """How many things a recall has, and how many of them are cleared."""
    table = recall_thing
    query = select(func.count(), func.count(table.c.released)).where(table.c.recall == number)
    row = connection.execute(query).one()
    return int(row[0]), int(row[1])
