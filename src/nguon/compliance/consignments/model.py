# SPDX-License-Identifier: Apache-2.0
"""A consignment's values: what goes where, under which codes, with which papers."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.quantity import Quantity
from nguon.compliance.completeness import Completeness
from nguon.compliance.model import Judged, Market
from nguon.registry.ledger.model import Drawn


class ConsignmentState(StrEnum):
    """A draft can be changed; declaring draws on the codes."""

    DRAFT = "draft"
    DECLARED = "declared"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class PaperKind(StrEnum):
    """Papers and confirmations that are entered on the consignment itself."""

    PHYTOSANITARY = "phytosanitary"
    ORIGIN = "origin"
    BOX_MARKS = "box-marks"


class Load(msgspec.Struct, frozen=True):
    """So much of a lot."""

    lot: str
    quantity: Quantity


class CodeShare(msgspec.Struct, frozen=True, kw_only=True):
    """So many kilograms under a code; ``authorisation`` is the number that the user shows."""

    code: str
    quantity: Decimal
    authorisation: str | None = None
    reason: str | None = None
    use: str | None = None
    """The ledger's id, once it was drawn on."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment as it is entered; ``consignee`` is an organisation's code, if it has one."""

    number: str
    market: Market
    planned: date
    loads: tuple[Load, ...]
    codes: tuple[CodeShare, ...] = ()
    consignee: str | None = None
    consignee_name: str | None = None
    packing: str | None = None
    vehicle: str | None = None
    seal: str | None = None


class Consignment(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment as it stands."""

    id: str
    number: str
    market: Market
    product: str
    planned: date
    state: ConsignmentState
    shipper: int
    loads: tuple[Load, ...]
    codes: tuple[CodeShare, ...]
    papers: dict[PaperKind, str]
    created: datetime
    consignee: int | None = None
    consignee_name: str | None = None
    packing: str | None = None
    vehicle: str | None = None
    seal: str | None = None
    declared: datetime | None = None
    shipped: datetime | None = None
    cancelled: datetime | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement over all lots: the lots for which it does not hold, and how it stands."""

    judged: Judged
    lots: tuple[str, ...] = ()


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """What is ready and what is missing: gates of the market first, then the law at home."""

    consignment: Consignment
    gates: tuple[Item, ...]
    others: tuple[Item, ...]
    lots: tuple[Completeness, ...]
    drawn: tuple[Drawn, ...] = ()

    @property
    def truncated(self) -> bool:
        """Of a lot more records exist than were judged: what is missing may be in those."""
        return any(lot.truncated for lot in self.lots)

    @property
    def open_gates(self) -> tuple[Item, ...]:
        """The mandatory gates that are shut."""
        return tuple(item for item in self.gates if item.judged.state.value == "missing")

    @property
    def ready(self) -> bool:
        """Every gate is open, and no code's use was refused, held or left without its answer."""
        settled = all(one.state.value == "counted" for one in self.drawn)
        return not self.open_gates and settled
