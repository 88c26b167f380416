# SPDX-License-Identifier: Apache-2.0
"""Capture jobs as GS1's REST binding shows them (``EPCISCaptureJob``)."""

from typing import Any

import msgspec

from nguon.base.messages import Language
from nguon.base.time import from_microseconds, rfc3339
from nguon.capture.model import Note, notes_of
from nguon.store.values import CaptureJob
from nguon.web.problems import advice, fault_entry, words


class JobError(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why an event of the document was refused, or a warning about it."""

    type: str
    title: str
    detail: str
    pointer: str
    """JSON pointer in the document that was sent."""
    code: str
    message_vi: str
    message_en: str
    hint: str | None = None


class Job(msgspec.Struct, frozen=True, rename="camel"):
    """A capture job. ``running`` and ``success`` as in EPCIS 2.0 section 12.

    While it runs, ``success`` is true as long as nothing was refused; a failed
    job with ``rollback`` has written nothing, one with ``proceed`` all but what
    ``errors`` names.
    """

    capture_id: str = msgspec.field(name="captureID")
    created_at: str
    finished_at: str | None
    running: bool
    success: bool
    capture_error_behaviour: str
    errors: list[JobError]
    warnings: list[JobError]
    events: int | None
    """How many events the document has; unknown until it is taken apart."""
    captured: int
    """Events stored by this job."""
    repeated: int
    """Events that were stored already, by an earlier delivery."""


def job_view(job: CaptureJob, language: Language) -> Job:
    """A job as it is answered."""
    notes = notes_of(job)
    errors = [_error(note, language) for note in notes if not note.warning]
    return Job(
        capture_id=job.id,
        created_at=rfc3339(from_microseconds(job.created)),
        finished_at=None if job.finished is None else rfc3339(from_microseconds(job.finished)),
        running=job.finished is None,
        success=not errors and job.clashing == 0 if job.success is None else job.success,
        capture_error_behaviour=job.behaviour,
        errors=errors,
        warnings=[_error(note, language) for note in notes if note.warning],
        events=job.total,
        captured=job.stored,
        repeated=job.repeated,
    )


def _error(note: Note, language: Language) -> JobError:
    entry: dict[str, Any] = fault_entry(note.fault(), language)
    exception = _EXCEPTIONS.get(note.code, "ValidationException")
    return JobError(
        type=f"epcisException:{exception}",
        title=words(f"problem.{exception}", language, {}),
        detail=entry[f"message_{language}"],
        pointer=note.pointer,
        code=note.code,
        message_vi=entry["message_vi"],
        message_en=entry["message_en"],
        hint=advice(note.code, language, note.params),
    )


_EXCEPTIONS = {
    "capture.event-id-clash": "ResourceAlreadyExistsException",
    "capture.needs-proceed": "CaptureLimitExceededException",
    "capture.too-many-events": "CaptureLimitExceededException",
    "capture.interrupted": "ImplementationException",
}
