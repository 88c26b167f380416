# SPDX-License-Identifier: Apache-2.0
"""What a log consists of: shards, what was signed of each, where its files are."""

from pathlib import Path

import msgspec


class Shard(msgspec.Struct, frozen=True):
    """A part of the log with a tree of its own: entries ``first`` to ``last`` of the database."""

    number: int
    name: str
    """In its address and origin."""
    origin: str
    first: int
    """Number of its first entry; entry ``seq`` has the index ``seq - first``."""
    last: int | None = None
    """Number of its last entry; None while it grows."""

    def end(self, head: int) -> int:
        """The number after its last entry in a database with this head."""
        return max(self.first, 1 + (head if self.last is None else min(head, self.last)))


class Signed(msgspec.Struct, frozen=True):
    """A checkpoint that we signed last."""

    size: int
    root: bytes
    note: bytes
    time: int
    """Seconds since 1970; never before the one signed before."""


class LogFiles(msgspec.Struct, frozen=True):
    """Where a log lies outside the database."""

    folder: Path
    """Public: a folder for each shard."""
    state: Path
    """What was signed; never to be restored from a backup."""
    keys: Path
    policy: Path
    """The witnesses (C2SP tlog-policy); need not be there."""
