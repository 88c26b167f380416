# SPDX-License-Identifier: Apache-2.0
"""What of recalls waits for somebody: for an officer's desk, for an organisation."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import rules, showing
from nguon.recall.kinds import AWAITED, ENDED, PUBLIC, SETTLED, SiteState, State
from nguon.recall.reading import Row, moment
from nguon.store import Store
from nguon.store import recall_waiting as rows

_OPEN = sorted(frozenset(State) - ENDED)
_RUNNING = (State.RUNNING.value,)


class Waiting(msgspec.Struct, frozen=True):
    """How many wait, how many of them are late, and when the next of the others is due."""

    count: int = 0
    late: int = 0
    next: datetime | None = None


def in_charge(store: Store, by: Principal, now: datetime) -> tuple[Waiting, Waiting]:
    """Cases under way that an officer lists, and sites of cases in his charge without answer."""
    charge, at = showing.charge(by), to_microseconds(now)
    if charge is None:
        return Waiting(), Waiting()
    with store.reading() as connection:
        cases = rows.cases(connection, charge, _OPEN, sorted(set(_OPEN) & PUBLIC), at)
        sites = rows.answers(connection, charge, _RUNNING, sorted(AWAITED), at)
    return _of(cases), _of(sites)


def own(store: Store, by: Principal, now: datetime) -> tuple[Waiting, Waiting]:
    """The sites of an organisation where something is left to be done, and what it was asked."""
    at = to_microseconds(now)
    with store.reading() as connection:
        sites = rows.own_sites(connection, by.organisation, _RUNNING, _undone(), at)
        asked = rows.own_requests(connection, by.organisation, sorted(rules.LIVE), at)
    return _of(sites), _of(asked)


def _undone() -> Collection[str]:
    return sorted(frozenset(SiteState) - SETTLED)


def _of(row: Row) -> Waiting:
    return Waiting(row["count"], row["late"], moment(row["next"]))
