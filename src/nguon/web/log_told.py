# SPDX-License-Identifier: Apache-2.0
"""The state of the log as everybody may know it: the values of ``/api/v1/log`` and its page."""

from datetime import UTC, datetime, timedelta

import msgspec

from nguon.transparency.policies import NONE

_A_WHILE = timedelta(minutes=2)
MAP_PROMISED = 600
"""Seconds after which an entry is in a head of the map at the latest (`docs/trust.md`)."""


class Trouble(msgspec.Struct, frozen=True):
    """Something that is not as it should be, in both languages."""

    code: str
    message_vi: str
    message_en: str


class Stamped(msgspec.Struct, frozen=True):
    """The largest checkpoint with a timestamp."""

    size: int
    checkpoint: str
    """Address of the note."""
    token: str
    """Address of the timestamp (RFC 3161)."""
    time: datetime | None = None
    by: str | None = None
    trouble: Trouble | None = None
    """Why it does not hold, where it does not; it then has no time."""


class CarriedBy(msgspec.Struct, frozen=True):
    """A checkpoint's hash carried elsewhere; whether it is there is not checked here."""

    size: int
    sha256: str
    carrier: str
    reference: str
    taken: str
    """When we took the proof in."""


class ShardTold(msgspec.Struct, frozen=True):
    """One shard of the log."""

    name: str
    origin: str
    address: str
    """Below it lie the checkpoint and the tiles."""
    first: int
    """Number of its first entry."""
    open: bool
    keys: tuple[str, ...]
    size: int = 0
    root: str | None = None
    """Base64."""
    time: datetime | None = None
    """Of the last signature."""
    witnessed: int | None = None
    """Size of the newest checkpoint that satisfies the policy."""
    witnessed_at: datetime | None = None
    """When the last of its cosignatures was made."""
    stamped: Stamped | None = None
    carried: tuple[CarriedBy, ...] = ()
    trouble: Trouble | None = None


class WitnessTold(msgspec.Struct, frozen=True):
    """A witness of the policy."""

    name: str
    key: str
    url: str | None
    size: int | None
    time: datetime | None
    trouble: Trouble | None


class GroupTold(msgspec.Struct, frozen=True):
    """So many of these count as one."""

    name: str
    threshold: int
    members: tuple[str, ...]


class MapTold(msgspec.Struct, frozen=True):
    """How far the map of all goods is behind the log."""

    entries: int
    seconds: int
    """Since the oldest entry that no head of the map covers was recorded."""

    @property
    def late(self) -> bool:
        """Whether it is further behind than is promised; then not all is well."""
        return self.entries > 0 and self.seconds > MAP_PROMISED


class LogTold(msgspec.Struct, frozen=True):
    """All of it."""

    recorded: int
    """Entries in the database."""
    shards: tuple[ShardTold, ...]
    """The newest first."""
    witnesses: tuple[WitnessTold, ...]
    groups: tuple[GroupTold, ...]
    quorum: str
    """Name of the group or witness that is enough; ``none`` where none is asked."""
    policy: str
    """Address of the policy."""
    map: MapTold | None
    timestamps: bool
    """Whether checkpoints are timestamped every so often."""
    refusal: Trouble | None
    """Why the log does not sign at present."""
    troubles: tuple[Trouble, ...] = ()
    """What else is not as it should be."""

    @property
    def current(self) -> ShardTold | None:
        """The shard that grows."""
        return next((shard for shard in self.shards if shard.open), None)

    def unwatched(self, now: datetime) -> bool:
        """Whether the witnesses that are asked have not confirmed what was signed for a while."""
        current = self.current
        if current is None or current.time is None or self.quorum == NONE:
            return False
        if current.witnessed == current.size:
            return False
        return current.witnessed_at is None or now - current.witnessed_at > _A_WHILE

    @property
    def waiting(self) -> int:
        """Entries that no checkpoint covers yet."""
        current = self.current
        return 0 if current is None else max(0, self.recorded - current.first + 1 - current.size)


def at(seconds: int | None) -> datetime | None:
    """A moment from seconds since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
