# SPDX-License-Identifier: Apache-2.0
"""A portion of the log's entries: each with its tile, its record, and the record's index rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.gently import gently
from nguon.epcis.terms import term
from nguon.store import Store, signatures
from nguon.store import scrub_reads as reads
from nguon.store.bodies import unpack
from nguon.store.deriving import derive
from nguon.store.dialects import Dialect
from nguon.store.errors import CorruptBodyError
from nguon.store.leaf import NO_SIGNATURE, erasure_leaf
from nguon.store.rows import SAME_CONTENT, SAME_NAME, name_digest, own_name
from nguon.store.statements import Statement, commitment
from nguon.store.values import EntryKind, EventRecord, Submitter
from nguon.tlog.scrub import record
from nguon.tlog.scrub.files import InTiles
from nguon.tlog.scrub.findings import Finding
from nguon.transparency.completeness import read_map_head
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash

Recompute = Callable[[Sequence[bytes], bytes | None], Sequence[EventRecord | None]]
"""Records made anew from events' bytes and their document's context; None for none."""
Promised = Callable[[int, int], Mapping[int, InTiles]]
"""Of entries with these numbers those that lie in tiles."""

PORTION = 50


class Entry(msgspec.Struct, frozen=True):
    """An entry as it is to be compared: its leaf is that of the tile where both differ."""

    seq: int
    event: int
    kind: int
    leaf: bytes
    salt: bytes | None


def check(
    store: Store, recompute: Recompute, promised: Promised, first: int, end: int
) -> list[Finding]:
    """Everything wrong with entries ``first`` (inclusive) to ``end`` (exclusive) of the log."""
    tiles = promised(first, end)
    with store.reading() as connection:
        rows = reads.entries(connection, first, end)
        findings = _gaps([row.seq for row in rows], first, end)
        entries = [_compared(row, tiles.get(row.seq), findings) for row in rows]
        portion = _Portion(connection, store.log.dialect, store.secret, recompute, entries)
        for entry in gently(entries, piece=10):
            findings += portion.of(entry)
    return findings


def _gaps(found: Sequence[int], first: int, end: int) -> list[Finding]:
    there = set(found)
    return [Finding("scrub.gap", "log.seq", n) for n in range(first, end) if n not in there]


def _compared(row: Any, tile: InTiles | None, findings: list[Finding]) -> Entry:
    """The entry; where its tile has another hash and the bundle the entry for it, that one."""
    leaf = row.leaf
    if tile is not None and leaf_hash(leaf) != tile.hash:
        kept = tile.entry()
        if kept is not None and leaf_hash(kept) == tile.hash:
            findings.append(Finding("scrub.leaf", "log.leaf", row.seq, row.event))
            leaf = kept
    return Entry(row.seq, row.event, row.kind, leaf, row.salt)


class _Portion:
    """What the entries of one portion are compared with."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        secret: bytes,
        recompute: Recompute,
        entries: Sequence[Entry],
    ) -> None:
        self._connection, self._dialect = connection, dialect
        self._secret = secret
        numbers = {one.event for one in entries if one.event}
        said = [one.seq for one in entries if one.kind == EntryKind.STATEMENT]
        self._rows = reads.events(connection, numbers)
        self._erased = reads.erasures(connection, numbers)
        self._statements = reads.statements(connection, said) if said else {}
        self._made = self._records(recompute)
        self._signed = signatures.digests(connection, [one.seq for one in entries if one.event])
        self._digests = reads.digests(connection, self._wanted())
        referred = set(self._digests.values()) - self._rows.keys()
        self._others = reads.events(connection, referred) if referred else {}

    def of(self, entry: Entry) -> Iterator[Finding]:
        """What is wrong with an entry and with what belongs to it."""
        if entry.kind == EntryKind.EVENT:
            yield from self._event(entry)
        elif entry.kind == EntryKind.ERASURE:
            yield from self._erasure(entry)
        elif entry.kind == EntryKind.STATEMENT:
            yield from self._statement(entry)
        elif entry.kind == EntryKind.MAP:
            try:
                read_map_head(entry.leaf)
            except ProofError:
                yield Finding("scrub.leaf", "log.leaf", entry.seq)

    def _records(self, recompute: Recompute) -> dict[int, EventRecord | None]:
        """The record of each event that has one, made anew; None where it cannot be."""
        made: dict[int, EventRecord | None] = dict.fromkeys(self._rows)
        alike: dict[bytes | None, dict[int, bytes]] = {}
        for number, row in self._rows.items():
            if row.body is not None:
                with suppress(CorruptBodyError):
                    raw, context = unpack(row.body)
                    alike.setdefault(context, {})[number] = raw
        for context, raws in alike.items():
            records = gently(recompute(list(raws.values()), context), piece=10)
            for number, one in zip(raws, records, strict=True):
                made[number] = None if one is None else derive(one, self._secret)
        return made

    def _wanted(self) -> set[bytes]:
        wanted: set[bytes] = set()
        for number, made in self._made.items():
            if made is not None:
                wanted |= {made.digest, made.cbv_hash, self._rows[number].cbv_hash}
                wanted |= {name_digest(made.event_id)} if made.event_id is not None else set()
        return wanted

    def _event(self, entry: Entry) -> Iterator[Finding]:
        row = self._rows.get(entry.event)
        if row is None:
            yield Finding("scrub.event", "event.id", entry.seq, entry.event)
            return
        if row.body is None or entry.event in self._erased:
            yield from record.erased(entry, row, ordered=entry.event in self._erased)
            return
        made = self._made[entry.event]
        signature = self._signed.get(entry.seq, NO_SIGNATURE)
        who = Submitter(row.submitter, row.key_id, signature)
        seen = record.examine(entry, row, made, who, self._secret)
        yield from seen.findings
        if seen.trusted and made is not None:
            yield from self._index(entry, made, row, sender=seen.sender)

    def _index(
        self, entry: Entry, made: EventRecord, row: Any, *, sender: bool
    ) -> Iterator[Finding]:
        assert made.derived is not None
        content = self._content(made, row)
        if content is None:
            yield Finding("scrub.column", "event.cbv_hash", entry.seq, entry.event)
            content = made.cbv_hash
        terms = set(made.terms)
        if content != made.cbv_hash:
            terms ^= {term("cbvHash", made.cbv_hash.hex()), term("cbvHash", content.hex())}
        number, time = entry.event, made.time
        items = {found for found, _, _ in made.derived.entries}
        there = reads.item_rows(self._connection, self._dialect, number, time, items)
        for _ in set(made.derived.entries) - there:
            yield Finding("scrub.index", "event_item", entry.seq, number)
        for _ in terms - reads.term_rows(self._connection, self._dialect, number, time, terms):
            yield Finding("scrub.index", "event_term", entry.seq, number)
        yield from self._identity(entry, made, content, row.submitter if sender else None)

    def _content(self, made: EventRecord, row: Any) -> bytes | None:
        """The event's CBV hash: a document may keep fields out of it, then only its row tells."""
        if row.cbv_hash == made.cbv_hash or (row.cbv_hash, SAME_CONTENT) in self._digests:
            found: bytes = row.cbv_hash
            return found
        return None

    def _identity(
        self, entry: Entry, made: EventRecord, content: bytes, submitter: int | None
    ) -> Iterator[Finding]:
        found = self._digests
        wrong = submitter is not None and found.get((made.digest, submitter)) != entry.event
        if made.event_id is not None and not made.correction:
            digest, party = name_digest(made.event_id), self._rows[entry.event].submitter
            names = (found.get((digest, row)) for row in (SAME_NAME, own_name(party)))
            wrong = wrong or not any(
                self._same(named, entry, "digest", made.digest) for named in names
            )
        first = found.get((content, SAME_CONTENT))
        if wrong or not self._same(first, entry, "cbv_hash", content):
            yield Finding("scrub.index", "event_digest", entry.seq, entry.event)

    def _same(self, number: int | None, entry: Entry, column: str, value: bytes) -> bool:
        """Whether a row of identities is of this event or of another with the same value."""
        if number is None or number == entry.event:
            return number is not None
        row = self._rows.get(number) or self._others.get(number)
        return row is not None and getattr(row, column) == value

    def _erasure(self, entry: Entry) -> Iterator[Finding]:
        seq = record.told(entry.leaf).get("erased")
        if not entry.event and isinstance(seq, int):
            return  # of a statement: nothing of the order is kept with it
        order = self._erased.get(entry.event)
        if order is None or order.seq != entry.seq or not isinstance(seq, int):
            yield Finding("scrub.erasure", "erased_event", entry.seq, entry.event)
        elif erasure_leaf(seq, _digest(order), entry.salt or b"") != entry.leaf:
            yield Finding("scrub.erasure", "erasure", entry.seq, entry.event)

    def _statement(self, entry: Entry) -> Iterator[Finding]:
        said = self._statements.get(entry.seq)
        if said is None:
            yield Finding("scrub.statement", "log_statement.seq", entry.seq)
            return
        told = record.told(entry.leaf)
        if told.get("kind") != "statement":
            same = said.body is not None and told == record.told(
                Statement(said.kind, said.body, public=True).leaf(b"")
            )
        elif said.body is None or entry.salt is None:
            same = said.body is None and entry.salt is None
        else:
            same = told.get("commit") == commitment(said.body, entry.salt)
        if not same:
            yield Finding("scrub.statement", "log_statement.body", entry.seq)


def _digest(order: Any) -> bytes:
    """What an erasure's entry commits to (`nguon.store.erasing.Order`)."""
    parts = (order.id, order.reason, order.erased_by)
    return sha256(b"\0".join(part.encode() for part in parts)).digest()
