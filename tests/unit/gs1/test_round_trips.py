# SPDX-License-Identifier: Apache-2.0
"""Digital Link, EPC URN and item key say the same, for every scheme and any value."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import (
    Identifier,
    IdentifierError,
    Mode,
    canonical_digital_link,
    company_prefix,
    epc_urn,
    item_key,
    memberships,
    parse,
    warning,
)
from nguon.gs1.characters import key_encoded, urn_encoded
from nguon.gs1.check_digits import check_digit, is_valid
from nguon.gs1.common_forms import common_form, key_memberships
from nguon.gs1.mode import Rigour
from nguon.gs1.parsing import read
from nguon.gs1.schemes import SCHEMES, Scheme

SET_82 = "!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits
SET_39 = "#-/" + string.ascii_uppercase + string.digits
LONGEST_SERIAL = {"upui": 28, "grai": 16, "gdti": 17, "sgcn": 12}
DEMONSTRATION_PREFIXES = {6: "9520", 7: "9521", 8: "9522", 9: "9523", 10: "9524", 11: "9525",
                          12: "9526"}  # fmt: skip


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=count, max_size=count)


@st.composite
def company_prefixes(draw: st.DrawFn) -> str:
    length = draw(st.sampled_from(sorted(DEMONSTRATION_PREFIXES)))
    head = DEMONSTRATION_PREFIXES[length]
    return head + draw(digits(length - len(head)))


@st.composite
def urns(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(list(SCHEMES.values())))
    prefix = draw(company_prefixes())
    fields = [prefix, draw(references(scheme, prefix))]
    fields += ["01", "02"][: scheme.pieces]
    sort = scheme.prefix
    if scheme.has_serial:
        if scheme.prefix == "id" and scheme.name != "sgln" and draw(st.booleans()):
            sort, serial = "idpat", "*"
        else:
            serial = draw(serials(scheme))
        fields.append(serial)
    return f"urn:epc:{sort}:{scheme.name}:{'.'.join(fields)}"


def references(scheme: Scheme, prefix: str) -> st.SearchStrategy[str]:
    if scheme.body:
        return digits(scheme.body - len(prefix))
    characters = SET_39 if scheme.name == "cpi" else SET_82
    texts = st.text(characters, min_size=1, max_size=30 - len(prefix))
    return texts.map(urn_encoded)


def serials(scheme: Scheme) -> st.SearchStrategy[str]:
    if scheme.name == "cpi":
        return st.integers(1, 10**12 - 1).map(str)
    longest = LONGEST_SERIAL.get(scheme.name, 20)
    characters = string.digits if scheme.name == "sgcn" else SET_82
    return st.text(characters, min_size=1, max_size=longest).map(urn_encoded)


@settings(max_examples=400)
@given(urns())
def test_urn_to_key_to_link_and_back(urn: str) -> None:
    identifier = parse(urn, mode=Mode.STRICT)
    key = identifier.key
    assert item_key(urn) == key
    assert identifier.epc_urn() == epc_urn(key) == without_star(urn)
    link = identifier.digital_link("https://example.vn/stem")
    assert parse(link, mode=Mode.STRICT).key == item_key(link) == parse(key).key == key
    assert parse(link).kind == identifier.kind
    assert canonical_digital_link(urn) == canonical_digital_link(link) == identifier.digital_link()
    assert memberships(key) == memberships(link) == identifier.memberships
    assert company_prefix(key) == urn.split(":")[4].partition(".")[0]
    for wider in identifier.memberships:
        assert item_key(wider) == wider
        assert company_prefix(wider) == company_prefix(key)


def without_star(urn: str) -> str:
    """The upui pattern is the pattern of its product."""
    if urn.startswith("urn:epc:idpat:upui:"):
        return urn.replace(":upui:", ":sgtin:")
    return urn


@given(st.text(SET_82, min_size=1, max_size=20), st.text(SET_82, min_size=1, max_size=20))
def test_keys_are_equal_only_for_equal_values(one: str, other: str) -> None:
    gtin = "09521234543213"
    keys = {item_key(f"01/{gtin}/21/{key_encoded(value)}") for value in (one, other)}
    assert len(keys) == len({one, other})
    assert parse(f"01/{gtin}/21/{key_encoded(one)}").parts[1] == ("21", one)


SHAPES = st.sampled_from([
    "https://a.vn/01/{n14}", "http://a.vn/s/01/{n14}/10/{v}", "https://a.vn/01/{n14}/21/{v}/",
    "https://a.vn/01/{n14}/10/{v}/21/{v}?17=251231#a", "https://a.vn/00/{n18}",
    "https://a.vn/414/{n13}", "https://a.vn/417/{n13}", "https://a.vn/01/{n14}/00/{n18}",
    "urn:epc:id:sgtin:{n7}.{n6}.{v}", "urn:epc:class:lgtin:{n9}.{n4}.{v}",
    "urn:epc:id:sscc:{n8}.{n9}", "urn:epc:id:sgln:{n7}.{n5}.0", "urn:epc:id:sgln:{n12}..0",
    "urn:epc:id:sgtin:{n7}.{n5}.{v}", "01/{n14}/21/{v}", "01/{n14}/10/{v}", "00/{n18}",
])  # fmt: skip


@settings(max_examples=400)
@given(SHAPES, st.data())
def test_the_short_way_is_right_wherever_it_answers(shape: str, data: st.DataObject) -> None:
    text = shape.replace("{v}", data.draw(st.text("aZ09._-", min_size=1, max_size=20)))
    for length in (4, 5, 6, 7, 8, 9, 12, 13, 14, 18):
        number = data.draw(digits(length)) if f"{{n{length}}}" in text else ""
        if length > 12 and data.draw(st.booleans()) and number:
            number = number[:-1] + check_digit(number[:-1])
        text = text.replace(f"{{n{length}}}", number)
    try:
        identifier = read(text, Rigour.USUAL)
    except IdentifierError:
        assert common_form(text) is None
        return
    assert common_form(text) in {None, (identifier.key, identifier.memberships)}
    assert key_memberships(text) in {None, identifier.memberships}


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["https://", "a", "/", "01", "09521234543213", "21", "%", "%2F", "?", "&", "=",
                 "10", "(", ")", "urn:epc:", "id:", "idpat:", "sgtin:", "952123", ".", "0454321",
                 "*", "é", "#", " ", "vn-area:", "414", "00", "²"]
            ),
            max_size=14,
        ).map("".join),
    )
)  # fmt: skip
def test_nothing_breaks_the_reader(text: str) -> None:
    key = item_key(text)
    assert item_key(key) == key
    for mode in Mode:
        found = read_or_refused(text, mode)
        if isinstance(found, IdentifierError):
            assert 0 <= found.start <= found.end <= len(found.text)
        else:
            assert parse(found.key).key == found.key
    assert memberships(text) is not None
    assert warning(text) is None or key.startswith("uri:")


def read_or_refused(text: str, mode: Mode) -> Identifier | IdentifierError:
    try:
        return parse(text, mode=mode)
    except IdentifierError as error:
        return error


@given(st.integers(1, 20).flatmap(digits))
def test_check_digit(body: str) -> None:
    right = check_digit(body)
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(body)))
    assert (total + int(right)) % 10 == 0
    assert [is_valid(body + digit) for digit in string.digits] == [
        digit == right for digit in string.digits
    ]
