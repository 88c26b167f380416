# SPDX-License-Identifier: Apache-2.0
"""Which texts are tags, and that a tag is one more way of writing an identifier."""

import pytest

from nguon.gs1 import IdentifierError, Level, item_key, memberships, parse, warning
from nguon.gs1.rfid import recognise

SGTIN = "3066C4409047E14000001A85"
PLUS = "F7E095063011115404FA09C96E4420C1CA10642CE4F5"


def test_a_tag_with_the_prefix_is_an_identifier() -> None:
    found = parse(f"hex:{SGTIN}")
    assert found.key == "01/09506000134352/21/6789"
    assert found.level is Level.INSTANCE
    assert item_key(f"HEX:{SGTIN.lower()}") == found.key
    assert item_key("urn:epc:id:sgtin:95060001343.05.6789") == found.key


def test_the_lot_behind_the_epc_is_a_membership() -> None:
    assert memberships(f"hex:{PLUS}") == ("01/09506301111540/10/LOT1", "01/09506301111540")
    assert item_key(f"hex:{PLUS}") == "01/09506301111540/21/a09c96e4420c1ca"


def test_digits_without_the_prefix_are_no_identifier() -> None:
    assert item_key(SGTIN) == f"uri:{SGTIN}"
    with pytest.raises(IdentifierError, match=r"gs1\.not-identifier"):
        parse(SGTIN)


def test_a_wrong_tag_is_marked_in_the_text() -> None:
    text = f"hex:{SGTIN[:-2]}"
    with pytest.raises(IdentifierError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.start) == ("rfid.too-short", len(text))
    assert item_key(text) == f"uri:{text}"
    assert warning(text) is not None


def test_a_tag_of_no_gs1_key_says_so() -> None:
    with pytest.raises(IdentifierError) as refused:
        parse("hex:3500E86F8000A9E000000586")
    assert refused.value.code == "gs1.epc-without-key"
    assert refused.value.params["scheme"] == "gid"


def test_what_is_recognised() -> None:
    for text in (SGTIN, SGTIN.lower(), f"hex:{SGTIN}", PLUS):
        tag = recognise(text)
        assert tag is not None
        assert tag.elements[0].ai == "01"
    for text in (
        "https://id.gs1.org/01/09506000134352",
        "09506000134352",
        SGTIN[:22],
        "0109506000134352211234567890",
        "E2" + SGTIN[2:],
        "401123456789012345678901234567",
    ):
        assert recognise(text) is None
    for text in (SGTIN + "FFFF", "hex:30", "hex:", PLUS[:-1]):
        with pytest.raises(IdentifierError):
            recognise(text)
