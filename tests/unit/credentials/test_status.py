# SPDX-License-Identifier: Apache-2.0
"""Status lists: any bits come back; short, long, broken and bursting ones are refused."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.base.base64url import url_octets, url_text
from nguon.credentials.errors import CredentialError
from nguon.credentials.status import ENTRIES, MOST_OCTETS, BitstringList


@given(st.sets(st.integers(0, ENTRIES - 1), max_size=40))
def test_any_positions_come_back(indexes: set[int]) -> None:
    bits = BitstringList()
    for index in indexes:
        bits.set(index)
    found = BitstringList.decode(bits.encode())
    assert len(found) == ENTRIES
    assert {index for index in indexes if found.get(index)} == indexes
    assert sum(octet.bit_count() for octet in bytes(found._octets)) == len(indexes)


def test_the_first_position_is_the_leftmost_bit() -> None:
    """Bitstring Status List, 3.1: "the first index, with a value of zero, is at the left-most"."""
    bits = BitstringList()
    bits.set(0)
    bits.set(15)
    octets = gzip.decompress(url_octets(bits.encode()[1:]) or b"")
    assert (len(octets), octets[:2]) == (16_384, b"\x80\x01")


def test_a_bit_can_be_cleared() -> None:
    bits = BitstringList()
    bits.set(9)
    bits.set(9, value=False)
    assert bits.encode() == BitstringList().encode()


def test_the_same_bits_are_the_same_text() -> None:
    assert BitstringList().encode() == BitstringList().encode()


def test_the_recommendations_example_is_read() -> None:
    """An empty list of the recommendation's length in the spelling of another packer."""
    text = "u" + url_text(gzip.compress(bytes(16_384), 9))
    found = BitstringList.decode(text)
    assert (len(found), found.get(0), found.get(ENTRIES - 1)) == (ENTRIES, False, False)
    assert len(BitstringList.decode(text[1:])) == ENTRIES


@pytest.mark.parametrize("index", [-1, ENTRIES, ENTRIES + 1, 1 << 60])
def test_positions_outside_are_refused(index: int) -> None:
    bits = BitstringList()
    for use in (bits.get, bits.set):
        with pytest.raises(CredentialError) as refused:
            use(index)
        assert refused.value.code == "credentials.status-index"


def _refusal(text: str) -> str:
    with pytest.raises(CredentialError) as refused:
        BitstringList.decode(text)
    return refused.value.code


def test_what_is_too_short_or_too_long_is_refused() -> None:
    for octets in (b"", b"\0", bytes(16_383)):
        assert _refusal("u" + url_text(gzip.compress(octets))) == "credentials.status-short"
    bursting = "u" + url_text(gzip.compress(bytes(MOST_OCTETS + 1)))
    assert len(bursting) < 10_000
    assert _refusal(bursting) == "credentials.status-long"
    at_most = "u" + url_text(gzip.compress(bytes(MOST_OCTETS)))
    assert len(BitstringList.decode(at_most)) == MOST_OCTETS * 8


def test_a_bomb_is_not_unpacked() -> None:
    """A gigabyte of zeros in a megabyte: nothing beyond the limit is ever held."""
    packed = gzip.compress(bytes(64 << 20)) * 4
    assert _refusal("u" + url_text(packed)) == "credentials.status-long"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "z123",
        "H4sI",
        "uAAAA",
        "u" + url_text(gzip.compress(bytes(16_384), mtime=0)[:-4]),
        "H4sI==",
    ],
)
def test_what_is_broken_is_refused(text: str) -> None:
    assert _refusal(text) == "credentials.status-form"


def test_more_after_the_end_is_refused() -> None:
    packed = gzip.compress(bytes(16_384))
    assert _refusal("u" + url_text(packed + b"more")) == "credentials.status-form"
    assert _refusal("u" + url_text(packed + packed)) == "credentials.status-form"
