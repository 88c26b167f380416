# SPDX-License-Identifier: Apache-2.0
"""Weights in symbols: only of trade items that are weighed one by one."""

from decimal import Decimal

import pytest

from nguon.base.quantity import Quantity
from nguon.gs1 import IdentifierError
from nguon.gs1 import elements as gs1_elements
from nguon.labels import service
from nguon.labels.errors import LabelError
from nguon.labels.weights import net_weight
from nguon.web.work.label_facts import Thing, label

WEIGHED, FIXED = "99521101000019", "19521101000013"


def _thing(gtin: str) -> Thing:
    return Thing(f"01/{gtin}/10/LO-1", None, None, Quantity(Decimal(900), "KGM"), {})


@pytest.mark.parametrize(
    ("kilograms", "value"),
    [("12.5", "012500"), ("0.001", "000001"), ("999.999", "999999"), ("1.2345", "001235")],
)
def test_six_digits_with_three_decimals(kilograms: str, value: str) -> None:
    assert net_weight(Decimal(kilograms), label="x") == ("3103", value)


@pytest.mark.parametrize("kilograms", ["0", "-1", "1000", "0.0004", "999.9995"])
def test_what_the_symbol_cannot_hold_is_refused(kilograms: str) -> None:
    with pytest.raises(LabelError) as refused:
        net_weight(Decimal(kilograms), label="x")
    assert refused.value.code == "labels.weight"


def test_a_weighed_carton_carries_its_own_weight() -> None:
    made = label(_thing(WEIGHED), "carton", "https://x.vn", "vi", weight=Decimal("12.5"))
    assert made.elements == (("01", WEIGHED), ("10", "LO-1"), ("3103", "012500"))
    assert made.facts["quantity"] == "12,5 kg"
    proof = service.prove("carton-100x70", [made], "vi")
    assert "3103012500" in proof.layouts[0].symbols[0].symbol.content
    with pytest.raises(LabelError) as refused:
        label(_thing(WEIGHED), "carton", "https://x.vn", "vi")
    assert refused.value.code == "labels.weight-missing"


def test_fixed_measures_have_their_weight_in_words() -> None:
    made = label(_thing(FIXED), "carton", "https://x.vn", "en", weight=Decimal("12.5"))
    assert made.elements == (("01", FIXED), ("10", "LO-1"))
    assert made.facts["quantity"] == "12.5 kg"
    lot = label(_thing(WEIGHED), "lot", "https://x.vn", "vi", weight=Decimal("12.5"))
    assert ("3103", "012500") not in lot.elements


def test_a_weight_needs_the_trade_item_that_it_is_of() -> None:
    with pytest.raises(IdentifierError) as refused:
        gs1_elements.check(gs1_elements.read_bracketed("(3103)012500(10)LO-1"))
    assert refused.value.code == "gs1.relation.requires"
