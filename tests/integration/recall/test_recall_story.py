# SPDX-License-Identifier: Apache-2.0
"""The recall of the demonstration noodles from the signal to the end, number by number."""

import json
from datetime import UTC, datetime, timedelta

import msgspec

from nguon.base.base64url import url_octets
from nguon.messages import queries as messages
from nguon.recall import queries, reminding, report, service
from nguon.recall.inputs import (
    Answer,
    Closing,
    Disposal,
    Finding,
    FindingKind,
    LeftOut,
    Release,
    ScopeChoice,
    Verification,
)
from nguon.recall.model import (
    DisposalKind,
    DisposalState,
    Origin,
    Recall,
    SiteState,
    State,
    Step,
)
from nguon.signing import jws
from nguon.stoplist.queries import of_source, stopped
from tests.integration.recall.people import (
    CARTON,
    PDF,
    SEASONING,
    SITES,
    World,
    cartons,
    decided,
    decision,
    opened,
    site_at,
)

CENTRE, SHOP = "414/9521505000018", "414/9521506000017"
LOTS = tuple(f"{CARTON}/10/MT26{batch:02d}" for batch in (3, 4, 5, 6, 9))
"""Batches of which every carton holds the seasoning."""
WORDS = "Đã kiểm tra tại chỗ, có biên bản."


def test_from_the_signal_to_the_end(goods: World) -> None:
    case = _scoped(goods)
    case = _decided(goods, case)
    _answered(goods, case)
    _disposed(goods, case)
    _ended(goods, case)


def _scoped(goods: World) -> Recall:
    store, officer = goods.store, goods.officer
    case = opened(goods)
    assert (case.state, case.province, case.sector) == (State.OPEN, "79", "industry")
    assert case.due == case.opened + timedelta(hours=24)
    note = Finding(kind=FindingKind.FINDING, seen=case.seen, words="Mẫu lưu cũng không đạt.")
    case = service.investigate(store, officer, case.id, note)
    before = goods.rows()
    found = service.preview(store, officer, case.id, ScopeChoice())
    assert goods.rows() == before
    assert (found.things, found.lots, found.truncated) == (726, (SEASONING, *LOTS), False)
    assert (found.site_count, found.parties, found.by_hand) == (8, 2, 0)
    assert (found.held, found.moving, found.sold) == (cartons(640), (), cartons(80))
    assert [(product, one.text, one.unit) for product, one in found.used] == [
        (SEASONING[:17], "90", "KGM")
    ]
    assert {one.place: (_text(one.told), _text(one.sold)) for one in found.sites} == SITES
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    assert (case.state, case.scope, case.things, case.sites) == (State.SCOPED, 1, 726, 8)
    assert case.determined is not None
    assert case.due == case.determined + timedelta(hours=24)
    assert queries.mine(store, goods.shop) == []
    assert of_source(store, f"recall:{case.id}") == []
    return case


def _text(quantities: object) -> str | None:
    told = msgspec.to_builtins(quantities)
    return told[0][1]["amount"] if told else None


def _decided(goods: World, case: Recall) -> Recall:
    store = goods.store
    case = service.decide(store, goods.officer, case.id, decision(), seen=case.seen)
    assert (case.state, case.scope, case.things, case.sites) == (State.RUNNING, 2, 726, 8)
    assert case.decided is not None
    assert case.answer_by == case.due == case.decided + timedelta(hours=24)
    assert len(of_source(store, f"recall:{case.id}")) == 726
    carton = f"{CARTON}/21/2603073"
    assert set(stopped(store, [carton, SEASONING, f"{CARTON}/21/2601052"])) == {carton, SEASONING}
    told = [one.kind for one in messages.inbox(store, goods.shop)]
    assert told == ["recall.notice"] * 7
    assert [one.kind for one in messages.inbox(store, goods.distributor)] == ["recall.notice"]
    assert [one.kind for one in messages.inbox(store, goods.maker)] == ["recall.decided"]
    assert len(store.log.statements_of(f"recall/{case.id}")) >= 4
    [public] = queries.public(store)
    assert (public.id, public.lots, public.decided_by) == (
        case.id,
        (SEASONING, *LOTS),
        goods.officer.organisation,
    )
    assert public.products == (SEASONING[:17], CARTON)
    return case


def _answered(goods: World, case: Recall) -> None:
    store = goods.store
    for place, (there, _) in SITES.items():
        who = goods.distributor if place == CENTRE else goods.shop
        site = site_at(goods, case.id, place)
        assert service.see(store, who, site).state is SiteState.SEEN
        before = goods.rows()
        service.see(store, who, site)
        assert goods.rows() == before
        some = cartons(there)
        said = Answer(found=some, held=some)
        assert service.answer(store, who, site, said).state is SiteState.HELD
    mine = queries.mine(store, goods.shop)
    assert len(mine) == 7
    assert {one.state for _, one in mine} == {SiteState.HELD}
    found = report.effectiveness(store, goods.officer, case.id)
    assert (found.sites, found.contacted, found.answered, found.missing) == (8, 100.0, 100.0, ())
    assert (found.told, found.found, found.held) == (cartons(640), cartons(640), cartons(640))
    assert (found.sold, found.accounted, found.recovered) == (cartons(80), 100.0, 88.9)
    assert found.in_time is True


def _disposed(goods: World, case: Recall) -> None:
    store = goods.store
    for place, (there, _) in SITES.items():
        who = goods.distributor if place == CENTRE else goods.shop
        site = site_at(goods, case.id, place)
        kind = DisposalKind.REPURPOSE if place == CENTRE else DisposalKind.DESTROY
        done = Disposal(
            kind=kind, quantity=cartons(there), words=WORDS, files=(PDF,), reference="1"
        )
        made = service.dispose(store, who, site, done, goods.folder)
        assert made.state is DisposalState.WAITING
        before = goods.rows()
        assert service.dispose(store, who, site, done, goods.folder) == made
        assert goods.rows() == before
        judging = goods.local if place == "414/9521506000086" else goods.second
        judged = Verification(disposal=made.id, accepted=True)
        assert service.verify(store, judging, site, judged).state is DisposalState.VERIFIED
        view = queries.site(store, who, site)
        assert (view.site.state, view.site.disposed) == (SiteState.DISPOSED, cartons(there))
        [file] = view.files
        assert queries.file(store, goods.folder, who, file.id)[1] == PDF.content
    found = report.effectiveness(store, goods.officer, case.id)
    assert (found.held, found.disposed) == ((), cartons(640))
    assert found.disposals[DisposalKind.DESTROY] == cartons(448)
    assert found.disposals[DisposalKind.REPURPOSE] == cartons(192)


def _ended(goods: World, case: Recall) -> None:
    store, officer = goods.store, goods.officer
    made = report.signed(store, officer, case.id)
    read = jws.read(made.jws)
    assert read.header["typ"] == report.TYPE
    told = json.loads(url_octets(made.jws.split(".")[1]) or b"")
    assert (told["sites"], told["states"]["disposed"]) == (8, 8)
    assert report.reports(store, officer, case.id) == [made]
    assert len(store.log.statements_of(f"recall.report/{case.id}/{_seen(goods, case)}")) == 1
    ending = Closing(words="Đã xử lý xong toàn bộ.", seen=_seen(goods, case))
    closed = service.close(store, officer, case.id, ending)
    assert (closed.state, closed.due) == (State.CLOSED, None)
    assert len(stopped(store, [SEASONING])) == 1
    steps = [one.step for one in queries.steps(store, officer, case.id)]
    assert steps == [Step.OPEN, Step.FINDING, Step.SCOPE, Step.DECIDE, Step.REPORT, Step.CLOSE]
    kinds = {one.kind for one in messages.inbox(store, goods.distributor)}
    assert kinds == {"recall.notice", "recall.closed"}


def _seen(goods: World, case: Recall) -> int:
    return queries.find(goods.store, goods.officer, case.id).seen


def test_a_cleared_batch_is_left_out_or_released(goods: World) -> None:
    store, officer = goods.store, goods.officer
    case = opened(goods, origin=Origin.COMPLAINT)
    full = service.preview(store, officer, case.id, ScopeChoice())
    one = f"{CARTON}/21/2603073"
    without = ScopeChoice(leave_out=(LeftOut(one, "Mẫu của thùng này đạt."),))
    less = service.preview(store, officer, case.id, without)
    assert (full.things, less.things, less.left_out) == (726, 724, without.leave_out)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    case = service.decide(store, officer, case.id, decision(), seen=case.seen)
    free = Release(keys=(one,), words="Kết quả kiểm lại đạt.", seen=case.seen)
    case = service.release(store, officer, case.id, free)
    assert set(stopped(store, [one, SEASONING])) == {SEASONING}
    assert [each.released for each in queries.sites(store, officer, case.id)].count(1) == 1
    assert "recall.released" in {each.kind for each in messages.inbox(store, goods.shop)}
    case = service.find_again(store, officer, case.id)
    assert set(stopped(store, [one])) == set()
    everything = Release(keys=None, words="Toàn bộ mẫu kiểm lại đạt.", seen=case.seen)
    case = service.release(store, officer, case.id, everything)
    assert stopped(store, [SEASONING, f"{CARTON}/21/2603075"]) == {}
    states = {each.state for each in queries.sites(store, officer, case.id)}
    assert states == {SiteState.NOT_CONCERNED}
    ending = Closing(words="Không còn hàng phải thu hồi.", seen=case.seen)
    assert service.close(store, officer, case.id, ending).state is State.CLOSED
    assert queries.public_recall(store, case.id).released == (SEASONING, *LOTS)


def test_reminded_once_by_whoever_is_first(goods: World) -> None:
    store = goods.store
    case = decided(goods)
    assert case.decided is not None
    moment = case.decided + timedelta(hours=13)
    assert reminding.run(store, moment - timedelta(hours=2)) == 0
    assert reminding.run(store, moment) == 8
    before = goods.rows()
    assert reminding.run(store, moment) == 0
    assert goods.rows() == before
    assert reminding.run(store, case.decided + timedelta(hours=25)) == 16
    found = queries.sites(store, goods.officer, case.id)
    assert {(one.reminded, one.escalated is not None) for one in found} == {(3, True)}
    steps = [one.step for one in queries.steps(store, goods.officer, case.id)]
    assert steps[-3:] == [Step.REMIND, Step.REMIND, Step.ESCALATE]
    assert datetime.now(UTC) > case.decided
