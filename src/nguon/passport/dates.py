# SPDX-License-Identifier: Apache-2.0
"""The dates of a label, from the lot data (ILMD) of the events; pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from nguon.passport.model import DateKind, LabelDate

_WORDS: Mapping[str, DateKind] = {
    "harvestDate": DateKind.HARVESTED,
    "harvestStartDate": DateKind.HARVESTED,
    "harvestEndDate": DateKind.HARVESTED,
    "productionDate": DateKind.PRODUCED,
    "packagingDate": DateKind.PACKED,
    "bestBeforeDate": DateKind.BEST_BEFORE,
    "itemExpirationDate": DateKind.EXPIRES,
    "expirationDate": DateKind.EXPIRES,
}
_ORDER = list(DateKind)
_LAST_DAYS = frozenset({DateKind.EXPIRES, DateKind.BEST_BEFORE})


def label_dates(
    own: Iterable[Mapping[str, Any]], sources: Iterable[Mapping[str, Any]]
) -> tuple[LabelDate, ...]:
    """The dates that a thing's own lot data give, and the harvest of what it was made of.

    Of several expiry dates the earliest counts; of other dates the span.
    """
    found: dict[DateKind, set[date]] = {}
    for ilmd in own:
        for kind, day in _days(ilmd):
            found.setdefault(kind, set()).add(day)
    if DateKind.HARVESTED not in found:
        harvested = {d for ilmd in sources for kind, d in _days(ilmd) if kind is DateKind.HARVESTED}
        if harvested:
            found[DateKind.HARVESTED] = harvested
    return tuple(_label(kind, found[kind]) for kind in _ORDER if kind in found)


def _label(kind: DateKind, days: set[date]) -> LabelDate:
    if kind in _LAST_DAYS:
        return LabelDate(kind, min(days))
    first, last = min(days), max(days)
    return LabelDate(kind, last, None if first == last else first)


def judged(label: Iterable[LabelDate], today: date) -> tuple[LabelDate, ...]:
    """The dates, those by which a thing should be used marked where they are past."""
    return tuple(
        msgspec.structs.replace(entry, past=entry.kind in _LAST_DAYS and entry.day < today)
        for entry in label
    )


def _days(ilmd: Mapping[str, Any]) -> Iterable[tuple[DateKind, date]]:
    for name, value in ilmd.items():
        kind = _WORDS.get(name.replace("/", ":").rpartition(":")[2])
        day = _day(value.get("@value") if isinstance(value, dict) else value)
        if kind is not None and day is not None:
            yield kind, day


def _day(value: Any) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
