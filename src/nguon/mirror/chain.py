# SPDX-License-Identifier: Apache-2.0
"""The mirrors of a log's shards, one after the other: each in a folder, with a status, of its own.

The first has the folder itself, those that follow ``shards/<name>`` in it. A shard is followed
when the copy of the one before ends with its name, and the policy has its key.
"""

from collections.abc import Callable
from pathlib import Path

from nguon.mirror.errors import AlarmError
from nguon.mirror.fetching import Source
from nguon.mirror.following import LIMITS, Limits, Mirror, seconds_now
from nguon.mirror.keeping import Home, Said, Status
from nguon.mirror.succession import Expected, address_of
from nguon.transparency.policies import Policy

_LOOKED = 2
"""Shards that are looked at each time: the one that grows, and the one before."""


def homes(data: Path) -> list[Home]:
    """The folders of all shards that are mirrored here, oldest first."""
    place = data / "shards"
    named = [each for each in place.iterdir() if each.name.isdigit()] if place.is_dir() else []
    return [Home(data), *map(Home, sorted(named, key=lambda each: int(each.name)))]


class Chain:
    """Follows a log through its shards; used by one thread of one process.

    ``policy`` is read again whenever a shard begins, so that its key can be put in.
    """

    def __init__(
        self,
        data: Path,
        policy: Callable[[], Policy],
        url: str,
        *,
        bell: Callable[[Home], Callable[[Said], None]],
        limits: Limits = LIMITS,
        clock: Callable[[], int] = seconds_now,
    ) -> None:
        self._data, self._policy, self._bell = data, policy, bell
        self._limits, self._clock = limits, clock
        self._mirrors = [self._made(data, policy(), url, None)]

    def close(self) -> None:
        """Close every file and connection."""
        for each in self._mirrors:
            each.close()
            each.source.close()

    def turn(self) -> list[Status]:
        """Look at the log once; the status of each shard, oldest first.

        Raises nothing but `OSError`, and what reading the policy raises.
        """
        for each in self._mirrors[-_LOOKED:]:
            each.turn()
        while (begun := self._next()) is not None:
            self._mirrors.append(begun)
            begun.turn()
        return [each.status for each in self._mirrors]

    def _next(self) -> Mirror | None:
        last = self._mirrors[-1]
        kept, told = last.kept(), last.successor()
        if kept is None or told is None:
            return None
        policy = self._policy()
        if told.key not in {str(log.key) for log in policy.logs}:
            last.alarm(AlarmError("mirror.successor-key", origin=told.origin, key=told.key))
            return None
        try:
            url = address_of(last.source.url, kept, told)
        except AlarmError as error:
            last.alarm(error)
            return None
        return self._made(
            self._data / "shards" / told.name, policy, url, Expected(told.origin, kept)
        )

    def _made(self, data: Path, policy: Policy, url: str, expected: Expected | None) -> Mirror:
        return Mirror(
            data,
            policy,
            Source(url),
            tell=self._bell(Home(data)),
            clock=self._clock,
            limits=self._limits,
            expected=expected,
        )
