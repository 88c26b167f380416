# SPDX-License-Identifier: Apache-2.0
"""Packages of proofs: entries of one shard under one checkpoint, and that they are all."""

import json
from collections.abc import Sequence

import msgspec

from nguon.base.base64url import url_octets
from nguon.evidence.leaves import read_leaf
from nguon.evidence.opening import Opening
from nguon.evidence.package import Anchor, Complete, Entry, Package
from nguon.evidence.told import told_by
from nguon.store.values import LogEntry
from nguon.tlog.anchors import keeping
from nguon.tlog.completing import Completeness
from nguon.tlog.model import Shard
from nguon.tlog.receipts import Covering, covering
from nguon.tlog.service import Tlog
from nguon.transparency.errors import ProofError


class Open(msgspec.Struct, frozen=True):
    """What the reader may see of an entry's record."""

    opening: Opening
    event: bytes | None = None
    """Octets as received."""
    context: bytes | None = None
    """The document's ``@context``, JSON."""
    statement: bytes | None = None
    record: str | None = None
    """The eventID."""


class Part(msgspec.Struct, frozen=True):
    """An entry, with what opens it for this reader."""

    entry: LogEntry
    open: Open | None = None


def package(
    tlog: Tlog, shard: Shard, parts: Sequence[Part], complete: Sequence[Completeness] = ()
) -> Package | None:
    """The package of those entries that the shard's newest witnessed checkpoint covers.

    None while it covers none of them. Lists whose head it does not cover yet are left out.
    Raises `LogError` where entry and files are not the same.
    """
    found = covering(tlog, shard)
    if found is None:
        return None
    inside = [part for part in parts if _within(shard, part.entry.seq)]
    entries = tuple(_entry(tlog, found, part) for part in inside if found.covers(part.entry.seq))
    lists = tuple(
        _complete(found, each)
        for each in complete
        if each.shard.name == shard.name and each.index < found.checkpoint.size
    )
    if not entries and not lists:
        return None
    return Package(found.note, entries, lists, _anchors(tlog, found, entries, lists))


def _anchors(
    tlog: Tlog, found: Covering, entries: Sequence[Entry], lists: Sequence[Complete]
) -> tuple[Anchor, ...]:
    """The earliest timestamp of a checkpoint that has all these entries; else the newest.

    One whose checkpoint the package's does not continue is left out: it is the scrubber's.
    """
    end = 1 + max([each.index for each in entries] + [each.head.index for each in lists])
    stamped = keeping.stamped(tlog.folder(found.shard), end, found.checkpoint.size)
    if stamped is None or stamped.token is None:
        return ()
    try:
        proof = found.continues(stamped.stated.checkpoint)
    except ProofError:
        return ()
    return (Anchor(stamped.token.kind, stamped.note, stamped.token.octets, proof),)


def _within(shard: Shard, seq: int) -> bool:
    return seq >= shard.first and (shard.last is None or seq <= shard.last)


def _entry(tlog: Tlog, found: Covering, part: Part) -> Entry:
    seq, leaf, shown = part.entry.seq, part.entry.leaf, part.open
    index, proof = seq - found.shard.first, found.proof(seq, leaf)
    marks = _marks(tlog, found.shard, leaf)
    if shown is None:
        return Entry(index, proof, leaf, marks=marks)
    return Entry(
        index,
        proof,
        leaf,
        shown.opening,
        _text(shown.event),
        _text(_needed(shown)),
        _text(shown.statement),
        marks,
    )


def _needed(shown: Open) -> bytes | None:
    """The context, where the record digest is another one without it."""
    if shown.event is None or shown.context is None:
        return None
    alone = told_by(shown.event, None).digest == shown.opening.digest
    return None if alone else shown.context


def _marks(tlog: Tlog, shard: Shard, leaf: bytes) -> tuple[str, ...] | None:
    root = read_leaf(leaf).subjects_root
    octets = None if root is None else url_octets(root)
    if octets is None:
        return None
    listed = tlog.folder(shard).get(f"subjects/{octets.hex()}")
    return None if listed is None else tuple(json.loads(listed))


def _complete(found: Covering, told: Completeness) -> Complete:
    leaf = bytes(told.head)
    head = Entry(told.index, found.proof(found.shard.first + told.index, leaf), leaf)
    return Complete(told.item, told.secret, head, told.proof, tuple(told.list))


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8")
