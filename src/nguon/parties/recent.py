# SPDX-License-Identifier: Apache-2.0
"""What the registers said a moment ago, so that records that come one after another ask once.

Nothing is older than two seconds, whichever process changed it. All answers end together, and
what was asked about within a minute is asked anew together, by one who comes shortly before the
end while the others go on: where the same numbers come in again and again, the registers are
asked once in two seconds, however many numbers, records and threads these are.
"""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from nguon.store import Store

SECONDS = 2.0
AHEAD = 0.5
"""Before the end of answers the first who comes asks anew."""
_MOST = 20_000
USED = 60.0
"""Seconds for which a key is asked about anew after it was asked about last."""
_AGAIN = 1_000
"""Keys that are asked about anew at most: some 30 milliseconds' work."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Answers(Generic[_Key, _Value]):
    """Answers that end together; who was reading when they ended adds to these, to no later
    ones.
    """

    __slots__ = ("known", "renewed", "until", "used")

    def __init__(self, until: float) -> None:
        self.known: dict[_Key, _Value] = {}
        self.used: dict[_Key, float] = {}
        self.until = until
        self.renewed = False


class Recent(Generic[_Key, _Value]):
    """Answers by key for each store; safe for use from many threads.

    ``read`` answers for every key that it is given.
    """

    def __init__(self, read: Callable[[Store, list[_Key]], Mapping[_Key, _Value]]) -> None:
        self._read = read
        self._lock = Lock()
        self._kept: WeakKeyDictionary[Store, _Answers[_Key, _Value]] = WeakKeyDictionary()

    def of(self, store: Store, keys: Collection[_Key]) -> dict[_Key, _Value]:
        """What is known of these keys, two seconds old at most."""
        if not keys:
            return {}
        answers, before = self._answers(store)
        used = dict.fromkeys(keys, monotonic())
        asked = used if before is None else _recent(before.used, used)
        found = {key: known for key in used if (known := answers.known.get(key)) is not None}
        if len(found) < len(used):
            read = self._read(store, [key for key in asked if key not in found])
            if len(answers.known) + len(read) <= _MOST:
                answers.known.update(read)
            found |= {key: read[key] for key in used if key not in found}
        if before is not None or len(answers.used) <= _AGAIN:
            answers.used.update(asked)
        if before is not None:
            self._begin(store, answers, before)
        return found

    def forget(self, store: Store) -> None:
        """Ask the registers anew."""
        with self._lock:
            self._kept.pop(store, None)

    def _answers(
        self, store: Store
    ) -> tuple[_Answers[_Key, _Value], _Answers[_Key, _Value] | None]:
        """Those that last; or new ones, with those that they follow."""
        now = monotonic()
        with self._lock:
            kept = self._kept.get(store)
            lasting = kept is not None and now < kept.until
            if lasting and kept is not None and (kept.renewed or now < kept.until - AHEAD):
                return kept, None
            began: _Answers[_Key, _Value] = _Answers(now + SECONDS)
            if kept is None or not lasting:
                self._kept[store] = began
            if kept is not None:
                kept.renewed = True
        return began, kept

    def _begin(
        self, store: Store, answers: _Answers[_Key, _Value], before: _Answers[_Key, _Value]
    ) -> None:
        """From now on these, unless what they follow was forgotten meanwhile."""
        with self._lock:
            if self._kept.get(store) is before:
                self._kept[store] = answers


def _recent(before: Mapping[_Key, float], used: dict[_Key, float]) -> dict[_Key, float]:
    """Keys with their last use: those of now, and of the last minute."""
    since = monotonic() - USED
    again = {key: last for key, last in dict(before).items() if last > since}
    return again | used if len(again) <= _AGAIN else used
