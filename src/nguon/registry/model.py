# SPDX-License-Identifier: Apache-2.0
"""The registers' values: organisations, places, products, certificates.

What a query gives is already reduced to its reader; ``reduced`` says whether
anything was taken away.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.messages import Language
from nguon.vn.units import Commune, commune


class Register(StrEnum):
    """The kinds of entries."""

    ORGANISATION = "organisation"
    PLACE = "place"
    PRODUCT = "product"
    CERTIFICATE = "certificate"


class OrganisationKind(StrEnum):
    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    HOUSEHOLD = "household"
    PERSON = "person"
    AUTHORITY = "authority"


class PlaceKind(StrEnum):
    FARM = "farm"
    PLANTING_AREA = "planting_area"
    POND = "pond"
    PACKING_HOUSE = "packing_house"
    FACTORY = "factory"
    WAREHOUSE = "warehouse"
    PORT = "port"
    SHOP = "shop"
    MARKET = "market"
    GREENHOUSE = "greenhouse"
    HATCHERY = "hatchery"
    VESSEL = "vessel"
    LABORATORY = "laboratory"
    VEHICLE = "vehicle"
    PLOT = "plot"


class Scheme(StrEnum):
    """What a certificate is about; ``OTHER`` has its name in the title."""

    VIETGAP = "vietgap"
    GLOBALGAP = "globalgap"
    ORGANIC = "organic"
    HACCP = "haccp"
    ISO_22000 = "iso-22000"
    FSSC_22000 = "fssc-22000"
    GMP = "gmp"
    BAP = "bap"
    ASC = "asc"
    OCOP = "ocop"
    PLANTING_AREA = "planting-area"
    PACKING_HOUSE = "packing-house"
    NOTIFICATION = "notification"
    FOOD_SAFETY = "food-safety"
    DRUG_REGISTRATION = "drug-registration"
    HEALTH = "health"
    PHYTOSANITARY = "phytosanitary"
    FARM_CODE = "farm-code"
    OTHER = "other"


PRIVATE_KINDS = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.PERSON})
"""People: shown to the public with their commune only."""

LAND = frozenset(
    {
        *(PlaceKind.FARM, PlaceKind.PLANTING_AREA, PlaceKind.POND),
        *(PlaceKind.GREENHOUSE, PlaceKind.HATCHERY, PlaceKind.PLOT),
    }
)
"""Places where people live and grow: no exact position to the public, whoever holds them."""


class Words(msgspec.Struct, frozen=True):
    """A text in Vietnamese, and in English where there is one."""

    vi: str
    en: str | None = None

    def in_language(self, language: Language) -> str:
        """In the language asked for, else in Vietnamese."""
        return self.en if language == "en" and self.en else self.vi


class _Sited(msgspec.Struct, frozen=True, kw_only=True):
    commune: str | None = None

    @property
    def unit(self) -> Commune | None:
        """The commune with its names; None where no commune is known."""
        return None if self.commune is None else commune(self.commune)

    @property
    def map_point(self) -> tuple[float, float] | None:
        """Latitude and longitude of the commune's centroid: what a public map may mark."""
        unit = self.unit
        return None if unit is None else (unit.latitude, unit.longitude)


class Organisation(_Sited, frozen=True, kw_only=True):
    """Who makes, grows, packs, trades: ``code`` is its natural key, ``gln`` names it in events.

    A person's ``tax_code`` is masked to its last four digits, whoever reads
    (`nguon.registry.personal` has the number). ``ministry`` is the one in charge.
    """

    id: int
    code: str
    kind: OrganisationKind
    name: Words
    address: str | None = None
    tax_code: str | None = None
    gln: str | None = None
    member_of: int | None = None
    phone: str | None = None
    email: str | None = None
    representative: str | None = None
    ministry: str | None = None
    joined: date | None = None
    reduced: bool = False


class Place(_Sited, frozen=True, kw_only=True):
    """Where things happen.

    ``key`` is the canonical item key (``414/…``, ``vn-area:…``, ``vn-pack:…``);
    ``national_code`` the authority's code as issued. Degrees are WGS 84. A plot
    or other part of a place has its ``parent``'s key and may have an
    ``extension`` of its GLN. ``capacity`` is what it can take in a day.
    """

    key: str
    kind: PlaceKind
    name: Words
    holder: int
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    national_code: str | None = None
    parent: str | None = None
    extension: str | None = None
    crop: str | None = None
    area_ha: Decimal | None = None
    capacity: Decimal | None = None
    capacity_unit: str | None = None
    reduced: bool = False


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A trade item: what the label says, for Circular 02/2024 and Decree 37/2026.

    ``key`` is ``01/<GTIN-14>``; ``image`` a file name; ``net_unit`` as people
    write it; ``origin`` an ISO 3166 country; ``standards`` as declared;
    ``risk_group`` low, medium or high; ``ministry`` the one in charge;
    ``trade_unit`` the UN/ECE code it is counted in.
    """

    key: str
    name: Words
    maker: int
    image: str | None = None
    brand: str | None = None
    model: str | None = None
    variety: str | None = None
    description: Words | None = None
    net_content: str | None = None
    net_unit: str | None = None
    hs_code: str | None = None
    origin: str | None = None
    standards: tuple[str, ...] = ()
    storage: Words | None = None
    warnings: Words | None = None
    shelf_life: Words | None = None
    crop: str | None = None
    risk_group: str | None = None
    ministry: str | None = None
    trade_unit: str | None = None
    markets: tuple[str, ...] = ()
    ingredients: Words | None = None
    usage: Words | None = None

    @property
    def gtin(self) -> str:
        """The GTIN in 14 digits."""
        return self.key.partition("/")[2]


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that says so, by its number; held by an organisation, place or product.

    Approvals of areas and packing houses name crops and ``markets``; no market
    named is all. ``issuer_body`` is the issuer's entry where it has one.
    """

    scheme: Scheme
    number: str
    issuer: str
    title: str | None = None
    organisation: int | None = None
    place: str | None = None
    product: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    url: str | None = None
    markets: tuple[str, ...] = ()
    crop: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    scope: str | None = None
    issuer_body: int | None = None

    def valid_on(self, day: date) -> bool:
        """Within its dates; an end left open does not end."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)
