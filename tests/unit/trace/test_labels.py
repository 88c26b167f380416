# SPDX-License-Identifier: Apache-2.0
"""Short names of things, and how they are cut to the room that there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.trace.labels import Label, ThingKind, cut, label

GTIN = "01/09521234543213"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (GTIN, Label(ThingKind.PRODUCT, "09521234543213", GTIN)),
        (f"{GTIN}/10/L-1", Label(ThingKind.LOT, "L-1", GTIN)),
        (f"{GTIN}/21/7", Label(ThingKind.PIECE, "7", GTIN)),
        (f"{GTIN}/10/L-1/21/7", Label(ThingKind.PIECE, "7", GTIN)),
        (f"{GTIN}/21/A%2FB", Label(ThingKind.PIECE, "A/B", GTIN)),
        ("00/095212345000000018", Label(ThingKind.UNIT, "095212345000000018")),
        ("8003/09521234543213100", Label(ThingKind.ASSET, "09521234543213100")),
        ("8004/9521203CONT-2208", Label(ThingKind.ASSET, "9521203CONT-2208")),
        ("414/9521321000018", Label(ThingKind.PLACE, "9521321000018")),
        ("8017/952132100000000012", Label(ThingKind.OTHER, "952132100000000012")),
        ("vn-area:VN-DLOR-0017", Label(ThingKind.AREA, "VN-DLOR-0017")),
        ("vn-pack:VN-HYPH-001", Label(ThingKind.AREA, "VN-HYPH-001")),
        ("uri:https://example.org/things/42", Label(ThingKind.OTHER, "42")),
        ("uri:urn:uuid:0b2f", Label(ThingKind.OTHER, "0b2f")),
        ("uri:https://example.org/", Label(ThingKind.OTHER, "https://example.org/")),
    ],
)
def test_things_are_called_as_people_call_them(key: str, expected: Label) -> None:
    assert label(key) == expected


@pytest.mark.parametrize(
    ("text", "width", "middle", "expected"),
    [
        ("Lot 7", 12, False, "Lot 7"),
        ("Fresh durian from the orchard (by lot)", 12, False, "Fresh durian from the…"),
        ("095212020000000052", 12, True, "095212020000000052"),
        ("9521203000000CONT-2208", 10, True, "95212030…NT-2208"),
        ("", 1, False, ""),
        ("anything", 1, False, "…"),
    ],
)
def test_what_does_not_fit_is_cut(text: str, width: float, middle: bool, expected: str) -> None:
    assert cut(text, width, middle=middle) == expected


@given(st.text(st.characters(exclude_characters="…"), max_size=60), st.floats(1, 40), st.booleans())
def test_a_cut_text_is_the_beginning_and_perhaps_the_end(
    text: str, width: float, middle: bool
) -> None:
    shown = cut(text, width, middle=middle)
    assert cut(shown, width, middle=middle) == shown
    head, ellipsis, tail = shown.partition("…")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert middle or not tail
    assert ellipsis or shown == text
