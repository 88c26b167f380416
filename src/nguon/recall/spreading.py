# SPDX-License-Identifier: Apache-2.0
"""Who is to be told of what: planned against who was told, then written in bounded statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.recall import amounts, scoping
from nguon.recall.model import Recall, Site, SiteState
from nguon.recall.previewing import Reckoned
from nguon.recall.reading import site_number, site_of
from nguon.recall.scoping import Holder, Where
from nguon.recall.tellings import Line, What
from nguon.stoplist import service as stops
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recall_sites_tables as site_tables
from nguon.store import recalls as rows
from nguon.store import recalls_tables as tables
from nguon.trace.asking.holdings import HoldingState

_KINDS = {
    scoping.PIECE: StopKind.ITEM,
    scoping.LOT: StopKind.LOT,
    scoping.PRODUCT: StopKind.PRODUCT,
}
_NOTHING = amounts.packed(())


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a scope adds to what was told before.

    ``things`` are affected and were not before; ``new`` are holders not told yet, ``again``
    sites with the things that they were not told of.
    """

    things: tuple[str, ...]
    new: tuple[Holder, ...]
    again: tuple[tuple[Site, Holder], ...]
    first_site: int

    @property
    def empty(self) -> bool:
        """Whether nobody is told anything."""
        return not (self.things or self.new or self.again)


def plan(connection: Connection, recall: Recall, found: Reckoned) -> Plan:
    """What has to be added for a scope."""
    known = {row["key"] for row in rows.things(connection, recall.id)}
    sites = {where_of(one): one for one in map(site_of, site_rows.listed(connection, recall.id))}
    placed: dict[int, set[str]] = {}
    for number, key in site_rows.placings(connection, recall.id) if sites else ():
        placed.setdefault(number, set()).add(key)
    new, again = list[Holder](), list[tuple[Site, Holder]]()
    for holder in found.holders:
        site = sites.get(holder.where)
        if site is None:
            new.append(holder)
            continue
        told = placed.get(site_number(site.id)[1], set())
        added = {key: state for key, state in holder.placed.items() if key not in told}
        if added:
            again.append((site, msgspec.structs.replace(holder, placed=added)))
    return Plan(
        things=tuple(key for key in found.scope.things if key not in known),
        new=tuple(new),
        again=tuple(again),
        first_site=max((site_number(one.id)[1] for one in sites.values()), default=0) + 1,
    )


def where_of(site: Site) -> Where:
    """Whose site it is, and where."""
    return site.organisation, site.party, site.place


def keep_things(
    store: Store, connection: Connection, recall: Recall, things: Sequence[str]
) -> None:
    """Write affected things of the case's version."""
    made = [(recall.id, key, scoping.kind_of(key), recall.scope, None) for key in things]
    store.fill(connection, tables.recall_thing, made)


def keep_sites(
    store: Store,
    connection: Connection,
    recall: Recall,
    wanted: Plan,
    *,
    shown: frozenset[Where],
    now: datetime,
) -> list[Site]:
    """Write who is told of what, and tell those again who have more; gives all of them.

    ``recall`` is the case after the step: its version and until when sites answer.
    """
    due = None if recall.answer_by is None else to_microseconds(max(recall.answer_by, now))
    moment = to_microseconds(now)
    new = [
        _row(recall, number, holder, moment, due, holder.where in shown)
        for number, holder in enumerate(wanted.new, wanted.first_site)
    ]
    again = [_again(recall, site, holder, moment, due) for site, holder in wanted.again]
    _fill_sites(store, connection, recall, wanted, new)
    site_rows.tell_again(connection, recall.id, again)
    numbers = {row["number"] for row in again}
    changed = site_rows.listed(connection, recall.id) if numbers else []
    return [*map(site_of, new), *(site_of(row) for row in changed if row["number"] in numbers)]


def lines(wanted: Plan, told: Sequence[Site]) -> list[Line]:
    """What the sites of a plan are told, as it is kept; ``told`` as `keep_sites` gives them."""
    new = dict(enumerate(wanted.new, wanted.first_site))
    again = {site_number(site.id)[1]: holder for site, holder in wanted.again}
    made = list[Line]()
    for site in told:
        number = site_number(site.id)[1]
        what = What.NOTICE if number in new else What.AGAIN
        holder = new.get(number) or again[number]
        made.append(Line(what=what, site=site, keys=holder.placed, quantity=site.told))
    return made


def _fill_sites(
    store: Store,
    connection: Connection,
    recall: Recall,
    wanted: Plan,
    new: Sequence[Mapping[str, Any]],
) -> None:
    columns = [column.name for column in site_tables.recall_site.columns]
    values = [tuple(row[name] for name in columns) for row in new]
    store.fill(connection, site_tables.recall_site, values)
    places: list[tuple[Any, ...]] = []
    for number, holder in enumerate(wanted.new, wanted.first_site):
        places += _places(recall, number, holder)
    for site, holder in wanted.again:
        places += _places(recall, site_number(site.id)[1], holder)
    store.fill(connection, site_tables.recall_placed, places)


def stop(connection: Connection, recall: Recall, things: Sequence[str], by: str) -> None:
    """Put affected things on the stop list."""
    stops.put(
        connection,
        [
            NewStop(
                kind=_KINDS[scoping.kind_of(key)],
                key=key,
                source=source_of(recall.id),
                reason="recall",
                by=by,
                level=None if recall.level is None else int(recall.level),
                mandatory=recall.manner == "mandatory",
                words_vi=recall.words_vi or "",
                words_en=recall.words_en or "",
            )
            for key in things
        ],
    )


def source_of(recall: str) -> str:
    """What the stop list calls a recall."""
    return f"recall:{recall}"


def _row(
    recall: Recall, number: int, holder: Holder, now: int, due: int | None, shown: bool
) -> Mapping[str, Any]:
    organisation, party, place = holder.where
    state = SiteState.UNREACHED if organisation is None else SiteState.TOLD
    blank = ("seen_at", "answered_at", "escalated", "words")
    return {
        **dict.fromkeys(blank),
        "recall": recall.id,
        "number": number,
        "organisation": organisation,
        "party": party,
        "place": place,
        "province": holder.province,
        "state": state.value,
        "things": len(holder.placed),
        "told": amounts.packed(holder.told),
        "sold_before": amounts.packed(holder.sold),
        **dict.fromkeys(("found", "held", "sold", "disposed"), _NOTHING),
        "version": recall.scope,
        "told_at": now,
        "due": due,
        "reminded": 0,
        "released": 0,
        "open_to_maker": int(shown),
        "steps": 0,
    }


def _again(recall: Recall, site: Site, holder: Holder, now: int, due: int | None) -> dict[str, Any]:
    """Told of more, a site has to look again."""
    fresh = SiteState.UNREACHED if site.organisation is None else SiteState.TOLD
    return {
        "number": site_number(site.id)[1],
        "state": fresh.value,
        "things": site.things + len(holder.placed),
        "told": amounts.packed(amounts.greatest(site.told, holder.told)),
        "sold_before": amounts.packed(amounts.greatest(site.sold_before, holder.sold)),
        "version": recall.scope,
        "told_at": now,
        "due": due,
        "reminded": 0,
        "escalated": None,
        "steps": site.seen + 1,
    }


def _places(recall: Recall, number: int, holder: Holder) -> list[tuple[Any, ...]]:
    return [
        (recall.id, number, key, HoldingState(state).value, recall.scope)
        for key, state in holder.placed.items()
    ]
