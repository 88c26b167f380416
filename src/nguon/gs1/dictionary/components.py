# SPDX-License-Identifier: Apache-2.0
"""The components that a value is made of, as the table writes them: ``n13:check-digit``."""

import re
from dataclasses import dataclass

from nguon.gs1.characters import CHARACTER_CLASSES

_COMPONENT = re.compile(r"([nxyz])(?:([0-9]+)-)?([0-9]+)(\?)?((?::[a-z0-9-]+)*)")

_PADDED = "z"
"""Set 64 may end in one or two ``=`` that make its length a multiple of three."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value: its character set, its length and the checks made of it.

    ``character_set`` is ``n`` (digits), ``x``, ``y`` or ``z`` (sets 82, 39, 64).
    """

    character_set: str
    least: int
    most: int
    optional: bool
    checks: tuple[str, ...]


def read_components(written: str) -> tuple[Component, ...]:
    """The components of a row of the table; `ValueError` when it is malformed."""
    return tuple(_component(word) for word in written.split())


def form_of(components: tuple[Component, ...]) -> re.Pattern[str]:
    """What a whole value looks like."""
    return re.compile("".join(_pattern(component) for component in components))


def _component(written: str) -> Component:
    match = _COMPONENT.fullmatch(written)
    if match is None:
        raise ValueError(f"component {written!r} of the table of application identifiers")
    character_set, least, most, optional, checks = match.groups()
    return Component(
        character_set=character_set,
        least=int(least or most),
        most=int(most),
        optional=optional is not None,
        checks=tuple(checks.split(":")[1:]),
    )


def _pattern(component: Component) -> str:
    characters = CHARACTER_CLASSES[component.character_set]
    counted = f"{characters}{{{component.least},{component.most}}}"
    if component.character_set == _PADDED:
        padded = f"(?=(?:...)+\\Z){characters}{{{component.least},{component.most - 1}}}={{1,2}}"
        counted = f"(?:{counted}|{padded})"
    return f"(?:{counted})?" if component.optional else counted
