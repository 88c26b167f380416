# SPDX-License-Identifier: Apache-2.0
"""What is read of recalls: by who stands in one, by its sites, by everybody."""

from collections.abc import Collection, Iterable

import msgspec

from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.recall import rules, showing, sides, widening
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.model import (
    Disposed,
    Filed,
    Recall,
    Request,
    Side,
    Site,
    SiteState,
    SiteStep,
    SiteTaken,
    State,
    Step,
    Taken,
)
from nguon.recall.preview import Preview
from nguon.recall.published import public, public_recall
from nguon.recall.reading import (
    disposed_of,
    filed_of,
    recall_of,
    request_of,
    site_id,
    site_number,
    site_of,
    site_taken_of,
    taken_of,
)
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import recall_papers as papers
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

_MOST = 200
_INSIDE = frozenset({Step.NOTE, Step.FINDING, Step.ASK, Step.REPLY, Step.ADD})
"""Steps of an investigation: for those who lead it."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as one of its sides reads it; ``possible`` are the steps that it may take now."""

    recall: Recall
    sides: frozenset[Side]
    possible: tuple[Step, ...]
    steps: tuple[Taken, ...]
    requests: tuple[Request, ...]
    files: tuple[Filed, ...]


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site with its case as it may read that, its steps, disposals and files."""

    recall: Recall
    site: Site
    sides: frozenset[Side]
    possible: tuple[SiteStep, ...]
    steps: tuple[SiteTaken, ...]
    disposals: tuple[Disposed, ...]
    files: tuple[Filed, ...]


class Moved(msgspec.Struct, frozen=True):
    """A thing that one site was told of, and that was found with others later."""

    key: str
    sites: tuple[str, ...]


def find(store: Store, by: Principal, number: str) -> Recall:
    """A case; raises `UnknownRecallError` for whoever stands on no side of it."""
    with store.reading() as connection:
        return showing.shown(sides.opened(connection, by, number), by)


def view(store: Store, by: Principal, number: str) -> View:
    """A case with what happened in it, as the reader's sides may know it.

    Raises `UnknownRecallError` for whoever stands on no side of it.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        steps = [taken_of(row) for row in rows.steps(connection, number)]
        requests = [request_of(row) for row in papers.requests(connection, number)]
        files = [filed_of(row) for row in papers.files(connection, number)]
    if not showing.inside(case, by):
        steps = [showing.bare(one) for one in steps if one.step not in _INSIDE]
        requests = [one for one in requests if one.organisation == by.organisation]
        files = []
    return View(
        recall=showing.shown(case, by),
        sides=case.sides,
        possible=rules.possible(case.recall, case.acting),
        steps=tuple(steps if sides.leads(case.sides, by) else map(showing.bare, steps)),
        requests=tuple(requests),
        files=tuple(one for one in files if one.number is not None),
    )


def listed(
    store: Store, by: Principal, *, states: Collection[State] | None = None, limit: int = _MOST
) -> list[Recall]:
    """The cases that somebody leads or looks after: in an officer's charge, the first due first;
    those of an organisation, the latest first; the operator sees all.
    """
    wanted = sorted(State if states is None else states)
    with store.reading() as connection:
        if by.kind is KeyKind.MEMBER:
            found = rows.concerning(connection, by.organisation, wanted, limit=limit)
            found = [row for row in found if showing.may_list(by, row)]
        else:
            found = showing.in_charge(connection, by, wanted, limit)
        about = rows.about(connection, [row["id"] for row in found])
    return [showing.reduced(recall_of(row, about.get(row["id"], ())), by) for row in found]


def sites(
    store: Store,
    by: Principal,
    number: str,
    *,
    states: Collection[SiteState] | None = None,
    after: int = 0,
    limit: int = _MOST,
) -> list[Site]:
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
            after=after,
            limit=limit,
            **showing.within(case, by),
        )
    return [showing.site_shown(row, case, by) for row in found]


def site(store: Store, by: Principal, number: str) -> SiteView:
    """A site; raises `UnknownRecallError` for whoever may not know of it."""
    with store.reading() as connection:
        case, found = sides.at_site(connection, by, number)
        recall, own = site_number(number)
        row = site_rows.find(connection, recall, own)
        assert row is not None
        steps = [site_taken_of(one) for one in site_rows.steps(connection, recall, own)]
        disposals = [disposed_of(one) for one in site_rows.disposals(connection, recall, [own])]
        files = [filed_of(one) for one in papers.files(connection, recall)]
    if not sides.leads(case.sides, by):
        steps = [msgspec.structs.replace(one, actor=None) for one in steps]
    account = found.organisation is not None
    return SiteView(
        recall=showing.shown(case, by),
        site=showing.site_shown(row, case, by),
        sides=case.sides,
        possible=rules.possible_at_site(case.recall, found.state, case.acting, account=account),
        steps=tuple(steps),
        disposals=tuple(disposals),
        files=tuple(one for one in files if one.site == found.id),
    )


def mine(store: Store, by: Principal, *, limit: int = _MOST) -> list[tuple[Recall, Site]]:
    """The sites of the reader's organisation with their cases, the last told first."""
    with store.reading() as connection:
        found = site_rows.of_organisation(connection, by.organisation, limit=limit)
        cases = rows.some(connection, {row["recall"] for row in found})
        about = rows.about(connection, [row["id"] for row in cases])
    recalls = {
        row["id"]: showing.reduced(recall_of(row, about.get(row["id"], ())), by) for row in cases
    }
    return [(recalls[row["recall"]], site_of(row)) for row in found]


def asked(store: Store, by: Principal, *, limit: int = _MOST) -> list[Request]:
    """What the reader's organisation was asked, the latest first."""
    with store.reading() as connection:
        found = papers.requests_of(connection, by.organisation, limit=limit)
    return [request_of(row) for row in found]


def steps(store: Store, by: Principal, number: str) -> list[Taken]:
    """What happened in a case, as `view` has it."""
    return list(view(store, by, number).steps)


def settled(store: Store, by: Principal, number: str) -> Preview:
    """The numbers of the settled scope, as they were kept; for who leads the case.

    Raises:
        UnknownRecallError: no case that this reader leads.
        RecallError: no scope is settled.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        if not showing.inside(case, by):
            raise UnknownRecallError("recall.unknown")
        kept = widening.kept(connection, case.recall)
    if kept is None:
        raise RecallError("recall.no-scope")
    if sides.leads(case.sides, by):
        return kept[1]
    return msgspec.structs.replace(kept[1], sites=())


def things(
    store: Store,
    by: Principal,
    number: str,
    *,
    site: str | None = None,
    after: str = "",
    limit: int = _MOST,
) -> list[str]:
    """The affected things by key, those after one: of the case for who leads it, of a site for
    whoever may read that.
    """
    with store.reading() as connection:
        if site is not None:
            _, found = sides.at_site(connection, by, site)
            recall, own = site_number(found.id)
            placed = site_rows.placed(connection, recall, own, after=after, limit=limit)
            return [row["key"] for row in placed]
        case = sides.opened(connection, by, number)
        if not showing.inside(case, by):
            raise UnknownRecallError("recall.unknown")
        return [row["key"] for row in rows.things(connection, number, after=after, limit=limit)]


def moved(store: Store, by: Principal, number: str, *, limit: int = _MOST) -> list[Moved]:
    """Things that were told to one site and found with another later, by key."""
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        if not sides.leads(case.sides, by):
            raise UnknownRecallError("recall.unknown")
        found: dict[str, list[str]] = {}
        for row in site_rows.moved(connection, number, limit=limit):
            found.setdefault(row["key"], []).append(site_id(number, row["site"]))
    return [Moved(key, tuple(some)) for key, some in found.items()]


def file(store: Store, folder: Folder, by: Principal, number: str) -> tuple[Filed, bytes]:
    """A file of a case or a site; raises `UnknownRecallError` for whoever may not see it."""
    with store.reading() as connection:
        row = papers.file(connection, number)
    if row is None:
        raise UnknownRecallError("recall.unknown-file")
    found = filed_of(row)
    if found.site is not None:
        shown: Iterable[Filed] = site(store, by, found.site).files
    else:
        shown = view(store, by, found.recall).files
    content = folder.get(found.digest) if found in shown else None
    if content is None:
        raise UnknownRecallError("recall.unknown-file")
    return found, content


__all__ = [
    "Moved",
    "SiteView",
    "View",
    "asked",
    "file",
    "find",
    "listed",
    "mine",
    "moved",
    "public",
    "public_recall",
    "settled",
    "site",
    "sites",
    "steps",
    "things",
    "view",
]
