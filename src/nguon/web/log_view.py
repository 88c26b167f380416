# SPDX-License-Identifier: Apache-2.0
"""Reads the state of the log from what keeps it; whatever fails is told and hides nothing else."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from nguon.base.errors import NguonError
from nguon.store.errors import StoreError
from nguon.tlog.anchors import export, keeping
from nguon.tlog.completing import Lag
from nguon.tlog.model import Shard
from nguon.transparency.armour import armoured
from nguon.transparency.errors import NoteError, PolicyError
from nguon.transparency.judging import believe
from nguon.transparency.policies import NONE, Policy
from nguon.web.log_told import (
    CarriedBy,
    GroupTold,
    LogTold,
    MapTold,
    ShardTold,
    Stamped,
    Trouble,
    WitnessTold,
    at,
)
from nguon.web.problems import words
from nguon.web.services import Services

Found = TypeVar("Found")


def state(parts: Services) -> LogTold:
    """The state of the log; asks the database for its head alone."""
    reading = _Reading(parts)
    tlog = parts.tlog
    shards: tuple[Shard, ...] = reading.part(tlog.shards, ())
    policy: Policy | None = reading.part(tlog.policy, None)
    refusal = tlog.refusal()
    lag: Lag | None = reading.part(parts.completer.lag, None)
    behind = None if lag is None or not shards else MapTold(lag.entries, int(lag.seconds))
    if behind is not None and behind.late:
        reading.say("log.map-late", entries=behind.entries, minutes=behind.seconds // 60)
    return LogTold(
        recorded=reading.part(lambda: parts.store.log.head().seq, 0),
        shards=tuple(_shard(parts, shard, policy) for shard in reversed(shards)),
        witnesses=tuple(reading.part(lambda: _witnesses(parts), [])),
        groups=_groups(policy),
        quorum=NONE if policy is None else _printable(policy.quorum),
        policy=f"{parts.base_url}/log/policy",
        map=behind,
        timestamps=parts.anchoring is not None,
        refusal=None if refusal is None else told(refusal),
        troubles=reading.all(),
    )


def told(error: NguonError) -> Trouble:
    """A refusal in words for everybody: places and machines of the operator are left out."""
    params = {name: _discreet(error, name, value) for name, value in error.params.items()}
    return Trouble(error.code, words(error.code, "vi", params), words(error.code, "en", params))


class _Reading:
    """Reads parts, one by one; collects why some cannot be read."""

    def __init__(self, parts: Services) -> None:
        self._found: dict[str, Trouble] = {}
        self._parts = parts

    def part(self, read: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return read()
        except NguonError as error:
            self.add(error)
            return otherwise

    def add(self, error: NguonError) -> None:
        self._found.setdefault(error.code, told(error))

    def say(self, code: str, **params: int) -> None:
        """Something that is no error of a part, and is not as it should be either."""
        self._found.setdefault(code, _plain(code, **params))

    def all(self) -> tuple[Trouble, ...]:
        anchoring, weakened = self._parts.anchoring, self._parts.collector.weakened
        if anchoring is not None and anchoring.trouble is not None:
            self.add(anchoring.trouble)
        if weakened is not None:
            self.say("log.weakened")
        return tuple(self._found.values())


def _plain(code: str, **params: int) -> Trouble:
    return Trouble(code, words(code, "vi", params), words(code, "en", params))


def _discreet(error: NguonError, name: str, value: Any) -> Any:
    if name == "path":
        return Path(str(value)).name
    return "–" if name == "reason" and isinstance(error, StoreError) else value


def _shard(parts: Services, shard: Shard, policy: Policy | None) -> ShardTold:
    told_of = ShardTold(
        name=shard.name,
        origin=shard.origin,
        address=f"{parts.base_url}/log/{shard.name}",
        first=shard.first,
        open=shard.last is None,
        keys=(),
    )
    try:
        return _signed(parts, shard, told_of, policy)
    except NguonError as error:
        return msgspec.structs.replace(told_of, trouble=told(error))


def _signed(parts: Services, shard: Shard, told_of: ShardTold, policy: Policy | None) -> ShardTold:
    tlog = parts.tlog
    signed = tlog.signed(shard)
    replaced = msgspec.structs.replace(
        told_of,
        keys=tuple(map(str, tlog.log_keys(shard))),
        stamped=_stamped(parts, shard, told_of.address),
        carried=_carried(parts, shard),
    )
    if signed is None:
        return replaced
    witnessed, witnessed_at = _witnessed(tlog.witnessed(shard), policy)
    return msgspec.structs.replace(
        replaced,
        size=signed.size,
        root=armoured(signed.root),
        time=at(signed.time),
        witnessed=witnessed,
        witnessed_at=witnessed_at,
    )


def _witnessed(note: bytes | None, policy: Policy | None) -> tuple[int | None, datetime | None]:
    """Size and time of a note that satisfies the policy as it is now."""
    if note is None or policy is None:
        return None, None
    try:
        found = believe(note, policy)
    except (NoteError, PolicyError):
        return None, None
    return found.checkpoint.size, at(max(found.witnesses.values(), default=None))


def _stamped(parts: Services, shard: Shard, address: str) -> Stamped | None:
    """The last timestamp; its time where it can be checked with the certificates that we have."""
    kept = keeping.last_stamped(parts.tlog.folder(shard))
    if kept is None:
        return None
    place = f"{address}/anchors/{kept.size}"
    bare = Stamped(kept.size, f"{place}.note", f"{place}.tsr")
    if parts.anchoring is None:
        return bare
    try:
        stamp = parts.anchoring.last(shard)
    except NguonError as error:
        return msgspec.structs.replace(bare, trouble=told(error))
    if stamp is None:
        return bare
    return msgspec.structs.replace(bare, time=at(stamp.anchored.time), by=stamp.anchored.by)


def _carried(parts: Services, shard: Shard) -> tuple[CarriedBy, ...]:
    return tuple(
        CarriedBy(each.size, each.sha256, each.carrier, each.reference, each.time)
        for each in export.carried(parts.tlog.folder(shard))
    )


def _witnesses(parts: Services) -> list[WitnessTold]:
    return [
        WitnessTold(
            _printable(each.name),
            _printable(each.key),
            each.url and _printable(each.url),
            each.size,
            at(each.time),
            None if each.trouble is None else _plain(each.trouble),
        )
        for each in parts.collector.standing()
    ]


def _groups(policy: Policy | None) -> tuple[GroupTold, ...]:
    if policy is None:
        return ()
    return tuple(
        GroupTold(_printable(name), group.threshold, tuple(map(_printable, group.members)))
        for name, group in policy.groups.items()
    )


def _printable(name: str) -> str:
    """Names of a policy may have octets that are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
