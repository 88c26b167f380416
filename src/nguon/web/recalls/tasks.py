# SPDX-License-Identifier: Apache-2.0
"""The six tasks of a recall, from the signal to the end, and where each stands."""

import msgspec

from nguon.base.messages import Language, text
from nguon.recall.model import Side, State, Step
from nguon.recall.queries import View

_ORDER = (State.OPEN, State.INVESTIGATING, State.SCOPED, State.RUNNING, State.CLOSED)


class Task(msgspec.Struct, frozen=True):
    """A line of the list: what is to be done, where it leads, how it stands."""

    name: str
    means: str
    link: str
    stand: str
    tone: str


def leading(view: View) -> bool:
    """Whether the reader sees all sites and the report; makers of another's case see their part."""
    return not view.sides or bool(view.sides & {Side.OFFICER, Side.MAKER})


def tasks(view: View, base: str, language: Language) -> list[Task]:
    """The tasks of a case as whoever reads it may do them."""
    recall, possible = view.recall, set(view.possible)
    dismissed = recall.state is State.DISMISSED
    reached = -1 if dismissed else _ORDER.index(recall.state)
    running, closed = recall.state is State.RUNNING, recall.state is State.CLOSED
    shown = (running or closed) and leading(view)
    stands = {
        "signal": "done",
        "investigate": "done" if reached >= 2 else "now" if Step.FINDING in possible else "waiting",
        "scope": "done" if recall.scope else "now" if Step.SCOPE in possible else "waiting",
        "decide": "done" if recall.decided else "now" if Step.DECIDE in possible else "waiting",
        "follow": "done" if closed else "now" if running else "waiting",
        "close": "done" if closed else "now" if Step.CLOSE in possible else "waiting",
    }
    links = {
        "signal": f"{base}#signal",
        "investigate": f"{base}/investigate" if Step.FINDING in possible else f"{base}#steps",
        "scope": f"{base}/scope" if Step.SCOPE in possible else "",
        "decide": f"{base}/decide" if Step.DECIDE in possible else "",
        "follow": f"{base}/sites" if shown else "",
        "close": f"{base}/report" if shown else "",
    }
    return [_task(name, stand, links[name], dismissed, language) for name, stand in stands.items()]


def _task(name: str, stand: str, link: str, dismissed: bool, language: Language) -> Task:
    if dismissed and stand != "done":
        stand, link = "never", ""
    return Task(
        name=text(f"recalls.task-{name}", language),
        means=text(f"recalls.task-{name}-means", language),
        link=link,
        stand=text(f"recalls.stand-{stand}", language),
        tone={"done": "good", "now": "gold"}.get(stand, ""),
    )
