# SPDX-License-Identifier: Apache-2.0
"""What decisions on visibility ask of the registers again and again, kept for two seconds.

Only what was found is kept, so what is registered now is known now; another
holder or commune of a known place shows after that time at the latest.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Generic, TypeVar

from nguon.registry import indexing, queries
from nguon.registry.locating import located
from nguon.store import Store

SECONDS = 2.0
_MOST = 50_000

_KeyT = TypeVar("_KeyT")
_ValueT = TypeVar("_ValueT")


class Memory(Generic[_KeyT, _ValueT]):
    """Values by key, for a while."""

    def __init__(self) -> None:
        self._kept: dict[_KeyT, tuple[float, _ValueT]] = {}

    def known(self, keys: Iterable[_KeyT]) -> dict[_KeyT, _ValueT]:
        """The values that are still good."""
        now = monotonic()
        found = ((key, self._kept.get(key)) for key in keys)
        return {key: kept[1] for key, kept in found if kept is not None and now < kept[0]}

    def keep(self, values: Mapping[_KeyT, _ValueT]) -> None:
        """Keep values from now on."""
        if len(self._kept) + len(values) > _MOST:
            self._kept = {}
        until = monotonic() + SECONDS
        self._kept.update({key: (until, value) for key, value in values.items()})


def attach(store: Store) -> None:
    """Let the store find the organisations behind the keys that events name, and where they are.

    Makes the words of the search where there are none yet.
    """
    store.named_organisations = _named(partial(queries.named_organisations, store))
    store.hooks.located = _located(store)
    indexing.ensure(store)


def _named(
    find: Callable[[Iterable[str]], Mapping[str, int]],
) -> Callable[[Iterable[str]], Mapping[str, int]]:
    memory = Memory[str, int]()

    def named(keys: Iterable[str]) -> Mapping[str, int]:
        asked = set(keys)
        known = memory.known(asked)
        if len(known) < len(asked):
            found = find(asked - known.keys())
            memory.keep(found)
            known |= found
        return known

    return named


def _located(
    store: Store,
) -> Callable[[Collection[str], Collection[int]], tuple[Mapping[str, str], Mapping[int, str]]]:
    places, seats = Memory[str, str](), Memory[int, str]()

    def where(
        keys: Collection[str], organisations: Collection[int]
    ) -> tuple[Mapping[str, str], Mapping[int, str]]:
        at, of = places.known(keys), seats.known(organisations)
        if len(at) < len(keys) or len(of) < len(organisations):
            found, seated = located(
                store,
                [key for key in keys if key not in at],
                [one for one in organisations if one not in of],
            )
            places.keep(found)
            seats.keep(seated)
            at, of = at | dict(found), of | dict(seated)
        return at, of

    return where
