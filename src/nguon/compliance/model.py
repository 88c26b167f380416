# SPDX-License-Identifier: Apache-2.0
"""The values of compliance: instruments, their requirements, and what is found of each."""

from datetime import date
from enum import StrEnum

import msgspec

from nguon.compliance.paths import Path
from nguon.registry.model import Words


class Market(StrEnum):
    """Where goods go; ``VN`` is home."""

    VN = "vn"
    EU = "eu"
    CN = "cn"
    US = "us"
    JP = "jp"


class Binding(StrEnum):
    """How far an instrument binds from a date on."""

    MANDATORY = "mandatory"
    VOLUNTARY = "voluntary"
    BY_RISK = "by-risk"
    """Mandatory for goods of high risk, voluntary for the others."""


class Kind(StrEnum):
    """What an instrument is."""

    LAW = "law"
    LABEL = "label"
    MARKET = "market"


class Supplier(StrEnum):
    """Who usually owes an answer."""

    MAKER = "maker"
    GROWER = "grower"
    PACKER = "packer"
    SHIPPER = "shipper"
    RECEIVER = "receiver"
    SELLER = "seller"
    LABORATORY = "laboratory"
    AUTHORITY = "authority"
    CONSIGNOR = "consignor"


class Desk(StrEnum):
    """Where an answer is entered."""

    PRODUCT = "product"
    REGISTER = "register"
    ENTRY = "entry"
    SAMPLE = "sample"
    CONSIGNMENT = "consignment"


class Interval(msgspec.Struct, frozen=True):
    """Days, both ends included; an open end does not end. ``by`` is the document behind it."""

    start: date
    end: date | None = None
    by: str = ""

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        return self.start <= day and (self.end is None or day <= self.end)


class Obligation(msgspec.Struct, frozen=True):
    """How far it binds from a day on, and by which document."""

    start: date
    binding: Binding
    by: str


class Scope(msgspec.Struct, frozen=True):
    """To what a requirement applies; an empty part applies to all."""

    groups: frozenset[str] = frozenset()
    ministries: frozenset[str] = frozenset()
    markets: frozenset[Market] = frozenset()
    except_groups: frozenset[str] = frozenset()


class Force(StrEnum):
    """The state of a rule on a day."""

    IN_FORCE = "in-force"
    NOT_YET = "not-yet"
    ENDED = "ended"
    SUSPENDED = "suspended"


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an instrument: a field, where it is found, the clause, who owes it."""

    id: str
    """``instrument/field``."""
    instrument: str
    field: str
    paths: tuple[Path, ...]
    clause: Words
    supplier: Supplier
    desk: Desk
    scope: Scope
    if_any: bool = False
    """Asked for only where the goods have such a thing."""
    valid: Interval
    update: str | None = None
    """The duty that says within how long it must be there (`nguon.compliance.duties`)."""


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """A law, circular, standard or market's rule, with its time line."""

    id: str
    number: str
    body: str
    kind: Kind
    source: str
    valid: Interval
    suspended: tuple[Interval, ...]
    obligations: tuple[Obligation, ...]
    scope: Scope
    public: bool
    """Whether the public page counts its fields."""
    rows: tuple[Requirement, ...]

    def force(self, day: date) -> Force:
        """Whether it is in force on a day."""
        if day < self.valid.start:
            return Force.NOT_YET
        if not self.valid.holds(day):
            return Force.ENDED
        halted = any(interval.holds(day) for interval in self.suspended)
        return Force.SUSPENDED if halted else Force.IN_FORCE

    def binding(self, day: date) -> Obligation:
        """How far it binds on a day; before its start as at its start."""
        begun = [entry for entry in self.obligations if entry.start <= day]
        return begun[-1] if begun else self.obligations[0]


class State(StrEnum):
    """What is found of a requirement."""

    COMPLETE = "complete"
    MISSING = "missing"
    NOT_DECLARED = "not-declared"
    """Absent, and voluntary: never a failure."""
    NOT_VISIBLE = "not-visible"
    """This reader may not see whether it is there."""
    NOT_APPLICABLE = "not-applicable"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement judged for one lot, one day, one reader.

    ``reason`` says why it is missing (``absent``, ``expired``, ``suspended``,
    ``over-limit``, ``unreleased``) or not applicable (``not-yet``, ``ended``,
    ``suspended``, ``if-any``, ``other-goods``, ``other-market``); ``shown`` is
    what was found or what is wrong, for a reader who may see it.
    """

    requirement: Requirement
    state: State
    binding: Binding
    by: str
    reason: str | None = None
    shown: str | None = None
