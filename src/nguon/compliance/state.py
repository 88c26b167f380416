# SPDX-License-Identifier: Apache-2.0
"""Figures of the state view: who joined, which lots are complete, what is overdue, and where."""

from datetime import UTC, datetime

import msgspec

from nguon.base.audience import Audience, AudienceKind
from nguon.base.time import to_microseconds
from nguon.compliance import projection
from nguon.store import Store
from nguon.store import projections as rows
from nguon.vn.units import commune


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line; an empty province, ministry or sector is not known (or abroad)."""

    province: str
    ministry: str
    sector: str = ""
    organisations: int = 0
    lots: int = 0
    complete: int = 0
    overdue: int = 0


class Figures(msgspec.Struct, frozen=True):
    """All lines, and the record up to which lots and receipts are counted."""

    lines: tuple[Figure, ...]
    seq: int


def state(store: Store, audience: Audience, now: datetime | None = None) -> Figures:
    """The figures that a reader may have: an officer those of his provinces; others none.

    Organisations and duties are counted by province and ministry, lots by sector too.
    """
    if audience.kind not in {AudienceKind.INSPECTOR, AudienceKind.OPERATOR}:
        return Figures((), 0)
    moment = to_microseconds(now or datetime.now(UTC))
    with store.reading() as connection:
        lots = rows.counts(connection)
        joined = rows.organisations(connection)
        late = rows.overdue_counts(connection, moment)
    found: dict[tuple[str, str, str], dict[str, int]] = {}

    def add(province: str | None, ministry: str | None, sector: str, **counts: int) -> None:
        line = found.setdefault((province or "", ministry or "", sector), {})
        for name, count in counts.items():
            line[name] = line.get(name, 0) + count

    for row in lots:
        counted = {"lots": row["lots"], "complete": row["complete"]}
        add(row["province"], row["ministry"], row["sector"], **counted)
    for row in joined:
        add(_province(row["commune"]), row["ministry"], "", organisations=row["organisations"])
    for row in late:
        add(row["province"], row["ministry"], "", overdue=row["duties"])
    lines = (
        Figure(province=province, ministry=ministry, sector=sector, **counts)
        for (province, ministry, sector), counts in sorted(found.items())
    )
    return Figures(
        tuple(line for line in lines if _covers(audience, line.province)),
        projection.position(store),
    )


def _province(code: str | None) -> str | None:
    unit = commune(code) if code else None
    return unit.province.code if unit else None


def _covers(audience: Audience, province: str) -> bool:
    mandate = audience.mandate
    return mandate is None or mandate.national or mandate.covers(province or None)
