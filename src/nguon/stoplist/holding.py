# SPDX-License-Identifier: Apache-2.0
"""A maker's own hold: lots of his own products, stopped for members alone, until he ends it."""

from collections.abc import Collection

from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.stoplist import queries, service
from nguon.stoplist.errors import StopError
from nguon.stoplist.model import NewStop, Stop, StopKind
from nguon.store import Store

_REASON = "hold"
_MOST = 1000
_LONGEST = 500


def hold(store: Store, by: Principal, keys: Collection[str], *, words: str) -> None:
    """Hold lots or pieces of one's own products; what is held already stays as it is.

    Raises:
        StopError: no reason, or something that another makes; nothing is held.
    """
    if not words.strip():
        raise StopError("recalls.hold-words-missing")
    products = {key: "/".join(key.split("/")[:2]) for key in keys}
    known = registry.products(store, by.audience, set(products.values()))
    for key, product in products.items():
        if product not in known or known[product].maker != by.organisation:
            raise StopError("recalls.hold-not-own", key=key)
    held = {one.key for one in own_holds(store, by)}
    said = words.strip()[:_LONGEST]
    stops = [
        NewStop(
            kind=_kind(key),
            key=key,
            source=_source(by),
            reason=_REASON,
            by=by.key_id,
            words_vi=said,
            words_en=said,
            public=False,
        )
        for key in keys
        if key not in held
    ]
    if stops:
        with store.transaction() as connection:
            service.put(connection, stops)


def end_hold(store: Store, by: Principal, key: str) -> int:
    """End a hold of one's own; gives how many stops were lifted."""
    with store.transaction() as connection:
        return service.lift(connection, _source(by), {key}, by=by.key_id)


def own_holds(store: Store, by: Principal) -> list[Stop]:
    """What one's organisation holds now."""
    return queries.of_source(store, _source(by), limit=_MOST, standing=True)


def _source(by: Principal) -> str:
    return f"hold:own-{by.organisation}"


def _kind(key: str) -> StopKind:
    if "/21/" in key:
        return StopKind.ITEM
    return StopKind.LOT if "/10/" in key else StopKind.PRODUCT
