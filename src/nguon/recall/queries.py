# SPDX-License-Identifier: Apache-2.0
"""What is read of recalls: by who stands in one, by its sites, by everybody."""

import msgspec
from sqlalchemy import Connection

from nguon.identity.model import Principal
from nguon.recall import rules, showing, sides, widening
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.listings import (
    MOST,
    Moved,
    asked,
    listed,
    mine,
    moved,
    site_steps,
    sites,
    steps,
    things,
)
from nguon.recall.model import (
    Disposed,
    Filed,
    Recall,
    Request,
    Side,
    Site,
    SiteStep,
    SiteTaken,
    Step,
    Taken,
)
from nguon.recall.parts import Part, number_after
from nguon.recall.preview import Preview
from nguon.recall.published import public, public_recall
from nguon.recall.reading import filed_of, request_of, site_number, taken_of
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import recall_lists as lists
from nguon.store import recall_papers as papers
from nguon.store import recall_sites as site_rows


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as one of its sides reads it; ``possible`` are the steps that it may take now."""

    recall: Recall
    sides: frozenset[Side]
    possible: tuple[Step, ...]
    steps: tuple[Taken, ...]
    """The newest two hundred, in order; ``steps_more``: there are earlier ones. Where they were
    asked for from a place on, those after it, and whether there are later ones.
    """
    steps_more: bool
    requests: tuple[Request, ...]
    files: tuple[Filed, ...]


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site with its case as it may read that, its steps, disposals and files."""

    recall: Recall
    site: Site
    sides: frozenset[Side]
    possible: tuple[SiteStep, ...]
    steps: tuple[SiteTaken, ...]
    steps_more: bool
    disposals: tuple[Disposed, ...]
    files: tuple[Filed, ...]


def find(store: Store, by: Principal, number: str) -> Recall:
    """A case; raises `UnknownRecallError` for whoever stands on no side of it."""
    with store.reading() as connection:
        return showing.shown(sides.opened(connection, by, number), by)


def view(store: Store, by: Principal, number: str, *, after: str | None = None) -> View:
    """A case with what happened in it, as the reader's sides may know it; its steps from
    ``after`` on where that is given ("": from the first).

    Raises:
        UnknownRecallError: whoever stands on no side of it.
        RecallFaultsError: ``after`` is not of such a list.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        inside = showing.inside(case, by)
        found = lists.steps(
            connection,
            number,
            without=showing.unread(case, by),
            after=number_after(after or ""),
            limit=MOST + 1,
            newest=after is None,
        )
        steps = [taken_of(row) for row in (found[-MOST:] if after is None else found[:MOST])]
        requests = [request_of(row) for row in papers.requests(connection, number)]
        numbers = {one.number for one in steps} if inside else set[int]()
        files = lists.files(connection, number, numbers=numbers)
    if not inside:
        requests = [one for one in requests if one.organisation == by.organisation]
    return View(
        recall=showing.shown(case, by),
        sides=case.sides,
        possible=rules.possible(case.recall, case.acting),
        steps=tuple(showing.step_shown(one, case, by) for one in steps),
        steps_more=len(found) > MOST,
        requests=tuple(requests),
        files=tuple(map(filed_of, files)),
    )


def site(store: Store, by: Principal, number: str, *, after: str | None = None) -> SiteView:
    """A site; raises `UnknownRecallError` for whoever may not know of it. Its steps as in `view`.

    Of a site that his own records do not show the maker reads how far it is, not who it is.
    """
    with store.reading() as connection:
        case, found = sides.at_site(connection, by, number)
        recall, own = site_number(found.id)
        row = site_rows.find(connection, recall, own)
        assert row is not None
        steps = lists.site_steps(
            connection,
            recall,
            own,
            after=number_after(after or ""),
            limit=MOST + 1,
            newest=after is None,
        )
        disposals = site_rows.disposals(connection, recall, [own])
        files = lists.files(connection, recall, site=own)
    account = found.organisation is not None
    return SiteView(
        recall=showing.shown(case, by),
        site=showing.site_shown(row, case, by),
        sides=case.sides,
        possible=rules.possible_at_site(case.recall, found.state, case.acting, account=account),
        steps=tuple(
            showing.site_step_shown(one, row, case, by)
            for one in (steps[-MOST:] if after is None else steps[:MOST])
        ),
        steps_more=len(steps) > MOST,
        disposals=tuple(showing.disposed_shown(one, row, case, by) for one in disposals),
        files=tuple(map(filed_of, files)) if showing.known(row, case, by) else (),
    )


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


def file(store: Store, folder: Folder, by: Principal, number: str) -> tuple[Filed, bytes]:
    """A file of a case or a site; raises `UnknownRecallError` for whoever may not see it."""
    unknown = UnknownRecallError("recall.unknown-file")
    with store.reading() as connection:
        row = papers.file(connection, number)
        if row is None or not _may_read(connection, by, filed_of(row)):
            raise unknown
    found = filed_of(row)
    content = folder.get(found.digest)
    if content is None:
        raise unknown
    return found, content


def _may_read(connection: Connection, by: Principal, found: Filed) -> bool:
    try:
        if found.site is None:
            return showing.inside(sides.opened(connection, by, found.recall), by)
        case, site = sides.at_site(connection, by, found.site)
    except UnknownRecallError:
        return False
    row = site_rows.find(connection, *site_number(site.id))
    return row is not None and showing.known(row, case, by)


__all__ = [
    "Moved",
    "Part",
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
    "site_steps",
    "sites",
    "steps",
    "things",
]
