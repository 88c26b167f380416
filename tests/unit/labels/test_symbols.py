# SPDX-License-Identifier: Apache-2.0
"""Symbols: what they hold, how small they get, what is refused before anything is written."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageOps

from nguon.gs1 import IdentifierError
from nguon.labels.errors import LabelError
from nguon.labels.model import Kind, Symbol
from nguon.labels.raster import modules
from nguon.labels.symbols import IDENTIFIERS, QUIET, symbol
from nguon.labels.verifying import compare
from tests.unit.labels.goods import GTIN, SSCC, values

LINK = f"https://id.example.vn/01/{GTIN}/10/LO-1/21/AB12"


def _read(made: Symbol) -> tuple[str, bytes]:
    """What a reader gives of the symbol alone, its quiet zone around it."""
    image = ImageOps.expand(
        modules(made, 3, 60 if made.rows == 1 else made.rows * 3), QUIET[made.kind] * 3, 255
    )
    found = zxingcpp.read_barcode(image)
    assert found is not None
    return found.symbology_identifier, found.bytes


@pytest.mark.parametrize(
    ("kind", "content", "carried"),
    [
        (Kind.QR, "https://x.vn/01/09521101000016", b"https://x.vn/01/09521101000016"),
        (Kind.DATA_MATRIX, f"(01){GTIN}(10)LO-1(21)AB", f"01{GTIN}10LO-1\x1d21AB".encode()),
        (Kind.CODE_128, f"(00){SSCC}", f"00{SSCC}".encode()),
        (Kind.CODE_128, f"(01){GTIN}(10)A\\(B)", f"01{GTIN}10A(B)".encode()),
    ],
)
def test_a_symbol_says_what_it_was_given(kind: Kind, content: str, carried: bytes) -> None:
    made = symbol(kind, content)
    assert made.content.encode() == carried
    assert _read(made) == (IDENTIFIERS[kind], carried)
    assert len(made.dark) == made.columns * made.rows


def test_capital_letters_where_they_save_a_size() -> None:
    plain = symbol("qr", f"https://nguon-truy-xuat.example.com.vn/01/{GTIN}")
    assert plain.content == f"HTTPS://NGUON-TRUY-XUAT.EXAMPLE.COM.VN/01/{GTIN}"
    assert _read(plain)[1].decode() == plain.content
    kept = symbol("qr", "https://x.vn/01/09521101000016")
    assert kept.content == "https://x.vn/01/09521101000016"


def test_the_path_keeps_its_letters() -> None:
    made = symbol("qr", "https://nguon-truy-xuat.example.com.vn/01/09521101000016/10/aBc")
    assert made.content.endswith("/01/09521101000016/10/aBc")


def test_room_that_is_left_goes_to_error_correction() -> None:
    short = symbol("qr", "https://x.vn/01/1")
    assert (short.columns, short.level) == (21, "M")
    assert [symbol("qr", one).level for one in ("https://x.vn", "X.VN", "1")] == ["M", "H", "H"]
    assert (symbol("qr", LINK, least="L").columns, symbol("qr", LINK).columns) == (29, 29)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("(01)09521101000017", "gs1.check-digit"),
        ("(10)ABC", "gs1.requires"),
        ("(01)09521101000016(15)261345", "gs1.month"),
    ],
)
def test_wrong_elements_are_refused_before_a_symbol_is_written(content: str, code: str) -> None:
    for kind in (Kind.DATA_MATRIX, Kind.CODE_128):
        with pytest.raises(IdentifierError) as refused:
            symbol(kind, content)
        assert refused.value.code


def test_contents_and_kinds_must_suit_each_other() -> None:
    with pytest.raises(LabelError) as refused:
        symbol("qr", (("01", GTIN),))
    assert refused.value.code == "labels.wrong-content"
    with pytest.raises(LabelError) as refused:
        symbol("qr", "x" * 3000)
    assert (refused.value.code, refused.value.params["length"]) == ("labels.content-too-long", 3000)


@settings(max_examples=60, deadline=None)
@given(values(20), values(20))
def test_any_lot_and_serial_come_back(lot: str, serial: str) -> None:
    elements = (("01", GTIN), ("10", lot), ("21", serial))
    for kind in (Kind.DATA_MATRIX, Kind.CODE_128):
        made = symbol(kind, elements)
        assert _read(made) == (IDENTIFIERS[kind], f"01{GTIN}10{lot}\x1d21{serial}".encode())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40))
def test_a_spoiled_symbol_never_passes_for_the_one_that_was_asked(at: int) -> None:
    made = symbol("qr", LINK)
    other = symbol("qr", f"{LINK}{at}")
    image = modules(other, 3, other.rows * 3)
    with pytest.raises(LabelError):
        compare(image, made, "x")
