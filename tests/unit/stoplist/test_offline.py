# SPDX-License-Identifier: Apache-2.0
"""The signed list: exact answers, nobody condemned by a filter alone, one changed octet refused."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import key_hash
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.stoplist import filters, offline, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.offline import Answer, Cause, Causes, Manifest, OfflineList
from nguon.stoplist.shards import Line

KEY = generate(Algorithm.EDDSA)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PRODUCT = "01/08931234567894"


class Made(NamedTuple):
    signed: str
    filter: bytes
    causes: bytes
    shards: list[bytes]


def made(keys: list[str], causes: Causes | None = None, bits: int = 3) -> Made:
    told = causes or Causes(causes={4: Cause(source="recall:1", reason="recall", since="x")})
    lines = [Line(key_hash(key) & (2**64 - 1), 4, "lot", key) for key in keys]
    parts = [
        shards.write(one for one in lines if shards.shard_of(one.hash, bits) == number)
        for number in range(1 << bits)
    ]
    filtered = filters.build(np.array([one.hash for one in lines], np.uint64))
    manifest = Manifest(
        format=offline.FORMAT,
        version=7,
        made=NOW,
        until=NOW + offline.HOLDS,
        count=len(keys),
        bits=bits,
        filter=offline.digest(filtered),
        causes=offline.digest(offline.encoded(told)),
        shards=tuple(map(offline.digest, parts)),
    )
    return Made(offline.sign(manifest, KEY, "did:web:a#b"), filtered, offline.encoded(told), parts)


def opened(one: Made, *, away: bool = False, key: PrivateKey = KEY) -> OfflineList:
    manifest = offline.verify(one.signed, [key.public])
    return OfflineList(
        manifest, one.filter, one.causes, lambda at: None if away else one.shards[at]
    )


@settings(max_examples=30)
@given(st.sets(st.integers(0, 10**6), max_size=80), st.sets(st.integers(0, 10**6), max_size=80))
def test_exact_for_every_key(stopped: set[int], asked: set[int]) -> None:
    listed = made([f"{PRODUCT}/10/{number}" for number in stopped])
    found, alone = opened(listed), opened(listed, away=True)
    for number in stopped | asked:
        key = [f"{PRODUCT}/10/{number}"]
        bad = number in stopped
        assert found.check(key).answer is (Answer.STOPPED if bad else Answer.FREE)
        assert alone.check(key).answer is not Answer.STOPPED
        assert alone.check(key).answer is Answer.UNSURE or not bad


def test_a_false_hit_condemns_nobody() -> None:
    found = opened(made([f"{PRODUCT}/10/{number}" for number in range(50)]))
    hits = [
        checked
        for number in range(50, 3000)
        if (checked := found.check([f"{PRODUCT}/10/{number}"])).false_hits
    ]
    assert len(hits) > 3
    assert {one.answer for one in hits} == {Answer.FREE}


def test_runs_and_places() -> None:
    causes = Causes(
        causes={4: Cause(source="recall:1", reason="recall", since="x")},
        ranges=((f"{PRODUCT}/21/100", f"{PRODUCT}/21/199", 4),),
        places=(("414/0893123456789", 4),),
    )
    found = opened(made([], causes, bits=0))
    answers = [
        found.check([key]).answer.value
        for key in (f"{PRODUCT}/21/150", f"{PRODUCT}/21/1500", "414/0893123456789", PRODUCT)
    ]
    assert answers == ["stopped", "free", "stopped", "free"]


def test_it_says_when_it_is_too_old() -> None:
    found = opened(made([]))
    assert not found.too_old(NOW + timedelta(hours=24))
    assert found.too_old(NOW + timedelta(hours=24, seconds=1))


def test_another_signer_and_another_kind() -> None:
    listed = made([PRODUCT])
    with pytest.raises(SigningError):
        opened(listed, key=generate(Algorithm.EDDSA))
    with pytest.raises(StopError) as caught:
        offline.verify(listed.signed, [])
    assert caught.value.code == "stoplist.no-signer"


@pytest.mark.parametrize("part", ["signed", "filter", "causes", "shards"])
def test_one_changed_octet_is_refused(part: str) -> None:
    listed = made([f"{PRODUCT}/10/{number}" for number in range(20)], bits=0)
    if part == "signed":
        head, body, tail = listed.signed.split(".")
        changed = listed._replace(signed=f"{head}.{body[:-4]}AAAA.{tail}")
        with pytest.raises(SigningError):
            opened(changed)
        return
    if part == "shards":
        octets = listed.shards[0]
        changed = listed._replace(shards=[octets[:-2] + b"9" + octets[-1:]])
        with pytest.raises(StopError) as caught:
            opened(changed).check([f"{PRODUCT}/10/3"])
    else:
        octets = getattr(listed, part)
        changed = listed._replace(**{part: octets[:30] + bytes([octets[30] ^ 1]) + octets[31:]})
        with pytest.raises(StopError) as caught:
            opened(changed)
    assert caught.value.code == "stoplist.part-changed"
