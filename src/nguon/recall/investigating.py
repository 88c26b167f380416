# SPDX-License-Identifier: Apache-2.0
"""Looking into a case: notes, findings, more suspected things, questions to parties."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import deadlines, moving, opening, rules, sides, telling
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Finding, FindingKind
from nguon.recall.model import Recall, Request, Side, Step
from nguon.recall.reading import request_of
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import recall_papers as papers
from nguon.store import recalls as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

_MOST_REQUESTS = 200
_STEPS = {
    FindingKind.NOTE: Step.NOTE,
    FindingKind.FINDING: Step.FINDING,
    FindingKind.ADD: Step.ADD,
    FindingKind.ASK: Step.ASK,
    FindingKind.DETERMINE: Step.DETERMINE,
}


def investigate(
    store: Store, by: Principal, number: str, finding: Finding, folder: Folder | None = None
) -> Recall:
    """Write down what was found out, add suspected things, ask a party.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: not as the case stands.
        RecallMovedError: somebody else was first.
        RecallFaultsError: too few words, unknown things or parties.
        DocumentRefusedError: a file that is not kept.
    """
    words = rules.said(finding.words)
    keys = opening.keys_in(finding.keys)
    _check(store, finding, keys)
    files = moving.checked(finding.files, folder)
    now = datetime.now(UTC)
    step = _STEPS[finding.kind]
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, step, case.acting)
        changes, content = _changes(case.recall, finding, now), _content(finding, keys)
        content |= moving.digests(files)
        if finding.kind is FindingKind.ADD:
            rows.add_about(connection, number, keys, finding.seen + 1)
        if finding.kind is FindingKind.ASK:
            content["request"] = _ask(connection, by, case.recall, finding, now)
        taken = moving.step(step, side, now, by=by, words=words, content=content or None)
        moved = moving.move(connection, case.recall, changes, taken, seen=finding.seen)
        moving.attach(connection, files, number, number=moved.seen)
    return moved


def reply(store: Store, by: Principal, request: str, words: str) -> Request:
    """Answer a request for information, once.

    Raises:
        UnknownRecallError: no request to this organisation.
        RecallForbiddenError: somebody who may only read.
        RecallError: answered already, or the case is over.
        RecallFaultsError: too few words.
    """
    said = rules.said(words)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        row = papers.request(connection, request)
        if row is None or row["organisation"] != by.organisation:
            raise UnknownRecallError("recall.unknown-request")
        case = sides.opened(connection, by, row["recall"])
        rules.check(case.recall, Step.REPLY, case.acting)
        values = {"answered": to_microseconds(now), "answer": said, "actor": by.key_id}
        answered = papers.answer_request(connection, request, values)
        if answered is None:
            raise RecallError("recall.replied")
        taken = moving.step(
            Step.REPLY, Side.ASKED, now, by=by, words=said, content={"request": request}
        )
        moving.move(connection, case.recall, {}, taken, seen=case.recall.seen)
    return request_of(answered)


def _check(store: Store, finding: Finding, keys: tuple[str, ...]) -> None:
    faults = opening.faults_of(store, keys) if finding.kind is FindingKind.ADD else []
    if finding.kind is FindingKind.ASK:
        faults += _party_faults(store, finding)
    if finding.days is not None and not 1 <= finding.days <= rules.MOST_DAYS:
        faults.append(Fault("/days", "recall.days-range", {"most": rules.MOST_DAYS}))
    rules.refuse(faults)


def _party_faults(store: Store, finding: Finding) -> list[Fault]:
    if (finding.organisation is None) == (not finding.party):
        return [Fault("/organisation", "recall.party-missing", {})]
    if finding.organisation is None:
        return rules.faults_in(finding.party or "", "party", 1, rules.MOST_TITLE)
    with store.reading() as connection:
        known = registers.rows(connection, tables.organisation, "id", [finding.organisation])
    return [] if known else [Fault("/organisation", "recall.unknown-party", {})]


def _changes(recall: Recall, finding: Finding, now: datetime) -> dict[str, Any]:
    """To have found that goods must be recalled sets the legal clock, once."""
    if finding.kind is not FindingKind.DETERMINE or recall.determined is not None:
        return {}
    due = deadlines.due("determine", moving.terms(recall), now)
    return {"determined": to_microseconds(now), "due": moving.stamp(due)}


def _content(finding: Finding, keys: tuple[str, ...]) -> dict[str, Any]:
    return {"keys": list(keys)} if finding.kind is FindingKind.ADD else {}


def _ask(
    connection: Connection,
    by: Principal,
    recall: Recall,
    finding: Finding,
    now: datetime,
) -> str:
    if len(papers.requests(connection, recall.id)) >= _MOST_REQUESTS:
        raise RecallError("recall.requests-many", most=_MOST_REQUESTS)
    own = None if finding.days is None else now + timedelta(days=finding.days)
    due = own or deadlines.due("ask", moving.terms(recall), now)
    request = Request(
        id=secrets.token_hex(8),
        recall=recall.id,
        organisation=finding.organisation,
        party=finding.party or None,
        words=finding.words.strip(),
        asked=now,
        due=due,
    )
    values = msgspec.structs.asdict(request)
    values |= {"asked": to_microseconds(now), "due": moving.stamp(due), "actor": by.key_id}
    papers.add_request(connection, values)
    if request.organisation is not None:
        telling.asked(connection, recall, request)
    return request.id
