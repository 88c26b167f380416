# SPDX-License-Identifier: Apache-2.0
"""For which thing a scan counts: made-up lots and serials shall not each get counts of their own.

A thing counts by its own name where an event, a register, a link of its holder or
a block of issued codes knows it. Any other lot or piece of a product that is
known counts for the product, and there together with its like, under one name.
What nobody knows at all does not count.
"""

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime

from nguon.base.time import HANOI
from nguon.registry import queries as registers
from nguon.registry.links import queries as links
from nguon.store import Store

Known = Callable[[Collection[str]], AbstractSet[str]]
"""Those of some keys that are known."""
_UNKNOWN = "?"
_MOST = 50_000


def unknown_of(key: str) -> str:
    """The name under which lots and pieces of a product count that nobody recorded or issued."""
    return f"{key}/{_UNKNOWN}"


def whole_of(key: str) -> str:
    """The product of a lot or piece, the place of a part of it; the key itself where it is none."""
    return "/".join(key.split("/", 2)[:2])


def named(store: Store, keys: Collection[str]) -> set[str]:
    """Those that events, registers or links name; the same few statements for any number of them.

    Raises `StoreError`.
    """
    found = store.events.named(keys)
    found |= registers.named_organisations(
        store, [key for key in keys if key not in found and key == whole_of(key)]
    ).keys()
    left = [key for key in keys if key not in found]
    return found | links.working(store, left, datetime.now(HANOI).date()).links.keys()


class Placing:
    """Remembers what is known, which stays so; what is not is asked again, for it may become."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._remembered: set[str] = set()

    def places(self, keys: Iterable[str]) -> dict[str, str]:
        """By key the name that its scans count for; keys that do not count are absent.

        Raises what asking raises.
        """
        asked = {name for key in keys for name in (key, whole_of(key))}
        if len(self._remembered) >= _MOST:
            self._remembered = set()
        new = asked - self._remembered
        known = asked - new
        if new:
            found = self._known(new)
            self._remembered |= found
            known |= found
        return {key: name for key in keys if (name := _name(key, known)) is not None}


def _name(key: str, known: AbstractSet[str]) -> str | None:
    if key in known:
        return key
    whole = whole_of(key)
    return unknown_of(whole) if whole in known else None
