# SPDX-License-Identifier: Apache-2.0
"""How many messages wait in an inbox, as every page of the workspace says it: known for five
seconds, so that it costs no page a statement.
"""

from time import monotonic
from weakref import WeakKeyDictionary

from nguon.store import Store
from nguon.store import messages as rows

SECONDS = 5.0
_MOST_KEPT = 10_000
_known: WeakKeyDictionary[Store, dict[int, tuple[float, int]]] = WeakKeyDictionary()


def unread(store: Store, organisation: int) -> int:
    """How many messages nobody of an organisation has seen, up to a hundred."""
    kept = _known.setdefault(store, {})
    until, count = kept.get(organisation, (0.0, 0))
    if until > monotonic():
        return count
    with store.reading() as connection:
        count = rows.unread(connection, organisation)
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[organisation] = (monotonic() + SECONDS, count)
    return count


def forget(store: Store, organisation: int) -> None:
    """What was known of an organisation is not true any more."""
    _known.setdefault(store, {}).pop(organisation, None)
