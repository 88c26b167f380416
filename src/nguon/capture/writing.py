# SPDX-License-Identifier: Apache-2.0
"""A prepared document on its way into the store, and the job that tells of it."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from nguon.capture.attaching import signing
from nguon.capture.document import Batch, Submitted
from nguon.capture.model import Behaviour, Note, written
from nguon.capture.signed import Presented
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store.jobs import begun
from nguon.store.signatures import Attached
from nguon.store.values import CaptureJob, JobUpdate, Outcome, Receipt, Submitter


@dataclass(frozen=True, slots=True)
class Origin:
    """How a document was sent."""

    principal: Principal
    behaviour: Behaviour = Behaviour.ROLLBACK
    idempotency_key: str | None = None
    presented: Presented | None = None
    """The signature that came with it."""

    @property
    def submitter(self) -> Submitter:
        """Whose key sent it."""
        return Submitter(self.principal.organisation, self.principal.key_id)


@dataclass(frozen=True, slots=True)
class DocumentCapturing:
    """A document that is being written: its records and its job in one transaction."""

    receipts: Future[list[Receipt]]
    store: Store
    submitted: Submitted
    batch: Batch
    origin: Origin
    digest: bytes
    update: JobUpdate

    def settled(self, receipts: Sequence[Receipt]) -> CaptureJob | None:
        """The finished job, where it is known without asking the store again."""
        times = [r.record_time for r in receipts if r.outcome is Outcome.STORED]
        clash = any(r.outcome is Outcome.CLASHING for r in receipts)
        if clash or not times or not self.update.finished or self.origin.idempotency_key:
            return None
        return begun(self.update, list(receipts), times[0])

    def finish(self, receipts: Sequence[Receipt]) -> CaptureJob:
        """The finished job; blocks where the store must be asked. A clash rolled it back: then
        the job is stored by itself, with the reasons.
        """
        known = self.settled(receipts)
        if known is not None:
            return known
        job = self.update.new
        assert job is not None
        proceed = self.origin.behaviour is Behaviour.PROCEED
        notes = self.batch.notes + self.batch.clashes(receipts, self.submitted.envelope)
        refused = any(not note.warning for note in notes)
        if refused and not proceed:
            job, _ = self.store.jobs.create(
                self.origin.submitter,
                document=self.digest,
                behaviour=job.behaviour,
                total=job.total,
                idempotency_key=self.origin.idempotency_key,
            )
        if refused or proceed:
            self.store.jobs.finish(job.id, success=not refused, errors=written(notes))
        return self.store.jobs.get(job.organisation, job.id) or self._same()

    def _same(self) -> CaptureJob:
        """The job of the request that used our idempotency key at the same time."""
        first = first_job(self.store, self.origin, self.digest)
        assert first is not None
        return first


def begin_writing(
    store: Store,
    submitted: Submitted,
    batch: Batch,
    origin: Origin,
    digest: bytes,
    attached: Attached | None = None,
) -> DocumentCapturing:
    """Hands a batch and its job to the store's writer."""
    proceed = origin.behaviour is Behaviour.PROCEED
    job = store.jobs.new(
        origin.submitter,
        document=digest,
        behaviour=origin.behaviour.value,
        total=len(submitted.raws),
        idempotency_key=origin.idempotency_key,
    )
    notes: list[Note] = batch.notes
    update = JobUpdate(
        job.id,
        0,
        len(submitted.raws),
        finished=not proceed,
        errors=written(notes),
        new=job,
    )
    receipts = store.writer.submit(
        batch.records,
        signing(origin.submitter, attached),
        job=update,
        proceed=proceed,
        attached=attached,
    )
    return DocumentCapturing(receipts, store, submitted, batch, origin, digest, update)


def first_job(store: Store, origin: Origin, digest: bytes) -> CaptureJob | None:
    """The job of an earlier request with the same idempotency key.

    Raises:
        IdempotencyConflictError: the key was used for another document.
    """
    if origin.idempotency_key is None:
        return None
    return store.jobs.first(
        origin.submitter, document=digest, idempotency_key=origin.idempotency_key
    )
