# SPDX-License-Identifier: Apache-2.0
"""The application identifiers as data, and the check of a value against one of them."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from nguon.gs1.characters import CHARACTER_CLASSES, CHARACTER_SET_NAMES, stray_character
from nguon.gs1.mode import Rigour
from nguon.gs1.value_checks import CHECKS, Flaw

_COMPONENT = re.compile(r"([nxyz])(?:([0-9]+)-)?([0-9]+)(\?)?((?::[a-z-]+)*)")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value: its character set, its length and the checks made of it."""

    character_set: str
    least: int
    most: int
    optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """What may stand behind an application identifier, and whether in a query."""

    code: str
    components: tuple[Component, ...]
    in_query: bool
    form: re.Pattern[str]

    def flaw(self, value: str, rigour: Rigour) -> Flaw | None:
        """The first thing wrong with a decoded value; positions count in that value."""
        if not self.form.fullmatch(value):
            return self._flaw_of_form(value)
        return self._flaw_of_checks(value, rigour) if rigour > Rigour.FORM else None

    def _flaw_of_checks(self, value: str, rigour: Rigour) -> Flaw | None:
        at = 0
        for component in self.components:
            part = value[at : at + component.most]
            for name in component.checks if part else ():
                check = CHECKS[name]
                flaw = check.judge(part) if rigour >= check.rigour else None
                if flaw:
                    return self._placed(flaw, at)
            at += len(part)
        return None

    def _flaw_of_form(self, value: str) -> Flaw:
        if not value:
            return Flaw("gs1.missing-value", 0, 0, {"ai": self.code})
        at = 0
        for component in self.components:
            part = value[at : at + component.most]
            stray = stray_character(component.character_set, part)
            if stray is not None:
                name = CHARACTER_SET_NAMES[component.character_set]
                flaw = Flaw("gs1.character", stray, stray + 1, {"character_set": name})
                return self._placed(flaw, at)
            at += len(part)
        surplus = at if at < len(value) else 0
        params: dict[str, Any] = {"expected": self.lengths, "actual": len(value)}
        return self._placed(Flaw("gs1.length", surplus, len(value), params), 0)

    def _placed(self, flaw: Flaw, at: int) -> Flaw:
        return Flaw(flaw.code, flaw.start + at, flaw.end + at, {"ai": self.code, **flaw.params})

    @property
    def lengths(self) -> str:
        """The lengths a value may have, in words of digits: ``14`` or ``1–20``."""
        least = sum(0 if part.optional else part.least for part in self.components)
        most = sum(part.most for part in self.components)
        return str(most) if least == most else f"{least}–{most}"


def find(code: str) -> ApplicationIdentifier | None:
    """The application identifier of this code, or None when there is none."""
    return table().get(code)


@cache
def table() -> dict[str, ApplicationIdentifier]:
    """All application identifiers, by code."""
    rows = (files("nguon.gs1") / "data" / "application_identifiers.tsv").read_text("utf-8")
    known: dict[str, ApplicationIdentifier] = {}
    for row in rows.splitlines():
        if row.startswith("#"):
            continue
        codes, written, place = row.split("\t")
        components = tuple(_component(word) for word in written.split())
        form = re.compile("".join(_pattern(component) for component in components))
        first, _, last = codes.partition("-")
        for number in range(int(first), int(last or first) + 1):
            code = str(number).zfill(len(first))
            known[code] = ApplicationIdentifier(code, components, place == "query", form)
    return known


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
    return f"(?:{counted})?" if component.optional else counted
