# SPDX-License-Identifier: Apache-2.0
"""What is written is read back, what is read says where it is wrong, and nothing else happens."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import IdentifierError, parse
from nguon.gs1.dictionary import table
from nguon.gs1.elements import (
    Element,
    Scan,
    human_readable,
    read_bracketed,
    read_raw,
    read_scan,
    write_bracketed,
    write_raw,
    write_scan,
)
from nguon.gs1.links import Link, read_link, write_link
from nguon.gs1.links.reading import read_at_once, read_slowly
from nguon.gs1.mode import Mode
from nguon.gs1.understanding import understand
from tests.unit.gs1.made_elements import element_strings, elements, linkable

STEM = "https://id.example.vn/a"
ODD = st.text("0123456789/?&=%+#:.()^|]\\\x1dCdeQ1aZ-Ô", max_size=60)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_any_value_of_any_application_identifier(data: st.DataObject) -> None:
    element = data.draw(elements())
    assert read_bracketed(write_bracketed([element])) == (element,)
    assert read_raw(write_raw([element])) == (element,)


@settings(max_examples=200, deadline=None)
@given(element_strings())
def test_element_strings_are_read_as_written(given_elements: tuple[Element, ...]) -> None:
    assert read_bracketed(write_bracketed(given_elements)) == given_elements
    raw = write_raw(given_elements)
    assert read_raw(raw) == read_raw(f"\x1d{raw}\x1d") == given_elements
    assert read_raw(write_raw(given_elements, "^")) == given_elements
    scan = Scan("]d2", given_elements)
    assert read_scan(write_scan(scan)) == scan
    shown = human_readable(given_elements)
    assert [words for _, words in shown] == [f"({ai}) {value}" for ai, value in given_elements]
    assert [title for title, _ in shown] == [table()[ai].title for ai, _ in given_elements]


@settings(max_examples=300, deadline=None)
@given(linkable())
def test_links_are_read_as_written(given_elements: tuple[Element, ...]) -> None:
    uri = write_link(given_elements, STEM, relations=False)
    link = read_link(uri, relations=False)
    assert (link.elements, link.key, link.stem) == (given_elements, given_elements[0], STEM)
    assert link == read_at_once(uri) == read_slowly(uri)
    strict = parse(uri, mode=Mode.STRICT)
    assert (strict.parts, strict.attributes) == (link.path, link.query)
    scanned = read_scan(f"]Q1{STEM}/01/09521234543213")
    assert scanned.link == Link((Element("01", "09521234543213"),), (), STEM, ())


@settings(max_examples=400, deadline=None)
@given(linkable(), st.data())
def test_a_damaged_link_is_read_the_same_both_ways(
    given_elements: tuple[Element, ...], data: st.DataObject
) -> None:
    uri = write_link(given_elements, STEM, relations=False)
    at = data.draw(st.integers(0, len(uri)))
    damaged = uri[:at] + data.draw(ODD) + uri[at + data.draw(st.integers(0, 3)) :]
    at_once = read_at_once(damaged)
    try:
        slowly = read_slowly(damaged)
    except IdentifierError:
        slowly = None
    assert at_once == slowly


READERS: list[Callable[[str], Any]] = [read_link, read_raw, read_bracketed, read_scan]


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(), ODD, ODD.map("]Q1".__add__), ODD.map("(01)".__add__)))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for mode in Mode:
        try:
            found = understand(text, mode=mode)
        except IdentifierError as error:
            assert error.code.startswith("gs1.")  # noqa: PT017
        else:
            assert found.identifier or found.elements


@settings(max_examples=100, deadline=None)
@given(linkable())
def test_every_form_is_understood_alike(given_elements: tuple[Element, ...]) -> None:
    expected = understand(write_bracketed(given_elements))
    assert expected.elements == given_elements
    forms = [write_raw(given_elements, "^") + "^", "]d2" + write_raw(given_elements)]
    forms += [write_link(given_elements, STEM, relations=False)]
    forms += ["]Q1" + forms[-1]]
    for form in forms:
        found = understand(form)
        assert found.elements == given_elements
        assert found.identifier is not None
        assert expected.identifier is not None
        assert found.identifier.key == expected.identifier.key


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(), ODD, ODD.map(STEM.__add__), ODD.map("]Q3".__add__)))
def test_any_text_is_read_or_refused(read: Callable[[str], Any], text: str) -> None:
    refusal = None
    try:
        read(text)
    except IdentifierError as error:
        refusal = error
    if refusal is not None:
        assert refusal.text == text
        assert 0 <= refusal.start <= refusal.end <= len(text)
