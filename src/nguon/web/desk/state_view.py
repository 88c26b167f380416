# SPDX-License-Identifier: Apache-2.0
"""The figures of the state view as a table: by province, ministry or sector, in a chosen order."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from nguon.base.messages import Language, text
from nguon.compliance.state import Figure
from nguon.vn.units import province

BY = ("province", "ministry", "sector")
COUNTS = ("organisations", "households", "areas", "products", "lots", "complete", "overdue")
_OF_SECTOR = ("lots", "complete")
_LINKED = {
    "province": COUNTS,
    "ministry": ("lots", "complete", "overdue"),
    "sector": _OF_SECTOR,
}
"""Which figures open to a list of what they count."""
UNKNOWN = "none"
"""Stands in addresses for a province, ministry or sector that is not known."""


class Cell(msgspec.Struct, frozen=True):
    """A figure and where it opens; a figure that is kept back has none."""

    name: str
    value: int | None
    link: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One line of the table; ``share`` is the part of its lots that is complete, in percent."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    share: int | None

    def value(self, column: str) -> int:
        """A figure by its name."""
        return next((cell.value or 0 for cell in self.cells if cell.name == column), 0)


def columns(by: str) -> tuple[str, ...]:
    """What is counted by this."""
    return _OF_SECTOR if by == "sector" else COUNTS


def table(lines: Iterable[Figure], by: str, language: Language) -> list[Row]:
    """The rows in the order of their names; those without any figure are left out."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        for name in columns(by):
            sums[getattr(line, by)][name] += getattr(line, name)
    rows = [_row(code, counts, by, language) for code, counts in sums.items() if counts.total()]
    return sorted(rows, key=lambda row: (row.code == "", row.name))


def _row(code: str, counts: Mapping[str, int], by: str, language: Language) -> Row:
    cells = tuple(Cell(name, counts[name], link_of(by, code, name)) for name in columns(by))
    return Row(code, named(by, code, language), cells, share(counts["lots"], counts["complete"]))


def share(lots: int, complete: int) -> int | None:
    """Whole percent, rounded down: 100 means all."""
    return None if not lots else 100 * complete // lots


def link_of(by: str, code: str, name: str) -> str | None:
    """Where a figure opens."""
    if name not in _LINKED[by]:
        return None
    if name == "overdue":
        return "/s/overdue?" + urlencode({by: code})
    wanted = {by: code or UNKNOWN}
    if name == "complete":
        return "/s/list/lots?" + urlencode({**wanted, "complete": "1"})
    return f"/s/list/{name}?" + urlencode(wanted)


def named(by: str, code: str, language: Language) -> str:
    """A province, ministry or sector in words."""
    if by == "province":
        known = province(code) if code else None
        return known.label(language) if known else text("faces.province-none", language)
    if by == "ministry":
        return text(f"compliance.body-{code or 'none'}", language)
    return text(f"faces.sector-{code or 'other'}", language)


def ordered(rows: Sequence[Row], column: str, *, falling: bool) -> list[Row]:
    """The rows in the order of a figure; by name without one."""
    if column == "share":
        key: Callable[[Row], int] = lambda row: -1 if row.share is None else row.share  # noqa: E731
        return sorted(rows, key=key, reverse=falling)
    if column in COUNTS:
        return sorted(rows, key=lambda row: row.value(column), reverse=falling)
    return sorted(rows, key=lambda row: row.name, reverse=True) if falling else list(rows)


def total(rows: Sequence[Row], by: str, language: Language) -> Row:
    """The sum of the rows."""
    sums = {name: sum(row.value(name) for row in rows) for name in columns(by)}
    cells = tuple(Cell(name, count) for name, count in sums.items())
    return Row("", text("faces.total", language), cells, share(sums["lots"], sums["complete"]))


def bar(percent: int | None) -> Markup:
    """A share as a bar; the number stands beside it."""
    if percent is None:
        return Markup("")
    return Markup(
        '<svg class="bar" width="72" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="whole" width="100" height="10"/>'
        '<rect class="part" width="{}" height="10"/></svg>'
    ).format(percent)
