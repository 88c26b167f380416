# SPDX-License-Identifier: Apache-2.0
"""New records widen a running recall; parties without account; races, crashes and many sites."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event

from nguon.base.quantity import Quantity
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.identity.model import Principal
from nguon.messages import service as messages
from nguon.recall import queries, refinding, scoping, service
from nguon.recall.errors import RecallFaultsError, RecallMovedError
from nguon.recall.inputs import Answer, Contact, ScopeChoice
from nguon.recall.model import Recall, SiteState, State, Step
from nguon.stoplist import service as stops
from nguon.stoplist.queries import of_source, stopped
from nguon.store import open_store
from nguon.trace.asking.holdings import Holding, Holdings, HoldingState, holdings_of
from nguon.trace.closure import Closure
from nguon.trace.model import Direction, Mode
from tests.integration.recall.conftest import prepared
from tests.integration.recall.people import (
    CARTON,
    SEASONING,
    World,
    cartons,
    decided,
    decision,
    opened,
    site_at,
)

CENTRE, OTHER_SHOP = "414/9521505000018", "414/9521506000024"
DISTRIBUTOR, SHOPS, UNKNOWN = "417/9521505000001", "417/9521506000000", "417/9521599000000"
_LINK = "https://id.gs1.org/"


def _received(goods: World, carton: str) -> None:
    """A shop says that it got a carton which the notice should have held back."""
    place = {"id": _LINK + OTHER_SHOP}
    said = {"bizStep": "receiving", "disposition": "in_progress"}
    _recorded(goods, goods.shop, carton, SHOPS, said | {"readPoint": place, "bizLocation": place})


def _shipped(goods: World, carton: str, to: str) -> None:
    """A carton leaves the distribution centre."""
    place = {"id": _LINK + CENTRE}
    said = {"bizStep": "shipping", "disposition": "in_transit"}
    _recorded(
        goods, goods.distributor, carton, to, said | {"readPoint": place, "bizLocation": place}
    )


def _recorded(goods: World, by: Principal, carton: str, to: str, said: dict[str, Any]) -> None:
    when = datetime.now(UTC) - timedelta(seconds=1)
    body = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": when.isoformat(timespec="seconds"),
        "eventTimeZoneOffset": "+07:00",
        "epcList": [_LINK + carton],
        "sourceList": [{"type": "possessing_party", "source": _LINK + DISTRIBUTOR}],
        "destinationList": [{"type": "possessing_party", "destination": _LINK + to}],
    } | said
    limits = Limits(body=1 << 20, events=10, whole=10, synchronous=1 << 20)
    capture = CaptureService(goods.store, goods.documents / "spool", limits, 0)
    capture.event(by, json.dumps(body).encode()).receipts.result(30)
    capture.close()


def _carton_at(goods: World, case: Recall, place: str) -> str:
    site = site_at(goods, case.id, place)
    return queries.things(goods.store, goods.officer, case.id, site=site)[0]


def test_goods_that_moved_on_are_found_again_by_the_server(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = decided(goods)
    centre = site_at(goods, case.id, CENTRE)
    answered = Answer(found=cartons(192), held=cartons(192))
    service.answer(store, goods.distributor, centre, answered)
    while refinding.follow(store, case.id):
        pass
    before = goods.rows()
    assert not refinding.follow(store, case.id)
    assert goods.rows() == before
    carton = _carton_at(goods, case, CENTRE)
    _received(goods, carton)
    assert refinding.follow(store, case.id)
    found = queries.find(store, officer, case.id)
    assert (found.sites, found.things, found.scope) == (9, 726, case.scope + 1)
    new = queries.site(store, goods.shop, f"{case.id}-9").site
    assert (new.state, new.things, new.told) == (SiteState.TOLD, 1, cartons(1))
    [moved] = queries.moved(store, officer, case.id)
    assert (moved.key, moved.sites) == (carton, (centre, f"{case.id}-9"))
    kept = queries.site(store, goods.distributor, centre).site
    assert (kept.state, kept.told, kept.held) == (SiteState.HELD, cartons(192), cartons(192))
    last = queries.steps(store, officer, case.id)[-1]
    assert (last.step, last.side.value) == (Step.FOUND_AGAIN, "system")
    assert not refinding.follow(store, case.id)


def test_a_party_without_account_is_contacted_by_hand(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    preview = service.preview(store, officer, case.id, ScopeChoice())
    at_centre = f"{CARTON}/21/"
    [carton] = [
        key
        for one in holdings_of(store, _things(goods, case)).holdings
        if one.place == CENTRE
        for key in one.keys[:1]
        if key.startswith(at_centre)
    ]
    _shipped(goods, carton, UNKNOWN)
    assert preview.by_hand == 0
    assert service.preview(store, officer, case.id, ScopeChoice()).by_hand == 1
    case = service.decide(store, officer, case.id, decision(), seen=case.seen)
    [site] = queries.sites(store, officer, case.id, states=[SiteState.UNREACHED])
    assert (site.organisation, site.party, site.told) == (None, UNKNOWN, cartons(1))
    early = Contact(who="Bà Sáu", how="điện thoại", at=datetime.now(UTC) + timedelta(hours=1))
    before = goods.rows()
    with pytest.raises(RecallFaultsError):
        service.contact(store, officer, site.id, early)
    assert goods.rows() == before
    spoken = Contact(who="Bà Sáu", how="điện thoại 8:15", at=datetime.now(UTC))
    assert service.contact(store, officer, site.id, spoken).state is SiteState.TOLD
    said = Answer(found=cartons(1), held=cartons(1), words="Nghe qua điện thoại.")
    assert service.answer(store, officer, site.id, said).state is SiteState.HELD
    view = queries.site(store, officer, site.id)
    assert [one.step.value for one in view.steps] == ["contact", "answer"]


def _things(goods: World, case: Recall) -> list[str]:
    return queries.things(goods.store, goods.officer, case.id, limit=1000)


def test_new_suspects_widen_a_recall_that_runs(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods, keys=(f"{CARTON}/21/2603073",))
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    case = service.decide(store, officer, case.id, decision(), seen=case.seen)
    assert (case.things, case.sites) == (1, 1)
    wider = ScopeChoice(keys=(SEASONING,))
    case = service.settle_scope(store, officer, case.id, wider, seen=case.seen)
    assert (case.state, case.things, case.sites, case.scope) == (State.RUNNING, 726, 8, 3)
    assert len(of_source(store, f"recall:{case.id}")) == 726
    [carton_site] = [
        one for one in queries.sites(store, officer, case.id) if one.version == 3 and one.seen
    ]
    assert carton_site.things > 1


@pytest.mark.parametrize("at", ["send_all", "put"])
def test_a_decision_is_whole_or_nothing(
    goods: World, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    case = opened(goods)
    case = service.settle_scope(goods.store, goods.officer, case.id, ScopeChoice(), seen=case.seen)
    before = goods.rows()

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(messages if at == "send_all" else stops, at, crash)
        with pytest.raises(KeyboardInterrupt):
            service.decide(goods.store, goods.officer, case.id, decision(), seen=case.seen)
    assert goods.rows() == before
    assert stopped(goods.store, [SEASONING]) == {}
    assert queries.find(goods.store, goods.officer, case.id) == case
    again = service.decide(goods.store, goods.officer, case.id, decision(), seen=case.seen)
    assert again.state is State.RUNNING


def test_of_two_officers_at_once_one_decides(goods: World, tmp_path: Any) -> None:
    case = opened(goods)
    case = service.settle_scope(goods.store, goods.officer, case.id, ScopeChoice(), seen=case.seen)
    ready, results = threading.Barrier(2), list[str]()

    def decide(by: Principal) -> None:
        with open_store(goods.url) as store:
            prepared(store, tmp_path)
            ready.wait(30)
            try:
                service.decide(store, by, case.id, decision(), seen=case.seen)
                results.append("decided")
            except RecallMovedError:
                results.append("moved")

    both = [threading.Thread(target=decide, args=(by,)) for by in (goods.officer, goods.second)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(results) == ["decided", "moved"]
    steps = [one.step for one in queries.steps(goods.store, goods.officer, case.id)]
    assert steps.count(Step.DECIDE) == 1
    assert len(queries.sites(goods.store, goods.officer, case.id)) == 8
    assert len(of_source(goods.store, f"recall:{case.id}")) == 726


_SITES, _EACH = 2_000, 10


def test_thousands_of_sites_in_bounded_statements(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, officer = goods.store, goods.officer
    keys = [f"{CARTON}/21/{number:07d}" for number in range(_SITES * _EACH)]
    _pretend(monkeypatch, keys)
    case = opened(goods)
    with _counting() as settling:
        case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    assert (case.things, case.sites) == (_SITES * _EACH, _SITES)
    with _counting() as deciding:
        case = service.decide(store, officer, case.id, decision(), seen=case.seen)
    assert case.sites == _SITES
    assert len(settling) < 100
    assert len(deciding) < 150
    assert len(queries.sites(store, officer, case.id, limit=_SITES + 1)) == _SITES
    assert set(stopped(store, [keys[0], keys[-1]])) == {keys[0], keys[-1]}


def _pretend(monkeypatch: pytest.MonkeyPatch, keys: list[str]) -> None:
    """As if these were affected, some at each of many places."""
    found = Closure(
        direction=Direction.FORWARD,
        starts=(SEASONING,),
        keys=tuple(keys),
        modes=(Mode.WHOLE,) * len(keys),
        depths=(1,) * len(keys),
        events=(),
        as_of=1,
        truncated=False,
        limit=None,
        source="index",
    )
    held = tuple(
        Holding(
            party=None,
            organisation=100_000 + number,
            place=None,
            state=HoldingState.HELD,
            keys=tuple(keys[number * _EACH : (number + 1) * _EACH]),
            quantities=((CARTON, Quantity(Decimal(_EACH))),),
            since=None,
            event=None,
        )
        for number in range(_SITES)
    )
    monkeypatch.setattr(scoping, "closure", lambda *_, **__: found)
    monkeypatch.setattr(scoping, "holdings_of", lambda *_, **__: Holdings(held))


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The statements of this thread."""
    said, own = list[str](), threading.get_ident()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.get_ident() == own:
            said.append(statement[:60])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)
