# SPDX-License-Identifier: Apache-2.0
"""Writing Digital Links from elements."""

import re
from collections.abc import Iterable

from nguon.gs1.characters import uri_encoded
from nguon.gs1.dictionary import table
from nguon.gs1.element import Element, write_bracketed
from nguon.gs1.element_checks import check, check_values
from nguon.gs1.errors import IdentifierError
from nguon.gs1.links.link import paths
from nguon.gs1.writing import CANONICAL_DOMAIN

_STEM = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~!$&'()*+,;=]+)(?::[0-9]*)?"
    r"(?:/[0-9A-Za-z\-._~:\[\]@!$&'()*+,;=%]*)*"
)


def write_link(
    elements: Iterable[Element], stem: str = CANONICAL_DOMAIN, *, relations: bool = True
) -> str:
    """The Digital Link of these elements: the first primary key leads.

    Its qualifiers follow it in their order; all other elements are attributes, those of
    predefined length first, else in the order given. A closing slash of the stem is left out.

    Raises:
        IdentifierError: a value is wrong, the elements may not stand together
            (unless not ``relations``), one may not be an attribute, there is no primary
            key, or the stem is no URI. Its text is the bracketed element string.
    """
    given = tuple(dict.fromkeys(elements))
    check(given) if relations else check_values(given)
    if not _STEM.fullmatch(stem):
        raise IdentifierError("gs1.stem", stem)
    known = table()
    key = next((element for element in given if known[element.ai].sequences is not None), None)
    if key is None:
        raise IdentifierError("gs1.no-primary-key", write_bracketed(given))
    path = [key, *_qualifiers(key, given)]
    belonging = paths()[tuple(ai for ai, _ in path)]
    attributes = [element for element in given if element not in path]
    attributes.sort(key=lambda element: not known[element.ai].predefined_length)
    for ai, _ in attributes:
        if ai in belonging or not known[ai].in_link:
            raise _not_attribute(given, ai)
    steps = "".join(f"/{ai}/{uri_encoded(value)}" for ai, value in path)
    query = "&".join(f"{ai}={uri_encoded(value)}" for ai, value in attributes)
    return f"{stem.rstrip('/')}{steps}{'?' if query else ''}{query}"


def _qualifiers(key: Element, given: tuple[Element, ...]) -> list[Element]:
    """Of the alternative sequences, the one of which most is there."""
    values = dict(given)
    present = [
        [Element(ai, values[ai]) for ai in sequence if ai in values]
        for sequence in table()[key.ai].sequences or ()
    ]
    return max(present, key=len, default=[])


def _not_attribute(given: tuple[Element, ...], ai: str) -> IdentifierError:
    place = [element.ai for element in given].index(ai)
    start = len(write_bracketed(given[:place])) + 1
    return IdentifierError(
        "gs1.not-attribute", write_bracketed(given), start, start + len(ai), ai=ai
    )
