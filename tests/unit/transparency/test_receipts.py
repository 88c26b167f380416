# SPDX-License-Identifier: Apache-2.0
"""Receipts: checked offline, and worthless after any change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.armour import armoured
from nguon.transparency.errors import ProofError, TransparencyError
from nguon.transparency.hashing import root_of
from nguon.transparency.proving import prove_inclusion
from nguon.transparency.reading import TileHashes
from nguon.transparency.receipts import HEAD, Receipt, check_receipt, read_receipt
from tests.unit.transparency.made_log import Tiles, checkpoint, made_hashes, policy

HASHES = made_hashes(300)
TILES = Tiles()
TILES.append(HASHES)


def receipt(index: int, size: int, extra: bytes | None = None) -> Receipt:
    proof = prove_inclusion(index, size, TileHashes(300, TILES.read))
    note = checkpoint(size, root_of(HASHES[:size]))
    return Receipt(index, tuple(proof), bytes(note), extra)


@settings(deadline=None)
@given(st.integers(1, 300), st.data(), st.none() | st.binary())
def test_receipts_go_round(size: int, data: st.DataObject, extra: bytes | None) -> None:
    index = data.draw(st.integers(0, size - 1))
    made = receipt(index, size, extra)
    found = read_receipt(bytes(made))
    assert found == made
    assert check_receipt(found, HASHES[index], policy()).checkpoint.size == size
    with pytest.raises(ProofError, match="proof-fails"):
        check_receipt(found, HASHES[index - 1] if size > 1 else bytes(32), policy())


def test_a_proof_for_a_large_log_is_small() -> None:
    note = bytes(checkpoint(1 << 30, bytes(32)))
    made = Receipt((1 << 30) - 1, (bytes(32),) * 30, note)
    assert len(bytes(made)) < 2100


def test_every_changed_byte_is_refused() -> None:
    octets = bytes(receipt(5, 11))
    for at in range(len(octets)):
        changed = bytearray(octets)
        changed[at] ^= 1 << at % 7
        with pytest.raises(TransparencyError):
            check_receipt(read_receipt(bytes(changed)), HASHES[5], policy())


def test_extra_is_nobodys_word() -> None:
    made = receipt(5, 11, b"lot 1")
    changed = Receipt(made.index, made.proof, made.checkpoint, b"lot 2")
    one, other = (check_receipt(each, HASHES[5], policy()) for each in (made, changed))
    assert one == other


GOOD = bytes(receipt(0, 2))
HASH = armoured(bytes(32))


@pytest.mark.parametrize(
    ("octets", "line"),
    [
        (b"", 1),
        (GOOD[1:], 1),
        (GOOD.replace(b"@v1", b"@v2"), 1),
        (GOOD.replace(b"index 0", b"extra !\nindex 0"), 2),
        (GOOD.replace(b"index 0", b"extra YQ==\nextra YQ==\nindex 0"), 3),
        (GOOD.replace(b"index 0", b"index 00"), 2),
        (GOOD.replace(b"index 0", b"index"), 2),
        (GOOD.replace(b"index 0", b"0"), 2),
        (GOOD.replace(b"index 0\n", b""), 2),
        (GOOD.replace(b"index 0\n", b"index 0\nAAAA\n"), 3),
        (GOOD.replace(b"\n\n", b"\r\n\r\n"), 1),
        ((HEAD + "\nindex 1\n" + (HASH + "\n") * 64 + "\n").encode(), 66),
        ((HEAD + "\n\n").encode(), 2),
    ],
)  # fmt: skip
def test_malformed_receipts(octets: bytes, line: int) -> None:
    with pytest.raises(TransparencyError) as caught:
        read_receipt(octets)
    assert caught.value.code == "transparency.receipt-form"
    assert caught.value.params["line"] == line
