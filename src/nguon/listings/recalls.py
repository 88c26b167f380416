# SPDX-License-Identifier: Apache-2.0
"""Where recalls come from: a port. Without a source nobody is told that a thing is not recalled."""

from collections.abc import Collection
from typing import Protocol
from weakref import WeakKeyDictionary

from nguon.store import Store


class RecallSource(Protocol):
    """Whoever knows recalls."""

    def recalled(self, store: Store, keys: Collection[str]) -> set[str]:
        """Those of these things, lots and products that are recalled now; few statements."""
        ...


_sources: WeakKeyDictionary[Store, RecallSource] = WeakKeyDictionary()


def attach(store: Store, source: RecallSource) -> None:
    """Recalls of a store's things come from here."""
    _sources[store] = source


def source_of(store: Store) -> RecallSource | None:
    """Where they come from; None where nobody said."""
    return _sources.get(store)
