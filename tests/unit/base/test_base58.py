# SPDX-License-Identifier: Apache-2.0
"""Base58: known pairs, and the way back of any octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.base.base58 import MOST_LETTERS, base58_octets, base58_text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", ""),
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (b"\x00\x00\x28\x7f\xb4\xcd", "11233QC4"),
    ],
)
def test_the_pairs_of_the_draft(octets: bytes, text: str) -> None:
    """draft-msporny-base58-03, section 5."""
    assert base58_text(octets) == text
    assert base58_octets(text) == octets


@given(st.binary(max_size=80))
def test_any_octets_come_back(octets: bytes) -> None:
    assert base58_octets(base58_text(octets)) == octets


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "a b", "2NEpo7TZRRrLZSi2U ", "é"])
def test_other_letters_are_nothing(text: str) -> None:
    assert base58_octets(text) is None


def test_too_long_is_nothing() -> None:
    assert base58_octets("2" * (MOST_LETTERS + 1)) is None
