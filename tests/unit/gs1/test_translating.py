# SPDX-License-Identifier: Apache-2.0
"""Translation is open to everybody: whatever is sent, it answers or refuses by name."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import IdentifierError
from nguon.gs1.rfid import decode, recognise
from nguon.gs1.translating import translate

FORMS = [
    "3066C4409047E14000001A85",
    "F7E095063011115404FA09C96E4420C1CA10642CE4F5",
    "urn:epc:tag:sgtin-96:3.95060001343.05.6789",
    "urn:epc:id:sgtin:95060001343.05.6789",
    "urn:epc:class:lgtin:95060001343.05.A",
    "https://id.gs1.org/01/09506000134352/10/A/21/6789?17=261231&linkType=all#x",
    "https://id.gs1.org/DBFKk4XBoAjUK",
    "https://id.gs1.org/ex9wCVBgABNDUgRqF",
    "https://id.gs1.org/01/09506000134352/EEGiEChg",
    "(01)09506000134352(21)67\\(8)9",
    "]d2010950600013435221678910A\x1d17261231",
    "^010950600013435221678910A^17261231",
    "01/09506000134352/21/6789",
    "vn-area:VN-DLOR-0017",
    "9506000134352",
]


ODD = ["", "0", "A", "%", "/", "(", ")", "\x1d", "é", "%41", "?21=1"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(FORMS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        other = draw(
            st.sampled_from(["", "0", "A", "%", "/", "(", ")", "\x1d", "é", "%41", "?21=1"])
        )
        text = text[:at] + other + text[at + draw(st.integers(0, 2)) :]
    return text


@settings(max_examples=200, deadline=None)
@given(st.one_of(damaged(), st.text(max_size=80)))
def test_whatever_is_sent_is_answered_or_refused(text: str) -> None:
    with contextlib.suppress(IdentifierError):
        found = translate(text)
        for tag in found.tags:
            assert decode(tag.epc).scheme == tag.scheme


@pytest.mark.parametrize("text", FORMS)
def test_each_form_is_translated(text: str) -> None:
    found = translate(text)
    assert found.key or found.read
    if found.element_string:
        again = translate(found.element_string)
        assert (again.key, again.digital_link) == (found.key, found.digital_link)


def test_tag_uris_are_tags() -> None:
    tag = recognise("urn:epc:tag:SGTIN-96:3.95060001343.05.6789")
    assert tag == decode("3066C4409047E14000001A85")
    with pytest.raises(IdentifierError) as refused:
        recognise("urn:epc:tag:sgtin-64:3.95060001343.05.6789")
    assert (refused.value.code, refused.value.start, refused.value.end) == ("rfid.scheme", 12, 20)


def test_the_filter_of_a_tag_is_kept_and_another_taken() -> None:
    text = "3066C4409047E14000001A85"
    kept = {tag.scheme: tag.epc for tag in translate(text).tags}
    assert kept["SGTIN-96"] == text
    other = {tag.scheme: tag.epc for tag in translate(text, filter=1).tags}
    assert decode(other["SGTIN+"]).filter == 1


def test_a_prefix_length_is_needed_where_gs1_published_none() -> None:
    text = "(8018)011000000000000006"
    assert [tag.scheme for tag in translate(text).tags] == ["GSRN+"]
    assert [tag.scheme for tag in translate(text, prefix_length=7).tags] == ["GSRN-96", "GSRN+"]
