# SPDX-License-Identifier: Apache-2.0
"""Hand-overs: offered, accepted, accepted in part, disputed, claimed; seen by both sides alone."""

from datetime import timedelta

import pytest

from nguon.compliance.destined import shipped_to
from nguon.compliance.model import Market
from nguon.entries import answering, handovers
from nguon.entries.errors import EntryError, FaultyEntryError, UnknownHandOverError
from nguon.entries.handover import HandOver, State
from nguon.entries.markets import market_of
from nguon.entries.model import AnswerLine, HandOverAnswer, Line, Receive, Ship, Verdict
from nguon.entries.service import record
from nguon.entries.stock import held
from nguon.entries.taking_back import take_back
from tests.integration.entries.conftest import (
    BOX,
    CHAIN,
    COOPERATIVE,
    HOUSE,
    NOW,
    STRANGER,
    WAREHOUSE,
    Village,
    pieces,
)

BOXES = f"{BOX}/10/TH260728"
LATER = NOW + timedelta(hours=5)


def _offered(village: Village) -> HandOver:
    """Fifty loose boxes and a pallet of a hundred, sent to the shop chain."""
    village.delivered()
    pallet, _ = village.packed().pallets
    ship = Ship(
        at=NOW + timedelta(hours=3), place=HOUSE, receiver=village.numbers[CHAIN],
        destination=WAREHOUSE, vehicle="89C-123.45",
        lines=(Line(pallet), Line(BOXES, pieces(50))),
    )  # fmt: skip
    record(village.sending(COOPERATIVE), [ship], idempotency="ship")
    [offered] = handovers.lists(village.store, village.numbers[CHAIN]).to_me
    return offered


def _answer(
    offered: HandOver, verdict: Verdict, *lines: AnswerLine, reason: str | None = None
) -> HandOverAnswer:
    return HandOverAnswer(
        handover=offered.id, verdict=verdict, at=LATER, place=WAREHOUSE, lines=lines,
        reason=reason,
    )  # fmt: skip


def _chain_has(village: Village) -> int:
    sending = village.sending(CHAIN)
    found = held(village.store, sending.principal.audience, village.numbers[CHAIN], [BOXES])
    return int(found.of(BOXES))


def test_a_shipment_is_offered_to_its_receiver_alone(village: Village) -> None:
    offered = _offered(village)
    assert (offered.state, offered.giver) == (State.OFFERED, village.numbers[COOPERATIVE])
    mine = handovers.lists(village.store, village.numbers[COOPERATIVE])
    assert (mine.to_me, [one.id for one in mine.by_me]) == ((), [offered.id])
    with pytest.raises(UnknownHandOverError):
        handovers.one(village.store, village.numbers[STRANGER], offered.id)
    stranger = handovers.lists(village.store, village.numbers[STRANGER])
    assert stranger == handovers.Lists((), (), (), (), ())


def test_one_scan_of_pallet_or_box_finds_it(village: Village) -> None:
    offered = _offered(village)
    chain, stranger = village.numbers[CHAIN], village.numbers[STRANGER]
    for item in (offered.items[0], BOXES, f"{BOX}/21/7"):
        found = handovers.waiting_with(village.store, chain, item)
        expected = [] if "/21/" in item else [offered.id]
        assert [one.id for one in found] == expected
        assert handovers.waiting_with(village.store, stranger, item) == []


def test_accepting_records_the_receipt_once(village: Village) -> None:
    offered = _offered(village)
    before = village.events()
    given = _answer(offered, Verdict.ACCEPT)
    after, done = answering.answer(village.sending(CHAIN), given, idempotency="yes")
    assert done is not None
    assert (after.state, village.events()) == (State.ACCEPTED, before + 1)
    assert _chain_has(village) == 150
    _, again = answering.answer(village.sending(CHAIN), given, idempotency="yes")
    assert again is not None
    assert (again.receipt, village.events()) == (done.receipt, before + 1)
    with pytest.raises(EntryError):
        answering.answer(village.sending(CHAIN), given, idempotency="twice")
    assert village.events() == before + 1


def test_a_part_needs_its_reason_and_stays_open(village: Village) -> None:
    offered = _offered(village)
    before = village.events()
    pallet = AnswerLine(offered.items[0])
    few = AnswerLine(BOXES, pieces(44))
    with pytest.raises(EntryError) as refused:
        answering.answer(
            village.sending(CHAIN), _answer(offered, Verdict.PART, pallet, few), idempotency="p"
        )
    assert (refused.value.code, village.events()) == ("entries.reason-missing", before)
    why = AnswerLine(BOXES, pieces(44), "6 wet")
    after, _ = answering.answer(
        village.sending(CHAIN), _answer(offered, Verdict.PART, pallet, why), idempotency="p"
    )
    assert after.state is State.PART
    assert after.differences() == [(Line(BOXES, pieces(50)), AnswerLine(BOXES, pieces(44)))]
    assert (_chain_has(village), village.events()) == (144, before + 1)
    for who in (COOPERATIVE, CHAIN):
        [differing] = handovers.lists(village.store, village.numbers[who]).differing
        assert (differing.id, differing.body.history[-1].note) == (offered.id, "6 wet")
    settled = answering.agree(village.sending(COOPERATIVE), offered.id, None)
    assert settled.state is State.SETTLED


def test_a_disputed_one_never_closes_by_itself(village: Village) -> None:
    offered = _offered(village)
    before = village.events()
    chain = village.sending(CHAIN)
    with pytest.raises(EntryError):
        answering.answer(chain, _answer(offered, Verdict.DISPUTE), idempotency="n")
    dispute = _answer(offered, Verdict.DISPUTE, reason="not ours")
    after, done = answering.answer(chain, dispute, idempotency="n")
    assert (after.state, done, village.events()) == (State.DISPUTED, None, before)
    with pytest.raises(EntryError):
        answering.agree(chain, offered.id, None)
    for who in (COOPERATIVE, CHAIN):
        [differing] = handovers.lists(village.store, village.numbers[who]).differing
        assert differing.state is State.DISPUTED
    after, _ = answering.answer(chain, _answer(offered, Verdict.ACCEPT), idempotency="y")
    assert (after.state, village.events()) == (State.ACCEPTED, before + 1)


def test_a_stranger_cannot_answer(village: Village) -> None:
    offered = _offered(village)
    before = village.events()
    for who in (STRANGER, COOPERATIVE):
        given = _answer(offered, Verdict.ACCEPT)
        with pytest.raises(UnknownHandOverError):
            answering.answer(village.sending(who), given, idempotency="theft")
    claim = Receive(
        at=LATER, place="414/9521202000014", giver=offered.giver, lines=offered.body.offered,
        handover=offered.id,
    )  # fmt: skip
    with pytest.raises(FaultyEntryError):
        record(village.sending(STRANGER), [claim], idempotency="theft-2")
    assert village.events() == before


def test_a_receipt_without_offer_waits_for_the_shipment(village: Village) -> None:
    village.delivered()
    village.packed()
    lines = (Line(BOXES, pieces(30)),)
    giver, receiver = village.numbers[COOPERATIVE], village.numbers[CHAIN]
    receipt = Receive(at=LATER, place=WAREHOUSE, giver=giver, lines=lines)
    record(village.sending(CHAIN), [receipt], idempotency="r")
    for who in (COOPERATIVE, CHAIN):
        [unmatched] = handovers.lists(village.store, village.numbers[who]).unmatched
        assert unmatched.state is State.CLAIMED
    ship = Ship(at=LATER, place=HOUSE, receiver=receiver, lines=lines)
    record(village.sending(COOPERATIVE), [ship], idempotency="s")
    lists = handovers.lists(village.store, giver)
    assert (lists.unmatched, lists.by_me) == ((), ())
    assert [one.state for one in lists.closed] == [State.ACCEPTED]


def test_deliveries_of_members_claim_nothing(village: Village) -> None:
    village.delivered()
    for number in village.numbers.values():
        assert handovers.lists(village.store, number).unmatched == ()


def _has(village: Village, code: str, item: str) -> int:
    sending = village.sending(code)
    return int(
        held(village.store, sending.principal.audience, village.numbers[code], [item]).of(item)
    )


def test_an_offer_is_taken_back_and_the_goods_are_in_hand_again(village: Village) -> None:
    offered = _offered(village)
    giver, pallet = village.sending(COOPERATIVE), offered.items[0]
    before = village.events()
    assert (_has(village, COOPERATIVE, BOXES), _has(village, COOPERATIVE, pallet)) == (50, 0)
    with pytest.raises(EntryError) as missing:
        take_back(giver, offered.id, None)
    for who in (CHAIN, STRANGER):
        with pytest.raises(UnknownHandOverError):
            take_back(village.sending(who), offered.id, "không giao")
    assert (missing.value.code, village.events()) == ("entries.reason-missing", before)
    after = take_back(giver, offered.id, "Xe hỏng")
    assert (after.state, after.body.history[-1].note) == (State.TAKEN_BACK, "Xe hỏng")
    assert (_has(village, COOPERATIVE, BOXES), _has(village, COOPERATIVE, pallet)) == (200, 1)
    assert village.events() == before + 1
    # Once more changes nothing; both sides find it, and nobody can answer it.
    assert take_back(giver, offered.id, "lần nữa") == after
    assert village.events() == before + 1
    for code in (COOPERATIVE, CHAIN):
        lists = handovers.lists(village.store, village.numbers[code])
        assert ([one.id for one in lists.closed], lists.to_me, lists.by_me) == (
            [offered.id], (), (),
        )  # fmt: skip
    with pytest.raises(EntryError):
        answering.answer(
            village.sending(CHAIN), _answer(offered, Verdict.ACCEPT), idempotency="late"
        )
    assert (_chain_has(village), village.events()) == (0, before + 1)
    ship = Ship(
        at=LATER, place=HOUSE, receiver=village.numbers[CHAIN], destination=WAREHOUSE,
        lines=(Line(BOXES, pieces(200)),),
    )  # fmt: skip
    with pytest.raises(FaultyEntryError):
        record(giver, [ship, ship], idempotency="too-much")
    assert record(giver, [ship], idempotency="again").receipt


def test_what_is_answered_stays(village: Village) -> None:
    offered = _offered(village)
    answering.answer(village.sending(CHAIN), _answer(offered, Verdict.ACCEPT), idempotency="yes")
    before = village.events()
    with pytest.raises(EntryError) as late:
        take_back(village.sending(COOPERATIVE), offered.id, "đổi ý")
    assert (late.value.code, village.events()) == ("entries.handover-answered", before)
    assert _chain_has(village) == 150


def test_the_market_stands_in_the_shipment(village: Village) -> None:
    village.delivered()
    village.packed()
    ship = Ship(
        at=NOW + timedelta(hours=3), place=HOUSE, receiver=village.numbers[CHAIN], market="CN",
        lines=(Line(BOXES, pieces(50)),),
    )  # fmt: skip
    giver = village.sending(COOPERATIVE)
    record(giver, [ship], idempotency="ship")
    stored = village.store.events.by_items(giver.principal.audience, [BOXES], limit=1)
    assert [market_of(one.event) for one in stored] == ["CN"]
    assert shipped_to(village.store, giver.principal.audience, BOXES) is Market.CN
    assert stored[0].context is not None
    assert b"urn:nguon:epcis:" in stored[0].context
    [offered] = handovers.lists(village.store, village.numbers[CHAIN]).to_me
    take_back(giver, offered.id, "Sai thị trường")
    assert _has(village, COOPERATIVE, BOXES) == 200
