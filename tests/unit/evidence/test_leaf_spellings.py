# SPDX-License-Identifier: Apache-2.0
"""Leaves that two readers could read in two ways say nothing at all."""

import pytest

from nguon.base.canonical_json import canonical
from nguon.evidence.leaves import LeafFacts, read_leaf
from tests.evidence_made import SmallLog

RIGHT = SmallLog().entries[0]
TEXT = RIGHT.decode()


def test_the_right_spelling_is_read() -> None:
    assert read_leaf(RIGHT).kind == "event"
    assert read_leaf(RIGHT).commit is not None


@pytest.mark.parametrize(
    "octets",
    [
        TEXT.replace('"kind":"event"', '"kind":"event","kind":"event"').encode(),
        TEXT.replace('"kind":"event"', '"kind":"erasure","kind":"event"').encode(),
        TEXT.replace('"v":1', '"v":1.0').encode(),
        TEXT.replace('"v":1', '"v":1e0').encode(),
        TEXT.replace('"v":1', '"v":-0').encode(),
        TEXT.replace('"v":1', '"v":NaN').encode(),
        TEXT.replace('"v":1', '"v":Infinity').encode(),
        TEXT.replace('"v":1', '"v":9007199254740993').encode(),
        TEXT.replace('"event"', '"\\u0065vent"').encode(),
        TEXT.replace('"event"', '"\\ud800"').encode(),
        TEXT.replace('"event"', '"event\\u0000"').encode() + b" ",
        b"\xef\xbb\xbf" + RIGHT,
        b" " + RIGHT,
        RIGHT + b"\n",
        RIGHT[:-1],
        RIGHT + RIGHT,
        b"[" + RIGHT + b"]",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        RIGHT.replace(b'"event"', b'"\xff"'),
        RIGHT.replace(b'"event"', b'"\xed\xa0\x80"'),
        RIGHT.decode().encode("utf-16"),
    ],
)
def test_every_other_spelling_says_nothing(octets: bytes) -> None:
    assert read_leaf(octets) == LeafFacts()


def test_composed_and_decomposed_letters_are_two_texts() -> None:
    composed, decomposed = (canonical({"kind": text}) for text in ("\u1ee5", "u\u0323"))
    assert composed != decomposed
    assert read_leaf(composed).kind == "\u1ee5"
    assert read_leaf(decomposed).kind == "u\u0323"
