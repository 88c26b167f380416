# SPDX-License-Identifier: Apache-2.0
"""Whether elements are right, each by itself and all together."""

from collections.abc import Iterable, Sequence

from nguon.gs1.dictionary import disagreement, find
from nguon.gs1.dictionary.relations import Disagreement, unsigned
from nguon.gs1.element import Element, escaped, write_bracketed
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.values import check_value


def check(elements: Iterable[Element]) -> None:
    """Refuse elements that are wrong, or that may not stand together on one item.

    Give the elements of all carriers of the item. The same application identifier may
    come twice, with the same value only.

    Raises:
        IdentifierError: its text is the bracketed element string of all elements.
    """
    given = tuple(elements)
    check_values(given)
    found = clash(given)
    if found is None:
        return
    text = write_bracketed(given)
    place = next(at for at, element in enumerate(given) if element.ai == found.ai)
    start = len(write_bracketed(given[:place])) + 1
    end = start + len(found.ai)
    raise IdentifierError(found.code, text, start, end, ai=found.ai, **found.params)


def check_values(elements: Sequence[Element]) -> None:
    """Refuse elements of which one is wrong by itself, or that give one twice unlike."""
    seen: dict[str, str] = {}
    for place, (ai, value) in enumerate(elements):
        known = find(ai)
        if known is not None and seen.setdefault(ai, value) == value and not known.flaw(value):
            continue
        text = write_bracketed(elements)
        start = len(write_bracketed(elements[:place])) + 1
        end = start + len(ai)
        if known is None:
            raise IdentifierError("gs1.unknown-ai", text, start, end, ai=ai)
        _check_value(text, ai, value, end + 1)
        raise IdentifierError("gs1.repeated", text, start, end, ai=ai)


def clash(elements: Sequence[Element]) -> Disagreement | None:
    """The first relation between checked elements that does not hold."""
    values = dict(elements)
    return disagreement(tuple(values)) or unsigned(values)


def _check_value(text: str, ai: str, value: str, start: int) -> None:
    check_value(text, ai, value, Rigour.FULL, lambda at: start + len(escaped(value[:at])))
