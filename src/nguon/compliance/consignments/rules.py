# SPDX-License-Identifier: Apache-2.0
"""What makes a consignment wrong; which step may follow which; pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from nguon.base.errors import Fault
from nguon.base.quantity import plain
from nguon.compliance.consignments.model import Consignment, ConsignmentState, Plan

LONGEST = 80
MOST_LOTS = 200
MOST_CODES = 100
_MOST = Decimal(10) ** 9
_FAR = timedelta(days=730)
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_BEFORE = {
    ConsignmentState.DECLARED: frozenset({ConsignmentState.DRAFT, ConsignmentState.DECLARED}),
    ConsignmentState.SHIPPED: frozenset({ConsignmentState.DECLARED}),
    ConsignmentState.CANCELLED: frozenset({ConsignmentState.DRAFT, ConsignmentState.DECLARED}),
}


def faults_of(plan: Plan, today: date) -> Iterator[Fault]:
    """What is wrong with a plan, before the registers are asked."""
    if not 0 < len(plan.number) <= LONGEST:
        yield Fault("/number", "compliance.consignment-number", {"most": LONGEST})
    if not today - _FAR <= plan.planned <= today + _FAR:
        yield Fault("/planned", "compliance.far-day")
    yield from _texts(plan)
    yield from _loads(plan)
    yield from _codes(plan)


def _texts(plan: Plan) -> Iterator[Fault]:
    for name in ("consignee_name", "packing", "vehicle", "seal"):
        if len(getattr(plan, name) or "") > LONGEST:
            yield Fault(f"/{name}", "compliance.too-long", {"most": LONGEST})


def _loads(plan: Plan) -> Iterator[Fault]:
    lots = [load.lot for load in plan.loads]
    if not lots or len(lots) > MOST_LOTS:
        yield Fault("/lots", "compliance.consignment-lots", {"most": MOST_LOTS})
    if len({lot.partition("/10/")[0] for lot in lots}) > 1:
        yield Fault("/lots", "compliance.consignment-products")
    if len(set(lots)) < len(lots):
        yield Fault("/lots", "compliance.lot-twice")
    for number, load in enumerate(plan.loads):
        if not _positive(load.quantity.amount):
            yield Fault(f"/lots/{number}", "compliance.quantity")
        if not _UNIT.fullmatch(load.quantity.unit):
            unit = load.quantity.unit[:LONGEST]
            yield Fault(f"/lots/{number}", "compliance.unknown-unit", {"unit": unit})


def _codes(plan: Plan) -> Iterator[Fault]:
    codes = [share.code for share in plan.codes]
    if len(set(codes)) < len(codes) or len(codes) > MOST_CODES:
        yield Fault("/codes", "compliance.code-twice", {"most": MOST_CODES})
    for number, share in enumerate(plan.codes):
        if not _positive(share.quantity):
            yield Fault(f"/codes/{number}", "compliance.quantity")


def _positive(amount: Decimal) -> bool:
    return plain(amount) and 0 < amount <= _MOST


def may_follow(consignment: Consignment, state: ConsignmentState) -> bool:
    """Whether a consignment may take this step now; declaring again draws what was refused."""
    return consignment.state in _BEFORE[state]
