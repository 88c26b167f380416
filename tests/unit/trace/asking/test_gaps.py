# SPDX-License-Identifier: Apache-2.0
"""Gaps by rule: allowances, processes out of their bounds, unknown names, steps and stages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from nguon.base.time import from_microseconds
from nguon.trace.asking.allowances import overdue
from nguon.trace.asking.gap import Gap, GapKind
from nguon.trace.asking.gap_rules import Known, found
from nguon.trace.asking.reach import reached
from nguon.trace.asking.yields import processes
from tests.unit.trace.asking.story import (
    DAY,
    FARM,
    GTIN,
    LOT,
    MILL,
    SHOP,
    START,
    THIRD,
    Story,
    party,
    piece,
    place,
    world,
)

ROAST = "01/09521000000026/10/R1"
ALL = {f(number): 7 for number in (FARM, MILL, SHOP, THIRD) for f in (party, place)}


def _gaps(
    story: Story, day: int, *, start: str | None = None, abroad: str = "", ahead: bool = False
) -> list[Gap]:
    """What is missing on a day; everybody is registered, all but one place are at home."""
    reckoned = world(story.facts)
    known = Known(
        story.facts,
        reckoned,
        ALL,
        reckoned.parties,
        frozenset(ALL),
        frozenset(ALL) - {place(abroad) if abroad else ""},
        from_microseconds(START + day * DAY),
        {GTIN: Decimal(2)},
        start,
        not ahead,
    )
    return sorted(found(known), key=lambda gap: (str(gap.at), gap.kind.value))


def _kinds(gaps: list[Gap]) -> list[tuple[GapKind, str, str | None]]:
    return [(gap.kind, gap.key, gap.party_to_ask) for gap in gaps]


def test_goods_are_missed_when_their_allowance_has_passed() -> None:
    """Ten days at home: on the 12th day after the 2nd they may still come, on the 13th not."""
    story = Story()
    story.make(1, FARM, (LOT, "100", "KGM"))
    story.ship(2, FARM, MILL, (LOT, "100", "KGM"))
    assert _gaps(story, 12) == []
    [gap] = _gaps(story, 13)
    assert (gap.kind, gap.party_to_ask, gap.params["quantity"], gap.params["days"]) == (
        GapKind.NEVER_RECEIVED, party(MILL), "100 KGM", "1",
    )  # fmt: skip
    assert _gaps(story, 77, abroad=MILL) == []
    assert _kinds(_gaps(story, 78, abroad=MILL)) == [(GapKind.NEVER_RECEIVED, LOT, party(MILL))]


def test_part_of_a_shipment_is_missed() -> None:
    """100 sent, 80 received: 20 short."""
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.ship(2, FARM, MILL, (LOT, "100"))
    story.receive(3, MILL, FARM, (LOT, "80"))
    [gap] = _gaps(story, 30)
    assert (gap.kind, gap.params["amount"], gap.params["received"]) == (GapKind.SHORT, "20", "80")


def test_many_pieces_of_one_shipment_are_one_gap() -> None:
    story = Story()
    story.make(1, FARM, *map(piece, range(1, 6)))
    story.ship(2, FARM, MILL, *map(piece, range(1, 6)))
    [gap] = _gaps(story, 30)
    assert (gap.kind, gap.params["things"]) == (GapKind.NEVER_RECEIVED, "5")


@pytest.mark.parametrize(
    ("came", "expected"),
    [("98.1", ("more", "98")), ("98", None), ("70", None), ("69.9", ("less", "70"))],
)
def test_roasting_within_its_bounds(came: str, expected: tuple[str, str] | None) -> None:
    """Of 100 kg of green beans between 70 and 98 kg come out (the ladder's limits)."""
    story = Story()
    story.make(1, FARM, (LOT, "100", "KGM"))
    story.turn(2, FARM, [(LOT, "100", "KGM")], [(ROAST, came, "KGM")], step="roasting")
    gaps = [(gap.params["side"], gap.params["bound"]) for gap in _gaps(story, 3)]
    assert gaps == ([] if expected is None else [expected])


def test_pieces_weigh_what_their_product_says() -> None:
    """100 kg in; 52 pieces of 2 kg are 104 kg, more than 100 x 1.02 = 102 kg."""
    story = Story()
    story.turn(2, FARM, [(ROAST, "100", "KGM")], [(LOT, "52")], step="packing")
    [one] = processes(story.facts, {GTIN: Decimal(2)})
    assert [str(n) for n in (one.went, one.came, one.most)] == ["100", "104", "102.00"]
    assert one.too_much
    assert list(processes(story.facts, {})) == []


def test_a_making_told_in_several_records_is_one() -> None:
    """60 and 40 kg on two days, 97 kg out on the third: one making of 100 kg."""
    story = Story()
    story.turn(1, FARM, [(LOT, "60", "KGM")], [], process="P1")
    story.turn(2, FARM, [(LOT, "40", "KGM")], [], process="P1")
    story.turn(3, FARM, [], [(ROAST, "97", "KGM")], step="roasting", process="P1")
    [one] = processes(story.facts, {})
    assert (str(one.went), str(one.came), len(one.facts)) == ("100", "97", 3)


def test_names_that_no_register_knows_are_told_once() -> None:
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.do("storing", 2, "9521000009004", (LOT, "1"))
    story.do("storing", 3, "9521000009004", (LOT, "1"))
    story.ship(4, FARM, "9521000009011", (LOT, "10"))
    names = [(gap.kind, gap.params["name"]) for gap in _gaps(story, 5)]
    assert names == [
        (GapKind.UNKNOWN_PLACE, place("9521000009004")),
        (GapKind.UNKNOWN_PARTY, party("9521000009011")),
        (GapKind.UNKNOWN_PLACE, place("9521000009011")),
    ]


def test_used_before_it_was_made() -> None:
    """Used on day 2, made on day 3: the stock was never short, a date is wrong."""
    story = Story()
    story.turn(2, FARM, [(LOT, "10", "KGM")], [(ROAST, "9", "KGM")])
    story.make(3, FARM, (LOT, "10", "KGM"))
    [gap] = _gaps(story, 4)
    assert (gap.kind, gap.key) == (GapKind.BEFORE_CAUSE, LOT)
    assert gap.params["later"].startswith("2026-01-04")


def test_stages_between_the_first_and_the_furthest() -> None:
    """Made and received at the shop; packing and shipping are not recorded."""
    story = Story()
    story.make(1, FARM, (LOT, "10"))
    story.receive(2, SHOP, FARM, (LOT, "10"), by=1)
    missing = [gap.params["stage"] for gap in _gaps(story, 3, start=LOT)
               if gap.kind is GapKind.MISSING_STAGE]  # fmt: skip
    assert missing == ["pack", "ship"]


def _stages_missing(story: Story, *, ahead: bool) -> list[str]:
    return [gap.params["stage"] for gap in _gaps(story, 3, start=LOT, ahead=ahead)
            if gap.kind is GapKind.MISSING_STAGE]  # fmt: skip


def test_forward_only_stages_after_the_first_are_missed() -> None:
    """Received and sold: what was before the receipt is not on this way. Made and sold: packing,
    shipping and receipt lack on every part of it. One part packed, shipped and received, the
    other sold at the farm: nothing lacks on all of them.
    """
    story = Story()
    story.receive(1, SHOP, FARM, (LOT, "10"))
    story.do("retail_selling", 2, SHOP, (LOT, "10"))
    assert _stages_missing(story, ahead=True) == []
    assert _stages_missing(story, ahead=False) == ["make", "pack", "ship"]
    story = Story()
    story.make(1, FARM, (LOT, "10"))
    story.do("retail_selling", 2, FARM, (LOT, "5"))
    assert _stages_missing(story, ahead=True) == ["pack", "ship", "receive"]
    story.do("packing", 2, FARM, (LOT, "5"))
    story.ship(2, FARM, SHOP, (LOT, "5"))
    story.receive(2, SHOP, FARM, (LOT, "5"), by=1)
    assert _stages_missing(story, ahead=True) == []


def test_hostile_times_are_survived() -> None:
    """Before the first allowance and far ahead: nothing is overdue, what left was not there."""
    story = Story()
    story.ship(-700_000, FARM, MILL, (LOT, "10"))
    story.ship(2_900_000, FARM, MILL, (LOT, "10"))
    assert {gap.kind for gap in _gaps(story, 40)} == {GapKind.NOT_THERE}


def test_allowances_are_dated_data() -> None:
    shipped = datetime(2026, 8, 1, 8, tzinfo=UTC)
    assert overdue(shipped, shipped + timedelta(days=10), abroad=False) is None
    assert overdue(shipped, shipped + timedelta(days=12), abroad=False) == 2
    assert overdue(shipped, shipped + timedelta(days=80), abroad=True) == 5
    assert overdue(shipped, shipped - timedelta(days=5), abroad=False) is None


def test_reach_through_a_cycle() -> None:
    """a -> b -> c -> b, c -> g1; a -> g2."""
    bits = reached({"a": ["b", "g2"], "b": ["c"], "c": ["b", "g1"]}, ["g1", "g2"])
    assert (bits["a"], bits["b"], bits["c"]) == (0b11, 0b01, 0b01)
