# SPDX-License-Identifier: Apache-2.0
"""What lies on the desks of the demonstration: values as the manifest writes them."""

from datetime import date, datetime

import msgspec

from nguon.codes.model import LicenceKind
from nguon.compliance.consignments.model import PaperKind
from nguon.compliance.model import Market
from nguon.identity.consents import Purpose
from nguon.registry.bridge.model import System
from nguon.registry.links.model import LinkAsked
from nguon.registry.model import Register


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """The holder of a code lets another organisation use it."""

    organisation: str
    code: str
    grantee: str
    crop: str
    market: str
    valid_from: date
    valid_to: date
    kilograms: int


class CodeUse(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation uses a code, or tries to."""

    organisation: str
    code: str
    crop: str
    market: str
    at: datetime
    kilograms: int
    consignment: str
    authorisation: str | None = None
    reason: str | None = None


class Found(msgspec.Struct, frozen=True):
    """What a laboratory found; without ``value`` nothing was detected."""

    analyte: str
    value: str | None = None
    unit: str = "mg/kg"


class LabSample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample of lots, with its report and whether the lots were released."""

    organisation: str
    number: str
    lots: tuple[str, ...]
    laboratory: str
    taken: datetime
    report: str | None = None
    results: tuple[Found, ...] = ()
    released: bool = False


class Amount(msgspec.Struct, frozen=True):
    """So many kilograms of a lot, or under a code."""

    key: str
    kilograms: int


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment, perhaps declared already."""

    organisation: str
    number: str
    market: Market
    planned: date
    consignee: str
    lots: tuple[Amount, ...]
    codes: tuple[Amount, ...] = ()
    papers: dict[PaperKind, str] = {}
    vehicle: str | None = None
    seal: str | None = None
    declared: bool = False


class Registration(msgspec.Struct, frozen=True):
    """An entry that its holder writes and lays before the body in charge."""

    organisation: str
    register: Register
    key: str
    values: dict[str, str]


class Agreement(msgspec.Struct, frozen=True):
    """A sheet of consents: for each purpose the members who agree to it."""

    organisation: str
    given: date
    evidence: str
    agreed: dict[Purpose, tuple[str, ...]]


class Boundaries(msgspec.Struct, frozen=True):
    """A file with the boundaries of an organisation's plots."""

    organisation: str
    path: str


class Licensed(msgspec.Struct, frozen=True, kw_only=True):
    """A prefix or number that an organisation was licensed; ``checked`` by the operator."""

    organisation: str
    kind: LicenceKind
    value: str
    valid_from: date
    source: str
    checked: bool = True


class SerialBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Serials ordered, of which the first ones were handed to a printer and printed."""

    organisation: str
    gtin: str
    quantity: int
    purpose: str
    lot: str | None = None
    hidden: bool = False
    signed: bool = False
    printer: str | None = None
    handed: int = 0
    printed: int = 0
    active: int = 0
    """How many were packed, at ``active_at``, in the place with the number ``active_in``."""
    active_at: datetime | None = None
    active_in: str = ""


class ForeignName(msgspec.Struct, frozen=True, kw_only=True):
    """What another system calls goods, as their owner says."""

    organisation: str
    system: System
    source: str
    code: str
    item: str
    valid_from: date


class Leading(msgspec.Struct, frozen=True, kw_only=True):
    """Where an organisation's code leads besides its passport."""

    organisation: str
    key: str
    links: tuple[LinkAsked, ...]


class Desk(msgspec.Struct, frozen=True):
    """All of it, in the order of doing."""

    boundary: tuple[Boundaries, ...] = ()
    consent: tuple[Agreement, ...] = ()
    grant: tuple[Allowance, ...] = ()
    sample: tuple[LabSample, ...] = ()
    consignment: tuple[Shipment, ...] = ()
    use: tuple[CodeUse, ...] = ()
    registration: tuple[Registration, ...] = ()
    licence: tuple[Licensed, ...] = ()
    block: tuple[SerialBlock, ...] = ()
    identity: tuple[ForeignName, ...] = ()
    leading: tuple[Leading, ...] = ()
    scanned: tuple[str, ...] = ()
    """Pieces that a few people scanned."""
