# SPDX-License-Identifier: Apache-2.0
"""Registered codes with holders, packing houses and officers, for tests of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from nguon.base.audience import Mandate
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.registry import history
from nguon.registry.ledger.model import Grant, Use
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

COOPERATIVE, PACKER, STRANGER, OFFICE, OTHER_OFFICE, LONGAN = 101, 102, 103, 104, 105, 106
DURIAN = "vn-area:VN-DLOR-9521"
HOUSE = "vn-pack:VN-BTPH-9536"
LONGANS = "vn-area:VN-HYOR-9522"
DAK_LAK, VINH_LONG, HUNG_YEN = "66", "86", "33"
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
BEGIN = datetime(2025, 4, 1, tzinfo=UTC)


def member(organisation: int, role: Role = Role.MANAGER) -> Principal:
    """A person or key of an organisation."""
    return Principal(organisation, f"key-{organisation}", KeyKind.MEMBER, role.scopes, False)


def officer(organisation: int, *provinces: str) -> Principal:
    """An officer of some provinces; of the whole country without any."""
    scopes, mandate = Role.OFFICER.scopes, Mandate(frozenset(provinces) or None)
    key = f"key-{organisation}"
    return Principal(organisation, key, KeyKind.INSPECTOR, scopes, False, mandate=mandate)


OPERATOR = Principal(1, "key-1", KeyKind.OPERATOR, Role.OPERATOR.scopes, False)


@dataclass(frozen=True)
class Code:
    """A code as it is registered for a test."""

    key: str
    holder: int
    commune: str
    crop: str | None = None
    area: str | None = None
    capacity: str | None = None
    markets: str | None = "CN"
    valid_to: str | None = "2027-03-31"
    approved: bool = True


CODES = (
    Code(DURIAN, COOPERATIVE, "24502", "durian", area="27.6"),
    Code(LONGANS, LONGAN, "11977", "longan", area="27.2", markets="JP\nEU"),
    Code(HOUSE, PACKER, "28756", capacity="20000", markets=None),
)


def registered(store: Store, *codes: Code) -> None:
    """Organisations and codes, each with its approval."""
    with store.transaction() as connection:
        for number, commune in (
            *((COOPERATIVE, "24502"), (PACKER, "24490"), (STRANGER, "11977")),
            *((OFFICE, "24133"), (OTHER_OFFICE, "11977"), (LONGAN, "11977")),
        ):
            values = {"id": number, "code": f"to-chuc-{number}", "kind": "enterprise"}
            named = {"name_vi": f"To chuc {number}", "commune": commune, "updated": 0}
            rows.add(connection, tables.organisation, [{**values, **named}])
        for code in codes or CODES:
            _register(connection, code)


def _register(connection: Any, code: Code) -> None:
    bare, packs = code.key.partition(":")[2], code.key.startswith("vn-pack")
    place: Mapping[str, Any] = {
        "key": code.key,
        "kind": "packing_house" if packs else "planting_area",
        "name_vi": bare,
        "holder": code.holder,
        "commune": code.commune,
        "national_code": bare,
        "national_key": code.key,
        "crop": code.crop,
        "area_ha": code.area,
        "capacity": code.capacity,
        "capacity_unit": "KGM",
        "updated": 0,
    }
    rows.add(connection, tables.place, [place])
    paper = {
        "scheme": "packing-house" if packs else "planting-area",
        "number": bare,
        "issuer": "Co quan",
        "place": code.key,
        "organisation": code.holder,
        "valid_from": "2025-04-01",
        "valid_to": code.valid_to,
        "markets": code.markets,
        "crop": code.crop,
        "updated": 0,
    }
    rows.add(connection, tables.certificate, [paper])
    if code.approved:
        stood(connection, code.key, history.Status.APPROVED, BEGIN)


def stood(
    connection: Any, code: str, status: history.Status, since: datetime, **details: Any
) -> None:
    """A code's standing since a moment."""
    history.record(
        connection,
        Register.CERTIFICATE,
        history.code_key(code) or "",
        status,
        valid_from=since,
        by=history.OPERATOR,
        **details,
    )


def grant(**changes: Any) -> Grant:
    """Fifty tonnes of durian to China for the packer."""
    values: dict[str, Any] = {
        "code": DURIAN,
        "grantee": PACKER,
        "crop": "sầu riêng",
        "market": "Trung Quốc",
        "valid_from": datetime(2026, 7, 1, tzinfo=UTC).date(),
        "valid_to": datetime(2026, 10, 31, tzinfo=UTC).date(),
        "quantity": Decimal(50_000),
    }
    return Grant(**{**values, **changes})


def use(**changes: Any) -> Use:
    """One lorry of it."""
    values: dict[str, Any] = {
        "code": DURIAN,
        "crop": "durian",
        "market": "CN",
        "used_at": AUGUST,
        "quantity": Decimal(16_000),
        "consignment": "CN-01",
        "lots": ("01/09521202000182/10/SR-0810",),
    }
    return Use(**{**values, **changes})
