# SPDX-License-Identifier: Apache-2.0
"""How far lots are spread: batch dispersion, the size of a recall, how much is accounted for."""

from decimal import Decimal

import msgspec

from nguon.base.audience import Audience
from nguon.base.quantity import Quantity
from nguon.store import Store
from nguon.trace.model import Limits


class Reach(msgspec.Struct, frozen=True):
    """What would have to be recalled if one source lot were bad."""

    source: str
    lots: int
    items: int
    quantities: tuple[tuple[str | None, Quantity], ...]


class Dispersion(msgspec.Struct, frozen=True):
    """The figures of a lot; see docs/questions.md for each."""

    key: str
    downward: int
    upward: int
    total: int
    worst: tuple[tuple[str | None, Quantity], ...]
    mean: tuple[tuple[str | None, Quantity], ...]
    reaches: tuple[Reach, ...]
    depth_back: int
    depth_forward: int
    completeness: Decimal
    accounted: Decimal | None
    truncated: bool


def of(
    store: Store,
    audience: Audience,
    key: str,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Dispersion:
    """The figures of a lot or item."""
    _ = store, audience, limits, upto_seq
    return Dispersion(key, 0, 0, 0, (), (), (), 0, 0, Decimal(0), None, truncated=False)
