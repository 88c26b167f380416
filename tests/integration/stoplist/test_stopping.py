# SPDX-License-Identifier: Apache-2.0
"""Stops put and lifted: what they cover, what the log states, what other processes see."""

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.stoplist import holding, queries, service
from nguon.stoplist.errors import StopError
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import Store
from nguon.store.statements_tables import log_statement
from nguon.store.stoplist_tables import stop, stop_cause, stop_head

PRODUCT = "01/08931234567894"
LOT = f"{PRODUCT}/10/A1"
PIECE = f"{PRODUCT}/21/0005"


def new(kind: StopKind, key: str, last: str | None = None, source: str = "recall:1") -> NewStop:
    return NewStop(
        kind=kind, key=key, last=last, source=source, reason="recall", by="person/1", level=1
    )


def put(store: Store, *stops: NewStop) -> None:
    with store.transaction() as connection:
        service.put(connection, stops)


def lift(store: Store, source: str, keys: list[str] | None = None) -> int:
    with store.transaction() as connection:
        return service.lift(connection, source, keys, by="person/2")


def statements(store: Store) -> list[dict[str, object]]:
    query = select(log_statement.c.body).where(log_statement.c.kind.like("stop%"))
    with store.reading() as connection:
        rows = connection.scalars(query.order_by(log_statement.c.seq))
        return [msgspec.json.decode(row) for row in rows]


@pytest.mark.parametrize(
    ("stopped", "free"),
    [
        (new(StopKind.ITEM, PIECE), [LOT, PRODUCT, f"{PRODUCT}/21/0006"]),
        (new(StopKind.LOT, LOT), [PRODUCT, f"{PRODUCT}/10/A2", f"{PRODUCT}/21/0006"]),
        (new(StopKind.PRODUCT, PRODUCT), ["01/08931234567887", "00/089312345000000012"]),
        (
            new(StopKind.RANGE, f"{PRODUCT}/21/0003", f"{PRODUCT}/21/0005"),
            [f"{PRODUCT}/21/{serial}" for serial in ("0002", "0006", "4", "00004")] + [LOT],
        ),
    ],
    ids=["item", "lot", "product", "range"],
)
def test_what_a_stop_covers(store: Store, stopped: NewStop, free: list[str]) -> None:
    put(store, stopped)
    covered = {
        StopKind.ITEM: [PIECE],
        StopKind.LOT: [LOT],
        StopKind.PRODUCT: [PRODUCT, LOT, PIECE],
        StopKind.RANGE: [f"{PRODUCT}/21/0003", f"{PRODUCT}/21/0004", PIECE],
    }[stopped.kind]
    found = queries.stopped(store, [*covered, *free])
    assert sorted(found) == sorted(covered)
    assert {(one.kind, one.key, one.source, one.level) for one in found.values()} == {
        (stopped.kind, stopped.key, "recall:1", 1)
    }
    assert lift(store, "recall:1") == 1
    assert queries.stopped(store, covered) == {}


def test_lifting_some_and_twice(store: Store, reopened: Callable[[], Store]) -> None:
    other = reopened()
    put(store, new(StopKind.LOT, LOT), new(StopKind.ITEM, PIECE))
    put(store, new(StopKind.ITEM, PIECE, source="hold:7"))
    assert set(queries.stopped(other, [LOT, PIECE])) == {LOT, PIECE}
    assert lift(store, "recall:1", [PIECE, "01/00000000000017"]) == 1
    assert queries.stopped(store, [PIECE])[PIECE].source == "hold:7"
    assert lift(store, "recall:1", [PIECE]) == 0
    assert lift(store, "hold:7") == 1
    assert set(queries.stopped(store, [LOT, PIECE])) == {LOT}
    assert [one.lifted is None for one in queries.of_source(store, "recall:1")] == [True, False]
    told = statements(store)
    assert [(one["what"], one["count"], one["source"]) for one in told] == [
        ("stop", 2, "recall:1"),
        ("stop", 1, "hold:7"),
        ("stop.lifted", 1, "recall:1"),
        ("stop.lifted", 1, "hold:7"),
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (f"{PRODUCT}/21/5", f"{PRODUCT}/21/3"),
        (f"{PRODUCT}/21/5", f"{PRODUCT}/21/13"),
        (f"{PRODUCT}/21/5", "01/08931234567887/21/6"),
        (f"{PRODUCT}/10/5", f"{PRODUCT}/10/6"),
        (f"{PRODUCT}/21/5", None),
    ],
    ids=["turned", "lengths", "products", "lots", "open"],
)
def test_a_run_that_is_none_changes_nothing(store: Store, first: str, last: str | None) -> None:
    with pytest.raises(StopError) as caught:
        put(store, new(StopKind.LOT, LOT), new(StopKind.RANGE, first, last))
    assert caught.value.code == "stoplist.range"
    with store.reading() as connection:
        assert connection.execute(select(stop)).all() == []
        assert connection.execute(select(stop_cause)).all() == []
        assert connection.execute(select(stop_head.c.version, stop_head.c.standing)).all() == [
            (0, 0)
        ]
    assert statements(store) == []


def test_own_holds_are_seen_after_a_thousand_that_ended(store: Store) -> None:
    by = Principal(7, "person/7", KeyKind.MEMBER, frozenset({Scope.REGISTRY}), strict=False)
    old = [new(StopKind.LOT, f"{PRODUCT}/10/{n}", source="hold:own-7") for n in range(1001)]
    put(store, *old)
    assert lift(store, "hold:own-7") == 1001
    put(store, new(StopKind.LOT, LOT, source="hold:own-7"))
    assert [one.key for one in holding.own_holds(store, by)] == [LOT]
