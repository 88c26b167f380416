# SPDX-License-Identifier: Apache-2.0
"""Every rule of a boundary: the right code, at the right corner, with its figures."""

from decimal import Decimal

import pytest
from pyproj import Geod
from shapely import Polygon

from nguon.registry.land import check
from nguon.registry.land.listing import listed
from nguon.registry.land.measures import TOLERANCE_METRES, hectares, local, overlaps
from nguon.registry.land.model import Corner, Fault, Neighbour, Severity, Shape
from nguon.registry.land.rules import Declared, examine
from nguon.vn import units
from nguon.vn.geodesy import system

X, Y = Decimal("108.301000"), Decimal("12.702000")
STEP = Decimal("0.001000")
KRONG_PAC = units.commune("24490")


def _shape(*steps: tuple[float | int, float | int], is_point: bool = False) -> Shape:
    """Corners at so many steps east and north of a corner at Krông Pắc."""
    ring = tuple(
        Corner(X + Decimal(str(east)) * STEP, Y + Decimal(str(north)) * STEP, 6)
        for east, north in steps
    )
    return Shape(((ring,),), is_point=is_point)


SQUARE = _shape((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))


def _codes(found: list[Fault]) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.corner) for fault in found]


def test_a_good_square_has_nothing_to_be_said() -> None:
    assert check(SQUARE, Declared(commune=KRONG_PAC)) == []


@pytest.mark.parametrize(
    ("steps", "code", "corner"),
    [
        ([(0, 0), (1, 0), (1, 1), (0, 1)], "land.open-ring", 4),
        ([(0, 0), (1, 0), (0, 0)], "land.few-corners", None),
        ([(0, 0), (1, 0), (1, 0), (1, 1), (0, 0)], "land.corner-twice", 3),
        ([(0, 0), (1, 0), (1.0005, 0.0005), (1, 1), (0, 0)], "land.corner-twice", 3),
        ([(0, 0), (1, 1), (2, 2), (0, 0)], "land.straight", None),
        ([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)], "land.crossing", 1),
        ([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2), (0, 0)], "land.crossing", 1),
    ],
)
def test_a_wrong_form_is_named_where_it_is(
    steps: list[tuple[float, float]], code: str, corner: int | None
) -> None:
    found = examine(_shape(*steps), Declared())
    assert _codes(list(found.faults)) == [(code, corner)]
    assert (found.ok, found.parts, found.area) == (False, (), None)
    for language in ("vi", "en"):
        assert found.faults[0].text(language)
        assert found.faults[0].hint(language)


def test_sides_that_cross_are_named_by_their_corners() -> None:
    [found] = check(_shape((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)))
    assert found.params == {"first": "1-2", "second": "3-4"}


def test_clockwise_is_turned_and_told() -> None:
    found = examine(_shape((0, 0), (0, 1), (1, 1), (1, 0), (0, 0)), Declared())
    assert [(one.code, one.severity) for one in found.faults] == [("land.oriented", Severity.NOTE)]
    assert found.ok
    assert found.parts[0] == examine(SQUARE, Declared()).parts[0]


def test_holes_are_refused() -> None:
    outer = SQUARE.parts[0][0]
    inner = _shape((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.2)).parts[0][0]
    assert _codes(check(Shape(((outer, inner),)))) == [("land.hole", None)]
    assert _codes(check(Shape(((outer, outer[::-1]),)))) == [("land.ring-twice", None)]


def test_parts_must_lie_apart() -> None:
    other = _shape((0.5, 0.5), (2, 0.5), (2, 2), (0.5, 0.5)).parts[0]
    assert _codes(check(Shape((SQUARE.parts[0], other)))) == [("land.parts-overlap", None)]
    apart = _shape((3, 3), (4, 3), (4, 4), (3, 3)).parts[0]
    assert check(Shape((SQUARE.parts[0], apart))) == []


def test_positions_that_cannot_be() -> None:
    swapped = Shape((((Corner(Y, X, 6),),),), is_point=True)
    assert _codes(check(swapped, Declared(Decimal(1)))) == [("land.swapped", 1)]
    paris = Shape((((Corner(Decimal("2.352222"), Decimal("48.856613"), 6),),),), is_point=True)
    assert _codes(check(paris, Declared(Decimal(1)))) == [("land.outside-country", 1)]
    assert check(paris, Declared(Decimal(1), country="XX")) == []
    far = check(SQUARE, Declared(commune=units.commune("11977")))
    assert _codes(far) == [("land.outside-commune", 2)]
    assert far[0].severity is Severity.WARNING
    assert far[0].params["nearest"] == "xã Krông Pắc, tỉnh Đắk Lắk"
    assert 900 < far[0].params["km"] < 930


def test_one_mistyped_digit_is_found() -> None:
    found = check(_shape((0, 0), (1, 0), (1001, 1), (0, 1), (0, 0)))
    assert _codes(found) == [("land.too-wide", 3)]


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        (None, [("land.point-area", Severity.WARNING)]),
        (Decimal(4), []),
        (Decimal("4.01"), [("land.point-large", Severity.ERROR)]),
        (Decimal("0.00001"), [("land.area-number", Severity.ERROR)]),
    ],
)
def test_a_point_stands_for_four_hectares(
    area: Decimal | None, codes: list[tuple[str, Severity]]
) -> None:
    found = check(_shape((0, 0), is_point=True), Declared(area))
    assert [(one.code, one.severity) for one in found] == codes


def test_six_decimals() -> None:
    ring = tuple(Corner(Decimal(x), Decimal(y), 3) for x, y in (
        ("108.301", "12.702"), ("108.302", "12.702"), ("108.302", "12.703"), ("108.301", "12.702"),
    ))  # fmt: skip
    [found] = check(Shape(((ring,),)))
    assert (found.code, found.severity) == ("land.decimals", Severity.WARNING)
    assert found.params == {"told": 3, "wanted": 6}


def test_the_area_is_pyprojs_and_compared_with_the_declared() -> None:
    found = examine(SQUARE, Declared(Decimal(2)))
    square = Polygon([corner.point for corner in SQUARE.parts[0][0]])
    metres, _ = Geod(ellps="WGS84").geometry_area_perimeter(square)
    assert found.area == Decimal("1.2016")
    assert float(found.area) == pytest.approx(metres / 10_000, abs=0.00005)
    assert found.faults[0].params == {
        "measured": Decimal("1.2016"),
        "declared": Decimal(2),
        "percent": Decimal("-39.9"),
        "most": 10,
    }
    assert check(SQUARE, Declared(Decimal("1.1"))) == []


def test_overlaps_in_square_metres_and_percent() -> None:
    own = examine(SQUARE, Declared()).parts
    half = examine(_shape((0.5, 0), (1.5, 0), (1.5, 1), (0.5, 1), (0.5, 0)), Declared()).parts
    beside = examine(_shape((1, 0), (2, 0), (2, 1), (1, 1), (1, 0)), Declared()).parts
    sliver = examine(
        _shape((0.9995, 0), (2, 0), (2, 1), (0.9995, 1), (0.9995, 0)), Declared()
    ).parts
    found = overlaps(own, [Neighbour("b", beside), Neighbour("a", half), Neighbour("c", sliver)])
    assert [(one.key, one.metres, one.percent) for one in found] == [("a", 6008, 50.0)]
    assert TOLERANCE_METRES == 20
    [fault] = check(SQUARE, Declared(), [Neighbour("a", half)])
    assert (fault.code, fault.params["metres"], fault.params["percent"]) == (
        "land.overlap",
        6008,
        50.0,
    )
    [hidden] = check(SQUARE, Declared(), [Neighbour("", half)])
    assert hidden.code == "land.overlap-other"


def test_areas_as_farmers_say_them() -> None:
    north, south = local(Decimal("0.36"), "33"), local(Decimal("0.36"), "92")
    assert north is not None
    assert south is not None
    assert (north.unit, north.amount, north.metres) == ("sào", Decimal("10.0"), Decimal(360))
    assert (south.unit, south.amount, south.metres) == ("công", Decimal("3.6"), Decimal(1000))
    assert local(Decimal(1), "52") is None


def test_a_land_papers_list_becomes_the_same_plot_in_every_order() -> None:
    corners = [(1404567, 478123), (1404567, 478223), (1404467, 478223), (1404467, 478123)]
    north_first = "\n".join(f"{n} {x},00 {y},00" for n, (x, y) in enumerate(corners, 1))
    east_first = "\n".join(f"{y}.00; {x}.00" for x, y in corners)
    assert KRONG_PAC is not None
    found = [listed(text, None, KRONG_PAC) for text in (north_first, east_first)]
    assert [one.code for one in found[0].faults] == [
        "land.turned", "land.closed", "land.recognised",
    ]  # fmt: skip
    assert [one.code for one in found[1].faults] == ["land.closed", "land.recognised"]
    assert found[0].system == found[1].system == system(9218)
    measured = [examine(one.shape, Declared(system=system(9218))) for one in found]
    assert measured[0].parts == measured[1].parts
    assert measured[0].area == hectares(measured[0].parts)
    # A TM-3 metre is 0.9999 on the ellipsoid at the meridian: a square of 1 ha is larger.
    assert measured[0].area == Decimal("1.0002")
