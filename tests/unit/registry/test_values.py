# SPDX-License-Identifier: Apache-2.0
"""Amounts, crops, markets, contacts, codes of places: read as people mean them, or refused."""

from typing import Any

import pytest

from nguon.base.errors import NguonError
from nguon.base.messages import LANGUAGES, hint, text
from nguon.registry import codes, crops, values
from nguon.registry.fields import Convert, hs_code
from nguon.registry.masking import is_masked, masked
from nguon.registry.model import PlaceKind, Register

MARKETS = values.markets(Register.PRODUCT)


@pytest.mark.parametrize(
    ("convert", "cell", "value"),
    [
        (values.amount, "27,6", "27.6"),
        (values.amount, "27.60", "27.6"),
        (values.amount, "1 250", "1250"),
        (values.amount, "0,125", "0.125"),
        (values.amount, "0.125", "0.125"),
        (values.hectares, "12 ha", "12"),
        (values.crop, "Sầu riêng", "durian"),
        (values.crop, "ca phe", "coffee"),
        (values.crop, "dứa", "pineapple"),
        (values.crop, "dừa", "coconut"),
        (MARKETS, "Trung Quốc; EU, jp", "CN\nEU\nJP"),
        (MARKETS, "CN; Trung Quốc", "CN"),
        (MARKETS, "SG", "SG"),
        (values.email, "Thu@HTX.vn", "thu@htx.vn"),
        (values.phone, "0901 234 567", "0901234567"),
        (values.phone, "+84 (90) 123-4567", "+84901234567"),
        (values.extension, "LO-07", "LO-07"),
    ],
)
def test_read(convert: Convert, cell: str, value: Any) -> None:
    assert convert(cell) == value


@pytest.mark.parametrize(
    ("convert", "cell", "code"),
    [
        (values.amount, "1.250", "registry.amount-unclear"),
        (values.amount, "0", "registry.amount"),
        (values.amount, "-3", "registry.amount"),
        (values.amount, "1e3", "registry.amount"),
        (values.hectares, "ba sào", "registry.amount"),
        (values.crop, "dua", "registry.crop-several"),
        (values.crop, "kim cương", "registry.crop"),
        (MARKETS, "Sao Hỏa", "registry.word"),
        (values.email, "thu@htx", "registry.email"),
        (values.phone, "024085123456", "registry.phone"),
        (values.phone, "12", "registry.phone"),
        (values.extension, "lô 7", "registry.extension"),
        (values.extension, "024085123456", "registry.code-personal"),
    ],
)
def test_refused(convert: Convert, cell: str, code: str) -> None:
    with pytest.raises(NguonError) as refused:
        convert(cell)
    assert refused.value.code == code
    for language in LANGUAGES:
        assert text(code, language, **refused.value.params)
        assert hint(code, language, **refused.value.params)
    if cell.isdigit() and len(cell) == 12:
        assert cell not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "issued", "comparable"),
    [
        (PlaceKind.PLANTING_AREA, "vn dlor 0017", "vn-area:VN-DLOR-0017"),
        (PlaceKind.PLOT, "VNDLOR0017", "vn-area:VN-DLOR-0017"),
        (PlaceKind.PACKING_HOUSE, "VNDTPH-0001", "vn-pack:VN-DTPH-0001"),
        (PlaceKind.POND, "12-01-0001-001", "pond:12010001001"),
        (PlaceKind.POND, "12010001001", "pond:12010001001"),
        (PlaceKind.VESSEL, "cm-91234-ts", "vessel:CM91234TS"),
        (PlaceKind.FACTORY, "DL  123", "factory:DL 123"),
    ],
)
def test_codes_compare(kind: PlaceKind, issued: str, comparable: str) -> None:
    assert codes.comparable(kind, issued) == comparable


@pytest.mark.parametrize(
    ("kind", "issued", "code"),
    [
        (PlaceKind.POND, "12-02-0001-001", "registry.place-code"),
        (PlaceKind.VESSEL, "CM-1-TS", "registry.place-code"),
        (PlaceKind.PLANTING_AREA, "VN-BTPH-036", "vn.code-kind"),
    ],
)
def test_codes_that_cannot_be(kind: PlaceKind, issued: str, code: str) -> None:
    with pytest.raises(NguonError) as refused:
        codes.comparable(kind, issued)
    assert refused.value.code == code


def test_only_area_and_packing_codes_are_keys() -> None:
    assert codes.own_key("vn-area:VN-DLOR-0017") == "vn-area:VN-DLOR-0017"
    assert codes.own_key("pond:12010001001") is None
    assert codes.own_key(None) is None


def test_every_crop_has_a_heading_and_is_found_by_its_names() -> None:
    assert len(crops.crops()) >= 40
    for crop in crops.crops().values():
        assert hs_code(crop.hs) == crop.hs
        assert crop.sector in {"plant", "livestock", "fishery"}
        for written in (crop.code, crop.vi, crop.en, *crop.other):
            assert crops.named(written) == (crop,), written
    assert crops.name("gone", "vi") == "gone"


def test_masks() -> None:
    assert masked("024085123456") == "\u2022" * 8 + "3456"
    assert is_masked(masked("024085123456"))
    assert not is_masked("024085123456")
