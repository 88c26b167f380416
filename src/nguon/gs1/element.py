# SPDX-License-Identifier: Apache-2.0
"""One application identifier with its value, and how several are written in brackets."""

from collections.abc import Iterable
from typing import NamedTuple


class Element(NamedTuple):
    """An application identifier (digits) and its decoded value."""

    ai: str
    value: str


def write_bracketed(elements: Iterable[tuple[str, str]]) -> str:
    """The bracketed element string of these elements, in their order; nothing is checked."""
    return "".join(f"({ai}){escaped(value)}" for ai, value in elements)


def escaped(value: str) -> str:
    """A value in a bracketed element string: brackets that open in it have a backslash."""
    return value.replace("(", r"\(")
