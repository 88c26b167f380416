# SPDX-License-Identifier: Apache-2.0
"""Everyday entries as plain values: what somebody did, with which goods, where, when, with whom.

Goods, places and products are canonical item keys, organisations their numbers
in the register. A quantity's unit is a UN/ECE code (``KGM``, ``H87``). Nothing
here is checked against the registers: `nguon.entries.rules` does that.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import unquote

import msgspec

from nguon.base.quantity import Quantity

KILOGRAM = "KGM"


class Reason(StrEnum):
    """Why goods are taken off sale."""

    EXPIRED = "expired"
    DAMAGED = "damaged"
    RECALLED = "recalled"
    DESTROYED = "destroyed"
    OTHER = "other"


class Verdict(StrEnum):
    """What the receiver says of what was offered."""

    ACCEPT = "accept"
    PART = "part"
    DISPUTE = "dispute"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """Some goods: so much of a lot, or one piece or pallet (without quantity)."""

    item: str
    quantity: Quantity | None = None


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """A lot that packing made; ``content`` is the weight of one box where boxes are counted."""

    product: str
    lot: str
    quantity: Quantity
    content: Quantity | None = None
    best_before: date | None = None

    @property
    def item(self) -> str:
        """The lot's item key."""
        return lot_key(self.product, self.lot)


class Pallet(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands on one pallet: so much of a lot, or single pieces.

    Without an ``item`` it gets the organisation's next pallet number when it is recorded.
    """

    contents: tuple[Line, ...]
    item: str | None = None


class _Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    at: datetime
    note: str | None = None


class Harvest(_Entry, frozen=True, kw_only=True, tag="harvest"):
    """A lot comes off the land: ``area`` by its code or key, ``plot`` where it is finer."""

    grower: int
    area: str
    product: str
    lot: str
    quantity: Quantity
    plot: str | None = None

    @property
    def item(self) -> str:
        """The lot's item key."""
        return lot_key(self.product, self.lot)


class Receive(_Entry, frozen=True, kw_only=True, tag="receive"):
    """Goods come in at ``place``; ``giver`` had them, ``origin`` is where they were."""

    place: str
    giver: int
    lines: tuple[Line, ...]
    origin: str | None = None
    document: str | None = None
    handover: str | None = None
    invoice: str | None = None
    """The giver's, as he numbers them."""
    nonce: str | None = None
    """Echoed from the offer."""


class Pack(_Entry, frozen=True, kw_only=True, tag="pack"):
    """Lots go in, packed lots come out, perhaps on pallets."""

    place: str
    inputs: tuple[Line, ...]
    outputs: tuple[Output, ...]
    pallets: tuple[Pallet, ...] = ()
    order: str | None = None


class Ship(_Entry, frozen=True, kw_only=True, tag="ship"):
    """Goods leave ``place`` for another organisation."""

    place: str
    receiver: int
    lines: tuple[Line, ...]
    destination: str | None = None
    document: str | None = None
    vehicle: str | None = None
    market: str | None = None
    invoice: str | None = None
    handover: str | None = None
    """The number of the hand-over that it begins; given when it is recorded."""
    nonce: str | None = None
    """Its secret, likewise; the shipment's event has its hash alone."""


class Sell(_Entry, frozen=True, kw_only=True, tag="sell"):
    """Goods are sold to whoever uses them."""

    place: str
    lines: tuple[Line, ...]


class Withdraw(_Entry, frozen=True, kw_only=True, tag="withdraw"):
    """Goods are taken off sale, or destroyed."""

    place: str
    lines: tuple[Line, ...]
    reason: Reason


Entry: TypeAlias = Harvest | Receive | Pack | Ship | Sell | Withdraw


class AnswerLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the receiver found of one offered line; ``reason`` where it differs."""

    item: str
    quantity: Quantity | None = None
    reason: str | None = None


class HandOverAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receiver's answer to goods offered to him, line by line."""

    handover: str
    verdict: Verdict
    at: datetime
    place: str
    lines: tuple[AnswerLine, ...] = ()
    reason: str | None = None
    nonce: str | None = None
    """Echoed from the offer."""


def lot_key(product: str, lot: str) -> str:
    """The item key of a lot, its slashes escaped as item keys have them."""
    return f"{product}/10/{lot.replace('%', '%25').replace('/', '%2F')}"


def number_in(item: str) -> str:
    """The lot or serial number that an item key ends with."""
    return unquote(item.rpartition("/")[2])


encode = msgspec.json.Encoder().encode
"""An entry, or those of one form, as JSON to keep."""
decode = msgspec.json.Decoder(Entry).decode
"""An entry from what `encode` made."""
decode_all = msgspec.json.Decoder(tuple[Entry, ...]).decode
"""The entries of one form."""
