# SPDX-License-Identifier: Apache-2.0
"""Every coding scheme, any value, every form: written on a tag and read back the same."""

import re
import string
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import item_key
from nguon.gs1.characters import urn_encoded
from nguon.gs1.check_digits import check_digit, check_pair
from nguon.gs1.dictionary import table
from nguon.gs1.element import Element
from nguon.gs1.rfid import (
    Tag,
    codings,
    decode,
    encode,
    encode_bits,
    epc_memory,
    read_epc_memory,
    scheme_for,
)
from nguon.gs1.rfid.alphanumeric import ENCODINGS, shortest
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.names import DATE_NAMES
from nguon.gs1.rfid.values import formats, read_value, write_value
from tests.unit.gs1.made_tags import OLDER, SET_39, SET_82, digits, identities, text

PLUS = [name for name in codings() if name.endswith("+")]


@pytest.mark.parametrize("scheme", OLDER)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_schemes_before_plus(scheme: str, data: st.DataObject) -> None:
    coding = codings()[scheme]
    fields = data.draw(identities(scheme))
    identity = f"urn:epc:id:{coding.identity}:{'.'.join(map(urn_encoded, fields))}"
    chosen = data.draw(st.integers(0, (1 << coding.filter_bits) - 1))
    tag = encode(identity, scheme, filter=chosen)
    found = decode(tag)
    assert found.pure_identity == identity
    assert found.filter == (chosen if coding.filter_bits else None)
    length = len(fields[0]) if coding.key else None
    for form in forms(found):
        assert encode(form, scheme, filter=chosen, prefix_length=length) == tag
    assert encode(found.tag_uri or "", scheme) == tag
    if coding.bits is not None:
        assert len(tag) == (coding.bits + 7) // 8
    if coding.key is not None:
        assert found.key == item_key(identity) == item_key(found.digital_link or "")


def test_a_serial_that_looks_like_an_address() -> None:
    """Slashes after a colon make no address of what is written in brackets."""
    tag = encode("urn:epc:id:itip:000000.0000000.01.02.:%2F%2F", "ITIP-212", filter=0)
    assert all(encode(f, "ITIP-212", filter=0, prefix_length=6) == tag for f in forms(decode(tag)))


def forms(tag: Tag) -> list[str]:
    every = (
        tag.pure_identity,
        tag.element_string,
        tag.bare_identifier,
        tag.ai_json,
        tag.digital_link,
        tag.text_element,
        tag.key,
        tag.link("https://nguon.vn/x/"),
    )
    return [form for form in every if form is not None]


def with_check_digit(size: int, lead: str = "") -> st.SearchStrategy[str]:
    left = size - 1 - len(lead)
    return digits(left, left).map(lambda body: lead + body + check_digit(lead + body))


DATES = st.dates(date(2000, 1, 1), date(2049, 12, 31)).map(lambda day: f"{day:%y%m%d}")
OF_PLUS = {
    "00": with_check_digit(18),
    "01": with_check_digit(14),
    "21": text(20),
    "253": st.builds(str.__add__, with_check_digit(13), text(17)),
    "254": text(20).filter(lambda serial: serial != "0"),
    "255": st.builds(str.__add__, with_check_digit(13), digits(1, 12)),
    "414": with_check_digit(13),
    "8003": st.builds(lambda body, serial: "0" + body + serial, with_check_digit(13), text(16)),
    "8004": st.builds(str.__add__, digits(4, 4), text(26)),
    "8006": with_check_digit(14).map(lambda gtin: gtin + "0103"),
    "8010": st.builds(str.__add__, digits(4, 4), text(26, SET_39)),
    "8011": st.integers(1, 10**12 - 1).map(str),
    "8017": with_check_digit(18),
    "8018": with_check_digit(18),
}


@pytest.mark.parametrize("scheme", PLUS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_plus_schemes(scheme: str, data: st.DataObject) -> None:
    coding = codings()[scheme]
    elements = [Element(ai, data.draw(OF_PLUS[ai])) for ai in coding.codes]
    if coding.dated:
        elements.append(Element(data.draw(st.sampled_from(list(DATE_NAMES))), data.draw(DATES)))
    chosen = data.draw(st.integers(0, 7))
    source = Tag(scheme, chosen, tuple(elements))
    tag = encode_bits(source.element_string or "", scheme, filter=chosen)
    assert decode(tag.octets) == decode(tag.hexadecimal) == source
    assert (source.tag_uri, source.pure_identity) == (None, None)
    for form in forms(source):
        if not (coding.dated and form == source.key):
            assert encode_bits(form, scheme, filter=chosen) == tag
    if not coding.dated:
        assert scheme_for(elements) == scheme
    assert read_epc_memory(epc_memory(tag.octets).hexadecimal)[1][:4] == tag.hexadecimal[:4]


VALUES: dict[str, Callable[[int], st.SearchStrategy[str]]] = {
    "i": lambda size: digits(size, size),
    "d": lambda size: digits(size, size),
    "n": lambda size: digits(0, size),
    "a": lambda size: st.one_of(
        st.text(SET_82, max_size=size),
        st.text(string.digits, max_size=size),
        st.text("0123456789abcdef", max_size=size),
        st.text("0123456789ABCDEF", max_size=size),
        st.text(string.ascii_uppercase + "-.:0123456789", max_size=size),
        st.text(string.ascii_letters + "-_", max_size=size),
    ),
    "t": lambda size: st.one_of(digits(0, size), text(size), text(size, SET_39)),
    "bit": lambda _: st.sampled_from("01"),
    "date": lambda _: DATES,
    "minute": lambda _: DATES.map(lambda day: day + "2359"),
    "range": lambda _: st.one_of(DATES, st.builds(str.__add__, DATES, DATES)),
    "moment": lambda _: st.builds(
        str.__add__, DATES, st.sampled_from(["", "24", "0007", "235959"])
    ),
    "country": lambda _: st.text(string.ascii_uppercase, min_size=2, max_size=2),
    "minus": lambda _: st.sampled_from(["", "-"]),
    "sequence": lambda _: st.from_regex("[1-9]/[1-9]", fullmatch=True),
}  # fmt: skip


def components(ai: str) -> list[st.SearchStrategy[str]]:
    words = WORDS[ai].split()
    found = [re.fullmatch("([a-z]+?)([0-9]*)", word) for word in words]
    return [VALUES[word[1]](int(word[2] or 0)) for word in found if word]


def _words() -> dict[str, str]:
    rows = (files("nguon.gs1") / "data" / "rfid_values.tsv").read_text("utf-8").splitlines()
    found = {}
    for row in rows:
        if not row.startswith("#"):
            codes, written = row.split("\t")
            first, _, last = codes.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found[str(number).zfill(len(first))] = written
    return found


WORDS = _words()


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_values_of_every_application_identifier(data: st.DataObject) -> None:
    ai = data.draw(st.sampled_from(list(WORDS)))
    value = "".join(data.draw(component) for component in components(ai))
    writer = Writer()
    writer.put(1, 1)
    write_value(writer, ai, value)
    reader = Reader(writer.bits().hexadecimal)
    reader.take(1)
    assert read_value(reader, ai) == value
    assert reader.at == writer.length


def test_every_application_identifier_with_a_format_exists() -> None:
    assert set(WORDS) == set(formats())
    assert set(formats()) <= set(table())
    assert set(table()) - set(formats()) == {
        "03", "717", "3954", "3955", "8014", "8040", "8041", "8042", "8043"
    }  # fmt: skip


SAMPLES = {
    "10": "LÔ".replace("Ô", "O") + "-1", "11": "260105", "22": "2A", "240": "x y".replace(" ", "_"),
    "3103": "001250", "422": "704", "423": "704156", "7003": "2612312359", "7007": "260101260131",
    "7030": "704VN-123", "8008": "260105073000", "91": "a" * 90, "4309": "02790858483015297971",
    "90": "#".replace("#", "-"),
}  # fmt: skip


def test_data_behind_the_epc_survives() -> None:
    elements = "(01)09521234543213(21)7"
    for ai, value in SAMPLES.items():
        tag = decode(encode(elements, "SGTIN+", aidc=[(ai, value)], relations=False))
        assert tag.data == ((ai, value),)
        assert tag.elements == (("01", "09521234543213"), ("21", "7"))
    pairs = sorted(SAMPLES.items())
    assert decode(encode(elements, "SGTIN+", aidc=pairs, relations=False)).data == tuple(pairs)


@settings(max_examples=150, deadline=None)
@given(value=st.text(SET_82, max_size=40))
def test_no_encoding_is_shorter_than_the_one_chosen(value: str) -> None:
    possible = {at: each.cost(len(value)) for at, each in enumerate(ENCODINGS) if each.can(value)}
    assert possible[shortest(value)] == min(possible.values())
    for at, cost in possible.items():
        writer = Writer()
        ENCODINGS[at].write(writer, value)
        assert writer.length == cost
        if value:
            assert ENCODINGS[at].read(Reader(writer.bits().hexadecimal), len(value)) == value


def test_check_pairs_are_needed_nowhere_on_a_tag() -> None:
    """A GMN is no EPC, but it may stand among the data."""
    model = "1987654Ad4X4bL5ttr2310c"
    value = model + check_pair(model)
    tag = decode(encode("(8003)0095211412345121", "GRAI+", aidc=[("8013", value)], relations=False))
    assert tag.data == (("8013", value),)
