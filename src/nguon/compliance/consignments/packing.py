# SPDX-License-Identifier: Apache-2.0
"""Where a consignment was packed: a packing house by its key, its GLN or its national code."""

import contextlib

from nguon import gs1
from nguon.base.audience import Audience
from nguon.registry import queries
from nguon.registry.ledger import asked as ledger
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.model import Place, PlaceKind
from nguon.store import Store

HOUSES = frozenset({PlaceKind.PACKING_HOUSE, PlaceKind.FACTORY})


def packing_house(store: Store, audience: Audience, text: str) -> Place | None:
    """The registered packing house that a text names, if there is one."""
    found = queries.places(store, audience, _keys(text.strip()))
    return next((place for place in found.values() if place.kind in HOUSES), None)


def own_houses(store: Store, audience: Audience, holder: int) -> list[Place]:
    """The packing houses that an organisation holds."""
    held = queries.places_of(store, audience, holder)
    return [place for place in held if place.kind in HOUSES]


def _keys(text: str) -> list[str]:
    keys = [text]
    with contextlib.suppress(LedgerError):
        keys.append(ledger.code(text))
    with contextlib.suppress(gs1.IdentifierError):
        keys.append(gs1.parse(f"414/{text}" if text.isdecimal() else text).key)
    return keys
