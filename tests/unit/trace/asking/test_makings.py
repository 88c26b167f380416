# SPDX-License-Identifier: Apache-2.0
"""What a ledger says of makings: the bounds of their process, in kilograms and in pieces."""

from decimal import Decimal

import pytest

from nguon.trace.asking.entries import Flag
from nguon.trace.asking.makings import Making, making
from nguon.trace.asking.yields import processes
from tests.unit.trace.asking.story import FARM, GTIN, LOT, Story

GREEN, ROAST = "01/09521000000026/10/G1", "01/09521000000026/10/R1"
PACK = f"{GTIN}/10/P1"
WEIGHT = {GTIN: Decimal("0.3")}


def _one(story: Story) -> Making:
    [one] = processes(story.facts, WEIGHT)
    return making(one, WEIGHT)


@pytest.mark.parametrize(
    ("came", "flag"),
    [("70", None), ("69.999", Flag.TOO_LITTLE_OUT), ("98", None), ("98.001", Flag.TOO_MUCH_OUT)],
)
def test_roasting_loses_between_2_and_30_percent(came: str, flag: Flag | None) -> None:
    story = Story()
    story.turn(1, FARM, [(GREEN, "0.1", "TNE")], [(ROAST, came, "KGM")], "roasting")
    one = _one(story)
    assert (one.step, one.went, one.came, one.flag) == (
        "roasting", Decimal("100.0"), Decimal(came), flag,
    )  # fmt: skip
    assert (one.least, one.most) == (Decimal(70), Decimal(98))
    assert one.pieces is None
    assert one.source.startswith("International Coffee Organization")


def test_bounds_in_whole_pieces_of_known_weight() -> None:
    """70 to 98 kg in packs of 0.3 kg: 233.3… to 326.6…, so 234 to 326 packs."""
    story = Story()
    story.turn(1, FARM, [(GREEN, "100", "KGM")], [(PACK, "300")], "roasting")
    one = _one(story)
    assert (one.came, one.pieces) == (Decimal("90.0"), (234, 326))


def test_numbered_pieces_count_one_each() -> None:
    story = Story()
    packs = [f"{GTIN}/21/{number}" for number in range(3)]
    story.turn(1, FARM, [(GREEN, "1", "KGM")], packs)
    assert _one(story).pieces == (None, None)
    story = Story()
    story.turn(1, FARM, [(GREEN, "1", "KGM")], packs, "milling")
    one = _one(story)
    assert (one.came, one.pieces, one.made) == (Decimal("0.9"), (2, 3), tuple(packs))


def test_no_pieces_where_products_or_units_differ() -> None:
    story = Story()
    story.turn(1, FARM, [(GREEN, "100", "KGM")], [(PACK, "100"), (ROAST, "50", "KGM")], "roasting")
    assert _one(story).pieces is None


def test_what_has_no_mass_is_not_judged() -> None:
    story = Story()
    story.turn(1, FARM, [(GREEN, "100")], [(LOT, "50", "KGM")], "roasting")
    assert list(processes(story.facts, WEIGHT)) == []


def test_several_records_of_one_making_are_one() -> None:
    """100 kg went in, 40 and 45 kg came out on two days."""
    story = Story()
    told = {"step": "roasting", "process": "process:1"}
    story.turn(1, FARM, [(GREEN, "100", "KGM")], [(ROAST, "40", "KGM")], **told)
    story.turn(2, FARM, [], [(PACK, "150")], **told)
    one = _one(story)
    assert (one.went, one.came) == (Decimal(100), Decimal("85.0"))
    assert one.events == (1, 2)
    assert one.made == (PACK, ROAST)
