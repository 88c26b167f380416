# SPDX-License-Identifier: Apache-2.0
"""Terms that pass, repeated requests, and steps taken at once on both databases."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from nguon.messages import queries as messages
from nguon.recall import overdue, queries, reminding, service, unanswered
from nguon.recall.errors import RecallError, RecallMovedError
from nguon.recall.inputs import (
    Answer,
    Closing,
    Contact,
    Disposal,
    Finding,
    FindingKind,
    ScopeChoice,
)
from nguon.recall.model import DisposalKind, Request, SiteState, State, Step
from nguon.store import open_store
from tests.integration.recall.conftest import prepared
from tests.integration.recall.people import (
    PDF,
    World,
    cartons,
    decided,
    decision,
    opened,
    site_at,
)

SHOP, CENTRE = "414/9521506000017", "414/9521505000018"
WORDS = "Đủ mười chữ cái trở lên."


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What they give or raise, begun together in threads of their own."""
    ready, found = threading.Barrier(len(calls)), dict[int, Any]()

    def run(number: int) -> None:
        ready.wait(30)
        try:
            found[number] = calls[number]()
        except RecallError as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return [found[number] for number in range(len(calls))]


def test_a_decision_that_is_late_is_told_once_a_term(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods)
    assert case.due is not None
    assert overdue.run(store, case.due) == 0
    late = case.due + timedelta(seconds=1)
    with open_store(goods.url) as other:
        prepared(other, goods.documents.parent)
        found = _at_once(lambda: overdue.run(store, late), lambda: overdue.run(other, late))
    assert sorted(found) == [0, 1]
    before = goods.rows()
    for moment in (late, case.due - timedelta(days=400), late + timedelta(days=4000)):
        assert overdue.run(store, moment) == 0
    assert goods.rows() == before
    view = queries.view(store, officer, case.id)
    assert (view.recall.state, view.steps[-1].step) == (State.OPEN, Step.ESCALATE)
    found_need = Finding(kind=FindingKind.DETERMINE, seen=view.recall.seen, words=WORDS)
    case = service.investigate(store, officer, case.id, found_need)
    assert case.determined is not None
    assert case.due == case.determined + timedelta(hours=24)
    assert overdue.run(store, case.due + timedelta(seconds=1)) == 1
    case = queries.find(store, officer, case.id)
    service.dismiss(store, officer, case.id, Closing(words=WORDS, seen=case.seen))
    assert overdue.run(store, late + timedelta(days=9)) == 0


def _ask(goods: World, case: str, **whom: Any) -> Request:
    """Ask somebody for records within ten days."""
    seen = queries.find(goods.store, goods.officer, case).seen
    asking = Finding(kind=FindingKind.ASK, seen=seen, words=WORDS, days=10, **whom)
    service.investigate(goods.store, goods.officer, case, asking)
    return queries.view(goods.store, goods.officer, case).requests[-1]


def _told(goods: World, who: str) -> list[str]:
    inbox = messages.inbox(goods.store, goods.people[who])
    return [one.kind for one in inbox if one.kind in ("recall.asked-again", "recall.unanswered")]


def test_requests_are_chased_until_they_are_answered(goods: World) -> None:
    store, case = goods.store, opened(goods)
    request = _ask(goods, case.id, organisation=goods.distributor.organisation)
    assert request.due == request.asked + timedelta(days=10)
    _ask(goods, case.id, party="Tổ xe ôm chợ Bến")
    half, end = request.asked + timedelta(days=5), request.due
    assert unanswered.run(store, half - timedelta(seconds=1)) == 0
    with open_store(goods.url) as other:
        prepared(other, goods.documents.parent)
        some = _at_once(lambda: unanswered.run(store, half), lambda: unanswered.run(other, half))
    assert sorted(some) == [0, 1]
    assert (_told(goods, "distributor"), _told(goods, "officer")) == (["recall.asked-again"], [])
    late = end + timedelta(hours=24, minutes=1)
    assert unanswered.run(store, end) == 1
    assert unanswered.run(store, late) == 2, "both are told of, the party without account too"
    assert _told(goods, "distributor") == ["recall.asked-again"] * 2
    [told] = [
        one for one in messages.inbox(store, goods.officer) if one.kind == "recall.unanswered"
    ]
    assert (told.params["things"], told.link) == (2, f"/w/recalls/{case.id}")
    steps = [one.step for one in queries.view(store, goods.officer, case.id).steps]
    assert steps == [Step.OPEN, Step.ASK, Step.ASK, Step.CHASE, Step.CHASE, Step.CHASE]
    assert Step.CHASE not in {
        one.step for one in queries.view(store, goods.distributor, case.id).steps
    }
    before = goods.rows()
    for moment in (late, half, late + timedelta(days=4000)):
        assert unanswered.run(store, moment) == 0
    assert goods.rows() == before
    assert overdue.run(store, late) == 1, "a chased request hides no term of the case"


def test_what_is_answered_or_over_is_not_chased(goods: World) -> None:
    store, case = goods.store, opened(goods)
    first = _ask(goods, case.id, organisation=goods.distributor.organisation)
    second = _ask(goods, case.id, organisation=goods.shop.organisation)
    service.reply(store, goods.distributor, first.id, WORDS)
    far = second.asked + timedelta(days=400)
    assert unanswered.run(store, far) == 2, "one reminder for the pause, and one told of"
    assert (_told(goods, "distributor"), _told(goods, "shop")) == ([], ["recall.asked-again"])
    third = _ask(goods, case.id, organisation=goods.shop.organisation)
    seen = queries.find(store, goods.officer, case.id).seen
    service.dismiss(store, goods.officer, case.id, Closing(words=WORDS, seen=seen))
    before = goods.rows()
    assert unanswered.run(store, third.asked + timedelta(days=400)) == 0
    assert goods.rows() == before


def test_a_clock_that_jumps_reminds_of_nothing_twice(goods: World) -> None:
    store, case = goods.store, decided(goods)
    assert case.decided is not None
    far = case.decided + timedelta(days=3000)
    assert reminding.run(store, far) == 16
    before = goods.rows()
    for moment in (far, case.decided - timedelta(days=30), case.decided + timedelta(hours=13)):
        assert reminding.run(store, moment) == 0
    with open_store(goods.url) as restarted:
        prepared(restarted, goods.documents.parent)
        assert reminding.run(restarted, far + timedelta(days=1)) == 0
    assert goods.rows() == before


def test_the_same_sent_again_is_one(goods: World) -> None:
    store, shop, officer = goods.store, goods.shop, goods.officer
    case = decided(goods)
    site = site_at(goods, case.id, SHOP)
    held = Answer(found=cartons(16), held=cartons(16))
    spoken = Contact(who="Chị Hoa", how="điện thoại", at=datetime.now(UTC))
    done = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(2), words=WORDS, files=(PDF,),
                    reference="phieu-1")  # fmt: skip
    calls: tuple[Callable[[], Any], ...] = (
        lambda: service.see(store, shop, site),
        lambda: service.contact(store, officer, site, spoken),
        lambda: service.remind(store, officer, site),
        lambda: service.answer(store, shop, site, held),
        lambda: service.dispose(store, shop, site, done, goods.folder),
        lambda: opened(goods, reference="phieu-9"),
    )
    for number, call in enumerate(calls):
        first = call()
        before = goods.rows()
        again = call()
        assert getattr(again, "id", None) == getattr(first, "id", None), number
        assert goods.rows() == before, number
    asking = Finding(kind=FindingKind.ASK, seen=case.seen, words=WORDS, party="Chợ Bình Tây")
    service.investigate(store, officer, case.id, asking)
    before = goods.rows()
    [again] = _at_once(lambda: service.investigate(store, officer, case.id, asking))
    assert isinstance(again, RecallMovedError)
    assert goods.rows() == before


def test_an_answer_holds_no_less_than_disposals_are_about(goods: World) -> None:
    store, shop = goods.store, goods.shop
    site = site_at(goods, decided(goods).id, SHOP)
    service.answer(store, shop, site, Answer(found=cartons(16), held=cartons(16)))
    done = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(9), words=WORDS, files=(PDF,))
    service.dispose(store, shop, site, done, goods.folder)
    before = goods.rows()
    for wrong in (
        Answer(found=cartons(16), held=cartons(8)),
        Answer(found=cartons(16), sold=cartons(16)),
        Answer(concerned=False, words=WORDS),
    ):
        [refused] = _at_once(partial(service.answer, store, shop, site, wrong))
        assert getattr(refused, "code", None) == "recall.faults"
    assert goods.rows() == before
    mended = service.answer(store, shop, site, Answer(found=cartons(10), held=cartons(9)))
    assert (mended.state, mended.held) == (SiteState.HELD, cartons(9))


def test_two_officers_decide_at_once(goods: World) -> None:
    case = opened(goods)
    case = service.settle_scope(goods.store, goods.officer, case.id, ScopeChoice(), seen=case.seen)
    with open_store(goods.url) as other:
        prepared(other, goods.documents.parent)
        found = _at_once(
            lambda: service.decide(goods.store, goods.officer, case.id, decision(), seen=case.seen),
            lambda: service.decide(other, goods.second, case.id, decision(), seen=case.seen),
        )
    assert sorted(type(one).__name__ for one in found) == ["Recall", "RecallMovedError"]
    assert len(queries.sites(goods.store, goods.officer, case.id)) == 8


def test_an_answer_and_the_end_do_not_pass_each_other(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = decided(goods)
    site = site_at(goods, case.id, CENTRE)
    ending = Closing(words=WORDS, seen=case.seen, missing=WORDS)
    said = Answer(found=cartons(192), sold=cartons(192))
    with open_store(goods.url) as other:
        prepared(other, goods.documents.parent)
        ended, answered = _at_once(
            lambda: service.close(store, officer, case.id, ending),
            lambda: service.answer(other, goods.distributor, site, said),
        )
    assert ended.state is State.CLOSED
    view = queries.site(store, officer, site)
    closing = queries.steps(store, officer, case.id)[-1]
    assert closing.content is not None
    if isinstance(answered, RecallError):
        assert (answered.code, view.site.state) == ("recall.site-not-now", SiteState.TOLD)
        assert '"unfinished":8' in closing.content
    else:
        assert (answered.state, view.site.state) == (SiteState.ANSWERED, SiteState.ANSWERED)
        assert '"unfinished":7' in closing.content
