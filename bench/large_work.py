# SPDX-License-Identifier: Apache-2.0
"""A season's work of some cooperatives: deliveries, packing, hand-overs, codes, samples."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bench.goods import gln, gtin
from bench.large_goods import COOPERATIVES, area_code, cooperative
from nguon.base.quantity import Quantity
from nguon.capture.service import CaptureService
from nguon.cli.workplace import operator
from nguon.compliance.consignments import service as consignments
from nguon.compliance.consignments.model import CodeShare, Load, Plan
from nguon.compliance.model import Market
from nguon.compliance.samples import service as samples
from nguon.compliance.samples.model import NewSample
from nguon.entries.model import (
    KILOGRAM,
    Entry,
    Harvest,
    Line,
    Output,
    Pack,
    Receive,
    Ship,
)
from nguon.entries.service import Sending, record
from nguon.identity.model import Principal, Role
from nguon.registry import queries
from nguon.registry.ledger import service as ledger
from nguon.registry.ledger.model import Grant, Use
from nguon.registry.model import Organisation
from nguon.store import Store

_FIRST, _LAST = 5, 15
"""The cooperatives that work here; each ships to the next one."""
_DAYS, _HOUSEHOLDS = 30, 17
_KILOGRAMS = Decimal(400)


class _Worker:
    """A cooperative with its households and its manager."""

    def __init__(self, store: Store, capture: CaptureService, number: int) -> None:
        found = queries.organisation_by_code(store, operator(), cooperative(number))
        assert found is not None
        self.store, self.number, self.own = store, number, found
        role = Role.MANAGER
        self.who = Principal(found.id, "bench", role.kind, role.scopes, strict=True)
        self.members: Sequence[Organisation] = queries.members_of(
            store, self.who.audience, found.id
        )[:_HOUSEHOLDS]
        self.sending = Sending(store, capture, self.who, "https://nguon.example")
        self.house, self.area = f"414/{gln(number)}", f"414/{gln(COOPERATIVES + number)}"
        self.product = f"01/{gtin(number)}"

    def record(self, what: str, *entries: Entry) -> None:
        """One form."""
        record(self.sending, entries, idempotency=f"{what}-{self.number}")

    def packed(self, day: int) -> str:
        """The lot that was packed on a day."""
        return f"{self.product}/10/P{day:03d}"


def worked(store: Store, capture: CaptureService) -> None:
    """Everything that the working cooperatives did."""
    workers = [_Worker(store, capture, number) for number in range(_FIRST, _LAST)]
    begin = datetime.now(UTC) - timedelta(days=_DAYS + 1)
    for one, other in zip(workers, workers[1:] + workers[:1], strict=True):
        for day in range(_DAYS):
            _day(one, other, day, begin + timedelta(days=day))
        _codes(one, other, begin)
        for day in range(20):
            _sample(one, day)
            _consignment(one, day, begin)


def _day(one: _Worker, other: _Worker, day: int, at: datetime) -> None:
    harvests = [
        Harvest(
            at=at, grower=member.id, area=one.area, product=one.product,
            lot=f"H{day:03d}-{at:%y%m%d}-{position}", quantity=_kilograms(_KILOGRAMS),
        )
        for position, member in enumerate(one.members)
    ]  # fmt: skip
    received = [
        Receive(
            at=at + timedelta(minutes=1), place=one.house, giver=harvest.grower,
            lines=(Line(harvest.item, harvest.quantity),),
        )
        for harvest in harvests
    ]  # fmt: skip
    one.record(f"deliveries-{day}", *harvests, *received)
    inputs = tuple(Line(harvest.item, harvest.quantity) for harvest in harvests[:10])
    packed = _kilograms(_KILOGRAMS * len(inputs))
    lot = one.packed(day).rpartition("/")[2]
    output = Output(one.product, lot, packed)
    hour = timedelta(hours=1)
    one.record(f"pack-{day}", Pack(at=at + hour, place=one.house, inputs=inputs, outputs=(output,)))
    goods = (Line(output.item, _kilograms(Decimal(1000))),)
    ship = Ship(at=at + 2 * hour, place=one.house, receiver=other.own.id, lines=goods)
    one.record(f"ship-{day}", ship)


def _kilograms(amount: Decimal) -> Quantity:
    return Quantity(amount, KILOGRAM)


def _codes(one: _Worker, other: _Worker, begin: datetime) -> None:
    code = f"vn-area:{area_code(one.number)}"
    for number in range(10):
        given = Grant(
            code=code, crop="longan", market="CN", grantee=other.own.id, valid_from=begin.date(),
            valid_to=begin.date() + timedelta(days=300), quantity=Decimal(20_000),
            request=f"bench-{number}",
        )  # fmt: skip
        ledger.grant(one.store, one.who, given)
    for number in range(40):
        use = Use(
            code=code, crop="longan", market="CN", quantity=Decimal(3000),
            used_at=begin + timedelta(hours=number),
            consignment=f"C-{number:03d}", lots=(one.packed(number % _DAYS),),
        )  # fmt: skip
        ledger.draw(one.store, (one if number % 2 else other).who, use)


def _sample(one: _Worker, day: int) -> None:
    new = NewSample(
        number=f"M-{day:03d}", lots=(one.packed(day),), laboratory=cooperative(900),
        taken=datetime.now(UTC),
    )  # fmt: skip
    samples.send(one.store, one.who, samples.take(one.store, one.who, new).id)


def _consignment(one: _Worker, day: int, begin: datetime) -> None:
    plan = Plan(
        number=f"L-{day:03d}", market=Market.CN, planned=begin.date() + timedelta(days=60),
        loads=(Load(one.packed(day), _kilograms(Decimal(1000))),),
        codes=(CodeShare(code=f"vn-area:{area_code(one.number)}", quantity=Decimal(1000)),),
        consignee_name="Consignee",
    )  # fmt: skip
    made = consignments.plan(one.store, one.who, plan)
    if day % 2:
        consignments.declare(one.store, one.who, made.id)
