# SPDX-License-Identifier: Apache-2.0
"""A case and its sites changed step by step: what was judged is what is written, or nothing is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.canonical_json import canonical
from nguon.base.time import to_microseconds
from nguon.disputes import filing
from nguon.disputes.model import Photo
from nguon.identity.model import Principal
from nguon.recall import deadlines, rules
from nguon.recall.errors import RecallMovedError
from nguon.recall.model import Level, Recall, Side, Site, SiteState, SiteStep, SiteTaken, Step
from nguon.recall.reading import recall_of, site_number, site_of, site_taken_of
from nguon.registry.documents import Folder
from nguon.store import recall_lists as lists
from nguon.store import recall_papers as papers
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

Changes = dict[str, Any]


def stamp(value: datetime | None) -> int | None:
    """A time as it is kept."""
    return None if value is None else to_microseconds(value)


def terms(recall: Recall, level: Level | None = None) -> deadlines.Terms:
    """What of a case decides its terms."""
    return deadlines.Terms(recall.sector, recall.origin, level or recall.level)


def step(
    taken: Step,
    side: Side,
    now: datetime,
    *,
    by: Principal | None = None,
    words: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> Changes:
    """A step as it is kept; ``content`` are its numbers."""
    return {
        "step": taken.value,
        "side": side.value,
        "at": to_microseconds(now),
        "organisation": by and by.organisation,
        "actor": by and by.key_id,
        "words": words,
        "content": None if content is None else canonical(content).decode(),
    }


def move(
    connection: Connection, recall: Recall, changes: Changes, taken: Changes, *, seen: int
) -> Recall:
    """Change a case and write the step; raises `RecallMovedError` where it moved on."""
    state = rules.becomes(recall, Step(taken["step"]))
    row = rows.move(connection, recall.id, {"state": state.value, **changes}, seen=seen)
    if row is None:
        raise RecallMovedError("recall.moved")
    written = {"recall": recall.id, "number": row["steps"], **taken}
    rows.add_step(connection, written | {"state": row["state"], "due": row["due"]})
    return recall_of(row, rows.about(connection, [recall.id]).get(recall.id, ()))


def site_step(
    taken: SiteStep,
    side: Side,
    now: datetime,
    *,
    by: Principal | None = None,
    words: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> Changes:
    """A step at a site as it is kept."""
    return {**step(Step.NOTE, side, now, by=by, words=words, content=content), "step": taken.value}


def move_site(
    connection: Connection,
    site: Site,
    state: SiteState,
    changes: Changes,
    taken: Changes,
    *,
    seen: int | None = None,
) -> Site:
    """Change a site and write the step; raises `RecallMovedError` where it moved on."""
    recall, number = site_number(site.id)
    values = {"state": state.value, **changes}
    expected = site.seen if seen is None else seen
    row = site_rows.move(connection, recall, number, values, seen=expected)
    if row is None:
        raise RecallMovedError("recall.moved")
    written = {"recall": recall, "site": number, "number": row["steps"], **taken}
    site_rows.add_step(connection, written | {"state": row["state"]})
    return site_of(row)


def last_step(connection: Connection, site: Site) -> SiteTaken | None:
    """The newest step at a site."""
    recall, number = site_number(site.id)
    found = lists.site_steps(connection, recall, number, limit=1, newest=True)
    return site_taken_of(found[0]) if found else None


def repeats(connection: Connection, site: Site, taken: Changes) -> bool:
    """Whether a step says what the newest one at the site said, as the same organisation's."""
    last = last_step(connection, site)
    if last is None:
        return False
    said = (last.step.value, last.organisation, last.words, last.content)
    return said == tuple(taken[name] for name in ("step", "organisation", "words", "content"))


def checked(files: Sequence[Photo], folder: Folder | None) -> list[Mapping[str, Any]]:
    """Files that are on the disk now, as they are noted; raises `DocumentRefusedError`."""
    return filing.checked(files, folder)


def digests(files: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What a step says of its files: the SHA-256 of each; nothing of none."""
    return {"files": [one["digest"] for one in files]} if files else {}


def attach(
    connection: Connection, files: Sequence[Mapping[str, Any]], recall: str, **where: Any
) -> None:
    """Note files with a step (``number``), or a disposal (``site`` and ``disposal``)."""
    blank = {"recall": recall, "number": None, "site": None, "disposal": None}
    papers.add_files(connection, [{**blank, **one, **where} for one in files])
