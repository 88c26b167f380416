# SPDX-License-Identifier: Apache-2.0
"""What may not be labelled now: a port. Without a source nothing is stopped."""

from collections.abc import Callable, Collection
from weakref import WeakKeyDictionary

from nguon.codes.errors import IssuingConflictError
from nguon.gs1.characters import key_encoded
from nguon.store import Store

Stopped = Callable[[Store, Collection[str]], Collection[str]]
"""Those of some lots and products that are stopped."""
_sources: WeakKeyDictionary[Store, Stopped] = WeakKeyDictionary()


def attach(store: Store, source: Stopped) -> None:
    """What is stopped among a store's lots and products is known there."""
    _sources[store] = source


def require_free(store: Store, gtin: str, lot: str | None) -> None:
    """Raises `IssuingConflictError` where a lot, or a whole product, is stopped."""
    key = f"01/{gtin}/10/{key_encoded(lot)}" if lot else f"01/{gtin}"
    source = _sources.get(store)
    if source is not None and source(store, [key]):
        raise IssuingConflictError("codes.stopped", lot=lot or gtin)
