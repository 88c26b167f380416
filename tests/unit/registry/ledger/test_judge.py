# SPDX-License-Identifier: Apache-2.0
"""Judging a use: every check alone, all together, and the thresholds to the gram."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nguon.registry.ledger import ceilings
from nguon.registry.ledger.facts import Books, CodeFacts, Paper, Sums
from nguon.registry.ledger.model import (
    Authorisation,
    Change,
    ChangeKind,
    Shown,
    Use,
    Verdict,
)
from nguon.registry.ledger.rules import Judgement, judge

HOLDER, USER, STRANGER = 1, 2, 3
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
CODE = "vn-area:VN-DLOR-9521"
DAY = AUGUST.date()
PAPER = Paper(
    number="VN-DLOR-9521",
    status="approved",
    status_now="approved",
    valid_from=date(2025, 4, 1),
    valid_to=date(2027, 3, 31),
    crops=frozenset({"durian"}),
    markets=frozenset({"CN"}),
)
FACTS = CodeFacts(
    code=CODE,
    holder=HOLDER,
    province="66",
    area=Decimal("27.6"),
    basis="declared",
    papers=(PAPER,),
)
GRANT = Authorisation(
    id="g1",
    number="UQ-VN-DLOR-9521-2026-001",
    code=CODE,
    holder=HOLDER,
    grantee=USER,
    crop="durian",
    market="CN",
    valid_from=date(2026, 7, 1),
    valid_to=date(2026, 10, 31),
    quantity=Decimal(50_000),
    recorded=datetime(2026, 6, 20, tzinfo=UTC),
)


def use(**changes: Any) -> Use:
    values: dict[str, Any] = {
        "code": CODE,
        "crop": "durian",
        "market": "CN",
        "used_at": AUGUST,
        "quantity": Decimal(16_000),
        "consignment": "CN-01",
    }
    return Use(**{**values, **changes})


def books(**changes: Any) -> Books:
    values: dict[str, Any] = {
        "grants": (GRANT,),
        "rate": ceilings.rate("durian", "66", DAY),
        "thresholds": ceilings.thresholds(DAY),
    }
    return Books(**{**values, **changes})


def codes(found: Judgement) -> list[str]:
    return [finding.code for finding in found.findings]


def lines(found: Judgement) -> list[tuple[str, str, str]]:
    return [(line.code, f"{line.amount:f}", line.unit) for line in found.arithmetic]


def paper(**changes: Any) -> CodeFacts:
    changed = msgspec.structs.replace(PAPER, **changes)
    return msgspec.structs.replace(FACTS, papers=(changed,))


def test_an_honest_use_is_accepted_with_its_arithmetic() -> None:
    found = judge(use(), USER, FACTS, books(season=Sums(Decimal(100_000))))
    assert (found.verdict, codes(found), found.grant) == (Verdict.ACCEPTED, [], GRANT)
    assert lines(found) == [
        ("ledger.line-area", "27.6", "ha"),
        ("ledger.line-rate", "20", "t/ha"),
        ("ledger.line-ceiling", "552000.0", "kg"),
        ("ledger.line-used", "100000", "kg"),
        ("ledger.line-draw", "16000", "kg"),
        ("ledger.line-after", "116000", "kg"),
        ("ledger.line-share", "21.01", "%"),
        ("ledger.line-granted", "50000", "kg"),
        ("ledger.line-drawn", "0", "kg"),
        ("ledger.line-left", "50000", "kg"),
        ("ledger.line-this-draw", "16000", "kg"),
        ("ledger.line-left-after", "34000", "kg"),
    ]


@pytest.mark.parametrize(
    ("after", "reason", "verdict", "share"),
    [
        ("441599.999", None, Verdict.ACCEPTED, "79.99"),
        ("441600", None, Verdict.NOTICED, "80.00"),
        ("551999.999", None, Verdict.NOTICED, "99.99"),
        ("552000", None, Verdict.REFUSED, "100.00"),
        ("552000", "second flowering", Verdict.QUESTIONED, "100.00"),
        ("607199.999", "second flowering", Verdict.QUESTIONED, "109.99"),
        ("607200", None, Verdict.HELD, "110.00"),
        ("607200", "second flowering", Verdict.HELD, "110.00"),
    ],
)
def test_thresholds_to_the_gram(
    after: str, reason: str | None, verdict: Verdict, share: str
) -> None:
    quantity = Decimal("0.001")
    used = Sums(Decimal(after) - quantity)
    found = judge(use(quantity=quantity, reason=reason), HOLDER, FACTS, books(season=used))
    assert found.verdict is verdict
    assert ("ledger.line-share", share, "%") in lines(found)
    assert ("ledger.reasons-needed" in codes(found)) is (verdict is Verdict.REFUSED)


def test_what_waits_is_taken_too() -> None:
    used = Sums(Decimal(400_000), Decimal(100_000))
    found = judge(use(quantity=Decimal(52_000)), HOLDER, FACTS, books(season=used))
    assert found.verdict is Verdict.REFUSED
    assert ("ledger.line-waiting", "100000", "kg") in lines(found)
    assert ("ledger.line-after", "552000", "kg") in lines(found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "suspended", "status_now": "suspended"}, "ledger.code-suspended"),
        ({"status": "revoked", "status_now": "revoked"}, "ledger.code-revoked"),
        ({"status": "declared", "status_now": "declared"}, "ledger.code-not-approved"),
        ({"valid_to": date(2026, 8, 9)}, "ledger.code-expired"),
        ({"valid_from": date(2026, 8, 11)}, "ledger.code-not-begun"),
        ({"crops": frozenset({"longan"})}, "ledger.crop-not-approved"),
        ({"markets": frozenset({"EU", "JP"})}, "ledger.market-not-approved"),
    ],
)
def test_a_code_that_is_not_approved_is_refused(changes: dict[str, Any], code: str) -> None:
    found = judge(use(), HOLDER, paper(**changes), books())
    assert (found.verdict, codes(found)) == (Verdict.REFUSED, [code])


def test_last_day_of_a_paper_is_a_day_of_viet_nam() -> None:
    last = paper(valid_to=date(2026, 8, 10))
    evening = datetime(2026, 8, 10, 16, 59, tzinfo=UTC)
    midnight = datetime(2026, 8, 10, 17, 0, tzinfo=UTC)
    assert judge(use(used_at=evening), HOLDER, last, books()).verdict is Verdict.ACCEPTED
    assert judge(use(used_at=midnight), HOLDER, last, books()).verdict is Verdict.REFUSED


def test_one_fitting_paper_of_several_is_enough() -> None:
    other = msgspec.structs.replace(PAPER, number="VN-DLOR-9521-EU", markets=frozenset({"EU"}))
    both = msgspec.structs.replace(FACTS, papers=(other, PAPER))
    assert judge(use(), HOLDER, both, books()).verdict is Verdict.ACCEPTED


def test_a_code_suspended_since_is_pointed_out() -> None:
    found = judge(use(), HOLDER, paper(status_now="suspended"), books())
    assert (found.verdict, codes(found)) == (Verdict.NOTICED, ["ledger.broken-since"])


def test_unknown_code_and_code_without_paper() -> None:
    unknown = CodeFacts(code="vn-area:VN-XXOR-0001")
    found = judge(use(code=unknown.code), USER, unknown, books(grants=()))
    assert (found.verdict, codes(found), found.arithmetic) == (
        Verdict.REFUSED,
        ["ledger.code-unknown"],
        (),
    )
    bare = msgspec.structs.replace(FACTS, papers=())
    assert codes(judge(use(), HOLDER, bare, books())) == ["ledger.code-no-paper"]


def test_a_stranger_is_refused() -> None:
    found = judge(use(), STRANGER, FACTS, books(grants=()))
    assert (found.verdict, codes(found)) == (Verdict.REFUSED, ["ledger.not-granted"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"crop": "longan"}, ["ledger.crop-not-approved", "ledger.grant-crop", "ledger.no-rate"]),
        ({"market": "EU"}, ["ledger.market-not-approved", "ledger.grant-market"]),
        ({"used_at": datetime(2026, 6, 30, tzinfo=UTC)}, ["ledger.grant-not-begun"]),
        ({"used_at": datetime(2026, 11, 2, tzinfo=UTC)}, ["ledger.grant-over"]),
    ],
)
def test_a_grant_is_for_its_crop_market_and_days(
    asked: dict[str, Any], expected: list[str]
) -> None:
    rate = None if "crop" in asked else ceilings.rate("durian", None, DAY)
    found = judge(use(**asked), USER, FACTS, books(rate=rate))
    assert (found.verdict, codes(found)) == (Verdict.REFUSED, expected)


def test_over_the_grant_by_one_gram() -> None:
    drawn = {GRANT.number: Sums(Decimal(30_000), Decimal(5_000))}
    whole = judge(use(quantity=Decimal(15_000)), USER, FACTS, books(drawn=drawn))
    assert whole.verdict is Verdict.ACCEPTED
    found = judge(use(quantity=Decimal("15000.001")), USER, FACTS, books(drawn=drawn))
    assert (found.verdict, codes(found)) == (Verdict.REFUSED, ["ledger.over-granted"])
    assert lines(found)[-6:] == [
        ("ledger.line-granted", "50000", "kg"),
        ("ledger.line-drawn", "30000", "kg"),
        ("ledger.line-drawn-waiting", "5000", "kg"),
        ("ledger.line-left", "15000", "kg"),
        ("ledger.line-this-draw", "15000.001", "kg"),
        ("ledger.line-over", "0.001", "kg"),
    ]


def test_of_two_grants_the_one_that_bears_the_use() -> None:
    small = msgspec.structs.replace(
        GRANT, id="g0", number="UQ-0", quantity=Decimal(10), valid_to=date(2026, 8, 31)
    )
    found = judge(use(), USER, FACTS, books(grants=(small, GRANT)))
    assert (found.verdict, found.grant) == (Verdict.ACCEPTED, GRANT)


def changed(kind: ChangeKind, day: int, **values: Any) -> Authorisation:
    moment = datetime(2026, 8, day, tzinfo=UTC)
    change = Change(kind=kind, effective=moment, recorded=moment, reason="r", **values)
    return msgspec.structs.replace(GRANT, changes=(change,))


def test_withdrawn_and_narrowed_from_their_day_on() -> None:
    withdrawn = books(grants=(changed(ChangeKind.WITHDRAWN, 10),))
    assert codes(judge(use(), USER, FACTS, withdrawn)) == ["ledger.grant-withdrawn"]
    later = books(grants=(changed(ChangeKind.WITHDRAWN, 11),))
    assert judge(use(), USER, FACTS, later).verdict is Verdict.ACCEPTED
    narrowed = books(grants=(changed(ChangeKind.NARROWED, 9, quantity=Decimal(15_999)),))
    assert codes(judge(use(), USER, FACTS, narrowed)) == ["ledger.over-granted"]


@pytest.mark.parametrize(
    ("shown", "paper_says", "expected"),
    [
        (None, None, ["ledger.forged-number"]),
        ({"grantee": STRANGER}, None, ["ledger.forged-number"]),
        ({"grantee": STRANGER, "code": "vn-area:X"}, None, ["ledger.forged-number"]),
        ({"code": "vn-area:VN-DLOR-9522"}, None, ["ledger.forged-code"]),
        ({}, Shown(quantity=Decimal(500_000)), ["ledger.forged-quantity"]),
        (
            {},
            Shown(market="EU", valid_to=date(2027, 1, 1)),
            ["ledger.forged-market", "ledger.forged-valid-to"],
        ),
        ({}, Shown(quantity=Decimal("50000.0"), market="CN"), []),
    ],
)
def test_forged_authorisations(
    shown: dict[str, Any] | None, paper_says: Shown | None, expected: list[str]
) -> None:
    registered = None if shown is None else msgspec.structs.replace(GRANT, **shown)
    asked = use(authorisation=GRANT.number, shown=paper_says)
    found = judge(asked, USER, FACTS, books(shown=registered))
    assert codes(found) == expected
    assert found.verdict is (Verdict.REFUSED if expected else Verdict.ACCEPTED)


def test_nothing_of_anothers_grant_is_told() -> None:
    theirs = msgspec.structs.replace(GRANT, grantee=STRANGER)
    found = judge(use(authorisation=GRANT.number), USER, FACTS, books(shown=theirs, grants=()))
    assert found.findings[0].params == {"number": GRANT.number}
    assert "ledger.line-granted" not in [line.code for line in found.arithmetic]


def test_everything_wrong_is_told_at_once() -> None:
    expired = paper(status="suspended", status_now="suspended", valid_to=date(2026, 8, 1))
    drawn = {GRANT.number: Sums(Decimal(50_000))}
    found = judge(use(), USER, expired, books(drawn=drawn, season=Sums(Decimal(600_000))))
    assert codes(found) == [
        "ledger.code-suspended",
        "ledger.code-expired",
        "ledger.over-granted",
        "ledger.ceiling-hold",
    ]
    assert found.verdict is Verdict.REFUSED


def test_no_area_no_ceiling_and_said_so() -> None:
    bare = msgspec.structs.replace(FACTS, area=None, basis=None)
    found = judge(use(quantity=Decimal(10**8)), HOLDER, bare, books())
    assert (found.verdict, codes(found)) == (Verdict.ACCEPTED, ["ledger.no-area"])


def test_out_of_season_is_pointed_out() -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    found = judge(use(used_at=december), HOLDER, FACTS, books())
    assert (found.verdict, codes(found)) == (Verdict.NOTICED, ["ledger.out-of-season"])
    assert found.findings[0].params == {"first": 7, "last": 10, "verified": False}


@pytest.mark.parametrize(
    ("before", "verdict"),
    [("0", Verdict.ACCEPTED), ("8000", Verdict.NOTICED), ("90000", Verdict.NOTICED)],
)
def test_a_packing_house_day_is_pointed_out_never_held(before: str, verdict: Verdict) -> None:
    facts = msgspec.structs.replace(
        FACTS, code="vn-pack:VN-DLPH-9521", area=None, capacity=Decimal(30_000)
    )
    asked = use(code=facts.code)
    found = judge(asked, HOLDER, facts, books(season=Sums(Decimal(before)), rate=None))
    assert found.verdict is verdict
