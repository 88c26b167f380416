# SPDX-License-Identifier: Apache-2.0
"""What a trace starts from: any text that names goods, a party, a place or a document."""

from datetime import datetime
from enum import StrEnum

import msgspec

from nguon import gs1
from nguon.base.audience import Audience
from nguon.store import Store


class StartKind(StrEnum):
    """What a text names."""

    ITEM = "item"
    LOT = "lot"
    UNIT = "unit"
    PRODUCT = "product"
    PARTY = "party"
    PLACE = "place"
    AREA = "area"
    CERTIFICATE = "certificate"
    DOCUMENT = "document"


class Starts(msgspec.Struct, frozen=True):
    """``key`` is what the text names; ``keys`` the things that a trace of it starts from."""

    kind: StartKind
    key: str
    keys: tuple[str, ...]
    truncated: bool = False


def starts(
    store: Store,
    audience: Audience,
    text: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Starts:
    """The things that a text stands for, those recorded from ``since`` to ``until``."""
    key = gs1.parse(text).key
    return Starts(StartKind.ITEM, key, (key,))
