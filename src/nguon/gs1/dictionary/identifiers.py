# SPDX-License-Identifier: Apache-2.0
"""One application identifier: what its values look like and what may stand beside it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from nguon.gs1.characters import CHARACTER_SET_NAMES, stray_character
from nguon.gs1.dictionary.checks import CHECKS
from nguon.gs1.dictionary.components import Component, form_of
from nguon.gs1.dictionary.flaws import Flaw
from nguon.gs1.mode import Rigour

Condition: TypeAlias = tuple[tuple[frozenset[str], ...], ...]
"""Alternatives; each is pieces that must all be there; each piece is any one of a set."""

_Steps: TypeAlias = tuple[tuple[int, int, Callable[[str], Flaw | None]], ...]

_FULL = Rigour.FULL
_OF_LETTERS = {"prefix", "prefix-second"}
"""Checks that no value of digits alone can fail."""


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """What may stand behind an application identifier, beside it and around it.

    ``predefined_length``: no separator follows the value in an element string.
    ``in_link``: it may be an attribute in the query of a Digital Link.
    ``requires``: conditions that must all hold; ``excludes``: what may not be there
    as well; both are written as in GS1's dictionary in ``needs`` and ``bars``.
    ``sequences``: of a primary key, the alternative orders of its qualifiers; None
    for what is no primary key.
    """

    code: str
    title: str
    components: tuple[Component, ...]
    predefined_length: bool
    in_link: bool
    needs: str = ""
    bars: str = ""
    requires: tuple[Condition, ...] = ()
    excludes: frozenset[str] = frozenset()
    sequences: tuple[tuple[str, ...], ...] | None = None
    matches: Callable[[str], re.Match[str] | None] = field(init=False, repr=False)
    steps: tuple[_Steps, ...] = field(init=False, repr=False)
    full: _Steps = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what every value is held to."""
        steps = tuple(_steps(self.components, rigour) for rigour in Rigour)
        object.__setattr__(self, "matches", form_of(self.components).fullmatch)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "full", steps[_FULL])

    def flaw(self, value: str, rigour: Rigour = _FULL) -> Flaw | None:
        """The first thing wrong with a decoded value; positions count in that value."""
        if not self.matches(value):
            return self._flaw_of_form(value)
        for start, end, judge in self.full if rigour is _FULL else self.steps[rigour]:
            part = value[start:end]
            flaw = judge(part) if part else None
            if flaw is not None:
                return self._placed(flaw, start)
        return None

    def _flaw_of_form(self, value: str) -> Flaw:
        if not value:
            return Flaw("gs1.missing-value", 0, 0, {"ai": self.code})
        at = 0
        for component in self.components:
            part = value[at : at + component.most]
            bare = part.rstrip("=") if component.character_set == "z" else part
            stray = stray_character(component.character_set, bare)
            if stray is not None:
                name = CHARACTER_SET_NAMES[component.character_set]
                flaw = Flaw("gs1.character", stray, stray + 1, {"character_set": name})
                return self._placed(flaw, at)
            if bare != part:
                return self._placed(Flaw("gs1.value.padding", len(bare), len(part)), at)
            at += len(part)
        surplus = at if at < len(value) else 0
        params: dict[str, Any] = {"expected": self.lengths, "actual": len(value)}
        return self._placed(Flaw("gs1.length", surplus, len(value), params), 0)

    def _placed(self, flaw: Flaw, at: int) -> Flaw:
        return Flaw(flaw.code, flaw.start + at, flaw.end + at, {"ai": self.code, **flaw.params})

    @property
    def most(self) -> int:
        """The greatest length of a value."""
        return sum(part.most for part in self.components)

    @property
    def lengths(self) -> str:
        """The lengths a value may have, in words of digits: ``14`` or ``1–20``."""
        least = sum(0 if part.optional else part.least for part in self.components)
        return str(self.most) if least == self.most else f"{least}–{self.most}"


def _steps(components: tuple[Component, ...], rigour: Rigour) -> _Steps:
    """Every check of every component up to a rigour, with the place of the component."""
    steps: list[tuple[int, int, Callable[[str], Flaw | None]]] = []
    at = 0
    for component in components:
        end = at + component.most
        digits = component.character_set == "n"
        made = (CHECKS[name] for name in component.checks if not (digits and name in _OF_LETTERS))
        steps.extend((at, end, check.judge) for check in made if check.rigour <= rigour)
        at = end
    return tuple(steps)
