# SPDX-License-Identifier: Apache-2.0
"""The log's own keys: seeds by shard in a file that only its owner reads, outside the database.

The origin of a shard never changes; its key may: while the old one is in
``overlap`` both sign, and whoever knows one of them can go on.
"""

import secrets
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

import msgspec

from nguon.archive.durable import write_secret
from nguon.tlog.errors import LogError, RefusedError, files_at
from nguon.tlog.model import Shard
from nguon.transparency.keys import Key, Kind, Signer

_SEED = 32
"""Octets of an Ed25519 seed."""


class KeyState(StrEnum):
    """Whether a key signs."""

    ACTIVE = "active"
    OVERLAP = "overlap"
    """Signs beside the active one, for those who know no other yet."""
    RETIRED = "retired"


class Seed(msgspec.Struct, frozen=True):
    """A key of a shard; ``made`` in seconds since 1970."""

    shard: str
    seed: bytes
    state: KeyState
    made: int


class _File(msgspec.Struct, frozen=True):
    keys: tuple[Seed, ...]


class Keys:
    """The file, read again when it changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, ...], tuple[Seed, ...]] | None = None

    def seeds(self) -> tuple[Seed, ...]:
        """Every key, oldest first; none where the file is not there.

        Raises `RefusedError` for a file that cannot be read.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise RefusedError("tlog.key-unreadable", path=str(self.path)) from error
        mark = found.st_mtime_ns, found.st_ino, found.st_size
        kept = self._read
        if kept is None or kept[0] != mark:
            self._read = kept = mark, _seeds_in(self.path)
        return kept[1]

    def signers(self, shard: Shard) -> tuple[Signer, ...]:
        """Who signs for a shard, the active key first; raises `RefusedError` for none."""
        found = [each for each in self.seeds() if each.shard == shard.name]
        signing = [each for each in found if each.state is not KeyState.RETIRED]
        if not signing:
            raise RefusedError("tlog.key-lost", path=str(self.path), shard=shard.name)
        signing.sort(key=lambda each: each.state is not KeyState.ACTIVE)
        return tuple(_signer(each, shard) for each in signing)

    def public(self, shard: Shard) -> tuple[Key, ...]:
        """The keys that may sign for a shard now, the active one first; perhaps none."""
        try:
            return tuple(each.key for each in self.signers(shard))
        except RefusedError:
            return ()

    def ever(self, shard: Shard) -> tuple[Key, ...]:
        """The keys that sign or signed for a shard, oldest first."""
        return tuple(_signer(each, shard).key for each in self.seeds() if each.shard == shard.name)

    def add(self, shard: Shard, now: int) -> Key:
        """Make the first key of a shard, unless it has one; raises `LogError`."""

        def more(kept: tuple[Seed, ...]) -> tuple[Seed, ...]:
            if any(each.shard == shard.name for each in kept):
                return kept
            return (*kept, Seed(shard.name, secrets.token_bytes(_SEED), KeyState.ACTIVE, now))

        self._change(more)
        return self.signers(shard)[0].key

    def rotate(self, shard: Shard, now: int) -> tuple[Key, Key]:
        """Make a new active key; the old one signs beside it. Gives the old and the new one.

        Raises `LogError` while there are two already.
        """
        before = self.signers(shard)
        if len(before) > 1:
            raise LogError("tlog.key-overlap", shard=shard.name)

        def more(kept: tuple[Seed, ...]) -> Iterable[Seed]:
            for each in kept:
                signing = each.shard == shard.name and each.state is KeyState.ACTIVE
                yield msgspec.structs.replace(each, state=KeyState.OVERLAP) if signing else each
            yield Seed(shard.name, secrets.token_bytes(_SEED), KeyState.ACTIVE, now)

        self._change(more)
        return before[0].key, self.signers(shard)[0].key

    def retire(self, shard: Shard) -> Key:
        """Let the old key sign no more; raises `LogError` where there is one key alone."""
        before = self.signers(shard)
        if len(before) < 2:
            raise LogError("tlog.key-single", shard=shard.name)

        def without(kept: tuple[Seed, ...]) -> Iterable[Seed]:
            for each in kept:
                over = each.shard == shard.name and each.state is KeyState.OVERLAP
                yield msgspec.structs.replace(each, state=KeyState.RETIRED) if over else each

        self._change(without)
        return before[1].key

    def _change(self, change: Callable[[tuple[Seed, ...]], Iterable[Seed]]) -> None:
        kept = self.seeds()
        changed = tuple(change(kept))
        if changed != kept:
            with files_at(self.path):
                write_secret(self.path, msgspec.json.encode(_File(changed)), anew=True)


def _signer(seed: Seed, shard: Shard) -> Signer:
    return Signer(shard.origin, Kind.SIGNATURE, seed.seed)


def _seeds_in(path: Path) -> tuple[Seed, ...]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File).keys
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise RefusedError("tlog.key-unreadable", path=str(path)) from error
    if any(len(each.seed) != _SEED for each in found):
        raise RefusedError("tlog.key-unreadable", path=str(path))
    return found
