# SPDX-License-Identifier: Apache-2.0
"""Figures of the state view: who joined, which lots are complete, what is overdue, and where.

Counting a large register takes a moment: what was counted there stands for half a minute.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection

from nguon.base.audience import Audience, AudienceKind
from nguon.compliance import duties, projection
from nguon.registry.model import LAND, PRIVATE_KINDS
from nguon.store import Store, overview
from nguon.store import projections as rows
from nguon.vn.units import commune

_SECONDS = 30.0
_MANY = 10_000
"""From so many register entries on, figures are kept for a while."""
AREAS = frozenset(kind.value for kind in LAND)
"""The kinds of places that count as areas."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line; an empty province, ministry or sector is not known (or abroad).

    ``organisations`` are all parties, ``households`` those of them that are people.
    """

    province: str
    ministry: str
    sector: str = ""
    organisations: int = 0
    households: int = 0
    areas: int = 0
    products: int = 0
    lots: int = 0
    complete: int = 0
    overdue: int = 0


class Figures(msgspec.Struct, frozen=True):
    """All lines, and the record up to which lots and receipts are counted."""

    lines: tuple[Figure, ...]
    seq: int


_Key = tuple[str, str, str]
_Add = Callable[..., None]


def state(store: Store, audience: Audience, now: datetime | None = None) -> Figures:
    """The figures that a reader may have: an officer those of his provinces; others none.

    Organisations, areas and duties are counted by province and ministry, lots by sector too.
    """
    if audience.kind not in {AudienceKind.INSPECTOR, AudienceKind.OPERATOR}:
        return Figures((), 0)
    found = _figures(store, now, late=True)
    mine = tuple(line for line in found.lines if _covers(audience, line.province))
    return Figures(mine, found.seq)


def for_everybody(store: Store) -> Figures:
    """What the public may count: all provinces, without duties that somebody has not met."""
    return _figures(store, None, late=False)


_kept: WeakKeyDictionary[Store, dict[bool, tuple[float, Figures]]] = WeakKeyDictionary()


def _figures(store: Store, now: datetime | None, *, late: bool) -> Figures:
    """All lines, counted at a moment; without one as they are now, or were a little while ago."""
    kept = _kept.setdefault(store, {})
    until, figures = kept.get(late, (0.0, Figures((), 0)))
    if now is None and monotonic() < until:
        return figures
    moment = (now or datetime.now(UTC)) if late else None
    with store.reading() as connection:
        figures = Figures(tuple(_counted(connection, moment)), projection.position(store))
    many = sum(line.organisations + line.areas + line.products for line in figures.lines)
    if now is None and many >= _MANY:
        kept[late] = (monotonic() + _SECONDS, figures)
    return figures


def _counted(connection: Connection, now: datetime | None) -> list[Figure]:
    """Every line; what is overdue only where a moment is given."""
    found: dict[_Key, dict[str, int]] = {}

    def add(province: str | None, ministry: str | None, sector: str = "", **counts: int) -> None:
        line = found.setdefault((province or "", ministry or "", sector), {})
        for name, count in counts.items():
            line[name] = line.get(name, 0) + count

    for row in rows.counts(connection):
        counted = {"lots": row["lots"], "complete": row["complete"]}
        add(row["province"], row["ministry"], row["sector"], **counted)
    for row in overview.organisations(connection):
        private = row["count"] if row["kind"] in PRIVATE_KINDS else 0
        where = _province(row["commune"]), row["ministry"]
        add(*where, organisations=row["count"], households=private)
    _registered(add, overview.places(connection, AREAS), "areas")
    _registered(add, overview.products(connection), "products")
    if now is not None:
        _late(connection, add, now)
    return [
        Figure(province=province, ministry=ministry, sector=sector, **counts)
        for (province, ministry, sector), counts in sorted(found.items())
    ]


def _registered(add: _Add, found: Iterable[Mapping[Any, Any]], name: str) -> None:
    for row in found:
        add(_province(row["commune"]), row["ministry"], **{name: row["count"]})


def _late(connection: Connection, add: _Add, now: datetime) -> None:
    for province, ministry, count in duties.late_counts(connection, now):
        add(province, ministry, overdue=count)


def _province(code: str | None) -> str | None:
    unit = commune(code) if code else None
    return unit.province.code if unit else None


def _covers(audience: Audience, province: str) -> bool:
    mandate = audience.mandate
    return mandate is None or mandate.national or mandate.covers(province or None)
