# SPDX-License-Identifier: Apache-2.0
"""Enrolments as values: ways, states, steps, and the legal entity that comes of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from nguon.parties.register.model import RegisterState


class Way(StrEnum):
    """How an organisation was identified; the words are ``enrolment.way-…``."""

    OIDC = "oidc"
    CERTIFICATE = "certificate"
    OFFICERS = "officers"
    MEMBER = "member"


class State(StrEnum):
    """Where an enrolment stands; the words are ``enrolment.state-…``."""

    OPEN = "open"
    WAITING = "waiting"
    PROPOSED = "proposed"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REPLACED = "replaced"


RUNNING = frozenset({State.OPEN, State.WAITING, State.PROPOSED})
"""States from which an enrolment may still become active."""


class Step(msgspec.Struct, frozen=True):
    """One change of an enrolment; ``reason`` is a code of ``enrolment.reason-…``."""

    number: int
    state: State
    at: datetime
    actor: str
    person: int | None = None
    reason: str | None = None
    note: str | None = None


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of an organisation to enrol, without its signed file.

    ``details`` are the way's own facts (certificate: ``serial``, ``issuer``,
    ``not_after``, ``revocation``; login: ``issuer``), never about a person.
    """

    id: str
    organisation: int
    way: Way
    code: str
    name: str
    state: State
    begun: datetime
    begun_by: str
    deadline: datetime
    statement: bytes | None
    key: str | None
    evidence: str | None
    details: dict[str, Any]
    since: datetime | None
    until: datetime | None
    ended: datetime | None

    @property
    def running(self) -> bool:
        """Whether it may still become active."""
        return self.state in RUNNING

    def stands(self, at: datetime) -> bool:
        """Whether it counts at a moment."""
        if self.since is None or at < self.since:
            return False
        ends = [end for end in (self.until, self.ended) if end is not None]
        return all(at < end for end in ends)


class Entity(msgspec.Struct, frozen=True):
    """What is known of the legal entity behind an organisation at a moment.

    ``way`` is None where it is not enrolled; a member household's is its
    cooperative's enrolment. ``evidence`` is the SHA-256 of what it rests on.
    """

    way: Way | None
    since: datetime | None
    until: datetime | None
    register_state: RegisterState
    as_of: date | None
    evidence: str = ""
    code: str | None = None
    state_since: date | None = None


class EntityFacts(msgspec.Struct, frozen=True):
    """What a published document of an organisation says of its legal entity."""

    code: str
    name: str
    way: Way
    since: datetime
    until: datetime | None
    register_state: RegisterState
    as_of: date | None
    evidence: str
