# SPDX-License-Identifier: Apache-2.0
"""What is owed by when: an organisation's to-do list; what is overdue in an officer's charge."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience, AudienceKind
from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.compliance import projection
from nguon.compliance.errors import ComplianceError
from nguon.compliance.terms import terms
from nguon.identity.model import Principal
from nguon.registry.model import Scheme
from nguon.store import Store, overview
from nguon.store import compliance as kept
from nguon.store import compliance_tables as tables
from nguon.store import projections as rows
from nguon.vn.units import commune, communes

MISSING = "missing"
_MOST = 200
LOOK_BACK = timedelta(days=365)
ONCE = frozenset({Scheme.OTHER.value, Scheme.HEALTH.value, Scheme.PHYTOSANITARY.value})
"""Papers about one consignment or lot: they end, and nobody renews them."""
CODES = frozenset({Scheme.PLANTING_AREA.value, Scheme.PACKING_HOUSE.value})


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: what about, by when (None: as soon as possible), and which fields."""

    kind: str
    subject: str
    organisation: int
    due: datetime | None = None
    province: str | None = None
    ministry: str | None = None
    fields: tuple[str, ...] = ()

    def days_late(self, now: datetime) -> int:
        """Whole days since it was due; 0 or less where it is not overdue."""
        return -1 if self.due is None else (now - self.due).days


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """What is overdue in somebody's charge: counts by province and ministry, then each."""

    counts: dict[tuple[str | None, str | None], int]
    dues: tuple[Due, ...]
    seq: int


def todo(store: Store, actor: Principal, now: datetime | None = None) -> list[Due]:
    """What the actor's organisation should do, the most urgent first."""
    moment = now or datetime.now(UTC)
    with store.reading() as connection:
        found = [
            *(_duty(row) for row in rows.open_of(connection, actor.organisation, limit=_MOST)),
            *_renewals(connection, moment, holder=actor.organisation),
            *(_lacking(r) for r in rows.lacking_of(connection, actor.organisation, limit=_MOST)),
        ]
    return sorted(found, key=lambda one: (one.due is None, one.due or moment, one.subject))


def overdue(
    store: Store,
    audience: Audience,
    now: datetime | None = None,
    *,
    province: str | None = None,
    ministry: str | None = None,
) -> Overdue:
    """What is overdue in an officer's charge; nothing for anybody else.

    All of it is counted; of one province or ministry where one is given (empty: of those
    that have none), the longest overdue are listed.
    """
    moment = now or datetime.now(UTC)
    if audience.kind not in {AudienceKind.INSPECTOR, AudienceKind.OPERATOR}:
        return Overdue(counts={}, dues=(), seq=0)
    reach = _reach(audience, province)
    with store.reading() as connection:
        tally: Counter[tuple[str | None, str | None]] = Counter()
        for where, body, count in late_counts(connection, moment):
            if _covers(audience, where):
                tally[where, body] += count
        late = rows.overdue(
            connection, to_microseconds(moment), provinces=reach, ministry=ministry, limit=_MOST
        )
        lapsed = _renewals(connection, moment, holder=None, provinces=reach)
        found = [*(_duty(row) for row in late), *_of(lapsed, ministry)]
    return Overdue(
        counts=dict(tally),
        dues=tuple(sorted(found, key=lambda one: one.due or moment)[:_MOST]),
        seq=projection.position(store),
    )


def late_counts(
    connection: Connection, now: datetime
) -> Iterator[tuple[str | None, str | None, int]]:
    """How much is overdue, by province and ministry: duties that were not met, and papers that
    ended within a year and were not renewed.
    """
    for row in rows.overdue_counts(connection, to_microseconds(now)):
        yield row["province"], row["ministry"], row["duties"]
    today = now.astimezone(HANOI).date()
    first, last = today - LOOK_BACK, today - timedelta(days=1)
    ended = overview.ended_papers(connection, first.isoformat(), last.isoformat(), CODES, ONCE)
    for row in ended:
        kind = "area-renewal" if row["code"] else "certificate-renewal"
        unit = commune(row["commune"]) if row["commune"] else None
        where = unit.province.code if unit else None
        yield where, row["ministry"] or terms()[kind].ministry, row["count"]


def call(store: Store, kind: str, subject: str, organisation: int, begun: datetime) -> datetime:
    """Open a duty that a request starts (a trace request, a recall); gives when it is due.

    Calling it again changes nothing.
    """
    term = terms().get(kind)
    if term is None or not term.in_force(begun.astimezone(HANOI).date()):
        raise ComplianceError("compliance.no-such-duty", kind=kind)
    due = term.due(begun)
    values = {
        "kind": kind,
        "subject": subject,
        "organisation": organisation,
        "province": None,
        "ministry": term.ministry,
        "begun": to_microseconds(begun),
        "due": to_microseconds(due),
        "done": None,
    }
    with store.transaction() as connection:
        rows.open_duties(connection, [values])
    return due


def settle(store: Store, kind: str, subject: str, organisation: int, done: datetime) -> None:
    """Say that a duty was met."""
    with store.transaction() as connection:
        rows.settle(connection, kind, [subject], organisation, to_microseconds(done))


def is_open(store: Store, kind: str, subject: str, organisation: int) -> bool:
    """Whether a duty is known and not met."""
    key = {"kind": kind, "subject": subject, "organisation": organisation, "done": None}
    with store.reading() as connection:
        return kept.one(connection, tables.duty, key) is not None


def _covers(audience: Audience, province: str | None) -> bool:
    mandate = audience.mandate
    return mandate is None or mandate.national or mandate.covers(province)


def _reach(audience: Audience, province: str | None) -> frozenset[str] | None:
    """The provinces to look in; None: everywhere, an empty code: where none is known."""
    mandate = audience.mandate
    charge = None if mandate is None or mandate.national else mandate.provinces
    if province is None:
        return charge
    return frozenset({province}) if charge is None else charge & {province}


def _of(found: Iterable[Due], ministry: str | None) -> Iterator[Due]:
    return (one for one in found if ministry is None or (one.ministry or "") == ministry)


def _duty(row: RowMapping) -> Due:
    return Due(
        kind=row["kind"],
        subject=row["subject"],
        organisation=row["organisation"],
        due=from_microseconds(row["due"]),
        province=row["province"],
        ministry=row["ministry"],
    )


def _lacking(row: RowMapping) -> Due:
    return Due(
        kind=MISSING,
        subject=row["lot"],
        organisation=row["organisation"],
        province=row["province"] or None,
        ministry=row["ministry"] or None,
        fields=tuple(row["fields"].split()),
    )


def _renewals(
    connection: Connection,
    now: datetime,
    *,
    holder: int | None,
    provinces: frozenset[str] | None = None,
) -> Iterator[Due]:
    """Papers whose time of renewal has come; of others' those that have ended already."""
    today = now.astimezone(HANOI).date()
    ahead = max(-(term.within.days or 0) for term in terms().values())
    last = today + timedelta(days=ahead) if holder is not None else today - timedelta(days=1)
    first = today - LOOK_BACK
    found = rows.expiring(
        connection,
        first.isoformat(),
        last.isoformat(),
        holder=holder,
        communes=None if provinces is None else _communes(provinces),
        limit=_MOST * 10,
    )
    lasting = (row for row in found if row["scheme"] not in ONCE)
    yield from (one for one in map(_renewal, lasting) if _begun(one, now, holder))


def _communes(provinces: frozenset[str]) -> set[str]:
    """The communes of these provinces; the empty code stays."""
    inside = {unit.code for unit in communes() if unit.province.code in provinces}
    return inside | (provinces & {""})


def _renewal(row: RowMapping) -> Due:
    unit = commune(row["commune"]) if row["commune"] else None
    ends = datetime.combine(date.fromisoformat(row["valid_to"]), time(23, 59), HANOI)
    kind = "area-renewal" if row["scheme"] in CODES else "certificate-renewal"
    return Due(
        kind=kind,
        subject=f"{row['scheme']}/{row['number']}",
        organisation=row["organisation"] or 0,
        due=ends,
        province=unit.province.code if unit else None,
        ministry=row["ministry"] or terms()[kind].ministry,
    )


def _begun(one: Due, now: datetime, holder: int | None) -> bool:
    return holder is None or (one.due is not None and terms()[one.kind].due(one.due) <= now)
