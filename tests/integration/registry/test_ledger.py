# SPDX-License-Identifier: Apache-2.0
"""Grants and uses kept on both databases: drawn down, answered, taken back, never overdrawn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from nguon.registry import history
from nguon.registry.ledger import queries, service
from nguon.registry.ledger.errors import (
    LedgerConflictError,
    LedgerError,
    LedgerForbiddenError,
    LedgerUnknownError,
)
from nguon.registry.ledger.model import Drawn, State, Verdict
from nguon.store import Store
from tests.integration.registry.codes import (
    AUGUST,
    COOPERATIVE,
    DAK_LAK,
    DURIAN,
    HOUSE,
    HUNG_YEN,
    OFFICE,
    OTHER_OFFICE,
    PACKER,
    STRANGER,
    grant,
    member,
    officer,
    registered,
    stood,
    use,
)

HOLDER, USER = member(COOPERATIVE), member(PACKER)
IN_CHARGE, ELSEWHERE = officer(OFFICE, DAK_LAK), officer(OTHER_OFFICE, HUNG_YEN)


@pytest.fixture
def ledger(store: Store) -> Store:
    registered(store)
    return store


def codes(drawn: Drawn) -> list[str]:
    return [finding.code for finding in drawn.findings]


def lines(drawn: Drawn) -> dict[str, Decimal]:
    return {line.code: line.amount for line in drawn.arithmetic}


def test_a_grant_is_numbered_and_drawn_down(ledger: Store) -> None:
    given = service.grant(ledger, HOLDER, grant())
    year = datetime.now(UTC).year
    assert given.number == f"UQ-VN-DLOR-9521-{year}-001"
    assert (given.crop, given.market, given.quantity) == ("durian", "CN", Decimal(50_000))
    first = service.draw(ledger, USER, use())
    assert (first.verdict, first.authorisation) == (Verdict.ACCEPTED, given.number)
    second = service.draw(ledger, USER, use(consignment="CN-02", quantity=Decimal("33999.999")))
    assert lines(second)["ledger.line-left-after"] == Decimal("0.001")
    over = service.draw(ledger, USER, use(consignment="CN-03", quantity=Decimal("0.002")))
    assert (over.verdict, codes(over)) == (Verdict.REFUSED, ["ledger.over-granted"])
    assert lines(over)["ledger.line-over"] == Decimal("0.001")
    balance = queries.balance(ledger, HOLDER.audience, given.id)
    assert (balance.granted, balance.used, balance.left) == (
        Decimal(50_000),
        Decimal("49999.999"),
        Decimal("0.001"),
    )


def test_the_holder_needs_no_grant_but_is_counted(ledger: Store) -> None:
    used = service.draw(ledger, HOLDER, use(quantity=Decimal(441_599)))
    assert (used.verdict, used.authorisation) == (Verdict.ACCEPTED, None)
    service.grant(ledger, HOLDER, grant())
    found = service.draw(ledger, USER, use(quantity=Decimal(1)))
    assert found.verdict is Verdict.NOTICED
    assert lines(found)["ledger.line-used"] == Decimal(441_599)
    assert lines(found)["ledger.line-after"] == Decimal(441_600)
    assert lines(found)["ledger.line-share"] == Decimal("80.00")


def test_a_grant_for_more_than_the_ceiling_leaves_is_pointed_out(ledger: Store) -> None:
    first = service.grant(ledger, HOLDER, grant(quantity=Decimal(552_000)))
    assert first.notices == ()
    second = service.grant(ledger, HOLDER, grant(quantity=Decimal(1), grantee=STRANGER))
    assert [notice.code for notice in second.notices] == ["ledger.granted-over-ceiling"]
    told = {line.code: line.amount for line in second.arithmetic}
    assert told == {
        "ledger.line-area": Decimal("27.6"),
        "ledger.line-rate": Decimal(20),
        "ledger.line-ceiling": Decimal(552_000),
        "ledger.line-granted-before": Decimal(552_000),
        "ledger.line-this-grant": Decimal(1),
        "ledger.line-free": Decimal(0),
        "ledger.line-over": Decimal(1),
    }


def test_the_same_draw_again_is_the_same_answer(ledger: Store) -> None:
    service.grant(ledger, HOLDER, grant())
    first = service.draw(ledger, USER, use())
    assert service.draw(ledger, USER, use()) == first
    with pytest.raises(LedgerConflictError, match=r"ledger\.drawn-already"):
        service.draw(ledger, USER, use(quantity=Decimal(1)))
    assert len(queries.uses(ledger, HOLDER.audience)) == 1


def test_a_refused_draw_is_judged_anew_and_kept_once_for_each_outcome(ledger: Store) -> None:
    refused = service.draw(ledger, USER, use())
    assert codes(refused) == ["ledger.not-granted"]
    assert service.draw(ledger, USER, use()) == refused
    service.grant(ledger, HOLDER, grant())
    accepted = service.draw(ledger, USER, use())
    assert accepted.verdict is Verdict.ACCEPTED
    kept = queries.attempts(ledger, IN_CHARGE.audience)
    assert [one.id for one in kept] == [refused.id, accepted.id]


def test_reasons_are_asked_for_at_the_ceiling(ledger: Store) -> None:
    whole = Decimal(552_000)
    refused = service.draw(ledger, HOLDER, use(quantity=whole))
    assert (refused.verdict, codes(refused)) == (
        Verdict.REFUSED,
        ["ledger.ceiling-question", "ledger.reasons-needed"],
    )
    given = service.draw(ledger, HOLDER, use(quantity=whole, reason="Ra hoa hai vụ"))
    assert (given.verdict, given.state, given.reason) == (
        Verdict.QUESTIONED,
        State.COUNTED,
        "Ra hoa hai vụ",
    )


def test_a_held_use_waits_for_the_body_in_charge(ledger: Store) -> None:
    held = service.draw(ledger, HOLDER, use(quantity=Decimal(607_200)))
    assert (held.verdict, held.state) == (Verdict.HELD, State.WAITING)
    next_one = service.draw(ledger, HOLDER, use(consignment="CN-02", quantity=Decimal(1)))
    assert next_one.verdict is Verdict.HELD
    assert lines(next_one)["ledger.line-waiting"] == Decimal(607_200)
    for other in (HOLDER, USER, ELSEWHERE):
        with pytest.raises(LedgerError):
            service.answer(ledger, other, held.id, True, "ok")
    refused = service.answer(ledger, IN_CHARGE, held.id, False, "Diện tích không đủ")
    assert (refused.verdict, refused.state) == (Verdict.HELD, State.NOT_COUNTED)
    with pytest.raises(LedgerConflictError, match=r"ledger\.not-waiting"):
        service.answer(ledger, IN_CHARGE, held.id, True, "lại")
    accepted = service.answer(ledger, IN_CHARGE, next_one.id, True, "Đã kiểm tra vườn")
    assert accepted.state is State.COUNTED
    third = service.draw(ledger, HOLDER, use(consignment="CN-03", quantity=Decimal(5)))
    assert (third.verdict, lines(third)["ledger.line-used"]) == (Verdict.ACCEPTED, Decimal(1))
    [kept] = [one for one in queries.attempts(ledger, IN_CHARGE.audience) if one.id == held.id]
    assert (kept.arithmetic, [a.reason for a in kept.answers]) == (
        held.arithmetic,
        ["Diện tích không đủ"],
    )


def test_withdrawn_from_a_day_known_from_another(ledger: Store) -> None:
    given = service.grant(ledger, HOLDER, grant())
    before = service.draw(ledger, USER, use())
    since = datetime(2026, 8, 9, tzinfo=UTC)
    service.withdraw(ledger, HOLDER, given.id, "Vi phạm hợp đồng", effective=since)
    after = service.draw(ledger, USER, use(consignment="CN-02"))
    assert codes(after) == ["ledger.grant-withdrawn"]
    assert after.findings[0].params == {
        "number": given.number,
        "since": "2026-08-09",
        "reason": "Vi phạm hợp đồng",
    }
    earlier = service.draw(
        ledger, USER, use(consignment="CN-03", used_at=datetime(2026, 8, 8, tzinfo=UTC))
    )
    assert earlier.verdict is Verdict.ACCEPTED
    assert service.draw(ledger, USER, use()) == before
    with pytest.raises(LedgerConflictError, match=r"ledger\.withdrawn-already"):
        service.withdraw(ledger, HOLDER, given.id, "lại")


def test_narrowed_never_below_what_was_drawn(ledger: Store) -> None:
    given = service.grant(ledger, HOLDER, grant())
    service.draw(ledger, USER, use())
    with pytest.raises(LedgerConflictError, match=r"ledger\.below-drawn"):
        service.narrow(ledger, HOLDER, given.id, "ít quả", quantity=Decimal("15999.999"))
    with pytest.raises(LedgerError, match=r"ledger\.not-narrower"):
        service.narrow(ledger, HOLDER, given.id, "nhiều quả", quantity=Decimal(50_001))
    at = datetime(2026, 8, 1, tzinfo=UTC)
    service.narrow(ledger, HOLDER, given.id, "ít quả", quantity=Decimal(16_000), effective=at)
    found = service.draw(ledger, USER, use(consignment="CN-02", quantity=Decimal("0.001")))
    assert codes(found) == ["ledger.over-granted"]
    with pytest.raises(LedgerUnknownError):
        service.narrow(ledger, USER, given.id, "x", quantity=Decimal(16_000))


def test_a_cancelled_consignment_gives_its_quantity_back(ledger: Store) -> None:
    given = service.grant(ledger, HOLDER, grant(quantity=Decimal(16_000)))
    first = service.draw(ledger, USER, use())
    with pytest.raises(LedgerForbiddenError):
        service.reverse(ledger, USER, first.id, "hủy", shipped=True)
    with pytest.raises(LedgerUnknownError):
        service.reverse(ledger, member(STRANGER), first.id, "hủy")
    back = service.reverse(ledger, USER, first.id, "Khách hủy đơn")
    assert (back.verdict, back.state) == (Verdict.ACCEPTED, State.REVERSED)
    assert service.reverse(ledger, USER, first.id, "Khách hủy đơn") == back
    assert queries.balance(ledger, USER.audience, given.id).left == Decimal(16_000)
    again = service.draw(ledger, USER, use())
    assert (again.verdict, again.id != first.id) == (Verdict.ACCEPTED, True)
    by_office = service.reverse(ledger, IN_CHARGE, again.id, "Lô bị trả về", shipped=True)
    assert by_office.state is State.REVERSED


def test_an_officer_sets_another_ceiling(ledger: Store) -> None:
    first, last = date(2026, 8, 1), date(2026, 12, 31)
    for other in (HOLDER, ELSEWHERE):
        with pytest.raises(LedgerForbiddenError):
            service.set_ceiling(ledger, other, DURIAN, Decimal(10), first, last, "Vườn non")
    service.set_ceiling(ledger, IN_CHARGE, DURIAN, Decimal(10), first, last, "Vườn non")
    found = service.draw(ledger, HOLDER, use(quantity=Decimal(276_000), reason="x"))
    assert found.verdict is Verdict.QUESTIONED
    assert lines(found)["ledger.line-ceiling"] == Decimal(276_000)
    rate = next(line for line in found.arithmetic if line.code == "ledger.line-rate")
    assert (rate.amount, rate.note) == (Decimal(10), "Vườn non")
    service.reverse(ledger, HOLDER, found.id, "x")
    july = datetime(2026, 7, 31, 3, tzinfo=UTC)
    found = service.draw(ledger, HOLDER, use(quantity=Decimal(276_000), used_at=july))
    assert (found.verdict, lines(found)["ledger.line-ceiling"]) == (
        Verdict.ACCEPTED,
        Decimal(552_000),
    )


def test_uses_at_the_same_time_never_overdraw(ledger: Store) -> None:
    given = service.grant(ledger, HOLDER, grant(quantity=Decimal(10_000)))
    asked = [use(consignment=f"CN-{n}", quantity=Decimal(3_000)) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: service.draw(ledger, USER, one), asked))
    assert sorted(one.verdict for one in found) == ["accepted"] * 3 + ["refused"] * 5
    assert queries.balance(ledger, USER.audience, given.id).left == Decimal(1_000)


def test_one_use_sent_many_times_at_once_is_one_use(ledger: Store) -> None:
    service.grant(ledger, HOLDER, grant())
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: service.draw(ledger, USER, use()), range(6)))
    assert len({one.id for one in found}) == 1
    assert len(queries.uses(ledger, USER.audience)) == 1


def test_grants_at_the_same_time_have_their_own_numbers(ledger: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        given = list(
            pool.map(lambda n: service.grant(ledger, HOLDER, grant(request=f"r{n % 3}")), range(6))
        )
    assert len({one.number for one in given}) == 3


def test_suspended_since_and_known_since(ledger: Store) -> None:
    with ledger.transaction() as connection:
        stood(connection, DURIAN, history.Status.SUSPENDED, AUGUST, reason="Rệp sáp")
    found = service.draw(ledger, HOLDER, use())
    assert codes(found) == ["ledger.code-suspended"]
    earlier = service.draw(ledger, HOLDER, use(used_at=datetime(2026, 8, 9, tzinfo=UTC)))
    assert (earlier.verdict, codes(earlier)) == (Verdict.NOTICED, ["ledger.broken-since"])


def test_a_packing_house_day(ledger: Store) -> None:
    packed = use(code=HOUSE, quantity=Decimal(15_999))
    assert service.draw(ledger, USER, packed).verdict is Verdict.ACCEPTED
    over = service.draw(ledger, USER, use(code=HOUSE, quantity=Decimal(9_000), consignment="2"))
    assert (over.verdict, codes(over)) == (Verdict.NOTICED, ["ledger.capacity-notice"])
    assert lines(over)["ledger.line-share"] == Decimal("124.99")
    tomorrow = datetime(2026, 8, 11, 3, tzinfo=UTC)
    fresh = service.draw(ledger, USER, use(code=HOUSE, consignment="3", used_at=tomorrow))
    assert lines(fresh)["ledger.line-used"] == Decimal(0)


def test_what_cannot_be_is_refused_and_nothing_kept(ledger: Store) -> None:
    impossible: list[tuple[dict[str, object], str]] = [
        ({"quantity": Decimal(0)}, "ledger.quantity"),
        ({"quantity": Decimal("NaN")}, "ledger.quantity"),
        ({"quantity": Decimal("0.0001")}, "ledger.quantity"),
        ({"code": "vn-area:?"}, "ledger.code-shape"),
        ({"code": "01/09521202000182"}, "ledger.code-shape"),
        ({"crop": None}, "ledger.crop-missing"),
        ({"consignment": " "}, "ledger.consignment-missing"),
        ({"market": ""}, "ledger.market-missing"),
        ({"used_at": datetime(2999, 1, 1, tzinfo=UTC)}, "ledger.used-in-future"),
    ]
    for changes, code in impossible:
        with pytest.raises(LedgerError) as refused:
            service.draw(ledger, HOLDER, use(**changes))
        assert refused.value.code == code
    assert queries.uses(ledger, HOLDER.audience) == []


def test_only_the_holder_grants_and_to_a_known_party(ledger: Store) -> None:
    for actor in (USER, IN_CHARGE, member(STRANGER)):
        with pytest.raises(LedgerForbiddenError, match=r"ledger\.not-holder"):
            service.grant(ledger, actor, grant())
    for changes, code in (
        ({"grantee": COOPERATIVE}, "ledger.grantee-holder"),
        ({"grantee": 999_999}, "ledger.grantee-unknown"),
        ({"valid_to": date(2026, 6, 30)}, "ledger.ends-before"),
        ({"quantity": Decimal(-1)}, "ledger.quantity"),
    ):
        with pytest.raises(LedgerError, match=code):
            service.grant(ledger, HOLDER, grant(**changes))
    assert queries.grants(ledger, HOLDER.audience) == []
