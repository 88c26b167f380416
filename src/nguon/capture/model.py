# SPDX-License-Identifier: Apache-2.0
"""The values of capture: limits, behaviours, and what becomes of a submission."""

from dataclasses import dataclass
from enum import StrEnum


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
