# SPDX-License-Identifier: Apache-2.0
"""What of recalls waits for whom, counted: the desk of an officer, an organisation's day."""

from datetime import UTC, datetime, timedelta

from nguon.recall import queries, service, waiting
from nguon.recall.inputs import Answer, Finding, FindingKind
from nguon.recall.waiting import Waiting
from tests.integration.recall.people import World, decided, opened

WORDS = "Mẫu không đạt, cần kiểm tra."


def test_cases_and_answers_in_charge(goods: World) -> None:
    store, now = goods.store, datetime.now(UTC)
    nothing = (Waiting(), Waiting())
    assert waiting.in_charge(store, goods.officer, now) == nothing
    first = opened(goods)
    case = decided(goods)
    cases, answers = waiting.in_charge(store, goods.officer, now)
    listed = {one.id: one for one in queries.listed(store, goods.officer)}
    assert set(listed) == {first.id, case.id}
    dues = [one.due for one in listed.values() if one.due is not None]
    assert cases == Waiting(2, 0, min(dues))
    assert answers == Waiting(8, 0, case.due)
    assert waiting.in_charge(store, goods.far, now) == nothing
    assert waiting.in_charge(store, goods.shop, now) == nothing
    much_later = max(dues) + timedelta(days=400)
    cases, answers = waiting.in_charge(store, goods.officer, much_later)
    assert (cases, answers) == (Waiting(2, len(dues), None), Waiting(8, 8, None))


def test_notices_and_questions_of_an_organisation(goods: World) -> None:
    store, now = goods.store, datetime.now(UTC)
    case = decided(goods)
    mine = [site for _, site in queries.mine(store, goods.shop)]
    notices, asked = waiting.own(store, goods.shop, now)
    assert (notices, asked) == (Waiting(len(mine), 0, case.due), Waiting())
    never = Answer(seen=mine[0].seen, concerned=False, words=WORDS)
    service.answer(store, goods.shop, mine[0].id, never)
    assert waiting.own(store, goods.shop, now)[0].count == len(mine) - 1
    ask = Finding(
        kind=FindingKind.ASK, seen=case.seen, words=WORDS, organisation=goods.shop.organisation
    )
    service.investigate(store, goods.officer, case.id, ask)
    [request] = queries.asked(store, goods.shop)
    assert waiting.own(store, goods.shop, now)[1] == Waiting(1, 0, request.due)
    service.reply(store, goods.shop, request.id, WORDS)
    assert waiting.own(store, goods.shop, now)[1] == Waiting()
    assert waiting.own(store, goods.stranger, now) == (Waiting(), Waiting())
