# SPDX-License-Identifier: Apache-2.0
"""What UNTP documents are made of, in no version's words."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """The documents of the protocol."""

    PASSPORT = "DigitalProductPassport"
    CONFORMITY = "DigitalConformityCredential"
    FACILITY = "DigitalFacilityRecord"
    IDENTITY = "DigitalIdentityAnchor"
    EVENT = "DigitalTraceabilityEvent"


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Named(_Value, frozen=True, kw_only=True):
    """Anything with an address and a name: a scheme, a register, a criterion, a topic."""

    id: str
    name: str


class Party(_Value, frozen=True, kw_only=True):
    """A legal entity; ``country`` is its ISO 3166-1 letters."""

    id: str
    name: str
    registered_id: str | None = None
    register: Named | None = None
    country: str | None = None


class Category(_Value, frozen=True, kw_only=True):
    """A code of a classification."""

    code: str
    name: str
    scheme: Named


class Link(_Value, frozen=True, kw_only=True):
    """A document elsewhere; ``sha256`` in hex where it is known."""

    url: str
    name: str
    media_type: str | None = None
    sha256: str | None = None


class Address(_Value, frozen=True, kw_only=True):
    """Where a facility is, as post reads it; what is not known is empty."""

    street: str = ""
    postcode: str = ""
    locality: str = ""
    region: str = ""
    country: str = "VN"


class Facility(_Value, frozen=True, kw_only=True):
    """A place where things are grown, made, packed or kept; ``point`` is latitude, longitude."""

    id: str
    name: str
    registered_id: str | None = None
    register: Named | None = None
    country: str = "VN"
    processes: tuple[Category, ...] = ()
    operator: Party | None = None
    address: Address = Address()
    point: tuple[float, float] | None = None
    documents: tuple[Link, ...] = ()


class Product(_Value, frozen=True, kw_only=True):
    """A class of goods, a lot or a piece, as the numbers that are set say."""

    id: str
    name: str
    scheme: Named
    description: str | None = None
    batch: str | None = None
    item: str | None = None
    categories: tuple[Category, ...] = ()
    parties: tuple[tuple[str, Party], ...] = ()
    documents: tuple[Link, ...] = ()
    facility: Facility | None = None
    produced: date | None = None
    country: str = "VN"

    @property
    def granularity(self) -> str:
        """How fine the passport is: model, batch or item."""
        return "item" if self.item else "batch" if self.batch else "model"


class Assessment(_Value, frozen=True, kw_only=True):
    """What was assessed against which criteria, and whether it conformed."""

    id: str
    name: str
    on: date
    criteria: tuple[Named, ...] = ()
    topics: tuple[Named, ...] = ()
    products: tuple[Product, ...] = ()
    facilities: tuple[Facility, ...] = ()
    organisation: Party | None = None
    conforms: bool | None = None


class Conformity(_Value, frozen=True, kw_only=True):
    """An attestation of conformity: by whom authorised, to whom, under which scheme."""

    id: str
    name: str
    to: Party
    scheme: Named
    kind: str = "certification"
    assessor_level: str = "3rdParty"
    assessment_level: str = "scheme-cab"
    authorisations: tuple[tuple[str, Party], ...] = ()
    certificate: Link | None = None
    assessments: tuple[Assessment, ...] = ()


class Identity(_Value, frozen=True, kw_only=True):
    """A register's word that a DID is that of an entry in it."""

    did: str
    name: str
    registered_id: str
    since: date
    register: Named
    registrar: Party | None = None
    kind: str = "business"
    scope: tuple[str, ...] = ()


class Deed(StrEnum):
    """What an event does to goods, in the words of 0.7.0."""

    MAKE = "MakeEvent"
    MOVE = "MoveEvent"
    MODIFY = "ModifyEvent"


class Handled(_Value, frozen=True, kw_only=True):
    """Goods in an event; a quantity has a unit of UN/CEFACT Recommendation 20."""

    product: Product
    quantity: tuple[float, str] | None = None


class Happened(_Value, frozen=True, kw_only=True):
    """An event: ``inputs`` only where something was made of them; ``to`` only of a move.

    ``epcis`` is the same event as EPCIS 2.0 JSON.
    """

    id: str
    name: str
    at: datetime
    deed: Deed
    activity: Category
    facility: Facility
    to: Facility | None = None
    inputs: tuple[Handled, ...] = ()
    goods: tuple[Handled, ...] = ()
    parties: tuple[tuple[str, Party], ...] = ()
    consignment: str | None = None
    epcis: Mapping[str, Any] = {}
