# SPDX-License-Identifier: Apache-2.0
"""The links of a walk over the index, as columns."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nguon.trace.index.marks import Array, Flags, Marks, Numbers, are_lots, are_products
from nguon.trace.model import FUTURE, PAST, Confidence, LinkKind

KINDS = tuple(sorted(LinkKind))
"""Kinds of links as numbers, in the order in which links are told."""
TRANSFORMED, MEMBER = KINDS.index(LinkKind.TRANSFORMED), KINDS.index(LinkKind.MEMBER)
CONTAINED, ASSOCIATED = KINDS.index(LinkKind.CONTAINED), KINDS.index(LinkKind.ASSOCIATED)
NO_EVENT = -1


class Ties(NamedTuple):
    """Links, some more than once: which thing they led to, from and to what (along the way of the
    goods), their kind, event and times as `nguon.trace.model.Link` has them, how sure.
    """

    there: Marks
    source: Marks
    target: Marks
    kind: Array
    event: Numbers
    start: Numbers
    end: Numbers
    sure: Array

    def only(self, wanted: Flags | Numbers) -> "Ties":
        """Some of them."""
        return Ties(*(column[wanted] for column in self))


def together(parts: Sequence[Ties]) -> Ties:
    """All of some."""
    if not parts:
        return Ties(*(np.empty(0, np.int64) for _ in Ties._fields))
    return Ties(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def sureness(marks: Marks) -> Array:
    """How surely a link that names these things says which goods it means."""
    sure = np.where(are_lots(marks), int(Confidence.LOT), int(Confidence.EXACT))
    return np.where(are_products(marks), int(Confidence.AMBIGUOUS), sure)


def making(here: Marks, there: Marks, event: Numbers, time: Numbers, sure: Array) -> Ties:
    """From what was used, or to what was made of it, at a time; the sense comes with `turned`."""
    kind = np.full(len(here), TRANSFORMED)
    return Ties(there, here, there, kind, event, time, time, sure)


def turned(ties: Ties, *, forward: bool) -> Ties:
    """Links along the way of the goods, whichever way was walked."""
    return ties if forward else ties._replace(source=ties.target, target=ties.source)


def process(here: Marks, there: Marks, event: Numbers) -> Ties:
    """Between a thing and what joins transformations."""
    count = len(here)
    past, future = np.full(count, PAST), np.full(count, FUTURE)
    return making(here, there, event, past, sureness(here))._replace(end=future)


def belonging(member: Marks, whole: Marks, there: Marks) -> Ties:
    """A piece or lot, and what it belongs to."""
    count = len(member)
    return Ties(
        there,
        member,
        whole,
        np.full(count, MEMBER),
        np.full(count, NO_EVENT),
        np.full(count, PAST),
        np.full(count, FUTURE),
        np.full(count, int(Confidence.LOT)),
    )
