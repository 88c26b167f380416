# SPDX-License-Identifier: Apache-2.0
"""Cases whose term passed before anything was decided: whoever leads one is told, once a term."""

from datetime import datetime

from nguon.base.time import to_microseconds
from nguon.recall import moving, rules, telling
from nguon.recall.model import Side, Step
from nguon.recall.reading import recall_of
from nguon.store import Store
from nguon.store import recalls as rows

_STATES = sorted(rules.BEFORE)


def run(store: Store, moment: datetime) -> int:
    """Tell who leads a case that its next step, such as the decision, should have been taken.

    Gives how many cases it was; a term that passed is told of once, by whoever is first.
    """
    now = to_microseconds(moment)
    with store.reading() as connection:
        found = rows.overdue(connection, _STATES, now, Step.ESCALATE.value)
    return sum(_one(store, row["id"], moment) for row in found)


def _one(store: Store, number: str, moment: datetime) -> bool:
    now = to_microseconds(moment)
    with store.transaction() as connection:
        rows.hold(connection, number, alone=True)
        still = rows.overdue(connection, _STATES, now, Step.ESCALATE.value)
        row = next((one for one in still if one["id"] == number), None)
        if row is None:
            return False
        recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
        taken = moving.step(Step.ESCALATE, Side.SYSTEM, moment)
        telling.overdue(connection, moving.move(connection, recall, {}, taken, seen=recall.seen))
    return True
