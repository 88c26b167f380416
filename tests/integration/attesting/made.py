# SPDX-License-Identifier: Apache-2.0
"""A certification body and a cooperative with keys that are kept here, for tests."""

from datetime import date
from pathlib import Path

import msgspec

from nguon.attesting.model import IssueAsked, Kind
from nguon.attesting.signing import Keys, kept
from nguon.identity.model import Principal, Role
from nguon.parties.keys import custody, naming
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import Store
from tests.integration.parties.made import manager

BASE = "https://nguon.example"
LOT = "01/08938500001017/10/A1"
AREA = "vn-area:VN-DL-0001"


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Who is there, and whose keys are kept."""

    store: Store
    keys: Keys
    body: int
    farm: int
    other: int

    @property
    def inspector(self) -> Principal:
        """A manager of the certification body."""
        return manager(self.body)

    @property
    def grower(self) -> Principal:
        """A manager of the cooperative."""
        return manager(self.farm)

    @property
    def officer(self) -> Principal:
        """An officer in charge of everything."""
        role = Role.OFFICER
        return Principal(99, "officer", role.kind, role.scopes, strict=True)


def made(store: Store, folder: Path) -> World:
    """A body and a cooperative with keys, and one without."""
    custody.attach(store, folder / "parties.key")
    naming.attach(store, BASE)
    numbers = [
        ensure_organisation(store, code, kind, name)
        for code, kind, name in (
            ("cn-01", OrganisationKind.ENTERPRISE, "Trung tâm chứng nhận"),
            ("htx-kin", OrganisationKind.COOPERATIVE, "Hợp tác xã Kin"),
            ("cty-khac", OrganisationKind.ENTERPRISE, "Công ty khác"),
        )
    ]
    custodian = custody.custodian_of(store)
    for number in numbers[:2]:
        custodian.make(number, name="kept", by="test")
    body, farm, other = numbers
    return World(store=store, keys=kept(store), body=body, farm=farm, other=other)


def asked(world: World, **changed: object) -> IssueAsked:
    """A VietGAP certificate of the cooperative's lot and area."""
    wish = IssueAsked(
        request="r1",
        kind=Kind.CERTIFICATION,
        title="Giấy chứng nhận VietGAP",
        scheme="VietGAP",
        number="VG-0001",
        holder=world.farm,
        about=(LOT, AREA),
        scope="Trồng sầu riêng, 12 ha",
        first_day=date(2026, 1, 1),
        last_day=date(2028, 12, 31),
    )
    return msgspec.structs.replace(wish, **changed)
