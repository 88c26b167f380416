# SPDX-License-Identifier: Apache-2.0
"""The offline list as it stands now: made from the database, signed, kept while it is good."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, rfc3339, to_microseconds
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.stoplist import filters, offline, shards
from nguon.stoplist.errors import VersionGoneError
from nguon.stoplist.model import StopKind
from nguon.stoplist.offline import Cause, Causes, Manifest
from nguon.stoplist.shards import Line
from nguon.store import Store
from nguon.store import stoplist as rows
from nguon.store import stoplist_offline as made
from nguon.store.stoplist_offline import Listed

_SIGNED_ANEW = timedelta(hours=1)
_RESTING = 5.0
"""After a list was made, nothing is made for so many times as long as that took."""
_UNSIGNED = (1 << 64) - 1
_KINDS = tuple(StopKind)
MOST_CHANGES = 20_000
GIVEN = timedelta(minutes=10)
"""How long the parts of a version are given out after another followed it, by any process."""


class Published(NamedTuple):
    """A list with its signature."""

    manifest: Manifest
    signed: str
    filter: bytes
    causes: bytes


class Change(NamedTuple):
    """What came onto the list and went off it between two versions."""

    since: int
    version: int
    added: list[Line]
    lifted: list[Line]


class Publisher:
    """Makes a store's list when it is asked for; safe for use from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: dict[int, Published] = {}
        self._others: dict[int, Published] = {}
        self._rest = 0.0

    def current(self) -> Published:
        """The list now: that of the newest version, or while a long one rests, the last."""
        with self._lock:
            with self._store.reading() as connection:
                version = rows.head(connection).version
            last = max(self._kept.values(), key=lambda one: one.manifest.version, default=None)
            resting = last is not None and time.monotonic() < self._rest
            if last is None or (last.manifest.version != version and not resting):
                begun = time.monotonic()
                last = self._made(version)
                self._rest = time.monotonic() + _RESTING * (time.monotonic() - begun)
            elif datetime.now(UTC) - last.manifest.made > _SIGNED_ANEW:
                last = self._signed(last.manifest, last.filter, last.causes)
            kept = {**self._kept, last.manifest.version: last}
            self._kept = {number: kept[number] for number in sorted(kept)[-2:]}
            return last

    def of_version(self, version: int) -> Published:
        """The list of a version that some process gave out lately: what stood then, made anew
        where this one has it not; raises `VersionGoneError` for others.
        """
        if (kept := self._kept.get(version)) is not None:
            return kept
        if (now := self.current()).manifest.version == version:
            return now
        with self._lock:
            self._require_given(version)
            found = self._others.get(version) or self._made(version)
            others = {**self._others, version: found}
            self._others = {number: others[number] for number in list(others)[-2:]}
            return found

    def shard(self, version: int, number: int) -> bytes:
        """A shard of the exact list as it was at a version; raises `VersionGoneError`."""
        bits = self._bits(version)
        if not 0 <= number < 1 << bits:
            raise VersionGoneError("stoplist.version-gone", version=version)
        return shards.write(self._lines(version, number, bits))

    def _bits(self, version: int) -> int:
        if (found := self._kept.get(version) or self._others.get(version)) is not None:
            return found.manifest.bits
        self._require_given(version)
        with self._store.reading() as connection:
            return shards.bits_for(made.count(connection, version))

    def _require_given(self, version: int) -> None:
        """Raises `VersionGoneError` for what is no version, or was followed long ago."""
        with self._store.reading() as connection:
            known = 0 <= version <= rows.head(connection).version
            ended = made.ended(connection, version) if known else None
        oldest = to_microseconds(datetime.now(UTC) - GIVEN)
        if not known or (ended is not None and ended < oldest):
            raise VersionGoneError("stoplist.version-gone", version=version)

    def changes(self, since: int) -> Change | None:
        """What changed since a version; None where it is too much, or there was no such one."""
        version = self.current().manifest.version
        if not 0 <= since <= version:
            return None
        with self._store.reading() as connection:
            added, lifted = made.changed(connection, since, version, limit=MOST_CHANGES + 1)
        if len(added) + len(lifted) > MOST_CHANGES:
            return None
        return Change(since, version, _single(added), _single(lifted))

    def _made(self, version: int) -> Published:
        with self._store.reading() as connection:
            count = made.count(connection, version)
            causes = _causes(connection, version)
        bits = shards.bits_for(count)
        digests, hashes = [], []
        for number in range(1 << bits):
            lines = self._lines(version, number, bits)
            digests.append(offline.digest(shards.write(lines)))
            hashes.append(np.fromiter((one.hash for one in lines), np.uint64, len(lines)))
        whole = np.concatenate(hashes)
        filtered = filters.build(whole)
        told = offline.encoded(causes)
        now = datetime.now(UTC)
        manifest = Manifest(
            format=offline.FORMAT,
            version=version,
            made=now,
            until=now + offline.HOLDS,
            count=len(whole),
            bits=bits,
            filter=offline.digest(filtered),
            causes=offline.digest(told),
            shards=tuple(digests),
        )
        return self._signed(manifest, filtered, told)

    def _signed(self, manifest: Manifest, filtered: bytes, causes: bytes) -> Published:
        now = datetime.now(UTC).replace(microsecond=0)
        fresh = msgspec.structs.replace(manifest, made=now, until=now + offline.HOLDS)
        key, secret = custodian_of(self._store).platform()
        kid = f"{naming.did(self._store, key.party)}#{key.kid}"
        return Published(fresh, offline.sign(fresh, secret, kid), filtered, causes)

    def _lines(self, version: int, number: int, bits: int) -> list[Line]:
        first, end = shards.bounds(number, bits)
        ends = (_signed(first), _signed(end - 1)) if bits else (-(1 << 63), (1 << 63) - 1)
        with self._store.reading() as connection:
            found = made.listed(connection, version, *ends)
        return _single(found)


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _single(found: list[Listed]) -> list[Line]:
    return [
        Line(one.item & _UNSIGNED, one.cause, _KINDS[one.kind].value, one.key)
        for one in found
        if _KINDS[one.kind] not in (StopKind.RANGE, StopKind.PLACE)
    ]


def _causes(connection: Connection, version: int) -> Causes:
    found = {row["number"]: _cause(row) for row in made.causes(connection, version)}
    others = list(_others(connection, version))
    return Causes(
        causes=found,
        ranges=tuple((key, last, cause) for key, last, cause in others if last is not None),
        places=tuple((key, cause) for key, last, cause in others if last is None),
    )


def _cause(row: RowMapping) -> Cause:
    return Cause(
        source=row["source"],
        reason=row["reason"],
        since=rfc3339(from_microseconds(row["since"])),
        mandatory=bool(row["mandatory"]),
        level=row["level"],
        vi=row["words_vi"],
        en=row["words_en"],
    )


def _others(connection: Connection, version: int) -> Iterator[tuple[str, str | None, int]]:
    for one in made.wide(connection, version):
        yield one.key, one.last, one.cause


_publishers: WeakKeyDictionary[Store, Publisher] = WeakKeyDictionary()


def publisher_of(store: Store) -> Publisher:
    """The publisher of a store's list."""
    found = _publishers.get(store)
    return _publishers.setdefault(store, Publisher(store)) if found is None else found
