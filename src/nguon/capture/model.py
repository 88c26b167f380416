# SPDX-License-Identifier: Apache-2.0
"""The values of capture: limits, behaviours, and what becomes of a submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from nguon.base.errors import Fault
from nguon.store.values import CaptureJob


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one submission may carry."""

    body: int
    """Octets of a request."""
    events: int
    """Events of a document."""
    whole: int
    """Events of a document that is written all or nothing."""
    synchronous: int
    """Octets of a document that is captured before the answer."""


class Behaviour(StrEnum):
    """What happens to a document of which an event is refused (``GS1-Capture-Error-Behaviour``)."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a job says about a place in its document: why an event was refused, or a warning."""

    pointer: str
    code: str
    params: dict[str, Any] = {}
    warning: bool = False

    def fault(self) -> Fault:
        """The same as a fault, for whoever words it."""
        return Fault(self.pointer, self.code, self.params)


MOST_NOTES = 1000
"""A job keeps so many notes; the rest of a hopeless document says nothing new."""

_decode_notes = msgspec.json.Decoder(list[Note]).decode


def notes_of(job: CaptureJob) -> list[Note]:
    """The notes that a job carries."""
    return _decode_notes(job.errors)


def foremost(notes: Sequence[Note]) -> list[Note]:
    """The notes that a job keeps, refusals first."""
    return sorted(notes, key=lambda note: note.warning)[:MOST_NOTES]


def written(notes: Sequence[Note]) -> str:
    """Notes as a job carries them, refusals first."""
    return msgspec.json.encode(foremost(notes), enc_hook=str).decode()
