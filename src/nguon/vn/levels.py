# SPDX-License-Identifier: Apache-2.0
"""The levels of units that an address may name, each found by folded name below the one above."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from nguon.vn import former, units
from nguon.vn.readings import Level, Unit, told
from nguon.vn.text import fold

Above = Callable[[Any], frozenset[str]]


class Names:
    """A level: its units by name; ``above`` gives the codes of all units over one."""

    def __init__(
        self,
        found: Iterable[Unit],
        above: Above,
        more: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._above = above
        self._named: dict[str, list[Unit]] = {}
        for unit in found:
            for name in dict.fromkeys(map(_name, (unit.name, *(more or {}).get(unit.code, ())))):
                self._named.setdefault(name, []).append(unit)

    def named(self, name: str, above: Sequence[Unit]) -> Sequence[Unit]:
        """The units of this name that lie in one of those above, where there are any."""
        found = self._named.get(name, [])
        if not above or not found:
            return found
        codes = {_mark(unit) for unit in above}
        return [unit for unit in found if codes & self._above(unit)]

    def kinds(self, unit: Unit) -> str:
        """The letters of the kinds that the unit has and had."""
        kind: str = getattr(unit, "kind")  # noqa: B009 - every kind of unit has its own type
        change = former.changed(unit.code) if _is_current(unit) else None
        return kind + change.kind if change else kind


@cache
def former_levels() -> tuple[Level, ...]:
    """Province, district, ward before July 2025."""
    return (
        Names(former.provinces(), _nothing, told()["provinces"]),
        Names(former.districts(), lambda unit: frozenset({_mark(unit.province)})),
        Names(former.wards(), _over_ward),
    )


@cache
def current_levels() -> tuple[Level, ...]:
    """Province and commune of today."""
    return (
        Names(units.provinces(), _nothing, told()["provinces"]),
        Names(units.communes(), lambda unit: frozenset({_mark(unit.province)})),
    )


def _over_ward(unit: former.FormerWard) -> frozenset[str]:
    return frozenset({_mark(unit.district), _mark(unit.district.province)})


def _nothing(_: Any) -> frozenset[str]:
    return frozenset()


def _mark(unit: Unit) -> str:
    return unit.code


def _is_current(unit: Unit) -> bool:
    return isinstance(unit, units.Commune | units.Province)


def _name(text: str) -> str:
    return " ".join(word.lstrip("0") or word for word in fold(text).split())
