# SPDX-License-Identifier: Apache-2.0
"""A list in the place of another: the same shards by what changed; nothing older, no ended key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.errors import NguonError
from nguon.credentials.did import document
from nguon.gs1 import key_hash
from nguon.signing.keys import Algorithm, generate
from nguon.stoplist import filters, offline, renewing, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.folder import Folder, Head, standing_keys
from nguon.stoplist.offline import Answer, Causes, Manifest
from nguon.stoplist.shards import Line

KEY, OTHER = generate(Algorithm.EDDSA), generate(Algorithm.EDDSA)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BITS = 2
KINDS = ("item", "lot", "product")
FILTER, CAUSES = filters.build(np.array([], np.uint64)), offline.encoded(Causes())
Stops = set[tuple[int, int]]
stops = st.sets(st.tuples(st.integers(0, 60), st.integers(1, 3)), max_size=40)


def line(number: int, cause: int) -> Line:
    key = f"01/08931234567894/10/{number}"
    return Line(key_hash(key) & (2**64 - 1), cause, KINDS[number % 3], key)


def listed(version: int, found: Stops, made: datetime = NOW) -> tuple[Manifest, list[bytes]]:
    lines = [line(*one) for one in found]
    parts = [
        shards.write(one for one in lines if shards.shard_of(one.hash, BITS) == number)
        for number in range(1 << BITS)
    ]
    manifest = Manifest(
        format=offline.FORMAT,
        version=version,
        made=made,
        until=made + offline.HOLDS,
        count=len(lines),
        bits=BITS,
        filter=offline.digest(FILTER),
        causes=offline.digest(CAUSES),
        shards=tuple(map(offline.digest, parts)),
    )
    return manifest, parts


def told(since: int, version: int, added: Stops, lifted: Stops) -> bytes:
    def lines(found: Stops) -> list[tuple[str, str, int, str]]:
        made = [line(*one) for one in sorted(found)]
        return [(f"{one.hash:016x}", one.kind, one.cause, one.key) for one in made]

    said = {"since": since, "version": version, "added": lines(added), "lifted": lines(lifted)}
    return msgspec.json.encode(said)


@settings(max_examples=25)
@given(stops, stops)
def test_what_changed_makes_the_same_shards(before: Stops, after: Stops) -> None:
    old, parts = listed(3, before)
    new, wanted = listed(5, after)
    made = renewing.patched(
        old, new, told(3, 5, after - before, before - after), lambda at: parts[at]
    )
    assert [made.get(at, part) for at, part in enumerate(parts)] == wanted
    assert all(made[at] != parts[at] for at in made)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"{}",
        told(2, 5, {(1, 1)}, set()),
        told(3, 6, {(1, 1)}, set()),
        told(3, 5, {(2, 1)}, set()),
        told(3, 5, {(1, 1)}, set()).replace(b'"lot"', b'"place"'),
        msgspec.json.encode(
            {"since": 3, "version": 5, "added": [["x", "lot", 1, "k"]], "lifted": []}
        ),
    ],
    ids=["empty", "no members", "since", "version", "another", "kind", "hash"],
)
def test_what_does_not_fit_is_not_believed(octets: bytes) -> None:
    old, parts = listed(3, set())
    new, _ = listed(5, {(1, 1)})
    assert renewing.patched(old, new, octets, lambda at: parts[at]) == {}


@pytest.mark.parametrize(
    ("version", "made", "older"),
    [
        (4, NOW, False),
        (4, NOW + timedelta(hours=1), False),
        (5, NOW - timedelta(hours=1), False),
        (4, NOW - timedelta(seconds=1), True),
        (3, NOW + timedelta(hours=1), True),
    ],
    ids=["same", "signed anew", "newer", "signed before", "older"],
)
def test_nothing_older_replaces_a_list(version: int, made: datetime, older: bool) -> None:
    before, _ = listed(4, set())
    new, _ = listed(version, set(), made)
    if older:
        with pytest.raises(StopError) as refused:
            renewing.require_newer(new, before)
        assert refused.value.code == "stoplist.list-older"
    else:
        renewing.require_newer(new, before)


def _document(*, ended: bool) -> dict[str, object]:
    """A DID document as the server makes it where the first key was revoked."""
    did = "did:web:nguon.example"
    made = document(did, [("a", KEY.public), ("b", OTHER.public)])
    if ended:
        made["assertionMethod"] = [name for name in made["assertionMethod"] if "#b" in name]
        made["verificationMethod"][0]["revoked"] = "2026-11-01T00:00:00Z"
    return made


def test_a_key_that_ended_signs_nothing() -> None:
    manifest, _ = listed(4, set())
    signed = offline.sign(manifest, KEY, "did:web:nguon.example#a")
    assert len(standing_keys(_document(ended=False))) == 2
    assert Head(signed, _document(ended=False)).verified() == manifest
    assert [key.jwk() for key in standing_keys(_document(ended=True))] == [OTHER.public.jwk()]
    with pytest.raises(NguonError):
        Head(signed, _document(ended=True)).verified()


def test_what_breaks_off_leaves_the_list_that_was_there(tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    def keep(manifest: Manifest, parts: list[bytes]) -> Head:
        folder.put("filter", manifest.filter, FILTER)
        folder.put("causes", manifest.causes, CAUSES)
        for digest, part in zip(manifest.shards, parts, strict=True):
            folder.put("shard", digest, part)
        signed = offline.sign(manifest, KEY, "did:web:nguon.example#a")
        return Head(signed, _document(ended=False))

    assert folder.head() is None
    folder.commit(keep(*listed(4, {(1, 1)})))
    later = keep(*listed(5, {(2, 1)}))
    assert folder.opened().manifest.version == 4
    assert folder.opened().check(["01/08931234567894/10/3"]).answer is Answer.FREE
    folder.commit(later)
    assert folder.opened().manifest.version == 5
    named = {f"shard-{digest}" for digest in later.verified().shards}
    assert {file.name for file in tmp_path.glob("shard-*")} == named
    with pytest.raises(StopError):
        folder.put("filter", later.verified().filter, b"x")
