# SPDX-License-Identifier: Apache-2.0
"""The list of things found: narrowed, sorted, by pages."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from nguon.trace.model import Node
from nguon.web.tracing.asked import PAGE_ROWS, Asked
from nguon.web.tracing.words import Row, Words


class Listed(msgspec.Struct, frozen=True):
    """One page of the list: ``total`` rows there are in all, on ``pages`` pages."""

    rows: list[Row]
    total: int
    page: int
    pages: int


def listed(things: Sequence[Node], asked: Asked, words: Words, lanes: Mapping[str, str]) -> Listed:
    """The page of the list that is asked for."""
    rows = [words.row(node, lanes.get(node.key, "")) for node in things]
    kept = [row for row in rows if _wanted(row, asked)]
    kept.sort(key=SORTED[asked.sort])
    pages = max(1, -(-len(kept) // PAGE_ROWS))
    page = min(asked.page, pages)
    start = (page - 1) * PAGE_ROWS
    return Listed(kept[start : start + PAGE_ROWS], len(kept), page, pages)


def counts(things: Sequence[Node], words: Words) -> list[str]:
    """How many there are of each kind, without the things asked about."""
    kinds = Counter(words.label(node.key).kind for node in things if node.depth)
    return [words.counted(kind, n) for kind, n in kinds.most_common()]


def _wanted(row: Row, asked: Asked) -> bool:
    return (
        (not asked.lane or (row.lane or "unknown") == asked.lane)
        and (not asked.kind or row.label.kind == asked.kind)
        and (not asked.product or row.label.product == asked.product)
    )


SORTED: Mapping[str, Callable[[Row], Any]] = {
    "steps": lambda row: (row.depth, row.label.kind, row.product or "", row.label.short),
    "name": lambda row: (row.label.kind, row.product or "", row.label.short),
    "first": lambda row: row.first or date.max,
    "last": lambda row: row.last or date.max,
}
"""By the name of an order what it sorts by."""
