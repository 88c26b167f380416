# SPDX-License-Identifier: Apache-2.0
"""The messages of a recall, sent within the step that they tell of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from nguon.messages import service as messages
from nguon.messages.model import Message
from nguon.recall.model import Recall, Request, Site

PAGE = "/w/recalls"


def about(recall: str) -> str:
    """What a message about a recall is about."""
    return f"recall:{recall}"


def noticed(connection: Connection, recall: Recall, sites: Sequence[Site]) -> None:
    """Tell sites that goods they have are recalled; who has no account is told by hand."""
    _to_sites(connection, "recall.notice", recall, sites)


def reminded(connection: Connection, recall: Recall, sites: Sequence[Site]) -> None:
    """Remind sites of their answer, or of what is left to be done."""
    _to_sites(connection, "recall.reminder", recall, sites)


def released(connection: Connection, recall: Recall, sites: Sequence[Site]) -> None:
    """Tell sites that things of theirs are cleared."""
    _to_sites(connection, "recall.released", recall, sites)


def closed(connection: Connection, recall: Recall, sites: Sequence[Site]) -> None:
    """Tell sites that the recall is over."""
    _to_sites(connection, "recall.closed", recall, sites)


def decided(connection: Connection, recall: Recall, makers: Iterable[int]) -> None:
    """Tell makers that goods of theirs are recalled."""
    _to_leaders(connection, "recall.decided", recall, makers)


def escalated(connection: Connection, recall: Recall, count: int) -> None:
    """Tell whoever opened the case, and the maker, that answers are missing."""
    _to_leaders(connection, "recall.escalated", recall, [recall.opened_by, recall.maker], count)


def overdue(connection: Connection, recall: Recall) -> None:
    """Tell whoever opened the case that its next step is late: nobody else knows of it yet."""
    _to_leaders(connection, "recall.overdue", recall, [recall.opened_by])


def unanswered(connection: Connection, recall: Recall, count: int) -> None:
    """Tell whoever opened the case that requests for information wait for an answer."""
    _to_leaders(connection, "recall.unanswered", recall, [recall.opened_by], count)


def asked(connection: Connection, recall: Recall, request: Request) -> None:
    """Tell an organisation that it is asked for information."""
    _to_asked(connection, "recall.asked", recall, [request])


def asked_again(connection: Connection, recall: Recall, requests: Sequence[Request]) -> None:
    """Remind organisations that they were asked for information."""
    _to_asked(connection, "recall.asked-again", recall, requests)


def _to_asked(
    connection: Connection, kind: str, recall: Recall, requests: Sequence[Request]
) -> None:
    some = [
        _message(kind, recall, one.organisation, PAGE, due=one.due, things=0)
        for one in requests
        if one.organisation is not None
    ]
    if some:
        messages.send_all(connection, some)


def _to_sites(connection: Connection, kind: str, recall: Recall, sites: Iterable[Site]) -> None:
    some = [
        _message(
            kind,
            recall,
            one.organisation,
            f"{PAGE}/{one.id}",
            due=one.due,
            things=one.things,
        )
        for one in sites
        if one.organisation is not None
    ]
    if some:
        messages.send_all(connection, some)


def _to_leaders(
    connection: Connection,
    kind: str,
    recall: Recall,
    organisations: Iterable[int | None],
    count: int = 0,
) -> None:
    link = f"{PAGE}/{recall.id}"
    some = [
        _message(kind, recall, one, link, due=recall.due, things=count or recall.things)
        for one in dict.fromkeys(organisations)
        if one is not None
    ]
    if some:
        messages.send_all(connection, some)


def _message(
    kind: str,
    recall: Recall,
    organisation: int,
    link: str,
    *,
    due: datetime | None,
    things: int,
) -> Message:
    """``params`` name no party and no place: a message may travel by e-mail."""
    level = "" if recall.level is None else int(recall.level)
    return Message(
        organisation=organisation,
        kind=kind,
        params={"title": recall.title, "level": level, "things": things},
        link=link,
        about=about(recall.id),
        due=due,
        important=True,
    )
