# SPDX-License-Identifier: Apache-2.0
"""Who may know of a recall and do what; what is refused changes no row."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from nguon.disputes.errors import UnknownDisputeError
from nguon.identity.model import Principal
from nguon.recall import queries, report, service
from nguon.recall.errors import (
    RecallError,
    RecallFaultsError,
    RecallForbiddenError,
    RecallMovedError,
    UnknownRecallError,
)
from nguon.recall.inputs import (
    Answer,
    Closing,
    Disposal,
    Finding,
    FindingKind,
    LeftOut,
    Opening,
    Release,
    ScopeChoice,
    Verification,
)
from nguon.recall.model import DisposalKind, Level, Manner, Origin, Side, SiteState, State, Step
from tests.integration.recall.people import (
    CARTON,
    PDF,
    SEASONING,
    World,
    cartons,
    decided,
    decision,
    opened,
    site_at,
)

CENTRE, SHOP = "414/9521505000018", "414/9521506000017"
WORDS = "Đủ mười chữ cái trở lên."
OWN = tuple(f"{CARTON}/21/{serial}" for serial in ("2603073", "2603074"))


def _refused(goods: World, error: type[RecallError], call: Callable[[], Any]) -> RecallError:
    before = goods.rows()
    with pytest.raises(error) as refused:
        call()
    assert type(refused.value) is error
    assert goods.rows() == before
    return refused.value


def test_who_may_know_of_what(goods: World) -> None:
    store = goods.store
    case = opened(goods)
    outside = ("maker", "distributor", "shop", "stranger", "far", "local", "inside", "clerk")
    for name in outside:
        person = goods.people[name]
        _refused(goods, UnknownRecallError, partial(queries.find, store, person, case.id))
        assert queries.listed(store, person) == []
    assert [one.id for one in queries.listed(store, goods.operator)] == [case.id]
    assert queries.view(store, goods.operator, case.id).possible == ()
    assert queries.public(store) == []
    _refused(goods, UnknownRecallError, lambda: queries.public_recall(store, case.id))
    case = service.settle_scope(store, goods.officer, case.id, ScopeChoice(), seen=case.seen)
    case = service.decide(store, goods.officer, case.id, decision(), seen=case.seen)
    sides = {name: queries.view(store, goods.people[name], case.id).sides for name in (
        "officer", "second", "local", "maker", "clerk", "distributor", "shop", "operator"
    )}  # fmt: skip
    assert sides == {
        "officer": {Side.OFFICER},
        "second": {Side.OFFICER},
        "local": {Side.LOCAL},
        "maker": {Side.CONCERNED},
        "clerk": {Side.CONCERNED},
        "distributor": {Side.SITE},
        "shop": {Side.SITE},
        "operator": set(),
    }
    for name in ("stranger", "far"):
        person = goods.people[name]
        _refused(goods, UnknownRecallError, partial(queries.find, store, person, case.id))
    shown = {name: [one.place for one in queries.sites(store, goods.people[name], case.id)]
             for name in ("officer", "local", "distributor", "maker")}  # fmt: skip
    assert len(shown["officer"]) == 8
    assert shown["local"] == ["414/9521506000086"]
    assert shown["distributor"] == [CENTRE]
    assert shown["maker"] == []
    assert [one.id for one in queries.listed(store, goods.maker)] == [case.id]
    site = site_at(goods, case.id, CENTRE)
    for name in ("shop", "local", "stranger", "maker"):
        person = goods.people[name]
        _refused(goods, UnknownRecallError, partial(queries.site, store, person, site))
    bare = queries.find(store, goods.distributor, case.id)
    assert (bare.decided_by, bare.signal, bare.seen) == (None, None, 0)
    _refused(goods, UnknownRecallError, lambda: report.effectiveness(store, goods.shop, case.id))


def test_nobody_else_leads(goods: World) -> None:
    store, case = goods.store, decided(goods)
    ending = Closing(words=WORDS, seen=case.seen, missing=WORDS)
    free = Release(keys=None, words=WORDS, seen=case.seen)
    note = Finding(kind=FindingKind.NOTE, seen=case.seen, words=WORDS)
    calls: tuple[Callable[[Principal], Any], ...] = (
        lambda by: service.close(store, by, case.id, ending),
        lambda by: service.dismiss(store, by, case.id, ending),
        lambda by: service.release(store, by, case.id, free),
        lambda by: service.investigate(store, by, case.id, note),
        lambda by: service.preview(store, by, case.id, ScopeChoice()),
        lambda by: service.settle_scope(store, by, case.id, ScopeChoice(), seen=case.seen),
        lambda by: service.decide(store, by, case.id, decision(), seen=case.seen),
        lambda by: service.find_again(store, by, case.id),
    )
    names = ("maker", "distributor", "shop", "clerk", "local", "operator", "stranger", "insider")
    before = goods.rows()
    for name in names:
        unknown = name in ("stranger", "insider")
        error = UnknownRecallError if unknown else RecallForbiddenError
        for call in calls:
            with pytest.raises(error) as refused:
                call(goods.people[name])
            assert type(refused.value) is error, name
    assert goods.rows() == before


def test_who_may_open_a_case(goods: World) -> None:
    def call(name: str, keys: tuple[str, ...] = (SEASONING,), **more: Any) -> Any:
        wanted = Opening(**{"title": WORDS, "origin": Origin.LAB, "keys": keys} | more)
        return lambda: service.open_case(goods.store, goods.people[name], wanted, goods.folder)

    for name in ("far", "local", "shop", "clerk", "operator", "stranger", "inside"):
        _refused(goods, RecallForbiddenError, call(name))
    wrong = _refused(goods, RecallFaultsError, call("officer", (), title="ngắn"))
    assert isinstance(wrong, RecallFaultsError)
    assert [one.pointer for one in wrong.faults] == ["/title", "/keys"]
    unknown = _refused(
        goods, RecallFaultsError, call("officer", (SEASONING, "01/09521503000058/10/X"))
    )
    assert isinstance(unknown, RecallFaultsError)
    assert [(one.pointer, one.code) for one in unknown.faults] == [
        ("/keys/1", "recall.unknown-thing")
    ]
    with pytest.raises(UnknownDisputeError):
        call("officer", dispute="none")()
    first = opened(goods, reference="phieu-12")
    before = goods.rows()
    assert opened(goods, reference="phieu-12").id == first.id
    assert goods.rows() == before


def test_a_maker_recalls_his_own_and_weakens_nothing(goods: World) -> None:
    store, maker = goods.store, goods.maker
    mild = decision(manner=Manner.VOLUNTARY, level=Level.HARM)
    case = opened(goods, "maker", origin=Origin.MAKER, keys=OWN)
    assert (case.maker, case.opened_by) == (maker.organisation, maker.organisation)
    case = service.settle_scope(store, maker, case.id, ScopeChoice(), seen=case.seen)
    seen = case.seen
    _refused(
        goods,
        RecallForbiddenError,
        lambda: service.decide(store, maker, case.id, decision(), seen=seen),
    )
    case = service.decide(store, maker, case.id, mild, seen=case.seen)
    assert (case.state, case.manner, case.things) == (State.RUNNING, Manner.VOLUNTARY, 2)
    [site] = queries.sites(store, maker, case.id)
    assert site.state is SiteState.TOLD
    seen = case.seen
    weaker = decision(manner=Manner.VOLUNTARY, level=Level.RULE)
    _refused(
        goods,
        RecallForbiddenError,
        lambda: service.decide(store, maker, case.id, weaker, seen=seen),
    )
    case = service.decide(store, goods.officer, case.id, decision(), seen=case.seen)
    assert (case.manner, case.level) == (Manner.MANDATORY, Level.SERIOUS)
    seen = case.seen
    ending = Closing(words=WORDS, seen=seen, missing=WORDS)
    free = Release(keys=None, words=WORDS, seen=seen)
    for call in (
        lambda: service.decide(store, maker, case.id, mild, seen=seen),
        lambda: service.close(store, maker, case.id, ending),
        lambda: service.release(store, maker, case.id, free),
        lambda: service.settle_scope(store, maker, case.id, ScopeChoice(), seen=seen),
    ):
        assert _refused(goods, RecallForbiddenError, call).code == "recall.bound"
    note = Finding(kind=FindingKind.NOTE, seen=seen, words=WORDS)
    case = service.investigate(store, maker, case.id, note)
    assert queries.view(store, maker, case.id).possible == (
        Step.NOTE, Step.FINDING, Step.ADD, Step.ASK, Step.FOUND_AGAIN, Step.REPORT,
    )  # fmt: skip


def test_a_maker_does_not_recall_others_goods(goods: World) -> None:
    case = opened(goods, "officer", keys=(SEASONING,))
    del case
    wanted = Opening(title=WORDS, origin=Origin.MAKER, keys=("01/09521101000023/10/TH260806H",))
    refused = _refused(
        goods,
        RecallForbiddenError,
        lambda: service.open_case(goods.store, goods.maker, wanted, goods.folder),
    )
    assert refused.code == "recall.not-your-goods"


def test_what_sites_may_not_say(goods: World) -> None:
    store = goods.store
    case = decided(goods)
    site = site_at(goods, case.id, SHOP)
    shop = goods.shop
    for wrong in (
        Answer(found=cartons(5), held=cartons(6)),
        Answer(found=cartons("-1")),
        Answer(found=cartons(5), concerned=False, words=WORDS),
        Answer(concerned=False),
    ):
        _refused(goods, RecallFaultsError, partial(service.answer, store, shop, site, wrong))
    some = cartons(16)
    for call in (
        lambda: service.answer(store, goods.officer, site, Answer(found=some)),
        lambda: service.verify(store, shop, site, Verification(disposal="x", accepted=True)),
    ):
        _refused(goods, RecallForbiddenError, call)
    done = Disposal(kind=DisposalKind.DESTROY, quantity=some, words=WORDS, files=(PDF,))
    early = _refused(
        goods, RecallError, lambda: service.dispose(store, shop, site, done, goods.folder)
    )
    assert early.code == "recall.site-not-now"
    service.answer(store, shop, site, Answer(found=some, held=some))
    for wrong_one in (
        Disposal(kind=DisposalKind.DESTROY, quantity=some, words=WORDS),
        Disposal(kind=DisposalKind.DESTROY, quantity=(), words=WORDS, files=(PDF,)),
        Disposal(kind=DisposalKind.DESTROY, quantity=cartons(17), words=WORDS, files=(PDF,)),
    ):
        _refused(
            goods,
            RecallFaultsError,
            partial(service.dispose, store, shop, site, wrong_one, goods.folder),
        )
    half = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(10), words=WORDS, files=(PDF,))
    made = service.dispose(store, shop, site, half, goods.folder)
    more = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(7), words=WORDS, files=(PDF,))
    _refused(
        goods, RecallFaultsError, lambda: service.dispose(store, shop, site, more, goods.folder)
    )
    _refused(
        goods,
        RecallFaultsError,
        lambda: service.verify(
            store, goods.officer, site, Verification(disposal=made.id, accepted=False)
        ),
    )
    no = Verification(disposal=made.id, accepted=False, words=WORDS)
    service.verify(store, goods.officer, site, no)
    again = _refused(goods, RecallError, lambda: service.verify(store, goods.officer, site, no))
    assert again.code == "recall.not-waiting"
    assert queries.site(store, shop, site).site.disposed == ()
    service.dispose(store, shop, site, more, goods.folder)


def test_a_case_ends_with_its_sites_or_with_a_reason(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = decided(goods)
    left = _refused(
        goods,
        RecallError,
        lambda: service.close(store, officer, case.id, Closing(words=WORDS, seen=case.seen)),
    )
    assert (left.code, left.params["sites"]) == ("recall.not-finished", 8)
    ending = Closing(words=WORDS, seen=case.seen, missing="Hàng đã bán hết, cửa hàng đóng cửa.")
    assert service.close(store, officer, case.id, ending).state is State.CLOSED
    site = site_at(goods, case.id, SHOP)
    late = Answer(found=cartons(1), held=cartons(1))
    over = _refused(goods, RecallError, lambda: service.answer(store, goods.shop, site, late))
    assert over.code == "recall.site-not-now"


def test_nothing_is_decided_twice_or_upon_an_old_page(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods)
    early = _refused(
        goods,
        RecallError,
        lambda: service.decide(store, officer, case.id, decision(), seen=case.seen),
    )
    assert early.code == "recall.not-now"
    scoped = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    _refused(
        goods,
        RecallMovedError,
        lambda: service.settle_scope(store, goods.second, case.id, ScopeChoice(), seen=case.seen),
    )
    service.decide(store, officer, case.id, decision(), seen=scoped.seen)
    _refused(
        goods,
        RecallMovedError,
        lambda: service.decide(store, goods.second, case.id, decision(), seen=scoped.seen),
    )


def test_a_scope_says_why_it_leaves_out(goods: World) -> None:
    case = opened(goods)
    for wrong in (
        ScopeChoice(leave_out=(LeftOut(SEASONING, " "),)),
        ScopeChoice(keys=("01/09521503000058/10/X",)),
    ):
        _refused(
            goods,
            RecallFaultsError,
            partial(service.preview, goods.store, goods.officer, case.id, wrong),
        )
    nothing = ScopeChoice(leave_out=(LeftOut(SEASONING, WORDS),))
    none = _refused(
        goods,
        RecallError,
        lambda: service.preview(goods.store, goods.officer, case.id, nothing),
    )
    assert none.code == "recall.nothing-affected"


def test_a_party_is_asked_and_answers_once(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods)
    asking = Finding(
        kind=FindingKind.ASK, seen=case.seen, words=WORDS, organisation=goods.maker.organisation
    )
    case = service.investigate(store, officer, case.id, asking)
    [request] = queries.asked(store, goods.maker)
    assert queries.view(store, goods.maker, case.id).sides == {Side.ASKED}
    assert queries.view(store, goods.maker, case.id).recall.keys == ()
    _refused(goods, UnknownRecallError, lambda: service.reply(store, goods.shop, request.id, WORDS))
    answered = service.reply(store, goods.maker, request.id, "Lô nhập ngày 24/8, phiếu 118.")
    assert answered.answer == "Lô nhập ngày 24/8, phiếu 118."
    again = _refused(
        goods, RecallError, lambda: service.reply(store, goods.maker, request.id, WORDS)
    )
    assert again.code == "recall.replied"
    case = queries.find(store, officer, case.id)
    by_hand = Finding(kind=FindingKind.ASK, seen=case.seen, words=WORDS, party="Chợ Bình Tây")
    case = service.investigate(store, officer, case.id, by_hand)
    assert len(queries.view(store, officer, case.id).requests) == 2
    wrong = Finding(kind=FindingKind.ASK, seen=case.seen, words=WORDS)
    _refused(goods, RecallFaultsError, lambda: service.investigate(store, officer, case.id, wrong))
