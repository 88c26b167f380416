# SPDX-License-Identifier: Apache-2.0
"""Lots cleared: off the stop list, with what hangs on them alone, and their sites told."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import (
    moving,
    opening,
    rules,
    scoping,
    sides,
    spreading,
    telling,
    tellings,
    widening,
)
from nguon.recall.errors import RecallError, RecallMovedError
from nguon.recall.inputs import LeftOut, Release, ScopeChoice
from nguon.recall.model import SETTLED, Recall, SiteState, Step
from nguon.recall.reading import site_number, site_of
from nguon.recall.tellings import Line, What
from nguon.recall.widening import Turn
from nguon.stoplist import service as stops
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows


def release(store: Store, by: Principal, number: str, wanted: Release) -> Recall:
    """Clear lots or things and what hangs on them alone, or all; the records stay.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: not as the case stands, or nothing is left to clear.
        RecallFaultsError: no reason, or things that are not recalled.
        RecallMovedError: somebody else was first.
    """
    words = rules.said(wanted.words)
    assert words is not None
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.RELEASE, case.acting)
        standing = [one["key"] for one in rows.things(connection, number) if not one["released"]]
        kept = widening.kept(connection, case.recall)
    if case.recall.seen != wanted.seen or kept is None:
        raise RecallMovedError("recall.moved")
    choice, cleared = _cleared(store, case.recall, kept[0], standing, wanted, words)
    if not cleared:
        raise RecallError("recall.nothing-to-release")
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.RELEASE, case.acting)
        turn = Turn(by, side, Step.RELEASE, now, wanted.seen)
        return _release(store, connection, case.recall, choice, cleared, words, turn)


def _cleared(
    store: Store,
    recall: Recall,
    choice: ScopeChoice,
    standing: Collection[str],
    wanted: Release,
    words: str,
) -> tuple[ScopeChoice, list[str]]:
    """What is cleared, and the choice that leaves it out from now on."""
    keys = opening.keys_in(wanted.keys) if wanted.keys is not None else tuple(standing)
    unknown = [
        Fault(f"/keys/{row}", "recall.not-recalled", {"key": key[:200]})
        for row, key in enumerate(keys)
        if key not in standing
    ]
    rules.refuse(unknown[: rules.MOST_KEYS])
    if wanted.keys is None:
        return choice, list(standing)
    left = (*choice.leave_out, *(LeftOut(key, words) for key in keys))
    narrowed = msgspec.structs.replace(choice, leave_out=left)
    affected = set(_still(store, recall, narrowed)) - set(keys)
    return narrowed, [key for key in standing if key not in affected]


def _still(store: Store, recall: Recall, choice: ScopeChoice) -> tuple[str, ...]:
    try:
        return scoping.scope_of(store, recall, choice).things
    except RecallError:
        return ()


def _release(
    store: Store,
    connection: Connection,
    recall: Recall,
    choice: ScopeChoice,
    cleared: list[str],
    words: str,
    turn: Turn,
) -> Recall:
    digest = tellings.digest_of(cleared)
    content = {"count": len(cleared), "digest": digest, "keys": cleared[:100]}
    taken = moving.step(turn.step, turn.side, turn.now, by=turn.by, words=words, content=content)
    moved = moving.move(connection, recall, {}, taken, seen=turn.seen)
    rows.rechoose(connection, recall.id, recall.scope, msgspec.json.encode(choice).decode())
    rows.release(connection, recall.id, cleared, to_microseconds(turn.now))
    stops.lift(connection, spreading.source_of(recall.id), cleared, by=turn.actor)
    lines = _told(connection, recall.id, cleared)
    telling.released(connection, moved, [one.site for one in lines])
    tellings.keep(store, connection, moved, turn.now, lines)
    return moved


def _told(connection: Connection, recall: str, cleared: Collection[str]) -> list[Line]:
    """The sites that were told of them; one of which nothing is left has nothing more to do."""
    placed = site_rows.placed_of(connection, recall, cleared)
    changed, told = list[dict[str, Any]](), list[Line]()
    for row in site_rows.listed(connection, recall):
        keys = placed.get(row["number"])
        if not keys:
            continue
        count, site = len(keys), site_of(row)
        left = site.things - site.released - count
        state = SiteState.NOT_CONCERNED if left <= 0 and site.state not in SETTLED else site.state
        changed.append(
            {
                "number": site_number(site.id)[1],
                "released": site.released + count,
                "state": state.value,
                "due": row["due"] if left > 0 else None,
                "steps": site.seen + 1,
            }
        )
        told.append(Line(what=What.RELEASED, site=site, keys=keys))
    site_rows.tell_again(connection, recall, changed)
    return told
