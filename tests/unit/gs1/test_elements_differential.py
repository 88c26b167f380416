# SPDX-License-Identifier: Apache-2.0
"""What we write, another library reads as it was meant."""

from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_messages import GS1Message
from hypothesis import assume, given, settings

from nguon.gs1.dictionary import table
from nguon.gs1.elements import Element, write_raw
from tests.unit.gs1.made_elements import element_strings


def known(ai: str) -> bool:
    try:
        return GS1ApplicationIdentifier.extract(ai).ai == ai
    except ValueError:
        return False


def taken(element: Element) -> bool:
    """It wants five characters of the number of a component, but a company prefix may have four."""
    return known(element.ai) and (element.ai != "8010" or len(element.value) > 4)


@settings(max_examples=80, deadline=None)
@given(element_strings())
def test_raw_element_strings(elements: tuple[Element, ...]) -> None:
    assume(all(map(taken, elements)))
    message = GS1Message.parse(write_raw(elements))
    found = tuple(Element(each.ai.ai, each.value) for each in message.element_strings)
    assert found == elements


def test_it_separates_the_same_application_identifiers() -> None:
    """It has not heard of the newest ones."""
    both = {code for code in table() if known(code)}
    assert len(both) > 520
    separated = {code for code in both if GS1ApplicationIdentifier.extract(code).separator_required}
    assert separated == {code for code in both if not table()[code].predefined_length}
