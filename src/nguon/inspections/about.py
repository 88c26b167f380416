# SPDX-License-Identifier: Apache-2.0
"""What an officer is told of any stamp: what it is, what is missing, where the rest of it is."""

from collections.abc import Sequence

import msgspec

from nguon.compliance.completeness import completeness
from nguon.compliance.model import Binding, Judged, State
from nguon.identity.model import Principal
from nguon.inspections.service import require_officer
from nguon.scans.reading import LONGEST, Reading, read
from nguon.stoplist import queries
from nguon.stoplist.model import Stop
from nguon.store import Store
from nguon.trace.asking.holdings import Holdings, seen_holdings


class About(msgspec.Struct, frozen=True):
    """One stamp; ``recorded`` is None for what is no key of goods, False where nobody knows it.

    ``truncated``: more records exist than were judged; what is missing may be in those.
    """

    reading: Reading
    key: str | None = None
    lot: str | None = None
    recorded: bool | None = None
    stop: Stop | None = None
    missing: tuple[Judged, ...] = ()
    hidden: tuple[Judged, ...] = ()
    holdings: Holdings = Holdings(())
    truncated: bool = False


def about(store: Store, by: Principal, code: str, own: str) -> About:
    """What is known of a code as scanned or typed; ``own`` is our host.

    Raises `InspectionForbiddenError` for whoever is no officer. Raises nothing for a code that
    is none: the reading says what it is.
    """
    require_officer(by)
    reading = read(code[:LONGEST], own)
    identifier = reading.identifier
    if identifier is None:
        return About(reading)
    keys = (identifier.key, *identifier.memberships)
    lot = next((key for key in keys if "/10/" in key), None)
    stops = queries.stopped(store, keys)
    found = completeness(store, by.audience, lot or identifier.key)
    missing = () if found is None else found.of(State.MISSING)
    hidden = () if found is None else found.of(State.NOT_VISIBLE)
    return About(
        reading,
        identifier.key,
        lot,
        found is not None,
        next((stops[key] for key in keys if key in stops), None),
        _mandatory(missing),
        _mandatory(hidden),
        seen_holdings(store, by.audience, [lot or identifier.key])
        if found is not None
        else Holdings(()),
        found is not None and found.truncated,
    )


def _mandatory(found: Sequence[Judged]) -> tuple[Judged, ...]:
    return tuple(one for one in found if one.binding is Binding.MANDATORY)
