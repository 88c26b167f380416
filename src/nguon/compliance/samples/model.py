# SPDX-License-Identifier: Apache-2.0
"""A sample's values: its lots and laboratory, its results, and where it stands."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class SampleState(StrEnum):
    """From the lot to the decision."""

    TAKEN = "taken"
    SENT = "sent"
    RESULT = "result"
    RELEASED = "released"
    REJECTED = "rejected"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One analyte. Not ``detected``: ``value`` is the detection limit, if it is given."""

    analyte: str
    value: Decimal | None = None
    unit: str | None = None
    detected: bool = True


class NewSample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as it is entered: ``number`` is the requester's own, ``laboratory`` its code."""

    number: str
    lots: tuple[str, ...]
    laboratory: str
    taken: datetime


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample with what became of it; ``report`` is the laboratory's own number."""

    id: str
    number: str
    product: str
    lots: tuple[str, ...]
    requester: int
    laboratory: int
    state: SampleState
    taken: datetime
    sent: datetime | None = None
    resulted: datetime | None = None
    decided: datetime | None = None
    report: str | None = None
    reason: str | None = None
    results: tuple[Result, ...] = ()


class ReportAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A report number entered for other goods than those that it was first given to."""

    report: str
    laboratory: int
    organisation: int
    sample: str
    earlier: str
    recorded: datetime
