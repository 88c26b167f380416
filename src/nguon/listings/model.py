# SPDX-License-Identifier: Apache-2.0
"""What a marketplace asks of a listing, and what it is answered."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec


class Answer(StrEnum):
    """What is known; ``UNKNOWN`` is no suspicion."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Judged(msgspec.Struct, frozen=True):
    """An answer with its reason, a code of docs/listings.md."""

    answer: Answer
    reason: str


class Question(StrEnum):
    """What is answered of each listing."""

    KNOWN = "known"
    """Whether the seller is an identified legal entity."""
    ACTIVE = "active"
    """Whether it is active in the business register."""
    ISSUED = "issued"
    """Whether the code was issued."""
    LIVE = "live"
    """Whether what carries it is in circulation."""
    RECALLED = "recalled"
    DISPUTED = "disputed"
    """Whether an officer is checking it, or decided that a report was right."""
    IN_CHAIN = "in_chain"
    """Whether the seller is in its chain of custody; "no" only of a serialised thing whose chain
    is closed."""
    RESALE = "resale"
    """Whether the seller declared that it resells it."""


class Asked(msgspec.Struct, frozen=True):
    """A listing: ``seller`` is the marketplace's own name for it, or ``hmac:<hexadecimal>``."""

    seller: str
    code: str


class Listing(msgspec.Struct, frozen=True):
    """The answers about a listing; ``key`` is None for a code that cannot be read."""

    seller: str
    code: str
    key: str | None
    answers: Mapping[Question, Judged]


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that the platform signed: ``jws`` has them all once more, in its payload."""

    listings: tuple[Listing, ...]
    issued: datetime
    expires: datetime
    tag: str
    """The same for the same answers in the same time."""
    jws: str


def yes(reason: str) -> Judged:
    """It is so."""
    return Judged(Answer.YES, reason)


def no(reason: str) -> Judged:
    """It is not so."""
    return Judged(Answer.NO, reason)


def unknown(reason: str) -> Judged:
    """It is not known."""
    return Judged(Answer.UNKNOWN, reason)
