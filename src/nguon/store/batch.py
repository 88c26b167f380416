# SPDX-License-Identifier: Apache-2.0
"""One group commit: the submissions of a batch decided, inserted, logged and committed together."""

import os
from collections.abc import Sequence
from concurrent.futures import Future

import msgspec
from sqlalchemy import Connection

from nguon.store import jobs, log, rows, schema, sequencing, signatures
from nguon.store.deciding import Claim, Known, Stored, Verdict, decide, look_up
from nguon.store.dialects import Dialect
from nguon.store.head import advance
from nguon.store.leaf import SALT_BYTES, leaf
from nguon.store.numbers import Numbers
from nguon.store.signatures import Attached
from nguon.store.values import EventRecord, Head, JobUpdate, Outcome, Receipt, Submitter


class Submission(msgspec.Struct, eq=False):
    """Records that go in together or not at all, and who waits for them."""

    records: Sequence[EventRecord]
    submitter: Submitter
    job: JobUpdate | None
    proceed: bool
    future: Future[list[Receipt]]
    attached: Attached | None = None


class Batch:
    """Submissions on their way into the store, in one transaction."""

    def __init__(self, submissions: Sequence[Submission], numbers: Numbers) -> None:
        self.submissions = submissions
        self._numbers = numbers
        self._verdicts: list[list[Verdict]] = []
        self._signed: dict[int, bytes] = {}
        self._taken: set[str] = set()
        """Jobs whose idempotency key is another's: nothing of them is written."""

    def write(
        self, connection: Connection, dialect: Dialect, secret: bytes, now: int
    ) -> list[list[Receipt]]:
        """The receipts of each submission; the caller commits.

        The log's head is taken last, so that other writers can insert meanwhile.
        """
        wanted = (s.job for s in self.submissions if s.job is not None)
        self._taken = jobs.conflicting(connection, wanted)
        claims = [Claim(r, s.submitter) for s in self.submissions for r in s.records]
        known = look_up(connection, dialect, claims)
        self._decide(known)
        self._draw(connection)
        accepted = [
            (claim, verdict.stored, verdict)
            for claim, verdict in zip(claims, self._flat(), strict=True)
            if verdict.outcome is Outcome.STORED and verdict.stored is not None
        ]
        leaves = _insert(connection, dialect, accepted, secret)
        if leaves:
            head = advance(connection, len(leaves), now)
            first = head.seq - len(leaves) + 1
            sequencing.names(connection, _named(accepted))
            dialect.bulk_insert(connection, schema.log, log.rows(first, head.record_time, leaves))
        else:
            head = Head(0, now)
        settled = self._settled(accepted, head)
        receipts = [
            self._receipts(submission, verdicts, settled)
            for submission, verdicts in zip(self.submissions, self._verdicts, strict=True)
        ]
        progress = [
            (submission.job, done)
            for submission, done in zip(self.submissions, receipts, strict=True)
            if submission.job is not None
            and submission.job.job not in self._taken
            and not _refused(submission, done)
        ]
        jobs.advance(connection, dialect, progress, head.record_time)
        self._sign(connection, dialect, receipts, head.record_time)
        return receipts

    def _draw(self, connection: Connection) -> None:
        """What must hold for new records beside themselves; a `StoreError` refuses the whole."""
        attached = [s.attached for s in self.submissions if s.attached is not None]
        signed = [one.signature for one in attached if one.signature is not None]
        if signed:
            self._signed = signatures.admit(connection, signed)
        for submission, verdicts in zip(self.submissions, self._verdicts, strict=True):
            if submission.attached is None or submission.attached.drawn is None:
                continue
            new = {
                at: one.stored.event
                for at, one in enumerate(verdicts)
                if one.outcome is Outcome.STORED and one.stored is not None
            }
            if new:
                submission.attached.drawn(connection, new)

    def _sign(
        self, connection: Connection, dialect: Dialect, receipts: list[list[Receipt]], now: int
    ) -> None:
        signed = [
            (submission.attached, done)
            for submission, done in zip(self.submissions, receipts, strict=True)
            if submission.attached is not None and submission.attached.signature is not None
        ]
        if signed:
            signatures.keep(connection, dialect, signed, self._signed, now)

    def _decide(self, known: Known) -> None:
        self._verdicts = []
        for submission in self.submissions:
            if submission.job is not None and submission.job.job in self._taken:
                self._verdicts.append([Verdict(Outcome.WITHHELD)] * len(submission.records))
                continue
            verdicts, added = decide(submission.records, submission.submitter, known, self._numbers)
            clashes = any(verdict.outcome is Outcome.CLASHING for verdict in verdicts)
            if clashes and not submission.proceed:
                new = added.records.values()
                verdicts = [_withheld(verdict, {s.event for s in new}) for verdict in verdicts]
            else:
                known.merge(added)
            self._verdicts.append(verdicts)

    def _flat(self) -> list[Verdict]:
        return [verdict for verdicts in self._verdicts for verdict in verdicts]

    @staticmethod
    def _settled(
        accepted: Sequence[tuple[Claim, Stored, Verdict]], head: Head
    ) -> dict[int, Stored]:
        first = head.seq - len(accepted) + 1
        return {
            stored.event: stored._replace(seq=seq, record_time=head.record_time)
            for seq, (_, stored, _) in enumerate(accepted, first)
        }

    @staticmethod
    def _receipts(
        submission: Submission, verdicts: Sequence[Verdict], settled: dict[int, Stored]
    ) -> list[Receipt]:
        return [
            _receipt(record.digest, verdict, settled)
            for record, verdict in zip(submission.records, verdicts, strict=True)
        ]


def _named(accepted: Sequence[tuple[Claim, Stored, Verdict]]) -> set[int]:
    """What the records name, by hash."""
    return {
        entry[0]
        for claim, _, _ in accepted
        if claim.record.derived is not None
        for entry in claim.record.derived.entries
    }


def _withheld(verdict: Verdict, new: set[int]) -> Verdict:
    """The verdict on a record of a refused submission: only earlier ones' repeats stand."""
    if verdict.stored is not None and verdict.stored.event in new:
        return Verdict(Outcome.WITHHELD)
    return verdict


def _refused(submission: Submission, receipts: Sequence[Receipt]) -> bool:
    return not submission.proceed and any(r.outcome is Outcome.CLASHING for r in receipts)


def _receipt(digest: bytes, verdict: Verdict, settled: dict[int, Stored]) -> Receipt:
    if verdict.stored is None:
        return Receipt(verdict.outcome, 0, 0, 0, digest)
    stored = settled.get(verdict.stored.event, verdict.stored)
    return Receipt(
        verdict.outcome,
        stored.event,
        stored.seq,
        stored.record_time,
        digest,
        stored.possible_duplicate,
    )


def _insert(
    connection: Connection,
    dialect: Dialect,
    accepted: Sequence[tuple[Claim, Stored, Verdict]],
    secret: bytes,
) -> list[tuple[int, bytes, bytes]]:
    """Insert all rows but the log's; the leaves with their events and salts.

    Rows go in by key: one walk over each index, and no deadlock between writers.
    """
    events: list[rows.EventRow] = []
    items: list[rows.ItemRow] = []
    terms: list[rows.TermRow] = []
    digests: list[rows.DigestRow] = []
    leaves: list[tuple[int, bytes, bytes]] = []
    salts = os.urandom(SALT_BYTES * len(accepted))
    for index, ((record, submitter), stored, verdict) in enumerate(accepted):
        number, duplicate = stored.event, stored.possible_duplicate
        derived = record.derived
        assert derived is not None
        events.append(
            rows.event_row(record, derived, number, submitter, possible_duplicate=duplicate)
        )
        items.extend(rows.item_rows(record, derived, number))
        terms.extend(rows.term_rows(record, number))
        digests.extend(verdict.digests)
        salt = salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        leaves.append((number, leaf(record, submitter, salt, secret), salt))
    dialect.bulk_insert(connection, schema.event_digest, sorted(digests))
    dialect.bulk_insert(connection, schema.event, events)
    dialect.bulk_insert(connection, schema.event_item, sorted(items))
    dialect.bulk_insert(connection, schema.event_term, sorted(terms))
    return leaves
