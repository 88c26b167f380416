# SPDX-License-Identifier: Apache-2.0
"""Links that carry an EPC binary string, and back; what is none says so."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import IdentifierError
from nguon.gs1.compression import compress_epc, decompress
from nguon.gs1.links import read_link
from nguon.gs1.rfid import decode
from tests.unit.gs1.test_compression import VALUES

STEM = "https://example.com"
WHOLE_PLACE = ("254", "0")
"""No extension at all: it is left out."""
KEYS = {
    "00": (), "01": ("21",), "253": (), "255": (), "414": ("254",), "417": (), "8003": (),
    "8004": (), "8006": ("21",), "8010": ("8011",), "8017": (), "8018": (),
}  # fmt: skip


@st.composite
def instances(draw: st.DrawFn) -> list[tuple[str, str]]:
    key = draw(st.sampled_from(sorted(KEYS)))
    return [(ai, draw(VALUES[ai])) for ai in (key, *KEYS[key])]


@settings(max_examples=120, deadline=None)
@given(instances(), st.booleans())
def test_what_is_written_comes_back(elements: list[tuple[str, str]], hexadecimal: bool) -> None:
    try:
        short = compress_epc(elements, STEM, hexadecimal=hexadecimal)
    except IdentifierError as error:
        refused = error.code
    else:
        refused = ""
        found = read_link(decompress(short), relations=False)
        assert dict(found.elements) == dict(one for one in elements if one != WHOLE_PLACE)
        assert short.startswith(f"{STEM}/{'eh' if hexadecimal else 'ex'}")
    assert refused in {"", "gs1.no-epc-form"}


def test_a_serial_by_hand() -> None:
    """F7 is SGTIN+; no AIDC data; filter 0; 14 digits of four bits; then the serial number."""
    elements = [("01", "09521234543213"), ("21", "123")]
    short = compress_epc(elements, STEM, hexadecimal=True)
    assert short.startswith(f"{STEM}/ehF7009521234543213")
    link = "https://id.gs1.org/01/09521234543213/21/123"
    assert decode(short.rpartition("eh")[2]).digital_link == link
    assert decompress(short) == f"{STEM}/01/09521234543213/21/123"


def test_older_schemes_are_read() -> None:
    assert decompress(f"{STEM}/s/eh3034257BF7194E4000001A85") == (
        f"{STEM}/s/01/80614141123458/21/6789"
    )
    with_query = f"{STEM}/eh3034257BF7194E4000001A85?a=b"
    assert decompress(with_query) == f"{STEM}/01/80614141123458/21/6789?a=b"


def test_data_that_goes_with_it() -> None:
    elements = [("01", "09521234543213"), ("21", "1"), ("10", "L1"), ("17", "290331")]
    back = decompress(compress_epc(elements, STEM))
    assert back == f"{STEM}/01/09521234543213/10/L1/21/1?17=290331"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (f"{STEM}/eh30", "rfid.too-short"),
        (f"{STEM}/eh00", "rfid.header"),
        (f"{STEM}/exAAAA", "rfid.header"),
        (f"{STEM}/eh3034257bf7194e4000001a85", "gs1.compressed-code"),
        (f"{STEM}/eh3500000000000000000000FF", "gs1.compressed-epc"),
    ],
)
def test_refusals_say_where(uri: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        decompress(uri)
    assert refused.value.code == code
    assert 0 <= refused.value.start < refused.value.end <= len(uri)


def test_elements_without_a_scheme() -> None:
    for elements in ([("401", "9521ABC")], [("10", "L1")], [("01", "09521234543213")]):
        with pytest.raises(IdentifierError, match=r"gs1\.no-epc-form"):
            compress_epc(elements, STEM)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["eh", "ex"]), st.text(string.hexdigits + "-_", max_size=40))
def test_any_segment_is_read_or_refused(lead: str, rest: str) -> None:
    uri = f"{STEM}/{lead}{rest}"
    try:
        back = decompress(uri)
    except IdentifierError as error:
        back = error.text
    assert back
