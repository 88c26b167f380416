# SPDX-License-Identifier: Apache-2.0
"""A scope carried out: its version kept, whoever it adds told, things stopped, all in one step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import moving, previewing, spreading, telling, tellings
from nguon.recall.inputs import ScopeChoice
from nguon.recall.model import Recall, Side, Site, Step
from nguon.recall.preview import Preview
from nguon.recall.previewing import Reckoned
from nguon.recall.scoping import Where
from nguon.recall.spreading import Plan
from nguon.recall.tellings import Line, What
from nguon.store import Store
from nguon.store import recalls as rows

MOST_KEPT = 1000
"""Sites that kept numbers name."""
_SYSTEM = "recall.runner"


class Wanted(msgspec.Struct, frozen=True):
    """A scope with what it was chosen from and of which sites the maker may know."""

    choice: ScopeChoice
    found: Reckoned
    shown: frozenset[Where]
    makers: frozenset[int]

    def numbers(self) -> Preview:
        """Its numbers, as they are kept."""
        told = previewing.told(self.found, self.choice)
        return msgspec.structs.replace(told, sites=told.sites[:MOST_KEPT])


class Turn(msgspec.Struct, frozen=True):
    """Who takes which step when, having seen so many steps; nobody: the server by itself."""

    by: Principal | None
    side: Side
    step: Step
    now: datetime
    seen: int

    @property
    def actor(self) -> str:
        """As it is noted with what follows from the step."""
        return _SYSTEM if self.by is None else self.by.key_id


def widen(
    store: Store, connection: Connection, recall: Recall, wanted: Wanted, turn: Turn
) -> Recall:
    """Add to a recall that runs what it does not cover; raises `RecallMovedError`."""
    plan = spreading.plan(connection, recall, wanted.found)
    changes = {"scope": recall.scope + 1, **counts(recall, plan)}
    before = rows.makers(connection, recall.id)
    moved = taken(connection, recall, changes, wanted, turn, plan=plan)
    carry(store, connection, moved, plan, wanted, turn)
    telling.decided(connection, moved, wanted.makers.difference(before))
    return moved


def counts(recall: Recall, plan: Plan) -> dict[str, Any]:
    """How many things and sites a recall has with a plan, where it ran before."""
    sites = plan.first_site - 1 + len(plan.new)
    return {"things": recall.things + len(plan.things), "sites": sites}


def carry(
    store: Store,
    connection: Connection,
    recall: Recall,
    plan: Plan,
    wanted: Wanted,
    turn: Turn,
    *,
    changed: Sequence[Site] = (),
) -> None:
    """Write a plan: things, sites, messages, stop list; ``changed`` sites hear of other words."""
    spreading.keep_things(store, connection, recall, plan.things)
    told = spreading.keep_sites(store, connection, recall, plan, shown=wanted.shown, now=turn.now)
    if plan.things:
        spreading.stop(connection, recall, plan.things, turn.actor)
    telling.noticed(connection, recall, [*told, *changed])
    lines = spreading.lines(plan, told)
    lines += (Line(what=What.CHANGED, site=one) for one in changed)
    tellings.keep(store, connection, recall, turn.now, lines)


def taken(
    connection: Connection,
    recall: Recall,
    changes: dict[str, Any],
    wanted: Wanted,
    turn: Turn,
    *,
    plan: Plan | None = None,
    words: str | None = None,
) -> Recall:
    """Change the case, write the step and the scope's version; raises `RecallMovedError`."""
    scope, numbers = wanted.found.scope, wanted.numbers()
    content: dict[str, Any] = {
        "version": changes["scope"],
        "things": len(scope.things),
        "sites": numbers.site_count,
        "digest": scope.digest,
        "as_of": scope.as_of,
        "truncated": scope.truncated,
    }
    if plan is not None:
        content |= {"added": len(plan.things), "new_sites": len(plan.new)}
        content["told_again"] = len(plan.again)
    step = moving.step(turn.step, turn.side, turn.now, by=turn.by, words=words, content=content)
    moved = moving.move(connection, recall, changes, step, seen=turn.seen)
    rows.add_scope(
        connection,
        {
            "recall": recall.id,
            "version": moved.scope,
            "at": to_microseconds(turn.now),
            "actor": turn.actor,
            "choice": msgspec.json.encode(wanted.choice).decode(),
            "numbers": msgspec.json.encode(numbers).decode(),
            "digest": scope.digest,
            "as_of": scope.as_of,
        },
    )
    rows.add_makers(connection, recall.id, wanted.makers)
    rows.checked(connection, recall.id, scope.as_of)
    return moved


def kept(connection: Connection, recall: Recall) -> tuple[ScopeChoice, Preview] | None:
    """The settled scope's choice and numbers; None where there is none."""
    row = rows.scope(connection, recall.id, recall.scope)
    if row is None:
        return None
    choice = msgspec.json.decode(row["choice"], type=ScopeChoice)
    return choice, msgspec.json.decode(row["numbers"], type=Preview)
