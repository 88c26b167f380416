# SPDX-License-Identifier: Apache-2.0
"""What a judgement stands on, as plain values: the code's papers and land, what the books say."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from nguon.registry.ledger.ceilings import Rate, Thresholds
from nguon.registry.ledger.model import Authorisation


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """An approval of the code; ``status`` as it stood at the use, ``status_now`` as it stands.

    Crops and markets that it does not name are not limited by it.
    """

    number: str
    status: str
    since: datetime | None = None
    reason: str | None = None
    status_now: str
    valid_from: date | None = None
    valid_to: date | None = None
    crops: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()


class CodeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the registers say of a code; ``holder`` is None for a code that nobody holds.

    ``area`` in hectares is the smaller of declared and measured, ``basis`` says
    which; ``capacity`` is what a packing house takes in a day, in kg.
    """

    code: str
    holder: int | None = None
    province: str | None = None
    crops: frozenset[str] = frozenset()
    area: Decimal | None = None
    basis: str | None = None
    capacity: Decimal | None = None
    papers: tuple[Paper, ...] = ()

    @property
    def packs(self) -> bool:
        """Whether it is a packing house's code."""
        return self.code.startswith("vn-pack:")


class Sums(msgspec.Struct, frozen=True):
    """Kilograms used: counted, and waiting for an answer."""

    counted: Decimal = Decimal(0)
    waiting: Decimal = Decimal(0)

    @property
    def taken(self) -> Decimal:
        """Both: what nobody else can have."""
        return self.counted + self.waiting


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says when a use is judged: read while the code is locked.

    ``grants`` are those of this code to this user; ``shown`` the grant with the
    number that the user showed, whoever's it is. ``season`` sums the period of
    the rate, or the day of a packing house; ``drawn`` is by number of
    grant.
    """

    grants: tuple[Authorisation, ...] = ()
    shown: Authorisation | None = None
    season: Sums = Sums()
    drawn: Mapping[str, Sums] = {}
    rate: Rate | None = None
    thresholds: Thresholds
