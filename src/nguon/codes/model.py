# SPDX-License-Identifier: Apache-2.0
"""The values of issuing: licences and what was said of them, numbers, blocks, ranges, pieces."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from nguon.gs1.elements import Element

MOST_PIECES = 1_000_000
"""Serials of one order."""
QUOTA = 100_000
"""Pieces that an organisation may have serials for before the operator says otherwise."""


class LicenceKind(StrEnum):
    """What a GS1 organisation licensed: a company prefix, or one number."""

    PREFIX = "prefix"
    GTIN = "gtin"
    GLN = "gln"


class LicenceStatus(StrEnum):
    """What was last said of a licence."""

    DECLARED = "declared"
    CHECKED = "checked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Step(msgspec.Struct, frozen=True):
    """One thing that was said of a licence."""

    status: LicenceStatus
    effective: date
    organisation: int
    reason: str
    recorded: datetime
    by: str


class LicenceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A licence to record; ``value`` is the prefix or number, ``source`` what shows it."""

    kind: LicenceKind
    value: str
    valid_from: date
    valid_to: date | None = None
    source: str


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """A licence with all that was said of it, the last step last."""

    id: str
    organisation: int
    kind: LicenceKind
    value: str
    valid_from: date
    valid_to: date | None
    source: str
    recorded: datetime
    steps: tuple[Step, ...]

    @property
    def status(self) -> LicenceStatus:
        """What was last said of it."""
        return self.steps[-1].status

    def in_force(self, day: date) -> bool:
        """Whether numbers may be given out under it on a day."""
        begun = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        said = [one for one in self.steps if one.effective <= day]
        return begun and bool(said) and said[-1].status is LicenceStatus.CHECKED

    def covers(self, gtin: str) -> bool:
        """Whether a product's number (14 digits) is one of the licence."""
        if self.kind is LicenceKind.PREFIX:
            return gtin[1:].startswith(self.value) and gtin[1:6] != "00000"
        return self.kind is LicenceKind.GTIN and gtin[1:13] == self.value[1:13]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A number given to a product; ``base`` is its piece's where it is of a carton."""

    gtin: str
    base: str
    name: str
    organisation: int
    licence: str
    recorded: datetime


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers a prefix has, and how many were given out here."""

    licence: str
    prefix: str
    whole: int
    given: int


class LotGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A lot number given out; ``changed``: letters that codes cannot carry were written anew."""

    gtin: str
    lot: str
    pattern: str
    changed: bool = False


class OrderAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A block to order; ``request`` is a mark of the sender's: sent again, it is the same order."""

    gtin: str
    quantity: int
    request: str
    lot: str | None = None
    purpose: str = ""
    hidden: bool = False
    signed: bool = False


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Serials ordered together, and what became of their ranges."""

    id: str
    organisation: int
    gtin: str
    lot: str | None
    quantity: int
    purpose: str
    hidden: bool
    signed: bool
    recorded: datetime
    by: str
    exported: int
    printed: int = 0
    void: int = 0

    @property
    def left(self) -> int:
        """Pieces that no printer has been handed."""
        return self.quantity - self.exported


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A range handed to one printer; ``first`` counts from 1, ``fetched``: how often its files
    were taken.
    """

    id: str
    block: str
    first: int
    quantity: int
    printer: str
    recorded: datetime
    by: str
    fetched: int = 0


class MarkKind(StrEnum):
    """What became of a range."""

    PRINTED = "printed"
    VOID = "void"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A range that was printed or made void; ``first`` counts from 1."""

    kind: MarkKind
    first: int
    quantity: int
    reason: str
    recorded: datetime
    by: str


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces that an organisation may have serials for, and has; voided ones do not count."""

    pieces: int
    used: int

    @property
    def left(self) -> int:
        """Pieces that may still be ordered."""
        return max(self.pieces - self.used, 0)


class Piece(msgspec.Struct, frozen=True):
    """One piece of a block, ready to be printed.

    ``item`` is its key, ``link`` its Digital Link, ``elements`` what a GS1 symbol carries;
    ``hidden`` goes under the scratch layer, ``signature`` is in AI 8030 of both.
    """

    serial: str
    item: str
    link: str
    elements: tuple[Element, ...]
    hidden: str | None = None
    signature: str | None = None
