# SPDX-License-Identifier: Apache-2.0
"""Sites that are late are reminded, then officers and the maker told; each once, by anybody.

Several processes may do so at once: a site's count is raised by whoever is first, and who is
not sends nothing.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import deadlines, moving, rules, sides, telling, tellings
from nguon.recall.model import AWAITED, Recall, Side, Site, SiteState, SiteStep, State, Step
from nguon.recall.reading import recall_of, site_number, site_of
from nguon.recall.tellings import Line, What
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

_STEPS = {What.REMINDED: Step.REMIND, What.ESCALATED: Step.ESCALATE}
_PAUSE = timedelta(minutes=5)
_OWING = AWAITED | {SiteState.HELD}


def run(store: Store, moment: datetime) -> int:
    """Send what is due by a moment in all recalls that run; gives how many sites it was about."""
    return sum(_one(store, number, moment) for number in running(store))


def running(store: Store) -> list[str]:
    """The recalls that run, all of them."""
    with store.reading() as connection:
        return rows.in_state(connection, State.RUNNING.value)


def remind(store: Store, by: Principal, site: str) -> Site:
    """Remind a site by hand; who was reminded so just before is not reminded twice.

    Raises:
        UnknownRecallError: no such site that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: nothing is owed there.
    """
    return _by_hand(store, by, site, SiteStep.REMIND, "")


def escalate(store: Store, by: Principal, site: str, words: str = "") -> Site:
    """Have the opener of the case and the maker told that a site owes its answer; as `remind`."""
    return _by_hand(store, by, site, SiteStep.ESCALATE, words)


def _by_hand(store: Store, by: Principal, site: str, step: SiteStep, words: str) -> Site:
    said = rules.said(words, 0)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case, found = sides.acting_at(connection, by, site)
        account = found.organisation is not None
        side = rules.check_site(case.recall, found.state, step, case.acting, account=account)
        last = moving.last_step(connection, found)
        if last is not None and last.step is step and now - last.at < _PAUSE:
            return found
        taken = moving.site_step(step, side, now, by=by, words=said)
        if step is SiteStep.REMIND:
            changes = {"reminded": found.reminded + 1}
            telling.reminded(connection, case.recall, [found])
        else:
            changes = {"escalated": to_microseconds(now)}
            telling.escalated(connection, case.recall, 1)
        return moving.move_site(connection, found, found.state, changes, taken)


def _one(store: Store, number: str, moment: datetime) -> int:
    """The transaction of one recall; begun again by the next turn where the case moved on."""
    with store.reading() as connection:
        row = rows.find(connection, number)
        assert row is not None
        recall = recall_of(row, ())
        late, over = _owed(connection, recall, moment)
    if not late and not over:
        return 0
    with store.transaction() as connection:
        rows.hold(connection, number, alone=True)
        row = rows.find(connection, number)
        assert row is not None
        recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
        if recall.state is not State.RUNNING:
            return 0
        late, over = _owed(connection, recall, moment)
        reminded = _remind(connection, recall, late)
        recall = _noted(store, connection, recall, What.REMINDED, reminded, moment)
        escalated = _escalate(connection, recall, over, moment)
        if escalated:
            telling.escalated(connection, recall, len(escalated))
        _noted(store, connection, recall, What.ESCALATED, escalated, moment)
    return len(reminded) + len(escalated)


def _owed(
    connection: Connection, recall: Recall, moment: datetime
) -> tuple[dict[int, list[Site]], list[Site]]:
    """The sites to be reminded, by which reminder it is, and those to be told of."""
    rule = deadlines.reminding(recall.level, recall.decided or moment)
    late: dict[int, list[Site]] = {}
    over = list[Site]()
    states = sorted(state.value for state in _OWING)
    for site in map(site_of, site_rows.listed(connection, recall.id, states=states)):
        if site.due is None:
            continue
        begun = site.answered_at if site.state is SiteState.HELD else site.told_at
        wanted = rule.wanted(begun or site.told_at, site.due, moment)
        if wanted > site.reminded:
            late.setdefault(wanted, []).append(site)
        if site.escalated is None and rule.escalates(site.due, moment):
            over.append(site)
    return late, over


def _remind(connection: Connection, recall: Recall, late: dict[int, list[Site]]) -> list[Site]:
    told = list[Site]()
    for count, some in late.items():
        first = site_rows.due_for(connection, recall.id, _numbers(some), "reminded", count)
        told += [one for one in some if site_number(one.id)[1] in first]
    telling.reminded(connection, recall, told)
    return told


def _escalate(
    connection: Connection, recall: Recall, over: list[Site], moment: datetime
) -> list[Site]:
    now = to_microseconds(moment)
    first = site_rows.due_for(connection, recall.id, _numbers(over), "escalated", now)
    return [one for one in over if site_number(one.id)[1] in first]


def _noted(
    store: Store,
    connection: Connection,
    recall: Recall,
    what: What,
    told: Collection[Site],
    moment: datetime,
) -> Recall:
    if not told:
        return recall
    taken = moving.step(_STEPS[what], Side.SYSTEM, moment, content={"sites": len(told)})
    moved = moving.move(connection, recall, {}, taken, seen=recall.seen)
    tellings.keep(store, connection, moved, moment, [Line(what=what, site=one) for one in told])
    return moved


def _numbers(some: Collection[Site]) -> list[int]:
    return [site_number(one.id)[1] for one in some]
