# SPDX-License-Identifier: Apache-2.0
"""Quantities of lots through splitting, shipping, packing, using and counting; by hand."""

from decimal import Decimal, localcontext

import msgspec
import pytest

from nguon.store.values import Action
from nguon.trace.asking.where import Trouble
from nguon.trace.shapes import Shape
from tests.unit.trace.asking.story import (
    FARM,
    GTIN,
    LOT,
    MILL,
    SHOP,
    THIRD,
    Story,
    pallet,
    party,
    piece,
    world,
)

OTHER = "01/09521000000026/10/M1"


def _parts(story: Story, lot: str = LOT) -> dict[tuple[str, str | None, str], str]:
    """What there is of a lot by state, party and unit; nothing that is zero."""
    found: dict[tuple[str, str | None, str], Decimal] = {}
    with localcontext(prec=64):
        for stock, slots in world(story.facts).stocks.amounts.items():
            for slot, amount in slots.items():
                if stock.lot == lot:
                    name = (slot.where.state.value, slot.where.party, stock.unit)
                    found[name] = found.get(name, Decimal(0)) + amount
        return {name: f"{amount.normalize():f}" for name, amount in found.items() if amount}


def _troubles(story: Story) -> list[tuple[Trouble, str, int]]:
    found = world(story.facts)
    both = (*found.findings, *found.stocks.findings)
    return sorted((one.trouble, one.key, one.fact.number) for one in both)


def test_a_lot_split_between_two_receivers_leaves_the_rest() -> None:
    """1,000 kg made; 400 shipped to the mill, 250 to the shop: 1,000 - 400 - 250 = 350 here."""
    story = Story()
    story.make(1, FARM, (LOT, "1000", "KGM"))
    story.ship(2, FARM, MILL, (LOT, "400", "KGM"))
    story.ship(3, FARM, SHOP, (LOT, "250", "KGM"))
    story.receive(4, MILL, FARM, (LOT, "400", "KGM"))
    assert _parts(story) == {
        ("held", party(FARM), "KGM"): "350",
        ("held", party(MILL), "KGM"): "400",
        ("moving", party(SHOP), "KGM"): "250",
    }
    assert _troubles(story) == []


def test_units_of_one_kind_are_reckoned_together() -> None:
    """1 t made, 1,500,000 g shipped would be too much; 250,000 g leaves 1,000 - 250 = 750 kg."""
    story = Story()
    story.make(1, FARM, (LOT, "1", "TNE"))
    story.ship(2, FARM, MILL, (LOT, "250000", "GRM"))
    assert _parts(story) == {
        ("held", party(FARM), "KGM"): "750",
        ("moving", party(MILL), "KGM"): "250",
    }


def test_another_unit_is_kept_apart_and_pointed_out() -> None:
    """100 kg made and 5 pieces shipped: nobody says what a piece weighs; the pieces are owed."""
    story = Story()
    story.make(1, FARM, (LOT, "100", "KGM"))
    story.ship(2, FARM, MILL, (LOT, "5"))
    assert _parts(story) == {
        ("held", party(FARM), "KGM"): "100",
        ("held", party(FARM), "H87"): "-5",
        ("moving", party(MILL), "H87"): "5",
    }
    assert _troubles(story) == [(Trouble.NOT_THERE, LOT, 2), (Trouble.UNITS, LOT, 2)]


def test_more_left_than_there_was_is_owed_until_it_is_recorded() -> None:
    """60 made, 100 shipped: 40 owed. 40 made later pay it: nothing here, 100 under way."""
    story = Story()
    story.make(1, FARM, (LOT, "60"))
    story.ship(2, FARM, MILL, (LOT, "100"))
    assert _parts(story) == {
        ("held", party(FARM), "H87"): "-40",
        ("moving", party(MILL), "H87"): "100",
    }
    assert _troubles(story) == [(Trouble.NOT_THERE, LOT, 2)]
    story.make(3, FARM, (LOT, "40"))
    assert _parts(story) == {("moving", party(MILL), "H87"): "100"}


def test_received_without_sending_comes_from_the_giver() -> None:
    """The coffee's gap: 10,000 made, 7,200 shipped, 2,800 received elsewhere unsent; none left."""
    story = Story()
    story.make(1, MILL, (LOT, "10000", "KGM"))
    story.ship(2, MILL, SHOP, (LOT, "7200", "KGM"))
    story.receive(3, THIRD, MILL, (LOT, "2800", "KGM"))
    assert _parts(story) == {
        ("moving", party(SHOP), "KGM"): "7200",
        ("held", party(THIRD), "KGM"): "2800",
    }
    assert _troubles(story) == [(Trouble.NOT_SENT, LOT, 3)]


def test_who_records_for_both_sides_need_not_record_the_sending() -> None:
    story = Story()
    story.make(1, FARM, (LOT, "400", "KGM"))
    story.receive(2, MILL, FARM, (LOT, "400", "KGM"), by=1)
    assert _parts(story) == {("held", party(MILL), "KGM"): "400"}
    assert _troubles(story) == []


def test_received_before_it_was_sent_is_counted_once() -> None:
    """100 received on day 2, sent on day 3: they are at the mill, and one of the days is wrong."""
    story = Story()
    story.make(1, FARM, (LOT, "300"))
    story.receive(2, MILL, FARM, (LOT, "100"))
    story.ship(3, FARM, MILL, (LOT, "100"))
    assert _parts(story) == {
        ("held", party(FARM), "H87"): "200",
        ("held", party(MILL), "H87"): "100",
    }
    assert _troubles(story) == [(Trouble.TOO_EARLY, LOT, 2)]


def test_less_arrived_than_was_sent() -> None:
    """100 sent, 80 received: 20 stay under way."""
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.ship(2, FARM, MILL, (LOT, "100"))
    story.receive(3, MILL, FARM, (LOT, "80"))
    assert _parts(story) == {
        ("held", party(MILL), "H87"): "80",
        ("moving", party(MILL), "H87"): "20",
    }


def test_arriving_and_receiving_are_one_receipt() -> None:
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.ship(2, FARM, MILL, (LOT, "60"))
    story.do("arriving", 3, MILL, (LOT, "60"), between=(FARM, MILL), by=2)
    story.receive(3, MILL, FARM, (LOT, "60"))
    assert _parts(story) == {
        ("held", party(FARM), "H87"): "40",
        ("held", party(MILL), "H87"): "60",
    }
    assert _troubles(story) == []


def test_sold_returned_and_destroyed() -> None:
    """600 in, 243 sold, 3 of them returned and destroyed: 357 there, 240 sold, 3 destroyed."""
    story = Story()
    story.make(1, FARM, (LOT, "600"))
    story.ship(2, FARM, SHOP, (LOT, "600"))
    story.receive(3, SHOP, FARM, (LOT, "600"))
    story.do("retail_selling", 4, SHOP, (LOT, "243"))
    story.do("receiving", 5, SHOP, (LOT, "3"), disposition="returned")
    story.do("destroying", 6, SHOP, (LOT, "3"), action=Action.DELETE)
    assert _parts(story) == {
        ("held", party(SHOP), "H87"): "357",
        ("sold", party(SHOP), "H87"): "240",
        ("destroyed", party(SHOP), "H87"): "3",
    }


def test_stock_taking_finds_and_loses() -> None:
    """100 there, 90 counted: 10 lost; then 95 counted: 5 found."""
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.do("stock_taking", 2, FARM, (LOT, "90"))
    story.do("stock_taking", 3, FARM, (LOT, "95"))
    assert _parts(story) == {
        ("held", party(FARM), "H87"): "95",
        ("unknown", party(FARM), "H87"): "10",
    }


def test_used_up_in_several_makings() -> None:
    """90 kg in five makings of 18 kg each: 5 x 18 = 90; of each making 144 pieces."""
    story = Story()
    story.make(1, FARM, (LOT, "90", "KGM"))
    for day in range(2, 7):
        story.turn(day, FARM, [(LOT, "18", "KGM")], [(OTHER, "144")])
    assert _parts(story) == {("used", party(FARM), "KGM"): "90"}
    assert _parts(story, OTHER) == {("held", party(FARM), "H87"): "720"}


def test_part_of_a_lot_goes_where_its_pallet_goes() -> None:
    """100: 50 on pallet 1, which is shipped, received and half unpacked; 50 stay."""
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.pack(2, FARM, pallet(1), (LOT, "50"))
    story.ship(3, FARM, SHOP, pallet(1))
    assert _parts(story)["moving", party(SHOP), "H87"] == "50"
    story.receive(4, SHOP, FARM, pallet(1))
    story.unpack(5, SHOP, pallet(1), (LOT, "25"))
    story.do("retail_selling", 6, SHOP, (LOT, "30"))
    assert _parts(story) == {
        ("held", party(FARM), "H87"): "50",
        ("held", party(SHOP), "H87"): "20",
        ("sold", party(SHOP), "H87"): "30",
    }
    assert _troubles(story) == []


def test_without_a_quantity_all_that_is_there_is_meant() -> None:
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.ship(2, FARM, SHOP, LOT)
    assert _parts(story) == {("moving", party(SHOP), "H87"): "100"}


def test_pieces_that_get_numbers_are_not_counted_twice() -> None:
    """150 made as a lot, 3 of them numbered: 147 left as a lot, 3 followed singly."""
    story = Story()
    story.turn(1, FARM, [(OTHER, "410", "KGM")], [(LOT, "150")])
    story.make(2, FARM, piece(1), piece(2), piece(3), lot=LOT)
    assert _parts(story) == {("held", party(FARM), "H87"): "147"}
    made = [m for m in world(story.facts).moves if m.lot == LOT and m.source is None]
    assert sum(move.amount for move in made) == 150


def test_a_shipment_taken_back() -> None:
    story = Story()
    story.make(1, FARM, (LOT, "100"))
    story.ship(2, FARM, SHOP, (LOT, "100"))
    story.do("void_shipping", 3, FARM, (LOT, "100"))
    assert _parts(story) == {("held", party(FARM), "H87"): "100"}


@pytest.mark.parametrize("amount", ["0", "0.000000000001", "999999999999"])
def test_very_small_and_very_large_amounts_stay_exact(amount: str) -> None:
    story = Story()
    story.make(1, FARM, (LOT, amount, "KGM"))
    story.ship(2, FARM, MILL, (LOT, amount, "KGM"))
    parts = _parts(story)
    assert {name[0]: Decimal(value) for name, value in parts.items()} == (
        {"moving": Decimal(amount)} if Decimal(amount) else {}
    )


@pytest.mark.parametrize(("unit", "kilograms"), [
    ("KGM", "1"), ("GRM", "0.001"), ("MGM", "0.000001"), ("DTN", "100"), ("TNE", "1000"),
    ("LBR", "0.45359237"), ("ONZ", "0.028349523125"),
])  # fmt: skip
def test_units_convert_without_rounding(unit: str, kilograms: str) -> None:
    """The largest amount with the most digits that a record may tell, given away in two parts."""
    whole, part = "999999999999.999999999999", "333333333333.000000000001"
    story = Story()
    story.make(1, FARM, (LOT, whole, unit))
    story.ship(2, FARM, MILL, (LOT, part, unit))
    with localcontext(prec=64):
        factor = Decimal(kilograms)
        expected = {"held": (Decimal(whole) - Decimal(part)) * factor,
                    "moving": Decimal(part) * factor}  # fmt: skip
    assert {name[0]: Decimal(value) for name, value in _parts(story).items()} == expected
    story.ship(3, FARM, SHOP, (LOT, "666666666666.999999999998", unit))
    assert [name[:2] for name in sorted(_parts(story))] == [
        ("moving", party(MILL)), ("moving", party(SHOP)),
    ]  # fmt: skip
    assert _troubles(story) == []


def test_the_same_content_told_twice_is_counted_once() -> None:
    story = Story()
    first = story.make(1, FARM, (LOT, "100"))
    again = story.make(1, FARM, (LOT, "100"))
    twins = [
        one._replace(shape=Shape(msgspec.structs.replace(one.shape.event, cbv_hash=b"same")))
        for one in (first, again)
    ]
    found = world(twins).stocks.amounts
    assert [amount for slots in found.values() for amount in slots.values()] == [Decimal(100)]


def test_nothing_that_is_recorded_of_a_product_alone_makes_a_stock() -> None:
    story = Story()
    story.do("inspecting", 1, FARM, GTIN)
    assert world(story.facts).stocks.amounts == {}
    assert world(story.facts).places == {}
