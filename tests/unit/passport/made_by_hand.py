# SPDX-License-Identifier: Apache-2.0
"""A passport written by hand: a box of longan, as the page would get it."""

from datetime import date, datetime, timedelta, timezone

from nguon.passport.model import (
    Certificate,
    Check,
    Code,
    DateKind,
    LabelDate,
    Party,
    Passport,
    PlaceLine,
    Product,
    Step,
    StepRecord,
    Unknown,
    Verdict,
)
from nguon.passport.stages import completeness
from nguon.trace.itinerary import Relation

HANOI = timezone(timedelta(hours=7))
ROTTERDAM = timezone(timedelta(hours=2))
AREA = "Xã Tân Hưng, tỉnh Hưng Yên"
MAKER = Party(
    "Hợp tác xã nhãn lồng Tân Hưng (minh họa)",
    "Thôn 3, xã Tân Hưng, tỉnh Hưng Yên",
    "9521101000009",
    "/r/organisation/9521101000009",
)
HOUSE = PlaceLine(
    "414/9521101000016",
    "Cơ sở đóng gói Tân Hưng",
    AREA,
    ("VN-HYPH-017",),
    None,
    (20.6, 106.05),
)
CARRIER = Party("Công ty vận tải Bờ Biển Xanh (minh họa)")


def _plot(number: int) -> PlaceLine:
    return PlaceLine(
        f"414/95211010020{number:02}", None, AREA, ("VN-HYOR-0092",), None, (20.6, 106.05)
    )


def _at(day: int, hour: int, zone: timezone = HANOI) -> datetime:
    return datetime(2026, 7, day, hour, 0, tzinfo=zone)


def _step(
    stage: str,
    relation: Relation,
    when: datetime,
    place: PlaceLine | None,
    who: Party | None,
) -> Step:
    record = StepRecord(("01/09521101000054/21/26070012",), place, stage, when, who)
    return Step(stage, relation, when, when, (record,))


def longan() -> Passport:
    """Seventeen households' harvest, packed, shipped by sea, sold in Rotterdam."""
    harvest = tuple(
        StepRecord(
            (f"01/09521101000016/10/H{n:02}-2607{20 + n % 3}",),
            _plot(n),
            "harvesting",
            _at(20 + n % 3, 8 + n % 4),
            Party(f"Hộ nông dân số {n}, xã Tân Hưng"),
            "VN-HYOR-0092",
        )
        for n in range(1, 18)
    )
    journey = (
        Step("harvesting", Relation.SOURCE, _at(20, 8), _at(22, 11), harvest, "Nhãn lồng tươi, xô"),
        _step("receiving", Relation.SOURCE, _at(22, 14), HOUSE, MAKER),
        _step("transforming", Relation.OWN, _at(23, 9), HOUSE, MAKER),
        _step("packing", Relation.OWN, _at(23, 13), HOUSE, MAKER),
        _step("shipping", Relation.CARRIER, _at(23, 17), HOUSE, MAKER),
        _step("departing", Relation.CARRIER, _at(24, 5), None, CARRIER),
        _step(
            "unpacking",
            Relation.CARRIER,
            _at(30, 9, ROTTERDAM),
            PlaceLine("414/9521103000014", "Kho trái cây Maas (minh họa)", "Rotterdam, Hà Lan"),
            Party("Maas Fruit B.V. (minh họa)"),
        ),
    )
    return Passport(
        key="01/09521101000054/21/26070012",
        kind="sgtin",
        verdict=Verdict.RECORDED,
        checks=(
            Check("passport.check-code", done=True),
            Check("passport.check-records", done=True, params={"count": 24}),
            Check("passport.check-entity", done=False),
            Check("passport.check-place", done=False),
            Check("passport.check-certificates", done=False),
        ),
        codes=(
            Code("01", "09521101000054"),
            Code("10", "L26-0731"),
            Code("21", "26070012"),
        ),
        product=Product(
            "01/09521101000054",
            "Nhãn lồng Hưng Yên, hộp 2 kg",
            "Nhãn Tân Hưng",
            "Nhãn lồng Hương Chi",
            "2 kg",
            None,
            "7 ngày ở 5 °C",
            "/media/nhan.svg",
            "/r/product/09521101000054",
            None,
        ),
        maker=MAKER,
        packer=MAKER,
        packing_codes=("VN-HYPH-017",),
        dates=(
            LabelDate(DateKind.HARVESTED, date(2026, 7, 22)),
            LabelDate(DateKind.PACKED, date(2026, 7, 23)),
            LabelDate(DateKind.BEST_BEFORE, date(2026, 8, 22)),
        ),
        origin=tuple(_plot(n) for n in range(1, 18)),
        area_codes=("VN-HYOR-0092",),
        standards=(
            Certificate(
                "VietGAP (TCVN 11892-1:2017)",
                "VietGAP-TT-26-0417",
                "Công ty chứng nhận Đồng Xanh (minh họa)",
                date(2026, 1, 15),
                date(2027, 1, 14),
            ),
            Certificate("Chỉ dẫn địa lý “Hưng Yên”", "00063"),
        ),
        journey=journey,
        completeness=completeness([step.stage for step in journey], 1),
        events=24,
        recorded_at=_at(30, 10),
    )


def unknown_serial() -> Unknown:
    """A serial number that nobody recorded, of a product that is registered."""
    known = longan()
    return Unknown(
        key="01/09521101000054/21/99999",
        kind="sgtin",
        codes=(Code("01", "09521101000054"), Code("21", "99999")),
        product=known.product,
        maker=known.maker,
    )
