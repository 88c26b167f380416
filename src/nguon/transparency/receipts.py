# SPDX-License-Identifier: Apache-2.0
"""Proofs that travel (C2SP tlog-proof@v1): an entry's place and the witnessed checkpoint."""

import msgspec

from nguon.transparency.armour import armoured, hash_of, number_of, octets_of
from nguon.transparency.errors import ProofError
from nguon.transparency.judging import Believed, Clock, believe
from nguon.transparency.policies import Policy
from nguon.transparency.proving import verify_inclusion

HEAD = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "
_HASH_LIMIT = 63


class Receipt(msgspec.Struct, frozen=True):
    """All that one needs to see, without a network, that an entry was logged."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, verbatim."""
    extra: bytes | None = None
    """Of any meaning; nothing vouches for it."""

    def __bytes__(self) -> bytes:
        extra = () if self.extra is None else (f"{_EXTRA}{armoured(self.extra)}",)
        lines = (HEAD, *extra, f"{_INDEX}{self.index}", *map(armoured, self.proof), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def read_receipt(octets: bytes) -> Receipt:
    """The proof in a file; raises `ProofError` that names the line."""
    head, separator, note = octets.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if not separator or lines.pop(0) != HEAD:
        raise ProofError("transparency.receipt-form", line=1)
    extra, line = None, 2
    if lines and lines[0].startswith(_EXTRA):
        extra, line = octets_of(lines.pop(0).removeprefix(_EXTRA)), 3
        if extra is None:
            raise ProofError("transparency.receipt-form", line=2)
    index = number_of(lines[0].removeprefix(_INDEX)) if lines else None
    if index is None or not lines[0].startswith(_INDEX):
        raise ProofError("transparency.receipt-form", line=line)
    proof: list[bytes] = []
    for number, each in enumerate(lines[1:], line + 1):
        found = hash_of(each)
        if found is None or len(proof) == _HASH_LIMIT:
            raise ProofError("transparency.receipt-form", line=number)
        proof.append(found)
    return Receipt(index, tuple(proof), note, extra)


def check_receipt(
    receipt: Receipt, leaf: bytes, policy: Policy, clock: Clock | None = None
) -> Believed:
    """The witnessed checkpoint that holds the entry with this leaf hash.

    Raises `NoteError` or `PolicyError` for the checkpoint, `ProofError` for the entry.
    """
    found = believe(receipt.checkpoint, policy, clock)
    checkpoint = found.checkpoint
    verify_inclusion(receipt.index, checkpoint.size, leaf, checkpoint.root, receipt.proof)
    return found
