# SPDX-License-Identifier: Apache-2.0
"""Requests for information that wait for an answer: whoever was asked is reminded, then whoever
opened the case is told; each once, by anybody.

What was sent stands in the steps of the case: which reminder of which requests, and which were
told of. Several processes may do so at once: who is second finds the step of the first.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.recall import deadlines, moving, rules, telling
from nguon.recall.model import Level, Request, Side, Step
from nguon.recall.reading import recall_of, request_of
from nguon.store import Store
from nguon.store import recall_papers as papers
from nguon.store import recalls as rows

_STATES = sorted(rules.LIVE)


class _Sent(msgspec.Struct):
    """What steps say was sent: how many reminders, by request, and requests told of."""

    reminded: dict[str, int] = {}
    told: list[str] = []


class _Owed(NamedTuple):
    """Requests whose party is to be reminded, with the reminder's number, and those to tell of."""

    late: dict[str, int]
    over: list[str]


def run(store: Store, moment: datetime) -> int:
    """Remind and tell of what is due by a moment; gives how many requests it was about.

    After a pause a party gets one reminder, not one for every time that passed. Parties without
    account get none; whoever opened the case is told of theirs likewise.
    """
    with store.reading() as connection:
        found = _by_recall(papers.unanswered(connection, _STATES))
        sent = _sent(connection, found)
    due = [one for one, some in found.items() if any(_owed(some, sent[one], moment))]
    return sum(_one(store, number, moment) for number in due)


def _one(store: Store, number: str, moment: datetime) -> int:
    with store.transaction() as connection:
        rows.hold(connection, number, alone=True)
        found = _by_recall(papers.unanswered(connection, _STATES, recall=number)).get(number, [])
        owed = _owed(found, _sent(connection, [number])[number], moment)
        row = rows.find(connection, number)
        if not any(owed) or row is None:
            return 0
        recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
        content = msgspec.to_builtins(_Sent(owed.late, owed.over))
        taken = moving.step(Step.CHASE, Side.SYSTEM, moment, content=content)
        moved = moving.move(connection, recall, {}, taken, seen=recall.seen)
        requests = [request_of(one) for one in found]
        telling.asked_again(connection, moved, [one for one in requests if one.id in owed.late])
        if owed.over:
            telling.unanswered(connection, moved, len(owed.over))
    return len(owed.late) + len(owed.over)


def _by_recall(found: Sequence[RowMapping]) -> dict[str, list[RowMapping]]:
    return {
        number: [row for row in found if row["recall"] == number]
        for number in dict.fromkeys(row["recall"] for row in found)
    }


def _sent(connection: Connection, recalls: Collection[str]) -> dict[str, _Sent]:
    sent = {number: _Sent() for number in recalls}
    for row in rows.contents(connection, recalls, Step.CHASE.value):
        step = msgspec.json.decode(row["content"], type=_Sent)
        sent[row["recall"]].reminded |= step.reminded
        sent[row["recall"]].told += step.told
    return sent


def _owed(found: Sequence[RowMapping], sent: _Sent, moment: datetime) -> _Owed:
    late, over = dict[str, int](), list[str]()
    for row in found:
        request: Request = request_of(row)
        assert request.due is not None, "only those with a term are read"
        level = None if row["level"] is None else Level(row["level"])
        rule = deadlines.reminding(level, request.asked)
        wanted = rule.wanted(request.asked, request.due, moment)
        if request.organisation is not None and wanted > sent.reminded.get(request.id, 0):
            late[request.id] = wanted
        if request.id not in sent.told and rule.escalates(request.due, moment):
            over.append(request.id)
    return _Owed(late, over)
