# SPDX-License-Identifier: Apache-2.0
"""The scope of a case settled; of a recall that runs widened, and whoever is added told at once."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import (
    deadlines,
    moving,
    opening,
    previewing,
    rules,
    scoping,
    sides,
    spreading,
    widening,
)
from nguon.recall.errors import RecallMovedError
from nguon.recall.inputs import ScopeChoice
from nguon.recall.model import Recall, Side, State, Step
from nguon.recall.preview import Preview
from nguon.recall.previewing import Reckoned
from nguon.recall.scoping import Where
from nguon.recall.sides import Opened
from nguon.recall.widening import Turn, Wanted
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows


def preview(store: Store, by: Principal, number: str, choice: ScopeChoice) -> Preview:
    """The numbers of a scope; nothing is kept and nobody is told.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do, or goods that are not the maker's.
        RecallError: not as the case stands, or nothing is affected.
        RecallFaultsError: unknown things, or no reason for leaving something out.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        told = site_rows.listed(connection, number)
    side = rules.check(case.recall, Step.SCOPE, case.acting)
    choice = chosen(store, choice)
    found = previewing.reckon(store, case.recall, choice)
    _check_own(store, side, case.recall, found)
    known = {(row["organisation"], row["party"], row["place"]) for row in told}
    shown = None
    if not sides.leads(case.sides, by):
        shown = scoping.seen_places(store, by.audience, found.scope)
    gaps = previewing.gaps_in(store, by.audience, case.recall, choice)
    return previewing.told(found, choice, gaps=gaps, known=known, shown=shown)


def settle_scope(
    store: Store, by: Principal, number: str, choice: ScopeChoice, *, seen: int
) -> Recall:
    """Keep a scope; where the recall runs, tell at once whoever it adds and forget nothing.

    Raises:
        RecallMovedError: somebody else was first.
        UnknownRecallError, RecallForbiddenError, RecallError, RecallFaultsError: as `preview`.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
    side = rules.check(case.recall, Step.SCOPE, case.acting)
    choice = chosen(store, choice)
    running = case.recall.state is State.RUNNING
    found = previewing.reckon(store, case.recall, choice, known=case.recall.keys if running else ())
    _check_own(store, side, case.recall, found)
    new = wanted(store, by, case, choice, found)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.SCOPE, case.acting)
        turn = Turn(by, side, Step.SCOPE, now, seen)
        if case.recall.state is State.RUNNING:
            if not running:
                raise RecallMovedError("recall.moved")
            return widening.widen(store, connection, case.recall, new, turn)
        return _settle(store, connection, case.recall, new, turn)


def chosen(store: Store, choice: ScopeChoice) -> ScopeChoice:
    """A choice by canonical keys; raises `RecallFaultsError` with every fault of it."""
    keys = opening.keys_in(choice.keys)
    faults = opening.faults_of(store, keys) if keys else []
    left = []
    for row, one in enumerate(choice.leave_out):
        if not one.reason.strip():
            faults.append(Fault(f"/leave_out/{row}/reason", "recall.reason-missing", {}))
        faults += rules.faults_in(one.reason, f"leave_out/{row}/reason", 0)
        left.append(msgspec.structs.replace(one, key=opening.keys_in([one.key])[0]))
    rules.refuse(faults)
    return msgspec.structs.replace(choice, keys=keys, leave_out=tuple(left))


def wanted(
    store: Store, by: Principal | None, case: Opened, choice: ScopeChoice, found: Reckoned
) -> Wanted:
    """A scope with its makers, and of which sites a maker may know where they are: those that his
    own records show.
    """
    shown = frozenset[Where]()
    if by is not None and Side.MAKER in case.sides:
        shown = frozenset(scoping.seen_places(store, by.audience, found.scope))
    return Wanted(choice, found, shown, scoping.makers(store, found.scope.things))


def _settle(
    store: Store, connection: Connection, recall: Recall, new: Wanted, turn: Turn
) -> Recall:
    """Nobody was told yet: the new version takes the place of the one before."""
    things = new.found.scope.things
    changes = {"scope": recall.scope + 1, "things": len(things), **_determined(recall, turn.now)}
    changes["sites"] = len(new.found.holders)
    moved = widening.taken(connection, recall, changes, new, turn)
    rows.drop_things(connection, recall.id)
    spreading.keep_things(store, connection, moved, things)
    return moved


def _determined(recall: Recall, now: datetime) -> dict[str, Any]:
    """Who settles what has to be recalled has found that it has to be."""
    if recall.determined is not None:
        return {}
    due = deadlines.due("determine", moving.terms(recall), now)
    return {"determined": to_microseconds(now), "due": moving.stamp(due)}


def _check_own(store: Store, side: Side, recall: Recall, found: Reckoned) -> None:
    if side is Side.MAKER:
        assert recall.maker is not None
        scoping.check_own(store, recall.maker, found.scope.things, found.holdings)
