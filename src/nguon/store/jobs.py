# SPDX-License-Identifier: Apache-2.0
"""Capture jobs: what was submitted, how far it is, and who is at work on it."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Row, insert, select, tuple_, update

from nguon.store import job_entries
from nguon.store.clock import Clock
from nguon.store.database import Database
from nguon.store.dialects import Dialect
from nguon.store.errors import IdempotencyConflictError
from nguon.store.schema import capture_job
from nguon.store.values import CaptureJob, JobUpdate, Outcome, Receipt, Submitter

LEASE = 30_000_000
"""How long (microseconds) a job stays with its worker after its last progress."""


class Jobs:
    """The capture jobs of a store."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        submitter: Submitter,
        *,
        document: bytes,
        behaviour: str,
        spool: str | None = None,
        total: int | None = None,
        idempotency_key: str | None = None,
    ) -> tuple[CaptureJob, bool]:
        """A new job held by the caller, or the one with this idempotency key and False.

        ``document`` is the SHA-256 of what was sent.

        Raises:
            IdempotencyConflictError: the organisation used the key for another document.
        """
        job = self.new(
            submitter,
            document=document,
            behaviour=behaviour,
            spool=spool,
            total=total,
            idempotency_key=idempotency_key,
        )
        with self._database.transaction() as connection:
            if add(connection, self._database.dialect, job):
                return job, True
        first = self.first(submitter, document=document, idempotency_key=idempotency_key)
        assert first is not None
        return first, False

    def new(
        self,
        submitter: Submitter,
        *,
        document: bytes,
        behaviour: str,
        spool: str | None = None,
        total: int | None = None,
        idempotency_key: str | None = None,
    ) -> CaptureJob:
        """A new job held by the caller that is not stored yet (`JobUpdate.new`)."""
        now = self._clock()
        return CaptureJob(
            id=secrets.token_urlsafe(16),
            organisation=submitter.organisation,
            key_id=submitter.key_id,
            document=document,
            behaviour=behaviour,
            created=now,
            leased_until=now + LEASE,
            total=total,
            spool=spool,
            idempotency_key=idempotency_key,
        )

    def first(
        self, submitter: Submitter, *, document: bytes, idempotency_key: str | None
    ) -> CaptureJob | None:
        """The organisation's job with this idempotency key.

        Raises:
            IdempotencyConflictError: the organisation used the key for another document.
        """
        query = select(capture_job).where(
            capture_job.c.organisation == submitter.organisation,
            capture_job.c.idempotency_key == idempotency_key,
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        first = _job(row)
        if first.document != document:
            raise IdempotencyConflictError("store.idempotency", key=idempotency_key, job=first.id)
        return first

    def get(self, organisation: int, job: str) -> CaptureJob | None:
        """An organisation's own job."""
        query = select(capture_job).where(
            capture_job.c.id == job, capture_job.c.organisation == organisation
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _job(row)

    def entries(self, job: str) -> list[job_entries.Span]:
        """Which entries of the log a job's records are, as first and last, ascending."""
        with self._database.reading() as connection:
            return job_entries.of_job(connection, job)

    def page(
        self, organisation: int, *, limit: int, before: CaptureJob | None = None
    ) -> list[CaptureJob]:
        """An organisation's jobs, newest first, after the one given."""
        columns = capture_job.c
        query = select(capture_job).where(columns.organisation == organisation)
        if before is not None:
            query = query.where(
                tuple_(columns.created, columns.id) < tuple_(before.created, before.id)
            )
        query = query.order_by(columns.created.desc(), columns.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def unfinished(self) -> list[CaptureJob]:
        """The jobs still under way or left behind, oldest first, of all organisations."""
        query = select(capture_job).where(capture_job.c.finished.is_(None))
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query.order_by(capture_job.c.created))]

    def claim(self, *, abandoned: bool = False) -> CaptureJob | None:
        """The oldest unfinished job that nobody works on, now held by the caller.

        With ``abandoned`` every unfinished job counts as left behind: for a
        server that starts and is the only one.
        """
        now = self._clock()
        columns = capture_job.c
        query = select(capture_job).where(columns.finished.is_(None))
        if not abandoned:
            query = query.where(columns.leased_until <= now)
        with self._database.transaction() as connection:
            query = query.order_by(columns.created).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            until = now + LEASE
            connection.execute(
                update(capture_job).where(columns.id == row.id).values(leased_until=until)
            )
        return msgspec.structs.replace(_job(row), leased_until=until)

    def start(self, job: str, *, total: int) -> None:
        """Note how many events the job's document has."""
        with self._database.transaction() as connection:
            connection.execute(
                update(capture_job)
                .where(capture_job.c.id == job)
                .values(total=total, leased_until=self._clock() + LEASE)
            )

    def finish(self, job: str, *, success: bool, errors: str = "[]") -> bool:
        """End a job; False when it had ended before (nothing is changed then)."""
        end = (
            update(capture_job)
            .where(capture_job.c.id == job, capture_job.c.finished.is_(None))
            .values(finished=self._clock(), success=int(success), errors=errors)
        )
        with self._database.transaction() as connection:
            return connection.execute(end).rowcount == 1


def add(connection: Connection, dialect: Dialect, job: CaptureJob) -> bool:
    """Store a new job; False where its organisation used its idempotency key before."""
    new = dialect.insert_ignoring(capture_job).values(_row(job))
    return connection.execute(new.returning(capture_job.c.id)).one_or_none() is not None


def conflicting(connection: Connection, updates: Iterable[JobUpdate]) -> set[str]:
    """The new jobs whose organisation used their idempotency key before, or twice here."""
    new = [u.new for u in updates if u.new is not None and u.new.idempotency_key is not None]
    if not new:
        return set()
    key = tuple_(capture_job.c.organisation, capture_job.c.idempotency_key)
    sent = [(job.organisation, job.idempotency_key) for job in new]
    used = {
        (row[0], row[1]) for row in connection.execute(select(*key.clauses).where(key.in_(sent)))
    }
    refused = set()
    for job, own in zip(new, sent, strict=True):
        if own in used:
            refused.add(job.id)
        used.add(own)
    return refused


def advance(
    connection: Connection,
    dialect: Dialect,
    progress: Sequence[tuple[JobUpdate, list[Receipt]]],
    now: int,
) -> None:
    """Write the progress of jobs in the transaction of their records.

    A new job whose idempotency key another writer has just used makes the whole
    transaction fail, to be tried again.
    """
    new = [begun(update, receipts, now) for update, receipts in progress if update.new]
    if new:
        connection.execute(insert(capture_job), [_row(job) for job in new])
    for further, receipts in progress:
        if further.new is None:
            _go_on(connection, further, receipts, now)
    job_entries.keep(connection, dialect, progress)


def _counted(receipts: list[Receipt]) -> Counter[Outcome]:
    return Counter(receipt.outcome for receipt in receipts)


def begun(progress: JobUpdate, receipts: list[Receipt], now: int) -> CaptureJob:
    """A job that comes with its first records (and often its last), as it is stored at ``now``."""
    assert progress.new is not None
    counts = _counted(receipts)
    return msgspec.structs.replace(
        progress.new,
        position=progress.end,
        stored=counts[Outcome.STORED],
        repeated=counts[Outcome.REPEATED],
        clashing=counts[Outcome.CLASHING],
        leased_until=now + LEASE,
        errors=progress.new.errors if progress.errors is None else progress.errors,
        finished=now if progress.finished else None,
        success=True if progress.finished else None,
    )


def _go_on(connection: Connection, progress: JobUpdate, receipts: list[Receipt], now: int) -> None:
    columns, counts = capture_job.c, _counted(receipts)
    values: dict[str, object] = {
        "position": progress.end,
        "stored": columns.stored + counts[Outcome.STORED],
        "repeated": columns.repeated + counts[Outcome.REPEATED],
        "clashing": columns.clashing + counts[Outcome.CLASHING],
        "leased_until": now + LEASE,
    }
    if progress.errors is not None:
        values["errors"] = progress.errors
    if progress.finished:
        values |= {"finished": now, "success": 1}
    connection.execute(
        update(capture_job)
        .where(
            columns.id == progress.job,
            columns.position == progress.start,
            columns.finished.is_(None),
        )
        .values(values)
    )


def _row(job: CaptureJob) -> dict[str, object]:
    success = None if job.success is None else int(job.success)
    return msgspec.structs.asdict(job) | {"success": success}


def _job(row: Row[tuple[object, ...]]) -> CaptureJob:
    values = {
        str(column.key): value for column, value in zip(capture_job.columns, row, strict=True)
    }
    return msgspec.convert(values, CaptureJob, strict=False)
