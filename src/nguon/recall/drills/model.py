# SPDX-License-Identifier: Apache-2.0
"""Drills as values: what is tried out, what the records gave, who answered."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.recall.model import Quantities
from nguon.trace.model import Direction


class Kind(StrEnum):
    """What is tried out; each proves something else."""

    MOCK_RECALL = "mock-recall"
    """Goods found again: who holds them, how fast he answers, how much comes back."""
    TRACE = "trace"
    """The way of goods, back and forward: how fast, and how completely the records show it."""
    MASS_BALANCE = "mass-balance"
    """Quantities of a lot or product at one party: what came in against what became of it."""
    VERTICAL_AUDIT = "vertical-audit"
    """One lot's records, certificates and claims, checked one by one."""


class Mark(StrEnum):
    """What a check of an audit found; ``NONE``: there is nothing to check."""

    GOOD = "good"
    BAD = "bad"
    NONE = "none"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A trace in one direction; ``complete`` is the share of things without a gap, in percent."""

    direction: Direction
    things: int
    records: int
    depth: int
    gaps: int
    complete: float | None
    truncated: bool
    milliseconds: int


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What is accounted for of a lot in one unit, in percent, and between what it should be."""

    lot: str
    product: str | None
    unit: str
    came: Decimal
    accounted: float | None
    low: float
    high: float

    @property
    def fits(self) -> bool | None:
        """Whether it is where it should be; None where nothing came."""
        return None if self.accounted is None else self.low <= self.accounted <= self.high


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was checked: its code, what it is of, what was found."""

    code: str
    of: str
    mark: Mark
    count: int = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the records gave; only the parts of its kind are filled."""

    things: int = 0
    lots: int = 0
    sites: int = 0
    shipped: Quantities = ()
    sold: Quantities = ()
    ways: tuple[Way, ...] = ()
    balances: tuple[Balance, ...] = ()
    checks: tuple[Check, ...] = ()
    withheld: int = 0
    truncated: bool = False


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds or sold goods by the records; without party where the organiser may not know."""

    number: int
    organisation: int | None
    party: str | None
    place: str | None
    shown: bool
    told: Quantities
    sold: Quantities
    answered: datetime | None
    found: Quantities
    words: str | None
    by_hand: bool


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """A drill; ``due`` is until when sites answer, ``as_of`` the log position of the records."""

    id: str
    kind: Kind
    organisation: int
    title: str
    start: str
    notices: bool
    started: datetime
    traced: datetime
    due: datetime | None
    ended: datetime | None
    as_of: int
    result: Result


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tried out on what; ``party`` or ``place`` is whose stock a balance is of.

    ``notices``: tell the holders, marked as a drill.
    """

    kind: Kind
    start: str
    title: str = ""
    account: str = ""
    notices: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of the goods, in the units of the site's quantities."""

    found: Quantities = ()
    words: str = ""
