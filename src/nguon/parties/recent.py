# SPDX-License-Identifier: Apache-2.0
"""What the registers said a moment ago, so that records that come one after another ask once.

Nothing is older than two seconds, whichever process changed it. All that is asked about while
they last ends together and is asked anew together: where the same numbers come in every second,
the registers are asked once in two, however many numbers and records these are.
"""

from collections.abc import Callable, Collection, Mapping
from time import monotonic
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from nguon.store import Store

SECONDS = 2.0
_MOST = 20_000
_AGAIN = 1_000
"""Keys that are asked about anew because they were asked about just before."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Answers(Generic[_Key, _Value]):
    """Answers that end together; who was reading when they ended adds to these, to no later
    ones.
    """

    __slots__ = ("known", "until", "used")

    def __init__(self, until: float) -> None:
        self.known: dict[_Key, _Value] = {}
        self.used: dict[_Key, None] = {}
        self.until = until


class Recent(Generic[_Key, _Value]):
    """Answers by key for each store; safe for use from many threads.

    ``read`` answers for every key that it is given.
    """

    def __init__(self, read: Callable[[Store, list[_Key]], Mapping[_Key, _Value]]) -> None:
        self._read = read
        self._kept: WeakKeyDictionary[Store, _Answers[_Key, _Value]] = WeakKeyDictionary()

    def of(self, store: Store, keys: Collection[_Key]) -> dict[_Key, _Value]:
        """What is known of these keys, two seconds old at most."""
        if not keys:
            return {}
        answers, again = self._answers(store)
        used = dict.fromkeys(keys)
        asked = used | again if again else used
        found = {key: known for key in used if (known := answers.known.get(key)) is not None}
        if len(found) < len(used):
            read = self._read(store, [key for key in asked if key not in found])
            if len(answers.known) + len(read) <= _MOST:
                answers.known.update(read)
            found |= {key: read[key] for key in used if key not in found}
        if len(answers.used) <= _AGAIN:
            answers.used.update(used)
        return found

    def forget(self, store: Store) -> None:
        """Ask the registers anew."""
        self._kept.pop(store, None)

    def _answers(self, store: Store) -> tuple[_Answers[_Key, _Value], dict[_Key, None]]:
        """Those that last, and where they begin now, what the ones before were asked about."""
        kept, now = self._kept.get(store), monotonic()
        if kept is not None and now < kept.until:
            return kept, {}
        began = self._kept[store] = _Answers(now + SECONDS)
        if kept is None or now - kept.until > SECONDS or len(kept.used) > _AGAIN:
            return began, {}
        return began, dict(kept.used)
