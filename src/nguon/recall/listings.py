# SPDX-License-Identifier: Apache-2.0
"""What is listed of recalls, part by part: cases, sites, things, requests, steps, reports."""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection

from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.recall import showing, sides
from nguon.recall.errors import UnknownRecallError
from nguon.recall.model import PUBLIC, Recall, Request, Site, SiteState, SiteTaken, State, Taken
from nguon.recall.parts import Part, number_after, part_of, place, written
from nguon.recall.reading import (
    Row,
    recall_of,
    request_of,
    site_id,
    site_number,
    site_of,
    taken_of,
)
from nguon.recall.sides import Opened
from nguon.store import Store
from nguon.store import recall_lists as lists
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

MOST = 200
"""How much of a listing is given at once, unless asked for otherwise."""


class Moved(msgspec.Struct, frozen=True):
    """A thing that one site was told of, and that was found with others later."""

    key: str
    sites: tuple[str, ...]


def listed(
    store: Store,
    by: Principal,
    *,
    states: Collection[State] | None = None,
    after: str = "",
    limit: int = MOST,
) -> Part[Recall]:
    """The cases that somebody leads or looks after: in an officer's charge, the first due first;
    those of an organisation, the latest first; the operator sees all.

    Raises:
        RecallFaultsError: ``after`` is not of such a list; so for every listing here.
    """
    wanted = sorted(State if states is None else states)
    with store.reading() as connection:
        if by.kind is KeyKind.MEMBER:
            found, mark = _own(connection, by, wanted, after, limit), _opened
        else:
            found, mark = _in_charge(connection, by, wanted, after, limit), _due
        about = rows.about(connection, [row["id"] for row in found])

    def made(row: Row) -> Recall:
        return showing.reduced(recall_of(row, about.get(row["id"], ())), by)

    return part_of(found, limit, mark, made)


def sites(
    store: Store,
    by: Principal,
    number: str,
    *,
    states: Collection[SiteState] | None = None,
    after: str = "",
    limit: int = MOST,
) -> Part[Site]:
    """The sites of a recall by number, those after one: all for who leads it, those of his
    province for an officer there, one's own for everybody else.

    The maker reads where a site is only where his own records show it.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        found = site_rows.listed(
            connection,
            number,
            states=None if states is None else sorted(states),
            after=number_after(after),
            limit=limit + 1,
            **showing.within(case, by),
        )
    return part_of(found, limit, _numbered, lambda row: showing.site_shown(row, case, by))


def mine(
    store: Store, by: Principal, *, after: str = "", limit: int = MOST
) -> Part[tuple[Recall, Site]]:
    """The sites of the reader's organisation with their cases, the last told first."""
    start = place(after, 2)
    with store.reading() as connection:
        found = lists.sites_of(connection, by.organisation, after=start, limit=limit + 1)
        cases = rows.some(connection, {row["recall"] for row in found})
        about = rows.about(connection, [row["id"] for row in cases])
    recalls = {
        row["id"]: showing.reduced(recall_of(row, about.get(row["id"], ())), by) for row in cases
    }
    return part_of(found, limit, _told, lambda row: (recalls[row["recall"]], site_of(row)))


def asked(store: Store, by: Principal, *, after: str = "", limit: int = MOST) -> Part[Request]:
    """What the reader's organisation was asked, the latest first."""
    start = place(after, 1)
    with store.reading() as connection:
        found = lists.requests_of(connection, by.organisation, after=start, limit=limit + 1)
    return part_of(found, limit, lambda row: written(-row["asked"], row["id"]), request_of)


def steps(
    store: Store, by: Principal, number: str, *, after: str = "", limit: int = MOST
) -> Part[Taken]:
    """What happened in a case from the beginning, as `queries.view` has the last of it."""
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        found = lists.steps(
            connection,
            number,
            without=showing.unread(case, by),
            after=number_after(after),
            limit=limit + 1,
        )
    return part_of(found, limit, _numbered, lambda row: showing.step_shown(taken_of(row), case, by))


def site_steps(
    store: Store, by: Principal, site: str, *, after: str = "", limit: int = MOST
) -> Part[SiteTaken]:
    """What happened at a site from the beginning."""
    recall, own = site_number(site)
    with store.reading() as connection:
        case, _ = sides.at_site(connection, by, site)
        there = site_rows.find(connection, recall, own)
        assert there is not None
        start = number_after(after)
        found = lists.site_steps(connection, recall, own, after=start, limit=limit + 1)

    def made(row: Row) -> SiteTaken:
        return showing.site_step_shown(row, there, case, by)

    return part_of(found, limit, _numbered, made)


def things(
    store: Store,
    by: Principal,
    number: str,
    *,
    site: str | None = None,
    after: str = "",
    limit: int = MOST,
) -> Part[str]:
    """The affected things by key, those after one: of the case for who leads it, of a site of it
    for whoever may read that.
    """
    with store.reading() as connection:
        if site is not None:
            found = _placed(connection, by, number, site, after, limit)
        else:
            case = sides.opened(connection, by, number)
            if not showing.inside(case, by):
                raise UnknownRecallError("recall.unknown")
            found = [*rows.things(connection, number, after=after, limit=limit + 1)]
    return part_of(found, limit, _key, _key)


def moved(
    store: Store, by: Principal, number: str, *, after: str = "", limit: int = MOST
) -> Part[Moved]:
    """Things that were told to one site and found with another later, by key."""
    with store.reading() as connection:
        _led(connection, by, number)
        keys, found = lists.moved(connection, number, after=after, limit=limit + 1)
    placed: dict[str, list[str]] = {}
    for row in found:
        placed.setdefault(row["key"], []).append(site_id(number, row["site"]))
    shown = (Moved(key, tuple(placed[key])) for key in keys[:limit])
    return Part(shown, keys[limit - 1] if len(keys) > limit else None)


def _own(
    connection: Connection, by: Principal, states: Collection[str], after: str, limit: int
) -> list[Row]:
    public = sorted(set(states) & PUBLIC)
    start = place(after, 1)
    return [
        *lists.concerning(connection, by.organisation, states, public, after=start, limit=limit + 1)
    ]


def _in_charge(
    connection: Connection, by: Principal, states: Collection[str], after: str, limit: int
) -> list[Row]:
    public = sorted(set(states) & PUBLIC)
    charge, start = showing.charge(by), place(after, 2)
    if charge is None:
        return []
    return [*lists.in_charge(connection, charge, states, public, after=start, limit=limit + 1)]


def _placed(
    connection: Connection, by: Principal, number: str, site: str, after: str, limit: int
) -> list[Row]:
    _, found = sides.at_site(connection, by, site)
    recall, own = site_number(found.id)
    if recall != number:
        raise UnknownRecallError("recall.unknown-site")
    return [*site_rows.placed(connection, recall, own, after=after, limit=limit + 1)]


def _led(connection: Connection, by: Principal, number: str) -> Opened:
    case = sides.opened(connection, by, number)
    if not sides.leads(case.sides, by):
        raise UnknownRecallError("recall.unknown")
    return case


def _due(row: Row) -> str:
    return written(lists.NEVER if row["due"] is None else row["due"], -row["opened"], row["id"])


def _opened(row: Row) -> str:
    return written(-row["opened"], row["id"])


def _told(row: Row) -> str:
    return written(-row["told_at"], row["number"], row["recall"])


def _numbered(row: Row) -> str:
    return str(row["number"])


def _key(row: Row) -> str:
    return str(row["key"])
