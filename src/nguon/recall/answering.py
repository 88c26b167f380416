# SPDX-License-Identifier: Apache-2.0
"""A site sees the notice and says what it found; who has no account is spoken to by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import rfc3339, to_microseconds
from nguon.identity.model import Principal
from nguon.recall import amounts, deadlines, disposing, moving, rules, sides
from nguon.recall.errors import RecallMovedError
from nguon.recall.inputs import Answer, Contact
from nguon.recall.model import AWAITED, Quantities, Recall, Side, Site, SiteState, SiteStep
from nguon.recall.sides import Opened
from nguon.store import Store

_LEEWAY = timedelta(minutes=10)
_MOST_NAME = 200


def see(store: Store, by: Principal, site: str) -> Site:
    """Acknowledge the notice; who did so before changes nothing.

    Raises:
        UnknownRecallError: no such site of this organisation.
        RecallForbiddenError: not his to do.
        RecallError: the recall is over.
    """
    now = datetime.now(UTC)
    with store.transaction() as connection:
        _, found, side = _at(connection, by, site, SiteStep.SEE)
        if found.seen_at is not None and found.seen_at >= found.told_at:
            return found
        state = SiteState.SEEN if found.state is SiteState.TOLD else found.state
        taken = moving.site_step(SiteStep.SEE, side, now, by=by)
        changes = {"seen_at": to_microseconds(now)}
        return moving.move_site(connection, found, state, changes, taken)


def contact(store: Store, by: Principal, site: str, contacted: Contact) -> Site:
    """Note who of a party was spoken to, how and when; the same said again is one contact.

    Raises as `see`, and `RecallFaultsError`: names missing, or a time to come.
    """
    now = datetime.now(UTC)
    faults = rules.faults_in(contacted.who, "who", 2, _MOST_NAME)
    faults += rules.faults_in(contacted.how, "how", 2, _MOST_NAME)
    faults += rules.faults_in(contacted.words, "words", 0)
    if contacted.at > now + _LEEWAY:
        faults.append(Fault("/at", "recall.contact-later", {}))
    rules.refuse(faults)
    with store.transaction() as connection:
        _, found, side = _at(connection, by, site, SiteStep.CONTACT)
        state = SiteState.TOLD if found.state is SiteState.UNREACHED else found.state
        content = {"who": contacted.who, "how": contacted.how, "at": rfc3339(contacted.at)}
        taken = moving.site_step(
            SiteStep.CONTACT, side, now, by=by, words=contacted.words or None, content=content
        )
        if moving.repeats(connection, found, taken):
            return found
        return moving.move_site(connection, found, state, {}, taken)


def answer(store: Store, by: Principal, site: str, said: Answer) -> Site:
    """Say what is there, what is held of it and what was sold; a later answer replaces it, the
    same one sent again is one answer.

    Raises as `see`, and
        RecallFaultsError: wrong quantities, more held than found, less held than disposals are
            about.
        RecallMovedError: somebody else answered first (``seen``).
    """
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case, found, side = _at(connection, by, site, SiteStep.ANSWER)
        taken = moving.site_step(
            SiteStep.ANSWER,
            side,
            now,
            by=by,
            words=said.words.strip() or None,
            content=_content(said),
        )
        if found.state not in AWAITED and moving.repeats(connection, found, taken):
            return found
        if said.seen is not None and said.seen != found.seen:
            raise RecallMovedError("recall.moved")
        rules.refuse(_faults(said, disposing.pledged(connection, found)))
        state = _state(said, found)
        return moving.move_site(
            connection, found, state, _changes(case.recall, said, found, state, now), taken
        )


def _at(
    connection: Connection, by: Principal, site: str, step: SiteStep
) -> tuple[Opened, Site, Side]:
    case, found = sides.acting_at(connection, by, site)
    account = found.organisation is not None
    side = rules.check_site(case.recall, found.state, step, case.acting, account=account)
    return case, found, side


def _faults(said: Answer, pledged: Quantities) -> list[Fault]:
    faults = rules.faults_in(said.words, "words", 0)
    for field in ("found", "held", "sold"):
        faults += amounts.faults_in(getattr(said, field), field)
    if faults:
        return faults
    if not said.concerned:
        if said.found or said.held or said.sold:
            return [Fault("/concerned", "recall.concerned-or-not", {})]
        if pledged:
            return [Fault("/held", "recall.held-less", {})]
        return rules.faults_in(said.words, "words", rules.LEAST_WORDS)
    if amounts.beyond(said.held, said.found):
        faults.append(Fault("/held", "recall.held-beyond", {}))
    if amounts.beyond(pledged, said.held):
        faults.append(Fault("/held", "recall.held-less", {}))
    return faults


def _state(said: Answer, site: Site) -> SiteState:
    if not said.concerned:
        return SiteState.NOT_CONCERNED
    if not said.held:
        return SiteState.ANSWERED
    return SiteState.HELD if amounts.beyond(said.held, site.disposed) else SiteState.DISPOSED


def _content(said: Answer) -> dict[str, Any]:
    told = {
        field: [[product, one.text, one.unit] for product, one in getattr(said, field)]
        for field in ("found", "held", "sold")
    }
    return {"concerned": said.concerned, **told}


def _changes(
    recall: Recall, said: Answer, site: Site, state: SiteState, now: datetime
) -> dict[str, Any]:
    due = None
    if state is SiteState.HELD:
        due = site.due if site.state is SiteState.HELD else None
        due = due or deadlines.due("hold", moving.terms(recall), now)
    first = site.answered_at if site.state not in AWAITED else None
    return {
        "found": amounts.packed(said.found),
        "held": amounts.packed(said.held),
        "sold": amounts.packed(said.sold),
        "answered_at": to_microseconds(first or now),
        "due": moving.stamp(due),
        "reminded": 0,
        "escalated": None,
        "words": said.words.strip() or None,
    }
