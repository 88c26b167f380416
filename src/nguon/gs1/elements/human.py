# SPDX-License-Identifier: Apache-2.0
"""Elements in human-readable form, as printed beside a symbol."""

from collections.abc import Iterable

from nguon.gs1.dictionary import table
from nguon.gs1.element import Element


def human_readable(elements: Iterable[Element]) -> list[tuple[str, str]]:
    """Of each known element, its data title and ``(ai) value`` (General Specifications 4.14).

    Brackets are of the form only, so those inside a value stay as they are.
    """
    known = table()
    return [(known[ai].title, f"({ai}) {value}") for ai, value in elements]
