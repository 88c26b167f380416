# SPDX-License-Identifier: Apache-2.0
"""Drills made, answered and ended. No recall, no stop and nothing public comes of one."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.messages import service as messages
from nguon.messages.model import Message
from nguon.recall import amounts
from nguon.recall.drills import terms, trying
from nguon.recall.drills.errors import DrillError, DrillForbiddenError, UnknownDrillError
from nguon.recall.drills.model import Answer, Asked, Drill, Kind, Site
from nguon.recall.drills.reading import drill_of, of_organiser, site_of
from nguon.recall.drills.trying import Found
from nguon.recall.errors import RecallFaultsError
from nguon.recall.scoping import Holder
from nguon.store import Store
from nguon.store import drills as rows

NOTICE = "drills.notice"
_MOST_WORDS = 2000
_MOST_TITLE = 200


def start(store: Store, by: Principal, asked: Asked) -> Drill:
    """Make a drill: the records are read, the clock runs from now on.

    Raises:
        DrillForbiddenError: nobody who may, or goods of which he may see no record.
        DrillError, StartUnknownError: nothing that it can be tried on.
        RecallForbiddenError: notices about goods that are not his.
    """
    leading = by.kind is KeyKind.OPERATOR or by.may(Scope.SUPERVISE) or by.may(Scope.REGISTRY)
    if not leading:
        raise DrillForbiddenError("drills.who")
    if asked.notices and asked.kind is not Kind.MOCK_RECALL:
        raise DrillError("drills.notices-recall")
    begun = datetime.now(UTC)
    found = trying.tried(store, by, asked)
    number = secrets.token_hex(6)
    due = terms.answer_by(begun) if asked.kind is Kind.MOCK_RECALL else None
    sites = [_site(number, at, one, found) for at, one in enumerate(found.holders, 1)]
    values = {
        "id": number,
        "kind": asked.kind.value,
        "organisation": by.organisation,
        "actor": by.key_id,
        "title": " ".join((asked.title or asked.start).split())[:_MOST_TITLE],
        "start": asked.start[:_MOST_TITLE],
        "notices": int(asked.notices),
        "started": to_microseconds(begun),
        "traced": to_microseconds(datetime.now(UTC)),
        "due": None if due is None else to_microseconds(due),
        "as_of": found.as_of,
        "result": msgspec.json.encode(found.result).decode(),
    }
    made = drill_of({**values, "ended": None})
    with store.transaction() as connection:
        rows.add(connection, values, sites)
        if asked.notices:
            _tell(connection, made, found)
    return made


def answer(store: Store, by: Principal, number: str, said: Answer) -> list[Site]:
    """Answer for one's own organisation, for all its sites in a drill that it was told of.

    What is found is written to its first site. Raises `UnknownDrillError`, `DrillError` for one
    that has ended, `RecallFaultsError`.
    """
    with store.transaction() as connection:
        row = rows.find(connection, number)
        mine = [
            one for one in rows.sites(connection, number) if one["organisation"] == by.organisation
        ]
        if row is None or not row["notices"] or not mine:
            raise UnknownDrillError("drills.unknown")
        if not by.may(Scope.CAPTURE):
            raise DrillForbiddenError("drills.who-answers")
        _open(connection, number)
        for at, one in enumerate(mine):
            part = said if not at else msgspec.structs.replace(said, found=())
            _write(connection, by, site_of(one), number, part, by_hand=False)
        return [site_of(one) for one in rows.sites(connection, number) if _his(one, by)]


def note(store: Store, by: Principal, number: str, site: int, said: Answer) -> Site:
    """Write down what a site said otherwise, such as by telephone; the organiser's to do.

    Raises `UnknownDrillError`, `DrillError` for a drill that has ended, `RecallFaultsError`.
    """
    with store.transaction() as connection:
        of_organiser(connection, by, number)
        _open(connection, number)
        _write(connection, by, _found(connection, number, site), number, said, by_hand=True)
        return _found(connection, number, site)


def end(store: Store, by: Principal, number: str) -> Drill:
    """End a drill: no answer counts any more. Twice changes nothing.

    Raises `UnknownDrillError`.
    """
    with store.transaction() as connection:
        of_organiser(connection, by, number)
        rows.take(connection, number)
        rows.end(connection, number, to_microseconds(datetime.now(UTC)), by.key_id)
        return of_organiser(connection, by, number)


def _tell(connection: Connection, made: Drill, found: Found) -> None:
    told = sorted({one.where[0] for one in found.holders if one.where[0] is not None})
    messages.send_all(
        connection,
        [
            Message(
                organisation=one,
                kind=NOTICE,
                params={"title": made.title},
                link=f"/w/drills/{made.id}/answer",
                about=f"drill:{made.id}",
                due=made.due,
            )
            for one in told
        ],
    )


def _site(number: str, at: int, one: Holder, found: Found) -> dict[str, Any]:
    organisation, party, place = one.where
    return {
        "drill": number,
        "number": at,
        "organisation": organisation,
        "party": party,
        "place": place,
        "shown": int(one.where in found.shown),
        "told": amounts.packed(one.told),
        "sold": amounts.packed(one.sold),
        "by_hand": 0,
    }


def _write(
    connection: Connection,
    by: Principal,
    site: Site,
    number: str,
    said: Answer,
    *,
    by_hand: bool,
) -> None:
    faults = amounts.faults_in(said.found, "found")
    if len(said.words) > _MOST_WORDS:
        faults.append(Fault("/words", "drills.words-long", {"most": _MOST_WORDS}))
    if faults:
        raise RecallFaultsError("drills.faults", faults, count=len(faults))
    values: Mapping[str, Any] = {
        "answered": to_microseconds(datetime.now(UTC)),
        "found": amounts.packed(said.found),
        "words": said.words or None,
        "by_hand": int(by_hand),
        "actor": by.key_id,
    }
    rows.answer(connection, number, site.number, values)


def _found(connection: Connection, number: str, site: int) -> Site:
    found = [one for one in rows.sites(connection, number) if one["number"] == site]
    if not found:
        raise UnknownDrillError("drills.unknown-site")
    return site_of(found[0])


def _open(connection: Connection, number: str) -> None:
    """Take a drill that runs, so that nobody ends it meanwhile; raises `DrillError`."""
    rows.take(connection, number)
    row = rows.find(connection, number)
    if row is None or row["ended"] is not None:
        raise DrillError("drills.over")


def _his(row: Any, by: Principal) -> bool:
    return bool(row["organisation"] == by.organisation)
