# SPDX-License-Identifier: Apache-2.0
"""Statements of the figures that follow the log: states of lots with their counts, and duties."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from nguon.store import compliance_tables as tables
from nguon.store import registry_tables as registers
from nguon.store.portions import portions

Values = Mapping[str, Any]


class Group(NamedTuple):
    """What figures are counted by."""

    province: str
    ministry: str
    sector: str


def position(connection: Connection, name: str) -> int:
    """Up to which log entry a projection has read; 0 before the first."""
    column = tables.projection.c
    return connection.scalar(select(column.seq).where(column.name == name)) or 0


def move(connection: Connection, name: str, before: int, after: int) -> bool:
    """Claim the entries between two places; False where another did so first."""
    column = tables.projection.c
    _begin(connection, name)
    own = update(tables.projection).where(column.name == name, column.seq == before)
    return bool(connection.execute(own.values(seq=after)).rowcount)


def hold(connection: Connection, name: str, holder: str, *, now: int, until: int) -> bool:
    """Take or keep the lead of a projection; False while another process has it."""
    column = tables.projection.c
    _begin(connection, name)
    free = or_(column.holder.is_(None), column.holder == holder, column.held_until < now)
    own = update(tables.projection).where(column.name == name, free)
    return bool(connection.execute(own.values(holder=holder, held_until=until)).rowcount)


def let_go(connection: Connection, name: str, holder: str) -> None:
    """Leave the lead to others."""
    column = tables.projection.c
    own = update(tables.projection).where(column.name == name, column.holder == holder)
    connection.execute(own.values(holder=None, held_until=None))


def _begin(connection: Connection, name: str) -> None:
    column = tables.projection.c
    if connection.scalar(select(column.seq).where(column.name == name)) is None:
        connection.execute(insert(tables.projection).values(name=name, seq=0))


def put_states(connection: Connection, states: Sequence[Values]) -> None:
    """Write how lots stand, and count them anew."""
    change: Counter[tuple[Group, str]] = Counter()
    lot = tables.lot_state.c.lot
    for portion in portions(states):
        some = [row["lot"] for row in portion]
        for row in connection.execute(select(tables.lot_state).where(lot.in_(some))).mappings():
            _count(change, row, -1)
        connection.execute(delete(tables.lot_state).where(lot.in_(some)))
    for state in states:
        _count(change, state, 1)
    if states:
        connection.execute(insert(tables.lot_state), list(states))
    for group in {group for group, _ in change}:
        _add_up(connection, group, change[group, "lots"], change[group, "complete"])


def _count(change: Counter[tuple[Group, str]], row: Any, by: int) -> None:
    group = Group(row["province"] or "", row["ministry"] or "", row["sector"] or "")
    change[group, "lots"] += by
    change[group, "complete"] += by * (row["missing"] == 0)


def _add_up(connection: Connection, group: Group, lots: int, complete: int) -> None:
    column = tables.state_count.c
    own = update(tables.state_count).where(*(column[n] == v for n, v in group._asdict().items()))
    changed = own.values(lots=column.lots + lots, complete=column.complete + complete)
    if not connection.execute(changed).rowcount:
        values = {**group._asdict(), "lots": lots, "complete": complete}
        connection.execute(insert(tables.state_count).values(**values))


def open_duties(connection: Connection, duties: Sequence[Values]) -> None:
    """Open duties that are not known yet."""
    column = tables.duty.c
    keys = [(one["kind"], one["subject"], one["organisation"]) for one in duties]
    known: set[tuple[str, str, int]] = set()
    for some in portions(keys):
        names = (column.kind, column.subject, column.organisation)
        query = select(*names).where(tuple_(*names).in_(some))
        known.update(tuple(row) for row in connection.execute(query))
    new = [one for one, key in zip(duties, keys, strict=True) if key not in known]
    if new:
        connection.execute(insert(tables.duty), new)


def settle(
    connection: Connection, kind: str, subjects: Sequence[str], organisation: int, done: int
) -> None:
    """Say that an organisation did what it owed about any of these subjects."""
    column = tables.duty.c
    for some in portions(subjects):
        mine = update(tables.duty).where(
            column.kind == kind,
            column.organisation == organisation,
            column.subject.in_(some),
            column.done.is_(None),
        )
        connection.execute(mine.values(done=done))


def open_of(connection: Connection, organisation: int, *, limit: int) -> list[RowMapping]:
    """What an organisation owes, the most urgent first."""
    column = tables.duty.c
    query = select(tables.duty).where(column.organisation == organisation, column.done.is_(None))
    return list(connection.execute(query.order_by(column.due).limit(limit)).mappings())


def overdue(
    connection: Connection,
    now: int,
    *,
    provinces: Collection[str] | None,
    ministry: str | None,
    limit: int,
) -> list[RowMapping]:
    """What is overdue in these provinces (None: everywhere) and of this ministry (None: of all;
    empty: of none), the oldest first.
    """
    column = tables.duty.c
    query = select(tables.duty).where(column.done.is_(None), column.due < now)
    if provinces is not None:
        query = query.where(func.coalesce(column.province, "").in_(sorted(provinces)))
    if ministry is not None:
        query = query.where(func.coalesce(column.ministry, "") == ministry)
    return list(connection.execute(query.order_by(column.due).limit(limit)).mappings())


def overdue_counts(connection: Connection, now: int) -> list[RowMapping]:
    """How many duties are overdue, by province and ministry."""
    column = tables.duty.c
    query = (
        select(column.province, column.ministry, func.count().label("duties"))
        .where(column.done.is_(None), column.due < now)
        .group_by(column.province, column.ministry)
    )
    return list(connection.execute(query).mappings())


def lacking_of(connection: Connection, organisation: int, *, limit: int) -> list[RowMapping]:
    """Lots of a maker that lack mandatory data, those that lack most first."""
    column = tables.lot_state.c
    query = select(tables.lot_state).where(column.organisation == organisation, column.missing > 0)
    ordered = query.order_by(column.missing.desc(), column.lot).limit(limit)
    return list(connection.execute(ordered).mappings())


def counts(connection: Connection) -> list[RowMapping]:
    """Lots and complete lots by province, ministry and sector."""
    query = select(tables.state_count).where(tables.state_count.c.lots > 0)
    return list(connection.execute(query).mappings())


def expiring(
    connection: Connection,
    first: str,
    last: str,
    *,
    holder: int | None,
    communes: Collection[str] | None = None,
    limit: int,
) -> list[RowMapping]:
    """Certificates that end between two days, with the commune of whoever holds them; of one
    holder, or of those who sit in these communes (empty: in no known one).
    """
    paper, party = registers.certificate, registers.organisation
    joined = paper.outerjoin(party, party.c.id == paper.c.organisation)
    query = (
        select(
            paper.c.scheme,
            paper.c.number,
            paper.c.valid_to,
            paper.c.organisation,
            party.c.commune,
            party.c.ministry,
        )
        .select_from(joined)
        .where(and_(paper.c.valid_to >= first, paper.c.valid_to <= last))
    )
    if holder is not None:
        query = query.where(paper.c.organisation == holder)
    if communes is not None:
        query = query.where(func.coalesce(party.c.commune, "").in_(sorted(communes)))
    ordered = query.order_by(paper.c.valid_to, paper.c.scheme, paper.c.number).limit(limit)
    return list(connection.execute(ordered).mappings())
