# SPDX-License-Identifier: Apache-2.0
"""The passport as a value: everything that the page says, before it is put into words.

Texts of the catalogue are named by their codes; names, codes and dates are
already reduced to what the audience may see.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from nguon.compliance.completeness import Meter
from nguon.trace.itinerary import Relation


class Verdict(StrEnum):
    """What the band says; the worst that is known wins."""

    RECALLED = "recalled"
    HELD = "held"
    """An officer stopped it for a time."""
    EXPIRED = "expired"
    CONTRADICTED = "contradicted"
    """A body in charge found that a report was right."""
    INCONSISTENT = "inconsistent"
    """The records cannot all be right."""
    DISPUTED = "disputed"
    RECORDED = "recorded"


class Check(msgspec.Struct, frozen=True):
    """One line under the band: what was checked, or what was not (``done`` false).

    ``code`` names the words; of a check not done, the hint says what would do it.
    """

    code: str
    done: bool
    params: dict[str, Any] = {}


class Party(msgspec.Struct, frozen=True):
    """An organisation or household; ``code`` is its public code, ``link`` its page."""

    name: str | None
    address: str | None = None
    code: str | None = None
    link: str | None = None


class PlaceLine(msgspec.Struct, frozen=True):
    """A place at the precision that the audience may see.

    ``code`` is its canonical key; ``national_codes`` are codes of authorities
    (planting area, packing house) as issued; ``point`` is latitude, longitude.
    """

    code: str | None
    name: str | None = None
    area: str | None = None
    national_codes: tuple[str, ...] = ()
    link: str | None = None
    point: tuple[float, float] | None = None


class Product(msgspec.Struct, frozen=True):
    """The trade item: what the register says."""

    key: str
    name: str
    brand: str | None = None
    model: str | None = None
    net_content: str | None = None
    description: str | None = None
    shelf_life: str | None = None
    image: str | None = None
    link: str | None = None
    warning: str | None = None


class Certificate(msgspec.Struct, frozen=True):
    """A standard applied, with the number of the paper that says so."""

    standard: str
    number: str | None = None
    issuer: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    holder: str | None = None


class DateKind(StrEnum):
    """The dates of a label, in the order of the page."""

    HARVESTED = "harvested"
    PRODUCED = "produced"
    PACKED = "packed"
    BEST_BEFORE = "best-before"
    EXPIRES = "expires"


class LabelDate(msgspec.Struct, frozen=True):
    """A date, or with ``since`` the last day of a span (a harvest over several days).

    ``past`` says of a best-before or expiry date that its day is over.
    """

    kind: DateKind
    day: date
    since: date | None = None
    past: bool = False


class Code(msgspec.Struct, frozen=True):
    """A part of the tracing code: application identifier and value."""

    ai: str
    value: str


class StepRecord(msgspec.Struct, frozen=True):
    """The four legal fields of one stage (and who): one recorded event.

    ``area`` is the planting-area code under which it was recorded, as issued;
    ``entry`` its number in the log.
    """

    products: tuple[str, ...]
    place: PlaceLine | None
    stage: str
    time: datetime
    who: Party | None = None
    area: str | None = None
    entry: int = 0


class Step(msgspec.Struct, frozen=True):
    """One line of the journey: equal records of one stage, gathered.

    ``stage`` is the word of the business step (``packing``); ``first`` and
    ``last`` are local times of the events; ``subject`` names the thing that
    the step was done to, where it is not the item in hand.
    """

    stage: str
    relation: Relation
    first: datetime
    last: datetime
    records: tuple[StepRecord, ...]
    subject: str | None = None


class StageState(StrEnum):
    """A stage of the expected chain."""

    RECORDED = "recorded"
    MISSING = "missing"
    """A later stage is recorded, this one is not."""
    AHEAD = "ahead"
    """Nothing later is recorded: it may not have happened yet."""


class Stage(msgspec.Struct, frozen=True):
    name: str
    state: StageState


class Completeness(msgspec.Struct, frozen=True):
    """Which stages of the chain are recorded; ``placeless`` records name no place."""

    stages: tuple[Stage, ...]
    placeless: int = 0

    @property
    def recorded(self) -> int:
        """How many stages are recorded."""
        return sum(stage.state is StageState.RECORDED for stage in self.stages)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the stages that a later record shows to be missing."""
        return tuple(s.name for s in self.stages if s.state is StageState.MISSING)


class Passport(msgspec.Struct, frozen=True, kw_only=True):
    """What one audience may read of one item."""

    key: str
    kind: str
    verdict: Verdict
    checks: tuple[Check, ...]
    codes: tuple[Code, ...]
    product: Product | None = None
    contents: tuple[Product, ...] = ()
    """What a container was packed with."""
    lots: tuple[str, ...] = ()
    """Lot numbers of a container's contents."""
    maker: Party | None = None
    packer: Party | None = None
    packing_codes: tuple[str, ...] = ()
    dates: tuple[LabelDate, ...] = ()
    origin: tuple[PlaceLine, ...] = ()
    area_codes: tuple[str, ...] = ()
    """Codes of planting areas, ponds and facilities of origin, as issued."""
    standards: tuple[Certificate, ...] = ()
    journey: tuple[Step, ...] = ()
    completeness: Completeness | None = None
    legal: Meter | None = None
    """Which of the fields that the law lists are there."""
    events: int = 0
    skipped: int = 0
    """Steps in the middle of a long journey that are left out, after the first ones."""
    truncated: bool = False
    recorded_at: datetime | None = None


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing is recorded under this code; ``product`` where its product is known."""

    key: str
    kind: str
    codes: tuple[Code, ...]
    product: Product | None = None
    maker: Party | None = None
