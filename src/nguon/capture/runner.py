# SPDX-License-Identifier: Apache-2.0
"""Captures spooled documents, one after another, in a thread; goes on where a killed server was.

A job's position moves in the transaction of its events, and events that are in
the store already are recognised, so a document can be started again at any
point and never leaves a duplicate.
"""

import logging
import queue
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nguon.base.errors import FaultyInputError, NguonError
from nguon.capture.attaching import Signing, attached, of_document, still_stands
from nguon.capture.attaching import signing as signed_by
from nguon.capture.document import Batch, Submitted, require_all, take_apart
from nguon.capture.errors import CaptureError
from nguon.capture.model import Behaviour, Limits, Note, foremost, notes_of, written
from nguon.capture.pool import Preparer
from nguon.capture.speaking import only_own
from nguon.capture.spool import hold, presented_with, remove, waiting
from nguon.epcis.errors import MalformedJson
from nguon.identity import keys
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.signing.errors import SigningError
from nguon.store import Store
from nguon.store.errors import RefusedSubmissionError, StoreError
from nguon.store.signatures import Attached
from nguon.store.values import CaptureJob, JobUpdate, Submitter

_LOG = logging.getLogger(__name__)

_CHUNK = 1000
"""Events of a document with ``proceed`` that are written at a time."""
_IDLE = 10.0
"""Seconds between two looks for jobs that another server left behind."""
_PAUSE = 2.0
"""Seconds before a job is tried again that the database could not take."""

_REFUSALS = (CaptureError, SigningError, EnrolmentError, MalformedJson, FaultyInputError)
_LOST = 24 * 3600.0
"""Seconds after which a document that is not here is given up, where servers share a store."""


class Runner:
    """The thread that captures spooled documents.

    ``sole``: no other server should use this store, so every unfinished job is ours. One that
    is started beside a running server by mistake finds the folder held, and touches none of
    its documents.
    """

    def __init__(
        self, store: Store, preparer: Preparer, folder: Path, limits: Limits, *, sole: bool
    ) -> None:
        self._store = store
        self._preparer = preparer
        self._folder = folder
        self._limits = limits
        self._sole = sole
        self._jobs: queue.SimpleQueue[CaptureJob | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._held: BinaryIO | None = None

    def start(self) -> None:
        """Starts the thread, which first resumes what was left behind."""
        self._held = hold(self._folder) if self._sole else None
        if self._sole and self._held is None:
            _LOG.warning("another server captures from %s", self._folder)
            self._sole = False
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the chunk at hand."""
        self._stopping.set()
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
        if self._held is not None:
            self._held.close()

    def take(self, job: CaptureJob) -> None:
        """Captures this job's document next in turn."""
        self._jobs.put(job)

    def _run(self) -> None:
        left_behind = waiting(self._folder) if self._sole else []
        self._resume(abandoned=self._sole)
        for path in left_behind:
            if not self._stopping.is_set():
                remove(path)
        while not self._stopping.is_set():
            try:
                job = self._jobs.get(timeout=_IDLE)
            except queue.Empty:
                self._resume(abandoned=False)
                continue
            if job is not None:
                self._settle(job)

    def _resume(self, *, abandoned: bool) -> None:
        """Finishes the jobs that nobody works on."""
        while not self._stopping.is_set():
            try:
                job = self._store.jobs.claim(abandoned=abandoned)
            except StoreError as error:
                _LOG.warning("capture jobs cannot be read: %s", error)
                return
            if job is None:
                return
            self._settle(job)

    def _settle(self, job: CaptureJob) -> None:
        """Brings a job to its end, unless the server stops before."""
        while not self._stopping.is_set():
            try:
                self._attempt(job)
            except StoreError as error:
                _LOG.warning("capture job %s waits for the database: %s", job.id, error)
                self._stopping.wait(_PAUSE)
                continue
            return

    def _attempt(self, job: CaptureJob) -> None:
        current = self._store.jobs.get(job.organisation, job.id)
        if current is None or current.finished is not None:
            self._forget(job)
            return
        try:
            done = self._capture(current)
        except RefusedSubmissionError as error:
            self._fail(current, _notes(error))
        except StoreError:
            raise
        except _REFUSALS as error:
            self._fail(current, _notes(error))
        except FileNotFoundError:
            self._missed(current)
        except Exception:  # noqa: BLE001 - one document's trouble must not end the thread
            number = secrets.token_hex(4)
            _LOG.exception("capture job %s ended unexpectedly, number %s", job.id, number)
            self._fail(current, [Note("", "capture.interrupted", {"number": number})])
        else:
            if done:
                self._forget(current)

    def _missed(self, job: CaptureJob) -> None:
        """The document is not here: another server's, which may just be slow, or lost."""
        age = time.time() - job.created / 1_000_000
        if self._sole or age > _LOST:
            _LOG.error("the document of capture job %s is gone", job.id)
            self._fail(job, [Note("", "capture.interrupted", {"number": job.id})])

    def _capture(self, job: CaptureJob) -> bool:
        """Whether the document is settled; False when the server stops before the end."""
        if job.spool is None:
            raise CaptureError("capture.interrupted", number=job.id)
        data = (self._folder / job.spool).read_bytes()
        behaviour = Behaviour(job.behaviour)
        submitted = take_apart(data, behaviour, self._limits)
        self._store.jobs.start(job.id, total=len(submitted.raws))
        signing = self._signing(job, submitted, data)
        work = _Work(job, submitted, signing, self._strict(job))
        if behaviour is Behaviour.ROLLBACK:
            self._all_or_nothing(work, data)
            return True
        return self._piecewise(work)

    def _signing(self, job: CaptureJob, submitted: Submitted, data: bytes) -> Signing | None:
        """The signature that came with a document; its key must stand still."""
        assert job.spool is not None
        presented = presented_with(self._folder / job.spool)
        if presented is None:
            return None
        raws = submitted.raws
        found = of_document(self._store, job.organisation, presented, data, raws, job.document)
        if found is not None:
            still_stands(self._store, found.signed)
        return found

    def _prepared(
        self, work: "_Work", start: int = 0, end: int | None = None
    ) -> tuple[Batch, Attached | None]:
        submitted, signing = work.submitted, work.signing
        batch = submitted.prepared(self._preparer, strict=work.strict, start=start, end=end)
        signed = None if signing is None else signing.signed
        batch, drawing = only_own(
            self._store, signed, batch, submitted.envelope, work.job.organisation
        )
        return batch, attached(signing, batch.positions, drawing)

    def _all_or_nothing(self, work: "_Work", data: bytes) -> None:
        job, submitted = work.job, work.submitted
        batch, attached = self._prepared(work)
        require_all(batch, data)
        update = JobUpdate(
            job.id, 0, len(submitted.raws), finished=True, errors=written(batch.notes)
        )
        who = signed_by(_submitter(job), attached)
        receipts = self._store.writer.submit(
            batch.records, who, job=update, attached=attached
        ).result()
        clashes = batch.clashes(receipts, submitted.envelope)
        if clashes:
            self._fail(job, clashes)

    def _piecewise(self, work: "_Work") -> bool:
        job, submitted = work.job, work.submitted
        notes = notes_of(job)
        total = len(submitted.raws)
        for start in range(job.position, total, _CHUNK):
            if self._stopping.is_set():
                return False
            end = min(start + _CHUNK, total)
            batch, attached = self._prepared(work, start, end)
            notes = foremost(notes + batch.notes)
            update = JobUpdate(job.id, start, end, errors=written(notes))
            who = signed_by(_submitter(job), attached)
            receipts = self._store.writer.submit(
                batch.records, who, job=update, proceed=True, attached=attached
            ).result()
            notes += batch.clashes(receipts, submitted.envelope)
        refused = any(not note.warning for note in notes)
        self._store.jobs.finish(job.id, success=not refused, errors=written(notes))
        return True

    def _strict(self, job: CaptureJob) -> bool:
        """Whether the key that sent the document refuses malformed identifiers."""
        known = keys.list_keys(self._store, job.organisation)
        return any(key.strict for key in known if key.id == job.key_id)

    def _fail(self, job: CaptureJob, notes: list[Note]) -> None:
        self._store.jobs.finish(job.id, success=False, errors=written(notes))
        self._forget(job)

    def _forget(self, job: CaptureJob) -> None:
        if job.spool is not None:
            remove(self._folder / job.spool)


@dataclass(frozen=True, slots=True)
class _Work:
    """A job at work: its document taken apart, who signed it."""

    job: CaptureJob
    submitted: Submitted
    signing: Signing | None
    strict: bool


def _submitter(job: CaptureJob) -> Submitter:
    return Submitter(job.organisation, job.key_id)


def _notes(error: NguonError) -> list[Note]:
    if isinstance(error, FaultyInputError):
        return [Note(fault.pointer, fault.code, fault.params) for fault in error.faults]
    return [Note("", error.code, error.params)]
