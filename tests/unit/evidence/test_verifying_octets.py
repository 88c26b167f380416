# SPDX-License-Identifier: Apache-2.0
"""Every octet of what is verified counts, and whatever is no evidence is refused with a place."""

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nguon.base.base64url import url_text
from nguon.evidence import packed
from nguon.evidence.errors import EvidenceError
from nguon.evidence.findings import failed
from nguon.evidence.package_reading import read_package
from nguon.evidence.receipts import Shown
from nguon.evidence.told import told_in
from nguon.evidence.verifying import verify
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.receipts import read_receipt
from tests.evidence_made import (
    CLOCK,
)
from tests.unit.evidence.test_verifying import EVENT, LOG, LOT_A, POLICY


def shows_everything(octets: bytes, event: bytes | None) -> bool:
    """Whether an altered file would still be taken for whole."""
    try:
        return not failed(verify(octets, POLICY, CLOCK, event=event))
    except EvidenceError:
        return False


@settings(max_examples=500)
@given(st.data())
def test_every_octet_of_a_receipt_counts(data: st.DataObject) -> None:
    octets = bytearray(bytes(LOG.receipt(2, record=told_in(EVENT)[0].names[0])))
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    assert not shows_everything(bytes(octets), EVENT)


PACKAGE = bytes(LOG.package(LOT_A))


@settings(max_examples=500)
@given(st.integers(0, len(PACKAGE) - 1), st.integers(1, 255))
def test_every_octet_of_a_package_counts(at: int, change: int) -> None:
    octets = bytearray(PACKAGE)
    octets[at] ^= change
    altered = bytes(octets)
    try:
        same = read_package(altered) == read_package(PACKAGE)
    except EvidenceError:
        return
    assert same or not shows_everything(altered, None)


@settings(max_examples=300)
@given(st.data())
def test_every_octet_of_a_packed_receipt_counts(data: st.DataObject) -> None:
    octets = bytearray(packed.pack(LOG.receipt(2)))
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    assert not shows_everything(url_text(bytes(octets)).encode(), EVENT)


def test_every_place_of_a_receipt_cut_short_counts() -> None:
    octets = bytes(LOG.receipt(2))
    for length in range(len(octets)):
        assert not shows_everything(octets[:length], EVENT), length


@settings(max_examples=300)
@given(st.binary(max_size=300))
@example(b"c2sp.org/tlog-proof@v1\n")
@example(b"c2sp.org/tlog-proof@v1\n\n")
@example(b"{")
@example(b'{"format":1}')
@example(b"#r=")
@example(b"AQ")
@example(b"\n\n")
def test_any_octets_are_refused_with_a_place(octets: bytes) -> None:
    with pytest.raises(EvidenceError) as refused:
        verify(octets, POLICY, CLOCK)
    assert refused.value.params["place"] is not None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda text: text.replace("index 2", "index 02"), "line 3"),
        (lambda text: text.replace("extra ", "extra *"), "line 2"),
        (lambda text: text.replace("\n\n", "\nx\n\n", 1), "line 8"),
        (lambda text: text.replace("12\n", "012\n"), "checkpoint"),
    ],
)
def test_unreadable_receipts_name_the_place(change: Callable[[str], str], place: str) -> None:
    text = bytes(LOG.receipt(2)).decode()
    with pytest.raises(EvidenceError) as refused:
        verify(change(text).encode(), POLICY, CLOCK)
    assert refused.value.params["place"] == place


def test_what_is_shown_is_what_is_proved() -> None:
    receipt = read_receipt(bytes(LOG.receipt(2)))
    assert receipt.extra is not None
    shown = json.loads(receipt.extra)
    assert base64.b64encode(leaf_hash(shown["entry"].encode())) == base64.b64encode(LOG.hashes[2])
    assert Shown(shown["entry"].encode()).entry == LOG.entries[2]
