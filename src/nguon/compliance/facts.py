# SPDX-License-Identifier: Apache-2.0
"""The facts that requirements are judged by: one lot as one reader may see it; plain values."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from nguon.compliance.grouping import Goods
from nguon.compliance.model import Market
from nguon.registry.history import Standing
from nguon.registry.model import Certificate, Organisation, Place, Product
from nguon.trace.itinerary import Relation


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded step. What a reduced record lacks may exist: ``full`` says whether it is whole.

    ``steps`` are the words that paths may call it by: the business step,
    ``made`` (it brought the lot into being), ``harvesting``, ``transforming``.
    """

    relation: Relation
    steps: frozenset[str]
    time: datetime
    full: bool
    place: str | None = None
    quantity: bool = False
    sender: bool = False
    receiver: bool = False
    document: bool = False
    about: bool = True
    ilmd: frozenset[str] = frozenset()


class Paper(msgspec.Struct, frozen=True):
    """A certificate and what it stands as on the day."""

    certificate: Certificate
    standing: Standing


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One analyte of a laboratory's report about the lot."""

    analyte: str
    state: str
    number: str | None
    value: Decimal | None
    unit: str | None
    detected: bool


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """What a consignment adds: ``papers`` are the kinds entered, ``refused`` codes refused."""

    number: str
    consignee: str | None = None
    vehicle: str | None = None
    seal: str | None = None
    papers: dict[str, str] = {}
    refused: frozenset[str] = frozenset()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one lot that any requirement asks for.

    ``areas`` are the places where it grew, ``plotted`` those of them with a
    boundary (None: the reader may not know); ``reports`` None likewise;
    ``cooperatives`` are those that holders of these places are members of.
    """

    key: str
    lot: str | None
    day: date
    market: Market
    goods: Goods
    expiry: date | None = None
    product: Product | None = None
    maker: Organisation | None = None
    records: tuple[Record, ...] = ()
    inputs: bool = False
    pieces: bool = False
    places: dict[str, Place] = {}
    areas: tuple[str, ...] = ()
    packing: tuple[str, ...] = ()
    cooperatives: dict[int, int] = {}
    papers: tuple[Paper, ...] = ()
    plotted: frozenset[str] | None = frozenset()
    reports: tuple[Report, ...] | None = ()
    shipment: Shipment | None = None
    truncated: bool = False
