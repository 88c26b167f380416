# SPDX-License-Identifier: Apache-2.0
"""Puts segments together, stretch after stretch of the log, without the events erased since.

By ranges of marks, so that what is held at once does not grow with the segments.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nguon.trace.index.columns import COLUMNS, Segment
from nguon.trace.index.marks import Array, Flags, Marks, Numbers, distinct

Put = Callable[[str, Array], None]
"""Takes the next part of a column."""

_AT_ONCE = 1 << 21
"""Entries of a relation that are put in order together, about."""
_TEXT = 4
"""A key weighs so many entries."""
_OF_EVENTS = ("seq", "number", "time", "info", "parent", "name", "content")
_RELATIONS = {
    "named": ("event", "roles"),
    "whole": ("piece", "event"),
    "piece": ("whole", "event"),
}


class _Part(NamedTuple):
    """A segment with what stays of it: which events, and their numbers in the result."""

    segment: Segment
    stays: Flags | None
    numbers: Numbers


def merged(segments: Sequence[Segment], erased: Numbers = np.empty(0, np.int64)) -> Segment:  # noqa: B008
    """One segment of neighbours in the log, in memory."""
    columns: dict[str, list[Array]] = {name: [] for name in COLUMNS}
    merge(segments, erased, lambda name, values: columns[name].append(values))
    arrays = {
        name: np.concatenate(parts).astype(COLUMNS[name], copy=False)
        for name, parts in columns.items()
    }
    return Segment(segments[0].after, segments[-1].upto, arrays)


def merge(segments: Sequence[Segment], erased: Numbers, put: Put) -> None:
    """Give the columns of one segment for neighbours in the log, part by part.

    ``erased`` are the numbers of events that are left out, in order.
    """
    parts = list(_parts(segments, erased))
    for name in _OF_EVENTS:
        for part in parts:
            values = part.segment.arrays[name]
            put(name, values if part.stays is None else values[part.stays])
    _items(parts, put)
    for name, columns in _RELATIONS.items():
        _relation(parts, name, columns, put)
    _fixes(parts, put)
    _texts(parts, put)


def _parts(segments: Iterable[Segment], erased: Numbers) -> Iterator[_Part]:
    base = 0
    for segment in segments:
        numbers = segment.arrays["number"]
        gone = np.isin(numbers, erased) if len(erased) else np.zeros(0, bool)
        if gone.any():
            stays = ~gone
            renumbered = base - 1 + np.cumsum(stays)
            yield _Part(segment, stays, renumbered)
            base += int(np.count_nonzero(stays))
        else:
            yield _Part(segment, None, np.arange(base, base + len(numbers)))
            base += len(numbers)


def _items(parts: Sequence[_Part], put: Put) -> None:
    base = 0
    put("item_at", np.zeros(1, np.int64))
    for part in parts:
        arrays = part.segment.arrays
        counts = np.diff(arrays["item_at"])
        item, role = arrays["item"], arrays["role"]
        if part.stays is not None:
            theirs = np.repeat(part.stays, counts)
            item, role, counts = item[theirs], role[theirs], counts[part.stays]
        put("item", item)
        put("role", role)
        put("item_at", base + np.cumsum(counts))
        base += int(counts.sum())


def _relation(parts: Sequence[_Part], name: str, columns: Sequence[str], put: Put) -> None:
    put(f"{name}_at", np.zeros(1, np.int64))
    base = 0
    entries = sum(len(part.segment.arrays[f"{name}_event"]) for part in parts)
    for low, high in _ranges(entries):
        pieces = [_slice(part, name, columns, low, high) for part in parts]
        about = np.concatenate([piece[0] for piece in pieces])
        order = np.argsort(about, kind="stable")
        about = about[order]
        things, first = np.unique(about, return_index=True)
        put(name, things)
        put(f"{name}_at", base + np.append(first[1:], len(about))[: len(things)])
        for at, column in enumerate(columns, 1):
            put(f"{name}_{column}", np.concatenate([piece[at] for piece in pieces])[order])
        base += len(about)


def _slice(
    part: _Part, name: str, columns: Sequence[str], low: int | None, high: int | None
) -> list[Array]:
    """The entries about things of a range, those of events that stay; the things come first."""
    arrays = part.segment.arrays
    things, at = arrays[name], arrays[f"{name}_at"]
    begin, end = _within(things, low, high)
    first, last = at[begin], at[end]
    found = [np.repeat(things[begin:end], np.diff(at[begin : end + 1]))]
    event = arrays[f"{name}_event"][first:last]
    for column in columns:
        values = arrays[f"{name}_{column}"][first:last]
        if column == "event":
            values = part.numbers[event].astype(np.int32)
        found.append(values)
    return found if part.stays is None else [each[part.stays[event]] for each in found]


def _ranges(entries: int) -> Iterator[tuple[int | None, int | None]]:
    """Ranges of marks, which lie evenly, with about so many entries in each; None: no bound."""
    count = entries // _AT_ONCE + 1
    bounds = [(n << 64) // count - (1 << 63) for n in range(1, count)]
    yield from zip([None, *bounds], [*bounds, None], strict=True)


def _within(things: Marks, low: int | None, high: int | None) -> tuple[int, int]:
    begin = 0 if low is None else int(np.searchsorted(things, low))
    return begin, len(things) if high is None else int(np.searchsorted(things, high))


def _fixes(parts: Sequence[_Part], put: Put) -> None:
    for part in parts:
        fix = part.segment.arrays["fix"]
        if part.stays is not None:
            fix = fix[part.stays[fix]]
        put("fix", part.numbers[fix].astype(np.int32))


def spans(begins: Numbers, lengths: Numbers) -> Numbers:
    """All numbers of the spans that begin here and are so long, one span after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(begins - before, lengths) + np.arange(int(lengths.sum()))


def _texts(parts: Sequence[_Part], put: Put) -> None:
    put("text_at", np.zeros(1, np.int64))
    base = 0
    entries = sum(len(part.segment.arrays["text_mark"]) for part in parts)
    for low, high in _ranges(_TEXT * entries):
        marks, lengths, text = _gathered(parts, low, high)
        if any(part.stays is not None for part in parts):
            kept = np.isin(marks, _used(parts, low, high))
            text, marks = text[np.repeat(kept, lengths)], marks[kept]
            lengths = lengths[kept]
        put("text_mark", marks)
        put("text_at", base + np.cumsum(lengths))
        put("text", text)
        base += len(text)


def _used(parts: Sequence[_Part], low: int | None, high: int | None) -> Marks:
    """The marks that events which stay still name."""
    found = [
        _slice(part, name, ("event",), low, high)[0]
        for part in parts
        for name in ("named", "whole")
    ]
    # A key that names its lot brings the mark of that lot alone.
    found += [_slice(part, "piece", ("whole", "event"), None, None)[1] for part in parts]
    return distinct(np.concatenate(found))


def _gathered(
    parts: Sequence[_Part], low: int | None, high: int | None
) -> tuple[Marks, Numbers, Array]:
    """Marks of a range once each, the lengths of their texts, and the texts."""
    marks, lengths, texts = [], [], []
    for part in parts:
        own, at = part.segment.arrays["text_mark"], part.segment.arrays["text_at"]
        begin, end = _within(own, low, high)
        marks.append(own[begin:end])
        lengths.append(np.diff(at[begin : end + 1]))
        texts.append(part.segment.arrays["text"][at[begin] : at[end]])
    every, length, text = np.concatenate(marks), np.concatenate(lengths), np.concatenate(texts)
    begins = np.cumsum(length) - length
    order = np.argsort(every, kind="stable")
    different, first, group = np.unique(every[order], return_index=True, return_inverse=True)
    begins, length = begins[order], length[order]
    chosen = length[first].copy()
    chosen[group[_unlike(begins, length, first[group], text)]] = 0
    return different, chosen, text[spans(begins[first], chosen)]


def _unlike(begins: Numbers, lengths: Numbers, first: Numbers, text: Array) -> Numbers:
    """Which texts are not equal to the first of the same mark."""
    again = np.flatnonzero(first != np.arange(len(first)))
    short = lengths[again] != lengths[first[again]]
    same = again[~short]
    other = (
        text[spans(begins[same], lengths[same])] != text[spans(begins[first[same]], lengths[same])]
    )
    owner = np.repeat(same, lengths[same])
    return np.concatenate([again[short], owner[other]])
