# SPDX-License-Identifier: Apache-2.0
"""What is still being counted when something else happens: it decides nothing, and hides nothing.

A count stops between its two halves, what is affected and where that is, until the test lets it
go on: no pace of any thread matters.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nguon.recall import queries, refinding, scoping, service
from nguon.recall.errors import RecallMovedError
from nguon.recall.inputs import LeftOut, ScopeChoice
from nguon.recall.model import State
from nguon.recall.scoping import Scope
from nguon.stoplist.queries import of_source
from nguon.store import Store
from nguon.trace.asking.holdings import Holdings
from tests.integration.recall.people import SEASONING, World, decided, decision, opened
from tests.integration.recall.test_recall_widening import CENTRE, OTHER_SHOP, _carton_at, _received

_WAIT = 120.0


class Late:
    """A call whose count stops half-way; `finish` lets it go on and gives what came of it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.half, self.go_on = threading.Event(), threading.Event()
        self._call = call
        self._came: list[Any] = []
        self.thread = threading.Thread(target=self._run, name="late", daemon=True)

    def _run(self) -> None:
        try:
            self._came.append(self._call())
        except Exception as error:  # noqa: BLE001 - what it raised is what came of it
            self._came.append(error)
        finally:
            self.half.set()

    def finish(self) -> Any:
        """What it gave or raised."""
        self.go_on.set()
        self.thread.join(_WAIT)
        [came] = self._came
        return came


@contextmanager
def _late(monkeypatch: pytest.MonkeyPatch, call: Callable[[], Any]) -> Iterator[Late]:
    """The call, begun in a thread of its own and stopped half-way."""
    late, located = Late(call), scoping.located

    def stopping(store: Store, scope: Scope) -> Holdings:
        if threading.current_thread() is late.thread and not late.half.is_set():
            late.half.set()
            assert late.go_on.wait(_WAIT)
        return located(store, scope)

    monkeypatch.setattr(scoping, "located", stopping)
    late.thread.start()
    try:
        assert late.half.wait(_WAIT)
        assert late.thread.is_alive(), "the count was not reached"
        yield late
    finally:
        late.go_on.set()
        late.thread.join(_WAIT)


def _whole(goods: World) -> tuple[Any, ScopeChoice]:
    """A case with its scope settled, and another scope: without one batch."""
    store, officer = goods.store, goods.officer
    case = opened(goods)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    things = queries.things(store, officer, case.id)
    lot = next(key for key in things if "/10/" in key and key != SEASONING)
    return case, ScopeChoice(leave_out=(LeftOut(lot, "Lô này không dùng gia vị đó."),))


def test_a_scope_that_settles_late_changes_no_decision(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, officer = goods.store, goods.officer
    case, other = _whole(goods)
    settle = lambda: service.settle_scope(store, officer, case.id, other, seen=case.seen)  # noqa: E731
    with _late(monkeypatch, settle) as late:
        running = service.decide(store, officer, case.id, decision(), seen=case.seen)
        before = goods.rows()
        assert isinstance(late.finish(), RecallMovedError)
    assert goods.rows() == before
    assert queries.find(store, officer, case.id) == running
    assert (running.things, running.sites) == (case.things, 8)
    stopped = {one.key for one in of_source(store, f"recall:{case.id}", standing=True)}
    assert len(stopped) == case.things
    assert other.leave_out[0].key in stopped


def test_a_decision_that_is_late_uses_no_scope_that_is_gone(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, officer = goods.store, goods.officer
    case, other = _whole(goods)
    decide = lambda: service.decide(store, officer, case.id, decision(), seen=case.seen)  # noqa: E731
    with _late(monkeypatch, decide) as late:
        narrower = service.settle_scope(store, officer, case.id, other, seen=case.seen)
        before = goods.rows()
        assert isinstance(late.finish(), RecallMovedError)
    assert goods.rows() == before
    assert narrower.things < case.things
    assert queries.find(store, officer, case.id).state is State.SCOPED
    assert queries.sites(store, officer, case.id) == []
    assert of_source(store, f"recall:{case.id}") == []
    done = service.decide(store, officer, case.id, decision(), seen=narrower.seen)
    assert done.things == narrower.things


def test_a_preview_beside_a_decision_keeps_nothing(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, officer = goods.store, goods.officer
    case, other = _whole(goods)
    alone = service.preview(store, officer, case.id, other)
    preview = lambda: service.preview(store, officer, case.id, other)  # noqa: E731
    with _late(monkeypatch, preview) as late:
        running = service.decide(store, officer, case.id, decision(), seen=case.seen)
        before = goods.rows()
        found = late.finish()
    assert (found.things, found.lots, found.site_count, found.held) == (
        alone.things, alone.lots, alone.site_count, alone.held,
    )  # fmt: skip
    assert goods.rows() == before
    assert queries.find(store, officer, case.id) == running


def test_goods_that_move_while_they_are_counted_are_told_where_they_are(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record comes in between what is affected and where it is: nobody misses his notice."""
    store, officer = goods.store, goods.officer
    carton = _carton_at(goods, decided(goods), CENTRE)
    case, _ = _whole(goods)
    decide = lambda: service.decide(store, officer, case.id, decision(), seen=case.seen)  # noqa: E731
    with _late(monkeypatch, decide) as late:
        _received(goods, carton)
        running = late.finish()
    assert running.state is State.RUNNING
    while refinding.follow(store, case.id):
        pass
    told = [one for one in queries.sites(store, officer, case.id) if one.place == OTHER_SHOP]
    assert [one.organisation for one in told] == [goods.shop.organisation]
    assert queries.things(store, officer, case.id, site=told[0].id) == [carton]
    assert queries.find(store, officer, case.id).things == case.things
