# SPDX-License-Identifier: Apache-2.0
"""Ledgers of containers that are not plain, settled one by one by the code of the walk itself."""

from typing import Any, NamedTuple

import numpy as np

from nguon.epcis.items import ItemRef, Role
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace.containment import Stay, stays
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.marks import NONE, Array, Flags, Marks, Numbers, distinct
from nguon.trace.index.view import View
from nguon.trace.shapes import Shape


class Operations(NamedTuple):
    """Entries into containers and endings: of which ledger and thing, where, when."""

    group: Numbers
    who: Numbers
    parent: Marks
    time: Numbers
    leaving: Flags
    attached: Flags
    exclusive: Flags
    number: Numbers

    def only(self, wanted: Flags | Numbers) -> "Operations":
        """Some of them."""
        return Operations(*(column[wanted] for column in self))


def reference(view: View, children: Marks, ledger: Operations, emptied: Any) -> list[Array]:
    """The columns of the stays of these ledgers.

    Raises `TraceIndexError` where keys are not known by their marks.
    """
    parents = distinct(np.append(ledger.parent, emptied.parent))
    texts = _texts(view, distinct(np.concatenate([parents, children[distinct(ledger.who)]])))
    found: list[tuple[int, Stay]] = []
    for group in distinct(ledger.group).tolist():
        own = ledger.only(ledger.group == group)
        who = int(own.who[0])
        child = texts[int(children[who])]
        shapes = [*_own(own, child, texts), *_emptyings(own, emptied, texts)]
        exclusive = bool(own.exclusive[0])
        found += [(who, stay) for stay in stays(child, shapes, exclusive=exclusive)]
    marks = {text: number for number, text in texts.items()}
    return [
        np.array([who for who, _ in found], np.int64),
        np.array([marks[stay.parent] for _, stay in found], np.int64),
        np.array([stay.window.start for _, stay in found], np.int64),
        np.array([stay.window.end for _, stay in found], np.int64),
        np.array([stay.event for _, stay in found], np.int64),
        np.array([stay.attached for _, stay in found], bool),
    ]


def _own(own: Operations, child: str, texts: dict[int, str]) -> list[Shape]:
    return [
        _shape(number, time, int(parent), texts, child=child, attached=attached, leaving=leaving)
        for number, time, parent, attached, leaving in zip(
            own.number.tolist(),
            own.time.tolist(),
            own.parent.tolist(),
            own.attached.tolist(),
            own.leaving.tolist(),
            strict=True,
        )
    ]


def _emptyings(own: Operations, emptied: Any, texts: dict[int, str]) -> list[Shape]:
    attached = bool(own.attached[0])
    theirs = np.isin(emptied.parent, own.parent) & (emptied.attached == attached)
    return [
        _shape(number, time, parent, texts, child=None, attached=attached, leaving=True)
        for number, time, parent in zip(
            emptied.number[theirs].tolist(),
            emptied.time[theirs].tolist(),
            emptied.parent[theirs].tolist(),
            strict=True,
        )
    ]


def _shape(
    number: int,
    time: int,
    parent: int,
    texts: dict[int, str],
    *,
    child: str | None,
    attached: bool,
    leaving: bool,
) -> Shape:
    """An event as far as a ledger reads it."""
    items = [] if parent == NONE else [ItemRef(texts[parent], Role.PARENT)]
    if child is not None:
        items.append(ItemRef(child, Role.CHILD))
    return Shape(
        LineageEvent(
            id=number,
            seq=number,
            time=time,
            type=EventType.ASSOCIATION if attached else EventType.AGGREGATION,
            action=Action.DELETE if leaving else Action.ADD,
            submitter=0,
            correction=False,
            items=tuple(items),
        )
    )


def _texts(view: View, marks: Marks) -> dict[int, str]:
    marks = marks[marks != NONE]
    found = dict(zip(marks.tolist(), view.texts(marks), strict=True))
    if not all(found.values()):
        raise TraceIndexError("trace.index-damaged", file="text")
    return found
