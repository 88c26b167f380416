# SPDX-License-Identifier: Apache-2.0
"""Goods that moved on after the notice, or were made of recalled ones, are found again."""

from datetime import UTC, datetime

from nguon.identity.model import Principal
from nguon.recall import previewing, rules, settling, sides, spreading, widening
from nguon.recall.errors import RecallError
from nguon.recall.model import Recall, Side, State, Step
from nguon.recall.reading import recall_of
from nguon.recall.sides import Opened
from nguon.recall.widening import Turn, Wanted
from nguon.store import Store
from nguon.store import recalls as rows

_AT_ONCE = 5_000
"""Log entries that are looked at in one turn."""


def find_again(store: Store, by: Principal, number: str) -> Recall:
    """Look where affected goods are now; whoever has some and was not told is told.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: not as the case stands.
        RecallMovedError: somebody else was first.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
    rules.check(case.recall, Step.FOUND_AGAIN, case.acting)
    return _found(store, number, _wanted(store, by, case), by)


def follow(store: Store, number: str) -> bool:
    """The same by the server itself, where new records name affected things; whether they do."""
    with store.reading() as connection:
        row = rows.find(connection, number)
        assert row is not None
        recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
        head = store.log.head_in(connection).seq
        begun = row["checked"]
        if recall.state is not State.RUNNING or begun >= head:
            return False
        upto = min(begun + _AT_ONCE, head)
        things = {one["key"] for one in rows.things(connection, number)}
        named = rows.named_between(connection, begun, upto)
    if things.isdisjoint(named):
        with store.transaction() as connection:
            rows.checked(connection, number, upto)
        return bool(upto < head)
    case = Opened(recall, frozenset(), frozenset())
    _found(store, number, _wanted(store, None, case), None)
    return True


def _wanted(store: Store, by: Principal | None, case: Opened) -> Wanted:
    with store.reading() as connection:
        kept = widening.kept(connection, case.recall)
    if kept is None:
        raise RecallError("recall.no-scope")
    found = previewing.reckon(store, case.recall, kept[0])
    return settling.wanted(store, by, case, kept[0], found)


def _found(store: Store, number: str, wanted: Wanted, by: Principal | None) -> Recall:
    with store.transaction() as connection:
        row = rows.find(connection, number)
        assert row is not None
        recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
        side = Side.SYSTEM
        if by is not None:
            case = sides.opened(connection, by, number)
            side = rules.check(recall, Step.FOUND_AGAIN, case.acting)
        if recall.state is not State.RUNNING:
            return recall
        if spreading.plan(connection, recall, wanted.found).empty:
            rows.checked(connection, number, wanted.found.scope.as_of)
            return recall
        turn = Turn(by, side, Step.FOUND_AGAIN, datetime.now(UTC), recall.seen)
        return widening.widen(store, connection, recall, wanted, turn)
