# SPDX-License-Identifier: Apache-2.0
"""What everybody may read of an item's standing, remembered while nothing new is recorded.

Whatever a standing rests on is an entry of the log (events, keys, legal entities, cases,
papers): while the log has not grown, nothing has changed but the time.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from nguon.assurance.model import ItemStanding
from nguon.assurance.service import standings
from nguon.identity.visibility import PUBLIC
from nguon.store import Store
from nguon.tlog.service import Tlog
from nguon.trace.telling import Told

AGE = timedelta(seconds=60)
"""How old an answer may be: certificates and enrolments end by the clock."""
_MOST = 1024
_Kept = OrderedDict[str, tuple[int, ItemStanding | None, datetime]]

_known: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()
_lock = Lock()


def of_everybody(
    store: Store, tlog: Tlog, key: str, *, told: tuple[Sequence[Told], bool] | None = None
) -> ItemStanding | None:
    """The standing of an item for the public, at most `AGE` old; None where nothing is recorded.

    ``told`` are its public records where they are at hand.
    """
    now, head = datetime.now(UTC), store.log.head().seq
    with _lock:
        kept = _known.setdefault(store, OrderedDict())
        known = kept.get(key)
    if known is not None and known[0] == head and now - known[2] < AGE:
        return known[1]
    found = standings(store, tlog, key, PUBLIC, now, told=told)
    with _lock:
        kept[key] = head, found, now
        kept.move_to_end(key)
        if len(kept) > _MOST:
            kept.popitem(last=False)
    return found
