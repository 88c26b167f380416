# SPDX-License-Identifier: Apache-2.0
"""The last form once more: its amounts as fields, for the forms that can say the same twice.

Packing, shipping and selling name lots that are gone; they are not repeated.
"""

from collections.abc import Sequence
from decimal import Decimal

from nguon.entries.model import Entry, Harvest

KINDS = ("deliveries", "harvest")


def amounts(kind: str, entries: Sequence[Entry]) -> dict[str, str]:
    """The amounts of a recorded form under the names of its fields."""
    harvests = [entry for entry in entries if isinstance(entry, Harvest)]
    if kind == "harvest":
        return {"amount": _written(harvests[0].quantity.amount)} if harvests else {}
    if kind != "deliveries":
        return {}
    sums: dict[int, Decimal] = {}
    for one in harvests:
        sums[one.grower] = sums.get(one.grower, Decimal(0)) + one.quantity.amount
    return {f"kg-{grower}": _written(amount) for grower, amount in sums.items()}


def total(entries: Sequence[Entry]) -> tuple[int, Decimal]:
    """How many harvests, and how much together."""
    found = [entry.quantity.amount for entry in entries if isinstance(entry, Harvest)]
    return len(found), sum(found, Decimal(0))


def _written(amount: Decimal) -> str:
    return f"{amount.normalize():f}".replace(".", ",")
