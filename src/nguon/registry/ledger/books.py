# SPDX-License-Identifier: Apache-2.0
"""What the ledger itself says of a code: grants, sums, the rate in force; within a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from nguon.base.time import HANOI, to_microseconds
from nguon.registry.ledger import ceilings, records
from nguon.registry.ledger.ceilings import Period, Rate, local_day
from nguon.registry.ledger.facts import Books, CodeFacts, Sums
from nguon.registry.ledger.model import Authorisation, Use
from nguon.store import ledger as rows

_YEAR = Rate(rate=Decimal(0), source="", valid_from=date.min)


def read(connection: Connection, use: Use, user: int, facts: CodeFacts) -> Books:
    """Everything that a use is judged by; the code is held by the caller."""
    held = grants(connection, "code", [use.code])
    mine = tuple(grant for grant in held if grant.grantee == user)
    day, crop = local_day(use.used_at), use.crop or ""
    rate = rates(connection, {use.code: facts}, {use.code: crop}, day).get(use.code)
    return Books(
        grants=mine,
        shown=_shown(connection, use, held),
        season=season(connection, use.code, span(facts, rate, day), None if facts.packs else crop),
        drawn=drawn(connection, [grant.number for grant in held]),
        rate=rate,
        thresholds=ceilings.thresholds(day),
    )


def grants(connection: Connection, column: str, keys: Sequence[str | int]) -> list[Authorisation]:
    """Grants by id, number, code, holder or grantee, with their changes."""
    found = rows.grants(connection, column, keys)
    return records.authorisations(found, rows.changes(connection, [row["id"] for row in found]))


def rates(
    connection: Connection, facts: Mapping[str, CodeFacts], crops: Mapping[str, str], day: date
) -> dict[str, Rate]:
    """The rate of each code on a day: the one set for it, else that of its crop and province."""
    areas = [code for code in facts if not facts[code].packs]
    found = {}
    for code in areas:
        general = ceilings.rate(crops[code], facts[code].province, day)
        if general is not None:
            found[code] = general
    for row in rows.ceilings(connection, areas):
        if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999"):
            general = found.get(row["code"], _YEAR)
            own = Decimal(row["rate"])
            found[row["code"]] = msgspec.structs.replace(
                general, rate=own, source=row["reason"], source_en=None, verified=True
            )
    return found


def period(rate: Rate | None, day: date) -> Period:
    """The days that sums are for; the calendar year where no rate is known."""
    return ceilings.period(rate or _YEAR, day)


def span(facts: CodeFacts, rate: Rate | None, day: date) -> Period:
    """The days that a code's ceiling is for: a packing house's is one day."""
    return Period(day, day + timedelta(days=1)) if facts.packs else period(rate, day)


def sums_by_code(connection: Connection, spans: Mapping[str, Period]) -> dict[str, Sums]:
    """What was taken of several codes, each in its own period."""
    found = dict.fromkeys(spans, Sums())
    if not spans:
        return found
    ends = {code: edges(one) for code, one in spans.items()}
    first, last = min(start for start, _ in ends.values()), max(end for _, end in ends.values())
    uses = [
        row
        for row in rows.sums_between(connection, list(spans), first, last)
        if ends[row["code"]][0] <= row["used_at"] < ends[row["code"]][1]
    ]
    said = records.answers_by_use(rows.answers(connection, [row["id"] for row in uses]))
    by_code: dict[str, list[records.Row]] = {}
    for row in uses:
        by_code.setdefault(row["code"], []).append(row)
    found.update((code, records.sums(some, said)) for code, some in by_code.items())
    return found


def season(connection: Connection, code: str, days: Period, crop: str | None) -> Sums:
    """What was taken of a code in a period, for one crop or all."""
    found = rows.sums_between(connection, [code], *edges(days))
    mine = [row for row in found if crop is None or row["crop"] == crop]
    said = records.answers_by_use(rows.answers(connection, [row["id"] for row in mine]))
    return records.sums(mine, said)


def drawn(connection: Connection, numbers: Iterable[str]) -> dict[str, Sums]:
    """What was taken under each grant."""
    asked = list(numbers)
    found = rows.sums_of(connection, asked)
    said = records.answers_by_use(rows.answers(connection, [row["id"] for row in found]))
    by_grant: dict[str, list[records.Row]] = {number: [] for number in asked}
    for row in found:
        by_grant[row["authorisation"]].append(row)
    return {number: records.sums(some, said) for number, some in by_grant.items()}


def edges(days: Period) -> tuple[int, int]:
    """A period's first moment and the first after it, in Viet Nam's time."""
    return _midnight(days.start), _midnight(days.until)


def _midnight(day: date) -> int:
    return to_microseconds(datetime(day.year, day.month, day.day, tzinfo=HANOI).astimezone(UTC))


def _shown(connection: Connection, use: Use, held: Sequence[Authorisation]) -> Authorisation | None:
    if use.authorisation is None:
        return None
    known = next((grant for grant in held if grant.number == use.authorisation), None)
    return known or next(iter(grants(connection, "number", [use.authorisation])), None)
