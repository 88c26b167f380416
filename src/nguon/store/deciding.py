# SPDX-License-Identifier: Apache-2.0
"""Is it new, a repeat or a clash: the identity of records, decided for a whole batch.

A record is its digest and its submitter. An eventID names one record of a party; only an
error declaration may use it again. Another party's record under the same eventID is a record
of its own, whatever it says: nobody can take a name from another by using it first. A record
whose CBV hash was first seen under another eventID or party is stored and marked. The rows of
`event_digest` keep all three unique, so that two writers cannot decide differently: one of them
fails and decides again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from nguon.store.dialects import Dialect
from nguon.store.log import positions
from nguon.store.portions import batches
from nguon.store.rows import (
    SAME_CONTENT,
    SAME_NAME,
    DigestRow,
    name_digest,
    naming_party,
    own_name,
)
from nguon.store.schema import event, event_digest
from nguon.store.values import EventRecord, Outcome, Submitter

Party = tuple[str | None, int]
"""An eventID and who used it."""
Naming = tuple[bytes, int]
"""A record's digest and its submitter."""


class Stored(NamedTuple):
    """Where a record is; ``seq`` is 0 until the batch is committed."""

    event: int
    seq: int = 0
    record_time: int = 0
    possible_duplicate: bool = False


class Known(msgspec.Struct):
    """What identities are taken."""

    records: dict[tuple[bytes, int], Stored]
    names: dict[str, Naming]
    """The record that an eventID named first, and whose."""
    own: dict[tuple[str, int], bytes]
    """The digest of the record that it names of a later party."""
    contents: dict[bytes, Party]
    """Who stated a content first, by CBV hash."""
    digests: dict[str, bytes]
    """What the batch's eventIDs are kept unique by."""

    def merge(self, other: "Known") -> None:
        """Take over what another one knows."""
        self.records |= other.records
        self.names |= other.names
        self.own |= other.own
        self.contents |= other.contents


class Verdict(NamedTuple):
    """What becomes of one record; ``digests`` are its rows of `event_digest`."""

    outcome: Outcome
    stored: Stored | None = None
    digests: tuple[DigestRow, ...] = ()


class Claim(NamedTuple):
    """A record and who sends it."""

    record: EventRecord
    submitter: Submitter


def look_up(connection: Connection, dialect: Dialect, claims: Sequence[Claim]) -> Known:
    """What the store knows of the identities in a batch: one statement where nothing is known."""
    event_ids = {c.record.event_id for c in claims if c.record.event_id is not None}
    digests = {event_id: name_digest(event_id) for event_id in event_ids}
    names = {digest: event_id for event_id, digest in digests.items()}
    wanted = {c.record.digest for c in claims} | {c.record.cbv_hash for c in claims} | names.keys()
    rows = dialect.known_digests(connection, sorted(wanted))
    known = Known({}, {}, {}, {}, digests)
    if not rows:
        return known
    events = sorted({number for _, _, number in rows})
    found = _events(connection, dialect, events)
    seqs = positions(connection, dialect, events)
    for digest, submitter, number in rows:
        first = found[number]
        if submitter == SAME_NAME:
            known.names[names[digest]] = (first.digest, first.submitter)
        elif submitter == SAME_CONTENT:
            known.contents[digest] = (first.event_id, first.submitter)
        elif (party := naming_party(submitter)) is not None:
            known.own[names[digest], party] = first.digest
        else:
            known.records[digest, submitter] = Stored(
                number, *seqs[number], bool(first.possible_duplicate)
            )
    return known


class _Event(NamedTuple):
    digest: bytes
    event_id: str | None
    submitter: int
    possible_duplicate: int


def _events(connection: Connection, dialect: Dialect, ids: Sequence[int]) -> dict[int, _Event]:
    columns = event.c
    query = select(
        columns.id, columns.digest, columns.event_id, columns.submitter, columns.possible_duplicate
    ).where(dialect.among(columns.id, ids))
    return {row[0]: _Event(*row[1:]) for row in connection.execute(query)}


def recorded(connection: Connection, submitter: int, digests: Iterable[bytes]) -> set[bytes]:
    """Which of these records an organisation had recorded before, by their digests."""
    found: set[bytes] = set()
    for some in batches(list(digests)):
        query = select(event_digest.c.digest).where(
            event_digest.c.digest.in_(some), event_digest.c.submitter == submitter
        )
        found |= {bytes(digest) for digest in connection.scalars(query)}
    return found


def decide(
    records: Iterable[EventRecord], submitter: Submitter, known: Known, ids: Iterable[int]
) -> tuple[list[Verdict], Known]:
    """A verdict for each record of a submission, and what it adds to what is known.

    ``ids`` gives the numbers of new events. ``known`` is left as it is: the
    caller merges the addition when the submission goes in.
    """
    added = Known({}, {}, {}, {}, known.digests)
    numbers = iter(ids)
    verdicts = [_verdict(Claim(record, submitter), known, added, numbers) for record in records]
    return verdicts, added


def _verdict(claim: Claim, known: Known, added: Known, numbers: Iterable[int]) -> Verdict:
    record, organisation = claim.record, claim.submitter.organisation
    identity = (record.digest, organisation)
    before = added.records.get(identity) or known.records.get(identity)
    if before is not None:
        return Verdict(Outcome.REPEATED, before)
    named = _named(claim, known, added)
    if named is not None and named != record.digest:
        return Verdict(Outcome.CLASHING)
    party = (record.event_id, organisation)
    first = added.contents.get(record.cbv_hash) or known.contents.get(record.cbv_hash)
    number = next(iter(numbers))
    stored = Stored(number, possible_duplicate=first is not None and first != party)
    rows: list[DigestRow] = [(record.digest, organisation, number)]
    added.records[identity] = stored
    if named is None:
        rows += _naming(claim, known, added, number)
    if first is None:
        added.contents[record.cbv_hash] = party
        rows.append((record.cbv_hash, SAME_CONTENT, number))
    return Verdict(Outcome.STORED, stored, tuple(rows))


def _named(claim: Claim, known: Known, added: Known) -> bytes | None:
    """The digest of the record that the eventID names already, of this party."""
    name, organisation = claim.record.event_id, claim.submitter.organisation
    if name is None or claim.record.correction:
        return None
    first = added.names.get(name) or known.names.get(name)
    if first is not None and first[1] == organisation:
        return first[0]
    return added.own.get((name, organisation)) or known.own.get((name, organisation))


def _naming(claim: Claim, known: Known, added: Known, number: int) -> Iterator[DigestRow]:
    """The row by which the eventID names this record from now on."""
    record, organisation = claim.record, claim.submitter.organisation
    name = record.event_id
    if name is None or record.correction:
        return
    if name in added.names or name in known.names:
        added.own[name, organisation] = record.digest
        yield known.digests[name], own_name(organisation), number
    else:
        added.names[name] = record.digest, organisation
        yield known.digests[name], SAME_NAME, number
