# SPDX-License-Identifier: Apache-2.0
"""Whether entries are about an item, and whether they are all that there are of it."""

from collections.abc import Sequence

import msgspec

from nguon.base.base64url import url_text
from nguon.evidence.commitments import item_mark
from nguon.evidence.entries import included
from nguon.evidence.findings import Code, Finding, fails, held, left_open, refused
from nguon.evidence.leaves import read_leaf
from nguon.evidence.package import Complete, Entry
from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.completeness import MapHead, check_complete, read_map_head
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.maps.nodes import mark_path


class Item(msgspec.Struct, frozen=True):
    """What the entries should be about."""

    key: str
    secret: bytes | None = None
    """Its own; without it no entry can be told to be about it."""

    @property
    def mark(self) -> str | None:
        """As it stands in entries."""
        return None if self.secret is None else url_text(item_mark(self.key, self.secret))


def judge_complete(
    told: Complete, entries: Sequence[Entry], checkpoint: Checkpoint
) -> list[Finding]:
    """Whether the map's head is logged, the list is the map's, and the entries are the list's."""
    head, logged = _logged(told, checkpoint)
    if head is None:
        return [logged, left_open(Code.COMPLETE, "evidence.rests", item=told.item)]
    return [logged, _complete(told, head, entries)]


def _logged(told: Complete, checkpoint: Checkpoint) -> tuple[MapHead | None, Finding]:
    at = told.head.index
    try:
        included(told.head, checkpoint)
        head = read_map_head(told.head.entry)
    except ProofError as error:
        return None, refused(Code.MAP_LOGGED, error, item=told.item, index=at)
    params = {"item": told.item, "index": at, "size": head.size}
    if head.origin != checkpoint.origin:
        return None, fails(Code.MAP_LOGGED, "evidence.head-log", origin=head.origin, **params)
    if head.size > at:
        return None, fails(Code.MAP_LOGGED, "evidence.head-beyond", **params)
    return head, held(Code.MAP_LOGGED, **params)


def _complete(told: Complete, head: MapHead, entries: Sequence[Entry]) -> Finding:
    path = mark_path(item_mark(told.item, told.secret))
    listed = {one.index: one.leaf for one in told.entries}
    shown = [entry for entry in entries if entry.index in listed]
    params = {
        "item": told.item,
        "count": len(told.entries),
        "size": head.size,
        "shown": len({entry.index for entry in shown}),
    }
    try:
        check_complete(head, path, told.entries, told.proof)
    except ProofError as error:
        return refused(Code.COMPLETE, error, **params)
    mark = Item(told.item, told.secret).mark
    for entry in entries:
        if entry.index in listed:
            wrong = leaf_hash(entry.entry) != listed[entry.index]
        else:
            marks = read_leaf(entry.entry).marks(entry.marks)
            wrong = entry.index < head.size and mark in (marks or ())
        if wrong:
            return fails(Code.COMPLETE, "evidence.list-contradicted", **params, index=entry.index)
    return held(Code.COMPLETE, **params)


def judge_subject(item: Item, entries: Sequence[Entry]) -> Finding:
    """Whether all these entries carry the item's mark."""
    params = {"item": item.key, "count": len(entries)}
    mark = item.mark
    if mark is None:
        return left_open(Code.SUBJECT, "evidence.no-secret", **params)
    hidden: int | None = None
    for entry in entries:
        facts = read_leaf(entry.entry)
        marks = facts.marks(entry.marks)
        if marks is None and facts.subjects_root is not None and entry.marks is None:
            hidden = entry.index
        elif mark not in (marks or ()):
            return fails(Code.SUBJECT, "evidence.not-marked", **params, index=entry.index)
    if hidden is not None:
        return left_open(Code.SUBJECT, "evidence.marks-hidden", **params, index=hidden)
    if not entries:
        return left_open(Code.SUBJECT, "evidence.no-entry", **params)
    return held(Code.SUBJECT, **params, index=entries[0].index)
