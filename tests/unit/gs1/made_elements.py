# SPDX-License-Identifier: Apache-2.0
"""Strategies for right elements: a value of any application identifier, a set of them, a link."""

import string

from hypothesis import strategies as st

from nguon.gs1.check_digits import check_digit, check_pair
from nguon.gs1.dictionary import Component, table
from nguon.gs1.dictionary.lists import codes, country_letters
from nguon.gs1.elements import Element
from nguon.gs1.links.link import paths

SETS = {
    "n": string.digits,
    "x": "!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits,
    "y": "#-/" + string.ascii_uppercase + string.digits,
    "z": "-_" + string.ascii_letters + string.digits,
}
MADE = {
    "coupon": st.sampled_from(["012345612345611110123", "01234561234561111012390001"]),
    "coupon-offer": st.just("001234561234560123456"),
    "country": st.sampled_from(sorted(codes("countries"))),
    "country-letters": st.sampled_from(sorted(country_letters())),
    "country-or-999": st.sampled_from(["704", "999"]),
    "currency": st.sampled_from(sorted(codes("currencies"))),
    "date": st.dates().map(lambda day: day.strftime("%y%m%d").replace("000229", "000228")),
    "date-or-month": st.sampled_from(["261200", "240229", "991231"]),
    "hour": st.integers(0, 23).map("{:02}".format),
    "hyphen": st.just("-"),
    "iban": st.sampled_from(["BE71096123456769", "LC14BOSL123456789012345678901234"]),
    "importer-index": st.sampled_from(SETS["z"]),
    "latitude": st.integers(0, 180 * 10**7).map("{:010}".format),
    "long-date": st.dates().map(lambda day: f"{day.year:04}{day:%m%d}"),
    "longitude": st.integers(0, 360 * 10**7).map("{:010}".format),
    "media-type": st.sampled_from(["01", "10", "80", "99"]),
    "minute": st.integers(0, 59).map("{:02}".format),
    "package-type": st.sampled_from(sorted(codes("package_types"))),
    "percent": st.sampled_from(["Ca%20Mau", "C%C3%A0%20Mau", "A"]),
    "piece": st.sampled_from(["0101", "0102", "9999"]),
    "position": st.sampled_from(["1/1", "2/3", "9/9"]),
    "second": st.integers(0, 59).map("{:02}".format),
    "sex": st.sampled_from("0129"),
    "some-letter": st.just("A"),
    "time": st.times().map("{:%H%M}".format),
    "winding": st.sampled_from("019"),
    "yes-no": st.sampled_from("01"),
    "zero": st.just("0"),
}


@st.composite
def elements(draw: st.DrawFn, ai: str | None = None) -> Element:
    """A right element: of this application identifier, or of any."""
    code = ai or draw(st.sampled_from(sorted(table())))
    value = ""
    for component in table()[code].components:
        if component.optional and draw(st.booleans()):
            break
        value += draw(parts(component))
    return Element(code, value)


@st.composite
def parts(draw: st.DrawFn, component: Component) -> str:
    """A right component."""
    checks = set(component.checks)
    made = sorted(checks & set(MADE))
    if made and "check-pair" not in checks:
        return str(draw(MADE[made[0]]))
    characters = SETS[component.character_set]
    if "check-digit" in checks:
        body = draw(texts(characters, component.least - 1, component.most - 1))
        return body + check_digit(body)
    if checks & {"above-zero", "no-leading-zero"}:
        return draw(st.integers(10 ** (component.least - 1), 10**component.most - 1).map(str))
    head = "9521A" if "check-pair" in checks else "9521" if "prefix" in checks else ""
    tail = 2 if "check-pair" in checks else 0
    least = max(component.least - len(head) - tail, 0)
    body = head + draw(texts(characters, least, component.most - len(head) - tail))
    return body + (check_pair(body) if tail else "")


def texts(characters: str, least: int, most: int) -> st.SearchStrategy[str]:
    """Texts of these characters."""
    return st.text(characters, min_size=least, max_size=most)


@st.composite
def element_strings(draw: st.DrawFn) -> tuple[Element, ...]:
    """Right elements, no two of one application identifier, whatever they need beside them."""
    chosen = draw(st.lists(st.sampled_from(sorted(table())), min_size=1, max_size=5, unique=True))
    return tuple(draw(elements(ai)) for ai in chosen)


@st.composite
def linkable(draw: st.DrawFn) -> tuple[Element, ...]:
    """A path of any valid sequence and attributes, whatever they need beside them."""
    path = draw(st.sampled_from(sorted(paths())))
    qualifiers = {ai for sequence in table()[path[0]].sequences or () for ai in sequence}
    free = [
        ai
        for ai, identifier in table().items()
        if identifier.in_link and ai not in path and ai not in qualifiers
    ]
    attributes = draw(st.lists(st.sampled_from(free), max_size=3, unique=True))
    attributes.sort(key=lambda ai: not table()[ai].predefined_length)
    return tuple(draw(elements(ai)) for ai in (*path, *attributes))
