# SPDX-License-Identifier: Apache-2.0
"""Codes lent, overdrawn, suspended, expired, forged: refused with the arithmetic, kept for the
officer of that province and for nobody else; beside each the honest twin, which passes.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from nguon.base.audience import Audience
from nguon.identity.visibility import PUBLIC
from nguon.registry import history
from nguon.registry.ledger import queries, service
from nguon.registry.ledger.errors import LedgerUnknownError
from nguon.registry.ledger.model import Drawn, Grant, Shown, State, Use, Verdict
from nguon.store import Store
from tests.integration.registry.codes import (
    COOPERATIVE,
    DAK_LAK,
    DURIAN,
    HOUSE,
    HUNG_YEN,
    LONGAN,
    LONGANS,
    OFFICE,
    OTHER_OFFICE,
    PACKER,
    STRANGER,
    VINH_LONG,
    Code,
    grant,
    member,
    officer,
    registered,
    stood,
    use,
)

SEASON = datetime(2026, 8, 3, 3, tzinfo=UTC)


@pytest.fixture
def ledger(store: Store) -> Store:
    registered(store)
    return store


def told(drawn: Drawn) -> list[tuple[str, str]]:
    """The arithmetic as a sum."""
    return [
        (line.code.partition("-")[2], f"{line.amount.normalize():f}") for line in drawn.arithmetic
    ]


def codes(drawn: Drawn) -> list[str]:
    return [finding.code for finding in drawn.findings]


def sees(store: Store, audience: Audience, attempt: Drawn) -> bool:
    """Whether a reader finds the attempt, in lists and by its id alike."""
    listed = attempt.id in [one.id for one in queries.attempts(store, audience)]
    try:
        found = queries.use(store, audience, attempt.id).id == attempt.id
    except LedgerUnknownError:
        found = False
    assert found is listed
    return found


def whole(store: Store, attempt: Drawn) -> Drawn:
    """The attempt as the national officer reads it; its user reads his own amount only."""
    assert [name for name, _ in told(attempt)] == ["draw"]
    return queries.use(store, officer(OFFICE).audience, attempt.id)


def only_for(store: Store, attempt: Drawn, province: str, holder: int) -> None:
    """The officer of the province, the holder and the user see the attempt; others do not."""
    elsewhere = HUNG_YEN if province != HUNG_YEN else DAK_LAK
    assert sees(store, officer(OFFICE, province).audience, attempt)
    assert sees(store, officer(OFFICE).audience, attempt)
    assert sees(store, member(holder).audience, attempt)
    assert sees(store, member(attempt.user).audience, attempt)
    assert not sees(store, officer(OTHER_OFFICE, elsewhere).audience, attempt)
    assert not sees(store, member(999).audience, attempt)
    assert not sees(store, PUBLIC, attempt)


def test_f1_more_than_the_area_can_bear(ledger: Store) -> None:
    """27.2 ha bear 353.6 t of longan; 480 t are asked for."""
    holder = member(LONGAN)
    asked = Use(
        code=LONGANS,
        crop="nhãn",
        market="JP",
        used_at=SEASON,
        quantity=Decimal(300_000),
        consignment="JP-1",
    )
    honest = service.draw(ledger, holder, asked)
    assert (honest.verdict, codes(honest)) == (Verdict.NOTICED, ["ledger.ceiling-notice"])
    more = Use(
        code=LONGANS,
        crop="nhãn",
        market="JP",
        used_at=SEASON,
        quantity=Decimal(180_000),
        consignment="JP-2",
    )
    held = service.draw(ledger, holder, more)
    assert (held.verdict, held.state) == (Verdict.HELD, State.WAITING)
    assert told(held) == [
        ("area", "27.2"),
        ("rate", "13"),
        ("ceiling", "353600"),
        ("used", "300000"),
        ("draw", "180000"),
        ("after", "480000"),
        ("share", "135.74"),
    ]
    only_for(ledger, held, HUNG_YEN, LONGAN)
    office = officer(OFFICE, HUNG_YEN)
    refused = service.answer(ledger, office, held.id, False, "Diện tích chỉ cho 353,6 tấn")
    assert refused.state is State.NOT_COUNTED
    [account] = queries.accounts(ledger, LONGAN)
    assert (account.ceiling, account.used, account.left) == (
        Decimal(353_600),
        Decimal(300_000),
        Decimal(53_600),
    )


def test_f1_reasons_are_asked_for_before_that(ledger: Store) -> None:
    asked = use(quantity=Decimal(560_000))
    refused = service.draw(ledger, member(COOPERATIVE), asked)
    assert (refused.verdict, codes(refused)[-1]) == (Verdict.REFUSED, "ledger.reasons-needed")
    assert told(refused)[2:] == [
        ("ceiling", "552000"),
        ("used", "0"),
        ("draw", "560000"),
        ("after", "560000"),
        ("share", "101.44"),
    ]
    only_for(ledger, refused, DAK_LAK, COOPERATIVE)


def test_f2_a_code_used_by_a_stranger(ledger: Store) -> None:
    service.grant(ledger, member(COOPERATIVE), grant())
    lent = service.draw(ledger, member(STRANGER), use())
    assert (lent.verdict, codes(lent)) == (Verdict.REFUSED, ["ledger.not-granted"])
    assert told(whole(ledger, lent)) == [
        ("area", "27.6"),
        ("rate", "20"),
        ("ceiling", "552000"),
        ("used", "0"),
        ("draw", "16000"),
        ("after", "16000"),
        ("share", "2.89"),
    ]
    only_for(ledger, lent, DAK_LAK, COOPERATIVE)
    honest = service.draw(ledger, member(PACKER), use())
    assert (honest.verdict, codes(honest)) == (Verdict.ACCEPTED, [])


def test_f2_more_than_was_granted(ledger: Store) -> None:
    service.grant(ledger, member(COOPERATIVE), grant())
    packer = member(PACKER)
    assert service.draw(ledger, packer, use(quantity=Decimal(40_000))).verdict is Verdict.ACCEPTED
    over = service.draw(ledger, packer, use(consignment="CN-02"))
    assert (over.verdict, codes(over)) == (Verdict.REFUSED, ["ledger.over-granted"])
    assert told(over)[-5:] == [
        ("granted", "50000"),
        ("drawn", "40000"),
        ("left", "10000"),
        ("this-draw", "16000"),
        ("over", "6000"),
    ]
    only_for(ledger, over, DAK_LAK, COOPERATIVE)
    rest = service.draw(ledger, packer, use(consignment="CN-03", quantity=Decimal(10_000)))
    assert (rest.verdict, told(rest)[-1]) == (Verdict.ACCEPTED, ("left-after", "0"))


def test_f5_a_suspended_code(ledger: Store) -> None:
    """Suspended from 5 to 20 August; before and after the same use passes."""
    first, last = datetime(2026, 8, 5, tzinfo=UTC), datetime(2026, 8, 20, tzinfo=UTC)
    status = history.Status.SUSPENDED
    with ledger.transaction() as connection:
        stood(connection, DURIAN, status, first, valid_to=last, reason="Rệp sáp bột hồng")
    service.grant(ledger, member(COOPERATIVE), grant())
    packer = member(PACKER)
    refused = service.draw(ledger, packer, use())
    assert (refused.verdict, codes(refused)) == (Verdict.REFUSED, ["ledger.code-suspended"])
    assert refused.findings[0].params == {
        "number": "VN-DLOR-9521",
        "since": "2026-08-05",
        "reason": "Rệp sáp bột hồng",
    }
    assert ("after", "16000") in told(refused)
    only_for(ledger, refused, DAK_LAK, COOPERATIVE)
    for number, moment in (("before", SEASON), ("after", last)):
        honest = service.draw(ledger, packer, use(consignment=number, used_at=moment))
        assert (honest.verdict, codes(honest)) == (Verdict.ACCEPTED, [])


def test_f5_an_expired_code(store: Store) -> None:
    code = Code(DURIAN, COOPERATIVE, "24502", "durian", area="27.6", valid_to="2026-08-09")
    registered(store, code)
    service.grant(store, member(COOPERATIVE), grant())
    packer = member(PACKER)
    refused = service.draw(store, packer, use())
    assert (refused.verdict, codes(refused)) == (Verdict.REFUSED, ["ledger.code-expired"])
    assert refused.findings[0].params["valid_to"] == "2026-08-09"
    only_for(store, refused, DAK_LAK, COOPERATIVE)
    last_day = datetime(2026, 8, 9, 16, 59, tzinfo=UTC)
    honest = service.draw(store, packer, use(consignment="CN-02", used_at=last_day))
    assert honest.verdict is Verdict.ACCEPTED


PAPER = Grant(
    code=HOUSE,
    grantee=STRANGER,
    crop="durian",
    market="CN",
    valid_from=date(2026, 7, 1),
    valid_to=date(2026, 12, 31),
    quantity=Decimal(18_000),
)


def packed(number: str | None, **changes: object) -> Use:
    """A container packed under the packing house's code."""
    return use(code=HOUSE, quantity=Decimal(15_000), authorisation=number, **changes)


def test_a_forged_contract_on_a_packing_house_code(ledger: Store) -> None:
    """Invented number, somebody else's number, a true number with other figures."""
    exporter = member(STRANGER)
    invented = service.draw(ledger, exporter, packed("UQ-VN-BTPH-9536-2026-777"))
    assert (invented.verdict, codes(invented)) == (
        Verdict.REFUSED,
        ["ledger.forged-number"],
    )
    assert (invented.shown, invented.authorisation) == ("UQ-VN-BTPH-9536-2026-777", None)
    assert told(whole(ledger, invented)) == [
        ("capacity", "20000"),
        ("used", "0"),
        ("draw", "15000"),
        ("after", "15000"),
        ("share", "75"),
    ]
    only_for(ledger, invented, VINH_LONG, PACKER)

    others = service.grant(ledger, member(COOPERATIVE), grant(grantee=STRANGER))
    wrong_code = service.draw(ledger, exporter, packed(others.number))
    assert codes(wrong_code) == ["ledger.forged-code"]

    true = service.grant(ledger, member(PACKER), PAPER)
    another = service.draw(ledger, member(COOPERATIVE), packed(true.number))
    invented = service.draw(ledger, member(COOPERATIVE), packed("UQ-VN-BTPH-9536-2026-778"))
    assert codes(another) == codes(invented) == ["ledger.forged-number"]
    assert told(whole(ledger, another)) == told(whole(ledger, invented))

    inflated = packed(true.number, shown=Shown(quantity=Decimal(180_000)), consignment="CN-09")
    forged = service.draw(ledger, exporter, inflated)
    assert (forged.verdict, codes(forged)) == (Verdict.REFUSED, ["ledger.forged-quantity"])
    assert forged.findings[0].params == {
        "number": true.number,
        "shown": "180000",
        "registered": "18000",
    }
    only_for(ledger, forged, VINH_LONG, PACKER)

    honest = service.draw(
        ledger,
        exporter,
        packed(true.number.lower(), shown=Shown(quantity=Decimal(18_000)), consignment="CN-10"),
    )
    assert (honest.verdict, honest.authorisation) == (Verdict.ACCEPTED, true.number)
    assert told(honest)[-1] == ("left-after", "3000")


def test_a_code_that_does_not_exist(ledger: Store) -> None:
    made_up = service.draw(ledger, member(PACKER), use(code="VN-DLOR-9599"))
    assert (made_up.verdict, codes(made_up)) == (Verdict.REFUSED, ["ledger.code-unknown"])
    assert (made_up.holder, made_up.province) == (None, DAK_LAK)
    assert sees(ledger, officer(OFFICE, DAK_LAK).audience, made_up)
    assert not sees(ledger, member(COOPERATIVE).audience, made_up)
