# SPDX-License-Identifier: Apache-2.0
"""A signed list in the place of another: never an older one, and no more of it than changed; pure.

Whoever keeps a list asks for what changed since its version, makes the new shards of his old
ones, and believes those whose digests are signed; the others he fetches.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from nguon.stoplist import offline, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.offline import Manifest
from nguon.stoplist.shards import Line


class Changes(msgspec.Struct, frozen=True):
    """What came and went between two versions, as the server tells it: hash, kind, cause, key."""

    since: int
    version: int
    added: tuple[tuple[str, str, int, str], ...]
    lifted: tuple[tuple[str, str, int, str], ...]


def require_newer(new: Manifest, before: Manifest) -> None:
    """Raise `StopError` where a list is older than the one that is there."""
    if (new.version, new.made) < (before.version, before.made):
        raise StopError("stoplist.list-older", version=new.version, kept=before.version)


def patched(
    before: Manifest, new: Manifest, told: bytes, shard: Callable[[int], bytes | None]
) -> dict[int, bytes]:
    """The shards of a list that what changed makes of the ones before, by number.

    Only those whose digests are signed are given; none where it does not fit or is malformed.
    """
    try:
        changes = msgspec.json.decode(told, type=Changes)
        lifted, added = _by_shard(changes.lifted, new), _by_shard(changes.added, new)
    except (msgspec.DecodeError, ValueError):
        return {}
    fits = (changes.since, changes.version) == (before.version, new.version)
    if not fits or before.bits != new.bits:
        return {}
    made = {}
    for number in lifted.keys() | added.keys():
        octets = shard(number)
        if octets is None or offline.digest(octets) != before.shards[number]:
            continue
        lines = {*shards.read(octets)} - lifted.get(number, set()) | added.get(number, set())
        written = shards.write(lines)
        if offline.digest(written) == new.shards[number]:
            made[number] = written
    return made


def _by_shard(
    lines: Iterable[tuple[str, str, int, str]], manifest: Manifest
) -> Mapping[int, set[Line]]:
    found: dict[int, set[Line]] = {}
    for number, kind, cause, key in lines:
        if kind not in shards.LETTERS or not 0 <= int(number, 16) < 1 << 64:
            raise ValueError(kind)
        line = Line(int(number, 16), cause, kind, key)
        found.setdefault(shards.shard_of(line.hash, manifest.bits), set()).add(line)
    return found
