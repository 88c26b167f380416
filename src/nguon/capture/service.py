# SPDX-License-Identifier: Apache-2.0
"""What happens when something is submitted: one function a use case.

A bare event and a document up to `Limits.synchronous` octets are stored before
the answer. A larger document lies on the disk with its job and is captured
afterwards by `nguon.capture.runner`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nguon.base.errors import NguonError
from nguon.capture.attaching import Signing, attached, custodial, of_document, of_event
from nguon.capture.attaching import signing as signed_by
from nguon.capture.document import require_all, take_apart
from nguon.capture.errors import ClashError, RefusedEventsError, UnknownJobError
from nguon.capture.issued import judged
from nguon.capture.model import Behaviour, Limits, Note
from nguon.capture.pool import Preparer
from nguon.capture.prepare import Context, Prepared, prepare_events
from nguon.capture.rules import check_submitter
from nguon.capture.runner import Runner
from nguon.capture.signed import Form, Presented, over_body
from nguon.capture.speaking import each_alone, faults_of, only_own, speaking_for
from nguon.capture.spool import Arrival
from nguon.capture.writing import DocumentCapturing, Origin, begin_writing, first_job
from nguon.epcis.codec import decode_event
from nguon.epcis.document import Received
from nguon.identity.model import Principal
from nguon.parties.speaking import Spoken
from nguon.store import Store
from nguon.store.errors import StoreError
from nguon.store.job_entries import Span
from nguon.store.values import CaptureJob, EventRecord, Outcome, Receipt, Submitter


@dataclass(frozen=True, slots=True)
class Capturing:
    """A bare event that is being written."""

    record: EventRecord
    warnings: list[Note]
    receipts: Future[list[Receipt]]

    def receipt(self, receipts: list[Receipt]) -> Receipt:
        """The event's receipt.

        Raises:
            ClashError: another event has this eventID.
        """
        [receipt] = receipts
        if receipt.outcome is Outcome.CLASHING:
            raise ClashError("capture.event-id-clash", receipt, event_id=self.record.event_id)
        return receipt


class CaptureService:
    """Capture over one store; `start` it to have spooled documents captured."""

    def __init__(
        self, store: Store, folder: Path, limits: Limits, workers: int, *, sole: bool = False
    ) -> None:
        self.limits = limits
        self._store = store
        self._folder = folder
        self._preparer = Preparer(workers, store.secret, partial(judged, store))
        self._runner = Runner(store, self._preparer, folder, limits, sole=sole)

    def start(self) -> None:
        """Goes on with the documents that an earlier server left behind."""
        self._runner.start()

    def close(self) -> None:
        """Ends the work on documents; what is unfinished goes on at the next start."""
        self._runner.close()
        self._preparer.close()

    def event(
        self, principal: Principal, data: bytes, presented: Presented | None = None
    ) -> Capturing:
        """Has a bare event written; decodes and checks it here, without waiting for the store,
        which is only asked about a signature.

        Raises:
            MalformedJson, InvalidDocument: it is no EPCIS event.
            RefusedEventsError: it has malformed GS1 keys and the submitter's key is strict, or
                names what its signer does not speak for.
            CaptureForbiddenError: the key may not capture.
            SigningError, SignatureError, ReplayedError: its signature does not count.
            StoreBusyError: too much is waiting.
        """
        if presented is not None:
            return self._signed(principal, data, presented)
        [outcome] = self.events([(principal, data)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _signed(self, principal: Principal, data: bytes, presented: Presented) -> Capturing:
        check_submitter(principal)
        received = decode_event(data)
        signing = of_event(self._store, principal.organisation, presented, data, received.raw)
        context = Context(None, principal.strict)
        prepared = prepare_events([received.event], [received.raw], context)
        [done] = judged(self._store, prepared, principal.strict)
        record = _record(done)
        spoken = speaking_for(self._store, signing.signed, [record], principal.organisation)
        return self._submitted(principal, record, spoken, signing, _warnings(done))

    def events(self, sent: Sequence[tuple[Principal, bytes]]) -> list[Capturing | NguonError]:
        """Has bare events of several submitters written, each by itself; refusals in place."""
        outcomes: list[Capturing | NguonError | Received] = [
            _received(principal, data) for principal, data in sent
        ]
        for strict in {principal.strict for principal, _ in sent}:
            chosen = [
                (at, outcome)
                for at, outcome in enumerate(outcomes)
                if isinstance(outcome, Received) and sent[at][0].strict is strict
            ]
            events = [outcome.event for _, outcome in chosen]
            raws = [outcome.raw for _, outcome in chosen]
            prepared = judged(
                self._store, prepare_events(events, raws, Context(None, strict)), strict
            )
            ready = [(sent[at][0], done) for (at, _), done in zip(chosen, prepared, strict=True)]
            for (at, _), submitted in zip(chosen, self._each(ready), strict=True):
                outcomes[at] = submitted
        return [outcome for outcome in outcomes if not isinstance(outcome, Received)]

    def _each(
        self, ready: Sequence[tuple[Principal, Prepared]]
    ) -> Iterator[Capturing | NguonError]:
        """Unsigned events, each submitted by itself; whose they are to say is asked before."""
        good = [(by.organisation, done.record) for by, done in ready if done.record is not None]
        spoken = iter(each_alone(self._store, good))
        for principal, done in ready:
            try:
                record = _record(done)
                yield self._submitted(principal, record, next(spoken), None, _warnings(done))
            except (StoreError, RefusedEventsError) as error:
                yield error

    def _submitted(
        self,
        principal: Principal,
        record: EventRecord,
        spoken: Spoken,
        signing: Signing | None,
        warnings: list[Note],
    ) -> Capturing:
        """Raises `RefusedEventsError`, `StoreError`."""
        if spoken.findings:
            raise RefusedEventsError([fault for _, fault in faults_of(spoken, [record])])
        beside = attached(signing, [0], spoken.drawing)
        submitter = signed_by(Submitter(principal.organisation, principal.key_id), beside)
        receipts = self._store.writer.submit([record], submitter, attached=beside)
        return Capturing(record, warnings, receipts)

    def document(self, data: bytes, origin: Origin) -> CaptureJob:
        """Captures a document and gives its finished job. Blocks until it is durable.

        Raises as `begin`.
        """
        begun = self.begin(data, origin)
        if isinstance(begun, CaptureJob):
            return begun
        return begun.finish(begun.receipts.result())

    def begin(self, data: bytes, origin: Origin) -> DocumentCapturing | CaptureJob:
        """Has a document written; does not wait for the store, except to look an idempotency key
        up: its first job is given where there is one.

        Raises:
            MalformedJson, InvalidDocument, RefusedEventsError: every fault is named; nothing
                is written. With ``proceed`` only a faulty envelope is refused.
            CaptureLimitError: too many events.
            IdempotencyConflictError: the idempotency key was used for another document.
            SigningError, SignatureError, ReplayedError: its signature does not count.
        """
        check_submitter(origin.principal)
        digest = hashlib.sha256(data).digest()
        first = first_job(self._store, origin, digest)
        if first is not None:
            return first
        submitted = take_apart(data, origin.behaviour, self.limits)
        by, raws = origin.principal, submitted.raws
        if origin.presented is None:
            signing = custodial(self._store, by, raws)
        else:
            org, signature = by.organisation, origin.presented
            signing = of_document(self._store, org, signature, data, raws, digest)
        batch = submitted.prepared(self._preparer, strict=by.strict)
        signed = None if signing is None else signing.signed
        batch, drawing = only_own(self._store, signed, batch, submitted.envelope, by.organisation)
        if origin.behaviour is Behaviour.ROLLBACK:
            require_all(batch, data)
        beside = attached(signing, batch.positions, drawing)
        return begin_writing(self._store, submitted, batch, origin, digest, beside)

    def arrival(self) -> Arrival:
        """Where a document too large for `document` is put while it comes."""
        return Arrival(self._folder)

    def spooled(self, arrival: Arrival, origin: Origin) -> CaptureJob:
        """Takes a whole, large document over; gives its job, which runs afterwards.

        Raises:
            SigningError, SignatureError, ReplayedError: its signature does not count. That of
                a batch is over its events, and known to its job alone.
        """
        check_submitter(origin.principal)
        digest = arrival.durable()
        if origin.presented is not None:
            if origin.presented.form is not Form.BATCH:
                over_body(self._store, origin.presented, digest, None)
            arrival.beside(origin.presented)
        job, new = self._store.jobs.create(
            origin.submitter,
            document=digest,
            behaviour=origin.behaviour.value,
            spool=arrival.path.name,
            idempotency_key=origin.idempotency_key,
        )
        if new:
            arrival.keep()
            self._runner.take(job)
        return job

    def job(self, principal: Principal, job: str) -> CaptureJob:
        """An organisation's own job.

        Raises:
            UnknownJobError: there is none with this id.
        """
        found = self._store.jobs.get(principal.organisation, job)
        if found is None:
            raise UnknownJobError("capture.unknown-job", job=job)
        return found

    def entries(self, job: str) -> list[Span]:
        """Which entries of the log a job's records are, as first and last, ascending."""
        return self._store.jobs.entries(job)

    def jobs(
        self, principal: Principal, *, limit: int, before: CaptureJob | None = None
    ) -> list[CaptureJob]:
        """An organisation's own jobs, newest first."""
        return self._store.jobs.page(principal.organisation, limit=limit, before=before)


def _received(principal: Principal, data: bytes) -> Received | NguonError:
    try:
        check_submitter(principal)
        return decode_event(data)
    except NguonError as error:
        return error


def _record(done: Prepared) -> EventRecord:
    """Raises `RefusedEventsError` where there is none."""
    if done.record is None:
        raise RefusedEventsError(done.faults)
    return done.record


def _warnings(done: Prepared) -> list[Note]:
    return [Note(fault.pointer, fault.code, fault.params, warning=True) for fault in done.faults]
