# SPDX-License-Identifier: Apache-2.0
"""Which products are captured with issued serials alone, remembered for two seconds at most."""

from time import monotonic
from weakref import WeakKeyDictionary

from nguon.store import Store
from nguon.store import codes as rows

SECONDS = 2.0
"""How long what another process decided may stay unseen."""

_known: WeakKeyDictionary[Store, tuple[float, frozenset[str]]] = WeakKeyDictionary()


def controlled(store: Store) -> frozenset[str]:
    """The keys of the products under control: ``01/…``."""
    kept = _known.get(store)
    if kept is not None and monotonic() < kept[0]:
        return kept[1]
    with store.reading() as connection:
        found = rows.controls(connection, [])
    keys = frozenset(f"01/{row['gtin']}" for row in found if row["controlled"])
    _known[store] = monotonic() + SECONDS, keys
    return keys


def forget(store: Store) -> None:
    """Ask again at the next capture."""
    _known.pop(store, None)
