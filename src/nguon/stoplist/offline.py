# SPDX-License-Identifier: Apache-2.0
"""The stop list for use without a network: signed, verified, looked up in; pure.

A JWS (RFC 7515) by the platform's key names the version, how long it holds, and the SHA-256
of the filter, of the causes and of every shard of the exact list. A key that the filter does
not hit is free. A hit is looked up in its shard: where that is at hand, its lines decide;
where it is not, nothing is known, and nothing is condemned.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from nguon.base.base64url import url_text
from nguon.base.time import rfc3339
from nguon.gs1 import key_hash
from nguon.signing import jws
from nguon.signing.keys import PrivateKey, PublicKey
from nguon.stoplist import filters, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.filters import Filter
from nguon.stoplist.rules import product_of, serial_of

TYPE = "nguon-stoplist+jwt"
FORMAT = "nguon-stoplist/1"
HOLDS = timedelta(hours=24)
_UNSIGNED = (1 << 64) - 1


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed."""

    format: str
    version: int
    made: datetime
    until: datetime
    count: int
    """Stops of single keys."""
    bits: int
    filter: str
    """SHA-256 of the filter's octets, base64url, like the following."""
    causes: str
    shards: tuple[str, ...]


class Cause(msgspec.Struct, frozen=True, omit_defaults=True):
    """What some stops have in common."""

    source: str
    reason: str
    since: str
    mandatory: bool = False
    level: int | None = None
    vi: str = ""
    en: str = ""


class Causes(msgspec.Struct, frozen=True):
    """The causes by number; runs of serials (first, last, cause) and places (key, cause)."""

    causes: Mapping[int, Cause] = {}
    ranges: tuple[tuple[str, str, int], ...] = ()
    places: tuple[tuple[str, int], ...] = ()


class Answer(StrEnum):
    """What the list says of a code."""

    FREE = "free"
    STOPPED = "stopped"
    UNSURE = "unsure"
    """The filter hits, and the exact list is not at hand: ask with a network."""


class Checked(msgspec.Struct, frozen=True):
    """The answer about some keys of one code, and the causes where it is stopped."""

    answer: Answer
    stops: tuple[tuple[str, int], ...] = ()
    """Keys that are stopped, each with the number of its cause."""
    false_hits: int = 0


def digest(octets: bytes) -> str:
    """SHA-256, base64url."""
    return url_text(sha256(octets).digest())


def sign(manifest: Manifest, key: PrivateKey, kid: str) -> str:
    """The manifest as JWS; ``kid`` is the DID URL of the key."""
    told = {**msgspec.to_builtins(manifest), "made": rfc3339(manifest.made)}
    told["until"] = rfc3339(manifest.until)
    return jws.sign(msgspec.json.encode(told), key, {"typ": TYPE, "kid": kid})


def verify(compact: str, keys: Iterable[PublicKey]) -> Manifest:
    """The manifest of a list that one of these keys signed.

    Raises:
        SigningError: it is no signature, or none by one of these keys.
        StopError: what is signed is no such list.
    """
    read = jws.read(compact)
    if read.header.get("typ") != TYPE:
        raise StopError("stoplist.list-form")
    known = list(keys)
    if not known:
        raise StopError("stoplist.no-signer")
    if not any(key.verify(read.signed, read.signature) for key in known):
        read.verify(known[0])
    try:
        manifest = msgspec.json.decode(read.payload, type=Manifest)
    except msgspec.ValidationError as error:
        raise StopError("stoplist.list-form") from error
    if manifest.format != FORMAT or len(manifest.shards) != 1 << manifest.bits:
        raise StopError("stoplist.list-form")
    return manifest


def checked(octets: bytes, wanted: str, part: str) -> bytes:
    """A part of the list; raises `StopError` where it is not the one that was signed."""
    if digest(octets) != wanted:
        raise StopError("stoplist.part-changed", part=part)
    return octets


class OfflineList:
    """A verified list to look up in; ``shard`` gives a shard's octets, None where it is away.

    Raises `StopError` where a part is not the one that was signed.
    """

    def __init__(
        self,
        manifest: Manifest,
        filter_octets: bytes,
        causes: bytes,
        shard: Callable[[int], bytes | None],
    ) -> None:
        self.manifest = manifest
        checked(causes, manifest.causes, "causes")
        self.filter: Filter = filters.read(checked(filter_octets, manifest.filter, "filter"))
        self.causes = msgspec.json.decode(causes, type=Causes)
        self._shard = shard

    def shard(self, number: int) -> bytes | None:
        """A shard's octets; None where it is away. Raises `StopError` for another's."""
        octets = self._shard(number)
        if octets is None:
            return None
        return checked(octets, self.manifest.shards[number], f"shard {number}")

    def too_old(self, now: datetime) -> bool:
        """Whether the list does not hold any more."""
        return now > self.manifest.until

    def check(self, keys: Iterable[str]) -> Checked:
        """What the list says of a code that names these keys (piece, lot, product)."""
        stops: list[tuple[str, int]] = []
        away = false_hits = 0
        for key in dict.fromkeys(keys):
            stops += self._ranged(key)
            number = key_hash(key) & _UNSIGNED
            if not self.filter.holds(number):
                continue
            lines = self._lines(number)
            if lines is None:
                away += 1
                continue
            found = [(one.key, one.cause) for one in lines if one.key == key]
            stops += found
            false_hits += not found
        if stops:
            return Checked(Answer.STOPPED, tuple(stops), false_hits)
        return Checked(Answer.UNSURE if away else Answer.FREE, (), false_hits)

    def _lines(self, number: int) -> list[shards.Line] | None:
        octets = self.shard(shards.shard_of(number, self.manifest.bits))
        return None if octets is None else shards.read(octets)

    def _ranged(self, key: str) -> list[tuple[str, int]]:
        serial = serial_of(key)
        found = [(place, cause) for place, cause in self.causes.places if place == key]
        for first, last, cause in self.causes.ranges if serial else ():
            low, high = serial_of(first), serial_of(last)
            if product_of(first) == product_of(key) and len(low) == len(serial):
                found += [(first, cause)] if low <= serial <= high else []
        return found


def encoded(causes: Causes) -> bytes:
    """The causes as they are signed and sent."""
    told: dict[str, Any] = msgspec.to_builtins(causes, str_keys=True)
    return msgspec.json.encode(told, order="deterministic")
