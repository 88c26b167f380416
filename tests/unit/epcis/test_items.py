# SPDX-License-Identifier: Apache-2.0
"""The items of an event: canonical keys, roles, quantities and memberships."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.items import ItemRef, Role, items_of, quantity_text
from tests.unit.epcis.told import (
    AGGREGATION,
    COMMISSIONING,
    LOT_KEY,
    PRODUCT_KEY,
    SERIAL,
    SERIAL_KEY,
    TRANSFORMATION,
    changed,
    typed,
)

URN = "urn:epc:id:sgtin:9521234.054321.AB12"
PALLET_KEY = "00/095212340000000013"


def test_commissioning_with_lot_in_ilmd() -> None:
    assert items_of(typed(COMMISSIONING)) == (
        ItemRef(SERIAL_KEY, Role.EPC),
        ItemRef(LOT_KEY, Role.EPC, "12.5", "KGM"),
        ItemRef("414/9521234000013/254/R7", Role.READ_POINT),
        ItemRef("414/9521234000013", Role.BIZ_LOCATION),
        ItemRef("417/9521234000013", Role.SOURCE),
        ItemRef("417/9521234000020", Role.DESTINATION),
        ItemRef("uri:urn:epcglobal:cbv:bt:9521234000013:PO7", Role.DOCUMENT),
        ItemRef(LOT_KEY, Role.MEMBER, of=0),
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=0),
    )


def test_transformation_outputs_belong_to_the_lot_that_ilmd_names_and_inputs_do_not() -> None:
    assert items_of(typed(TRANSFORMATION)) == (
        ItemRef(PALLET_KEY, Role.INPUT),
        ItemRef("01/09521234123453/10/F1", Role.INPUT, "1000", "H87"),
        ItemRef("01/09521234123453/10/F2", Role.INPUT),
        ItemRef(SERIAL_KEY, Role.OUTPUT),
        ItemRef("01/09521234543213/21/AB13", Role.OUTPUT),
        ItemRef("253/9521234000013T9", Role.TRANSFORMATION_ID),
        ItemRef("01/09521234123453", Role.MEMBER, of=1),
        ItemRef(LOT_KEY, Role.MEMBER, of=3),
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=3),
        ItemRef(LOT_KEY, Role.MEMBER, of=4),
    )


def test_aggregation_names_parent_and_children() -> None:
    assert items_of(typed(AGGREGATION)) == (
        ItemRef(PALLET_KEY, Role.PARENT),
        ItemRef(SERIAL_KEY, Role.CHILD),
        ItemRef(LOT_KEY, Role.CHILD, "3", "H87"),
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=1),
    )


@pytest.mark.parametrize(
    "name",
    [
        "cbvmda:lotNumber",
        "urn:epcglobal:cbv:mda:lotNumber",
        "urn:epcglobal:cbv:mda#lotNumber",
        "gs1:hasBatchLotNumber",
        "https://gs1.org/voc/hasBatchLotNumber",
        "https://www.gs1.org/voc/hasBatchLotNumber",
        "https://ref.gs1.org/voc/hasBatchLotNumber",
    ],
)
@pytest.mark.parametrize("value", ["L7", " L7 ", ["L7"], {"@value": "L7"}])
def test_lot_in_ilmd_under_every_name(name: str, value: Any) -> None:
    items = items_of(typed(changed(COMMISSIONING, ilmd={name: value}, quantityList=None)))
    assert items[-2:] == (
        ItemRef(LOT_KEY, Role.MEMBER, of=0),
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=0),
    )


def test_numeric_lot_in_ilmd() -> None:
    items = items_of(typed(changed(COMMISSIONING, ilmd={"cbvmda:lotNumber": 4711})))
    assert ItemRef("01/09521234543213/10/4711", Role.MEMBER, of=0) in items


@pytest.mark.parametrize(
    "ilmd",
    [
        {"example:lotNumber": "L7"},
        {"cbvmda:lotNumber": ""},
        {"cbvmda:lotNumber": "a lot number of far more than twenty characters"},
        {"cbvmda:lotNumber": True},
    ],
)
def test_what_is_no_lot_number_makes_no_member(ilmd: dict[str, Any]) -> None:
    items = items_of(typed(changed(COMMISSIONING, ilmd=ilmd, quantityList=None)))
    assert [item for item in items if item.role is Role.MEMBER] == [
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=0)
    ]


def test_class_without_lot_belongs_to_the_lot_that_ilmd_names() -> None:
    quantity = [{"epcClass": "https://id.gs1.org/01/09521234543213", "quantity": 5}]
    items = items_of(typed(changed(COMMISSIONING, epcList=None, quantityList=quantity)))
    assert items[0] == ItemRef(PRODUCT_KEY, Role.EPC, "5", "H87")
    assert items[-1] == ItemRef(LOT_KEY, Role.MEMBER, of=0)


def test_lot_beside_the_serial_in_the_uri() -> None:
    uri = "https://example.vn/x/01/09521234543213/10/L7/21/AB12"
    items = items_of(typed(changed(AGGREGATION, childEPCs=[uri], childQuantityList=None)))
    assert items[1:] == (
        ItemRef(SERIAL_KEY, Role.CHILD),
        ItemRef(LOT_KEY, Role.MEMBER, of=1),
        ItemRef(PRODUCT_KEY, Role.MEMBER, of=1),
    )


def test_spellings_of_one_item_are_one_item() -> None:
    forms = [SERIAL, URN, "https://qr.example.vn/01/09521234543213/21/AB12?17=270101"]
    items = items_of(typed(changed(COMMISSIONING, epcList=forms, quantityList=None, ilmd=None)))
    assert [item.key for item in items if item.role is Role.EPC] == [SERIAL_KEY]


def test_equal_quantities_are_not_merged() -> None:
    twice = [
        {"epcClass": "https://id.gs1.org/01/09521234543213/10/L7", "quantity": 3},
        {"epcClass": "urn:epc:class:lgtin:9521234.054321.L7", "quantity": 3},
    ]
    items = items_of(typed(changed(AGGREGATION, childQuantityList=twice)))
    assert [item for item in items if item.quantity] == [
        ItemRef(LOT_KEY, Role.CHILD, "3", "H87")
    ] * 2


def test_other_identifiers_keep_their_uri() -> None:
    items = items_of(typed(changed(AGGREGATION, childEPCs=["urn:example:box:1"])))
    assert items[1] == ItemRef("uri:urn:example:box:1", Role.CHILD)


def test_extended_event_has_no_items_of_its_own() -> None:
    tree = {
        "type": "example:Visit",
        "eventTime": "2026-06-22T07:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "example:place": "https://id.gs1.org/414/9521234000013",
    }
    assert items_of(typed(tree)) == ()


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (7, "7"),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (1e-7, "0.0000001"),
        (1e16, "10000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (120.0, "120"),
    ],
)
def test_quantities_are_exact_decimals(amount: float, text: str) -> None:
    assert quantity_text(amount) == text


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_quantity_text_denotes_the_same_number(amount: float) -> None:
    text = quantity_text(amount)
    assert float(text) == amount
    assert "e" not in text.lower()
