# SPDX-License-Identifier: Apache-2.0
"""Whether entries are in the log, say what their openings say, and are about their events."""

from collections.abc import Sequence
from hashlib import sha256

from nguon.evidence.errors import EvidenceError
from nguon.evidence.findings import Code, Finding, fails, held, left_open, refused
from nguon.evidence.leaves import EVENT, read_leaf
from nguon.evidence.opening import Opening
from nguon.evidence.package import Entry
from nguon.evidence.receipts import read_number
from nguon.evidence.told import Told, told_by
from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.proving import verify_inclusion


def included(entry: Entry, checkpoint: Checkpoint) -> None:
    """Check that the checkpoint's tree has the entry; raises `ProofError`."""
    hashed = leaf_hash(entry.entry)
    verify_inclusion(entry.index, checkpoint.size, hashed, checkpoint.root, entry.proof)


def judge_inclusion(
    entries: Sequence[Entry], checkpoint: Checkpoint, number: str | None
) -> Finding:
    """Every entry's place; ``number`` is that of the receipt as its holder knows it."""
    for entry in entries:
        try:
            included(entry, checkpoint)
        except ProofError as error:
            return refused(Code.INCLUSION, error, count=len(entries), index=entry.index)
    if not entries:
        return left_open(Code.INCLUSION, "evidence.no-entry")
    first = entries[0].index
    if number is not None and not _is_number(number, checkpoint, first):
        told = f"{checkpoint.origin} {first}"
        return fails(Code.INCLUSION, "evidence.other-number", part=number, told=told, index=first)
    return held(Code.INCLUSION, count=len(entries), index=first)


def _is_number(number: str, checkpoint: Checkpoint, index: int) -> bool:
    try:
        shard, place = read_number(number)
    except EvidenceError:
        return False
    return (shard, place) == (checkpoint.origin.rpartition("/")[2], index)


def judge_openings(entries: Sequence[Entry]) -> Finding:
    """Whether each entry commits to what its opening says."""
    opened = [entry for entry in entries if entry.opening is not None]
    params = {"count": len(opened), "of": len(entries)}
    for entry in opened:
        if not _opens(entry):
            params["index"] = entry.index
            return fails(Code.OPENING, "evidence.opening-differs", **params)
    if not opened:
        return left_open(Code.OPENING, "evidence.not-opened", **params)
    return held(Code.OPENING, index=opened[0].index, **params)


def _opens(entry: Entry) -> bool:
    facts, opening = read_leaf(entry.entry), entry.opening
    if opening is None or (facts.kind == EVENT) != bool(opening.received):
        return False
    return facts.commit == opening.commitment


def judge_events(entries: Sequence[Entry]) -> Finding:
    """Whether the events and statements of a package are what its entries are about."""
    about = [entry for entry in entries if entry.event is not None or entry.statement is not None]
    params = {"count": len(about), "of": len(entries)}
    for entry in about:
        reason = _differs(entry)
        if reason is not None:
            return fails(Code.EVENT, reason, index=entry.index, **params)
    if not about:
        return left_open(Code.EVENT, "evidence.no-event", **params)
    return held(Code.EVENT, index=about[0].index, **params)


def _differs(entry: Entry) -> str | None:
    opening = entry.opening
    if entry.event is not None and entry.statement is not None:
        return "evidence.event-differs"
    if entry.statement is not None:
        body = entry.statement.encode()
        if opening is None:
            public = read_leaf(entry.entry).body
            return None if public == body else "evidence.event-not-opened"
        plain = not opening.received and sha256(body).digest() == opening.digest
        return None if plain else "evidence.event-differs"
    assert entry.event is not None
    if opening is None:
        return "evidence.event-not-opened"
    context = None if entry.context is None else entry.context.encode()
    told = told_by(entry.event.encode(), context)
    return None if told.is_record(opening.digest, opening.received) else "evidence.event-differs"


def judge_given(entries: Sequence[Entry], events: Sequence[Told], record: str | None) -> Finding:
    """Whether one of the events of a file is what one of the entries is about.

    ``record`` is the receipt's name of it, which must then be a name of the event.
    """
    opened = [entry for entry in entries if entry.opening is not None]
    if not opened:
        return left_open(Code.EVENT, "evidence.not-opened", count=0, of=len(entries))
    for entry in opened:
        for told in events:
            if entry.opening is None or not _same(told, entry.opening):
                continue
            if record is not None and record not in told.names:
                return fails(Code.EVENT, "evidence.other-record", record=record, index=entry.index)
            return held(Code.EVENT, count=1, of=len(entries), index=entry.index)
    return fails(Code.EVENT, "evidence.event-differs", count=1, of=len(entries))


def _same(told: Told, opening: Opening) -> bool:
    return told.is_record(opening.digest, opening.received) or (
        told.received != opening.received and told.digest == opening.digest
    )
