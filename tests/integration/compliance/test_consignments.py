# SPDX-License-Identifier: Apache-2.0
"""Consignments: gates of markets with their clauses, codes drawn through the ledger, isolation."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest

from nguon.base.quantity import Quantity
from nguon.compliance.completeness import completeness
from nguon.compliance.consignments import queries, service
from nguon.compliance.consignments.model import (
    CodeShare,
    Consignment,
    ConsignmentState,
    Load,
    PaperKind,
    Plan,
)
from nguon.compliance.consignments.readiness import areas, readiness
from nguon.compliance.errors import (
    ComplianceError,
    ConsignmentError,
    ReportReusedError,
    SampleError,
    UnknownConsignmentError,
    UnknownSampleError,
)
from nguon.compliance.gather import Question
from nguon.compliance.model import Market, State
from nguon.compliance.samples import queries as samples
from nguon.compliance.samples import service as laboratory
from nguon.compliance.samples.model import NewSample, Result, SampleState
from nguon.registry.ledger.model import Verdict
from nguon.store import Store
from nguon.trace import Direction, Limits
from nguon.trace.closure import Closure, closure
from tests.integration.compliance.conftest import Member

GTIN = "01/09521202000182"
SR16, SR17, SR18 = (f"{GTIN}/10/SR2608{day}" for day in (16, 17, 18))
DAY = date(2026, 8, 19)
_number = count(1)


def _plan(*lots: str, market: Market = Market.CN, **others: object) -> Plan:
    values = {
        "number": f"XK-{next(_number)}",
        "market": market,
        "planned": DAY,
        "loads": tuple(Load(lot, Quantity(Decimal(1800), "KGM")) for lot in lots or (SR17,)),
        "consignee_name": "Pingxiang Hong Fruit",
    }
    return Plan(**{**values, **others})  # type: ignore[arg-type]


def _shut(store: Store, who: object, found: Consignment) -> dict[str, tuple[str | None, str]]:
    told = readiness(store, who, found)  # type: ignore[arg-type]
    return {
        item.judged.requirement.field: (
            item.judged.reason,
            item.judged.requirement.clause.in_language("en"),
        )
        for item in told.open_gates
    }


def _sample(store: Store, member: Member, lot: str, *results: Result, report: str) -> str:
    exporter, lab = member("cao-nguyen-xanh"), member("thu-nghiem-tay-nguyen")
    taken = NewSample(
        number=f"M-{next(_number)}",
        lots=(lot,),
        laboratory="thu-nghiem-tay-nguyen",
        taken=datetime(2026, 8, 17, 3, tzinfo=UTC),
    )
    one = laboratory.take(store, exporter, taken)
    laboratory.send(store, exporter, one.id)
    laboratory.answer(store, lab, one.id, report, results)
    return one.id


CLEAN = (
    Result(analyte="cadmium", value=Decimal("0.031"), unit="mg/kg"),
    Result(analyte="auramine-o", detected=False),
)


def test_each_shut_gate_is_named_with_its_clause(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    made = service.plan(goods, exporter, _plan())
    assert _shut(goods, exporter, made) == {
        "cadmium": ("absent", "GACC, each lot since 10 January 2025"),
        "auramine-o": ("absent", "GACC, each lot since 10 January 2025"),
        "phytosanitary": ("absent", "protocol, phytosanitary certificate"),
        "box-marks": ("absent", "Notice 66/2022, marks on boxes and pallets"),
    }


def test_gates_open_one_by_one(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    made = service.plan(goods, exporter, _plan(SR16, consignee="trai-cay-bang-tuong"))
    over = Result(analyte="cadmium", value=Decimal(62), unit="µg/kg")
    bad = _sample(goods, member, SR16, over, CLEAN[1], report=f"KQ-{next(_number)}")
    shut = _shut(goods, exporter, made)
    assert shut["cadmium"][0] == "over-limit"
    assert shut["auramine-o"][0] == "unreleased"
    laboratory.decide(goods, exporter, bad, release=False, reason="cadmium")
    good = _sample(goods, member, SR16, *CLEAN, report=f"KQ-{next(_number)}")
    assert _shut(goods, exporter, made)["auramine-o"][0] == "unreleased"
    laboratory.decide(goods, exporter, good, release=True, reason="")
    assert set(_shut(goods, exporter, made)) == {"phytosanitary", "box-marks"}
    service.paper(goods, exporter, made.id, PaperKind.PHYTOSANITARY, "KDTV-952-2208")
    made = service.paper(goods, exporter, made.id, PaperKind.BOX_MARKS, "Y Ble")
    told = readiness(goods, exporter, made)
    assert told.open_gates == ()
    assert told.ready
    again = service.paper(goods, exporter, made.id, PaperKind.BOX_MARKS, "")
    assert set(_shut(goods, exporter, again)) == {"box-marks"}


def test_a_lot_without_report_shuts_the_gate_of_all(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    good = _sample(goods, member, SR18, *CLEAN, report=f"KQ-{next(_number)}")
    laboratory.decide(goods, exporter, good, release=True, reason="")
    made = service.plan(goods, exporter, _plan(SR18, SR17))
    told = readiness(goods, exporter, made)
    item = next(i for i in told.open_gates if i.judged.requirement.field == "cadmium")
    assert item.lots == (SR17,)


def test_a_code_that_expired_before_the_day_of_leaving(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    made = service.plan(goods, exporter, _plan(planned=date(2027, 4, 1)))
    shut = _shut(goods, exporter, made)
    assert shut["area-code"] == ("expired", "Notice 66/2022, registered orchard")
    assert shut["packing-code"] == ("expired", "Notice 66/2022, registered packing house")


def test_other_markets_have_other_gates(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    told = readiness(goods, exporter, service.plan(goods, exporter, _plan(market=Market.EU)))
    assert {item.judged.requirement.instrument for item in told.gates} == {"market-eu-food"}
    assert {i.judged.requirement.field for i in told.open_gates} == {"phytosanitary"}
    told = readiness(goods, exporter, service.plan(goods, exporter, _plan(market=Market.US)))
    assert {i.judged.state for i in told.gates} <= {State.COMPLETE, State.NOT_DECLARED}
    told = readiness(goods, exporter, service.plan(goods, exporter, _plan(market=Market.VN)))
    assert told.gates == ()


def test_declaring_draws_the_codes_and_stands_with_a_refusal(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    codes = (
        CodeShare(code="vn-area:VN-DLOR-9523", quantity=Decimal(900)),
        CodeShare(code="vn-area:VN-DLOR-9999", quantity=Decimal(900)),
    )
    made = service.plan(goods, exporter, _plan(codes=codes))
    declared = service.declare(goods, exporter, made.id)
    assert declared.consignment.state is ConsignmentState.DECLARED
    by_code = {one.code.partition(":")[2]: one for one in declared.drawn}
    assert len(by_code) == 2
    assert {one.verdict for one in declared.drawn} == {Verdict.REFUSED}
    assert all(one.findings for one in declared.drawn)
    told = readiness(goods, exporter, declared.consignment)
    assert len(told.drawn) == 2
    assert not told.ready
    area = next(i for i in told.gates if i.judged.requirement.field == "area-code")
    assert (area.judged.state, area.judged.reason) == (State.MISSING, "refused")
    cancelled = service.cancel(goods, exporter, made.id, "not today")
    assert cancelled.state is ConsignmentState.CANCELLED
    with pytest.raises(ComplianceError):
        service.declare(goods, exporter, made.id)


def test_areas_are_offered_for_the_form(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    grown, cut = areas(goods, exporter.audience, [SR17])
    assert cut is False
    assert grown == ("vn-area:VN-DLOR-9523", "vn-area:VN-DLOR-9525")


def test_wrong_plans_change_nothing(goods: Store, member: Member) -> None:
    exporter, stranger = member("cao-nguyen-xanh"), member("mi-song-tien")
    before = len(queries.consignments(goods, exporter))
    other = "01/09521101000023/10/TH260806H"
    nothing = (Load(SR17, Quantity(Decimal(0), "KGM")),)
    plans = [
        (exporter, _plan(SR17, other), "compliance.consignment-products"),
        (exporter, _plan(SR17, SR17), "compliance.lot-twice"),
        (exporter, _plan(number=""), "compliance.consignment-number"),
        (exporter, _plan(planned=date(2040, 1, 1)), "compliance.far-day"),
        (exporter, _plan(consignee="nobody"), "compliance.unknown-organisation"),
        (exporter, _plan(loads=nothing), "compliance.quantity"),
        (exporter, _plan(loads=()), "compliance.consignment-lots"),
        (stranger, _plan(), "compliance.lot-not-yours"),
    ]
    for who, wrong, code in plans:
        with pytest.raises(ConsignmentError) as refused:
            service.plan(goods, who, wrong)
        assert code in {fault.code for fault in refused.value.faults}
    assert len(queries.consignments(goods, exporter)) == before
    assert queries.consignments(goods, stranger) == []
    one = service.plan(goods, exporter, _plan())
    with pytest.raises(ConsignmentError) as twice:
        service.plan(goods, exporter, _plan(number=one.number))
    assert twice.value.faults[0].code == "compliance.consignment-twice"


def test_a_draft_can_be_entered_anew_and_a_declared_one_cannot(
    goods: Store, member: Member
) -> None:
    exporter = member("cao-nguyen-xanh")
    one = service.plan(goods, exporter, _plan())
    changed = service.change(goods, exporter, one.id, _plan(SR16, SR17, market=Market.JP))
    assert (changed.id, changed.market, len(changed.loads)) == (one.id, Market.JP, 2)
    service.declare(goods, exporter, one.id)
    with pytest.raises(ComplianceError):
        service.change(goods, exporter, one.id, _plan())
    shipped = service.ship(goods, exporter, one.id)
    assert shipped.state is ConsignmentState.SHIPPED
    with pytest.raises(ComplianceError):
        service.cancel(goods, exporter, one.id, "too late")


def test_who_sees_a_consignment(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    one = service.plan(goods, exporter, _plan(consignee="trai-cay-bang-tuong"))
    buyer, stranger = member("trai-cay-bang-tuong"), member("mi-song-tien")
    here = member("tram-kiem-dich", officer=True, provinces={"66"})
    elsewhere = member("tram-kiem-dich", officer=True, provinces={"33"})
    for who in (buyer, stranger, elsewhere):
        with pytest.raises(UnknownConsignmentError):
            queries.consignment(goods, who, one.id)
        assert one.id not in {c.id for c in queries.consignments(goods, who)}
    assert queries.consignment(goods, here, one.id).number == one.number
    assert one.id in {c.id for c in queries.consignments(goods, here)}
    service.declare(goods, exporter, one.id)
    assert queries.consignment(goods, buyer, one.id).number == one.number
    assert one.id in {c.id for c in queries.consignments(goods, buyer)}
    with pytest.raises(ComplianceError):
        service.ship(goods, buyer, one.id)


def test_a_report_number_is_used_once(goods: Store, member: Member) -> None:
    exporter, lab = member("cao-nguyen-xanh"), member("thu-nghiem-tay-nguyen")
    report = f"KQ-{next(_number)}"
    first = _sample(goods, member, SR16, *CLEAN, report=report)
    taken = NewSample(
        number=f"M-{next(_number)}",
        lots=(SR17,),
        laboratory="thu-nghiem-tay-nguyen",
        taken=datetime(2026, 8, 18, tzinfo=UTC),
    )
    second = laboratory.take(goods, exporter, taken)
    with pytest.raises(ReportReusedError):
        laboratory.answer(goods, lab, second.id, report, CLEAN)
    unchanged = samples.sample(goods, exporter, second.id)
    assert (unchanged.state, unchanged.report, unchanged.results) == (SampleState.TAKEN, None, ())
    here = member("tram-kiem-dich", officer=True, provinces={"66"})
    elsewhere = member("tram-kiem-dich", officer=True, provinces={"33"})
    [kept] = [a for a in samples.attempts(goods, here) if a.report == report]
    assert (kept.sample, kept.earlier) == (second.id, first)
    assert samples.attempts(goods, elsewhere) == []
    assert samples.attempts(goods, exporter) == []
    honest = laboratory.answer(goods, lab, second.id, f"KQ-{next(_number)}", CLEAN)
    assert honest.state is SampleState.RESULT


def test_one_sample_is_not_for_unrelated_lots(goods: Store, member: Member) -> None:
    exporter = member("cao-nguyen-xanh")
    taken = NewSample(
        number=f"M-{next(_number)}",
        lots=(SR16, SR18),
        laboratory="thu-nghiem-tay-nguyen",
        taken=datetime(2026, 8, 18, tzinfo=UTC),
    )
    with pytest.raises(SampleError) as refused:
        laboratory.take(goods, exporter, taken)
    assert [fault.code for fault in refused.value.faults] == ["compliance.sample-unrelated"]


def test_lots_that_were_not_followed_to_their_end_are_not_called_unrelated(
    goods: Store, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(store: Store, keys: Sequence[str], direction: Direction) -> Closure:
        return closure(store, keys, direction, limits=Limits(depth=0))

    monkeypatch.setattr(laboratory, "closure", short)
    exporter = member("cao-nguyen-xanh")
    taken = NewSample(
        number=f"M-{next(_number)}",
        lots=(SR16, SR18),
        laboratory="thu-nghiem-tay-nguyen",
        taken=datetime(2026, 8, 18, tzinfo=UTC),
    )
    with pytest.raises(SampleError) as refused:
        laboratory.take(goods, exporter, taken)
    assert [fault.code for fault in refused.value.faults] == ["compliance.sample-unfollowed"]
    assert taken.number not in {one.number for one in samples.samples(goods, exporter)}


def test_who_may_do_what_with_a_sample(goods: Store, member: Member) -> None:
    exporter, stranger = member("cao-nguyen-xanh"), member("mi-song-tien")
    number = _sample(goods, member, SR17, *CLEAN, report=f"KQ-{next(_number)}")
    with pytest.raises(UnknownSampleError):
        samples.sample(goods, stranger, number)
    with pytest.raises(ComplianceError):
        laboratory.decide(goods, member("thu-nghiem-tay-nguyen"), number, release=True, reason="")
    with pytest.raises(SampleError):
        laboratory.decide(goods, exporter, number, release=False, reason="")
    assert laboratory.decide(goods, exporter, number, release=True, reason="").state == "released"
    with pytest.raises(ComplianceError):
        laboratory.decide(goods, exporter, number, release=False, reason="second thoughts")
    # The buyer's own record of unpacking is no proof: nobody who had the lot named the carrier.
    readers = {"cao-nguyen-xanh": State.COMPLETE, "trai-cay-bang-tuong": State.NOT_VISIBLE}
    for code, state in readers.items():
        found = completeness(goods, member(code).audience, SR17, Question(Market.CN))
        assert found is not None
        reports = [j for j in found.judged if j.requirement.field == "cadmium"]
        assert [one.state for one in reports] == [state], code
