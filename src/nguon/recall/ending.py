# SPDX-License-Identifier: Apache-2.0
"""How a case ends: closed once every site has finished, or dismissed where nothing was decided."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import moving, rules, sides, telling, tellings
from nguon.recall.errors import RecallError
from nguon.recall.inputs import Closing
from nguon.recall.model import SETTLED, DisposalState, Recall, SiteState, Step
from nguon.recall.reading import site_of
from nguon.recall.tellings import Line, What
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

_UNSETTLED = frozenset(SiteState) - SETTLED


def close(store: Store, by: Principal, number: str, closing: Closing) -> Recall:
    """End a recall; what was recalled stays stopped unless it was released.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: sites have not finished, and nothing is said of why it ends without them.
        RecallMovedError: somebody else was first.
        RecallFaultsError: too few words.
    """
    words = rules.said(closing.words)
    missing = rules.said(closing.missing, field="missing") if closing.missing else None
    now = datetime.now(UTC)
    with store.transaction() as connection:
        rows.hold(connection, number, alone=True)
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.CLOSE, case.acting)
        left, waiting = _left(connection, number)
        if (left or waiting) and missing is None:
            raise RecallError("recall.not-finished", sites=left, disposals=waiting)
        content = {"unfinished": left, "waiting": waiting, "missing": missing}
        taken = moving.step(Step.CLOSE, side, now, by=by, words=words, content=content)
        changes = {"closed": to_microseconds(now), "due": None}
        moved = moving.move(connection, case.recall, changes, taken, seen=closing.seen)
        told = [site_of(row) for row in site_rows.listed(connection, number)]
        telling.closed(connection, moved, told)
        lines = [Line(what=What.CLOSED, site=one) for one in told]
        tellings.keep(store, connection, moved, now, lines)
    return moved


def dismiss(store: Store, by: Principal, number: str, closing: Closing) -> Recall:
    """End a case in which nothing is recalled; raises as `close`."""
    words = rules.said(closing.words)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.DISMISS, case.acting)
        taken = moving.step(Step.DISMISS, side, now, by=by, words=words)
        changes = {"closed": to_microseconds(now), "due": None}
        return moving.move(connection, case.recall, changes, taken, seen=closing.seen)


def _left(connection: Connection, number: str) -> tuple[int, int]:
    """How many sites have not finished, and how many disposals wait for an officer."""
    states = sorted(state.value for state in _UNSETTLED)
    sites = site_rows.listed(connection, number, states=states)
    waiting = DisposalState.WAITING.value
    disposals = [one for one in site_rows.disposals(connection, number) if one["state"] == waiting]
    return len(sites), len(disposals)
