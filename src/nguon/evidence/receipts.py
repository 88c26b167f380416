# SPDX-License-Identifier: Apache-2.0
"""Receipts: proofs that travel (C2SP tlog-proof), with the entry and its opening as ``extra``.

Nothing in the proof's format vouches for ``extra``: the entry in it is proved because its
hash is what the proof is about, the opening because the entry commits to it. The record's
name is what the sender of the receipt says.
"""

import json
import re
from typing import Any

import msgspec

from nguon.base.canonical_json import canonical
from nguon.base.errors import NguonError
from nguon.evidence.errors import EvidenceError
from nguon.evidence.opening import Opening, read_opening
from nguon.transparency.receipts import Receipt, read_receipt

SUFFIX = ".tlog-proof"
RECEIPT_LIMIT = 2_000_000
"""Octets of a receipt."""

_VERSION = 1
_NUMBER = re.compile(r"([1-9][0-9]{0,8})-(0|[1-9][0-9]{0,17})")


class Shown(msgspec.Struct, frozen=True):
    """What a receipt shows beside the proof."""

    entry: bytes
    """The leaf, verbatim."""
    opening: Opening | None = None
    record: str | None = None
    """How the record is called; a hint where to look."""

    def __bytes__(self) -> bytes:
        told: dict[str, Any] = {"v": _VERSION, "entry": self.entry.decode("utf-8")}
        if self.opening is not None:
            told["opening"] = self.opening.spelled()
        if self.record is not None:
            told["record"] = self.record
        return canonical(told)


def make_receipt(index: int, proof: tuple[bytes, ...], checkpoint: bytes, shown: Shown) -> Receipt:
    """The receipt of an entry; its octets are what is handed out."""
    return Receipt(index, proof, checkpoint, bytes(shown))


def read_shown(receipt: Receipt) -> Shown:
    """What a receipt of ours shows; raises `EvidenceError` for others'.

    There is one spelling (RFC 8785): another one is refused.
    """
    if receipt.extra is None:
        raise EvidenceError("evidence.no-extra", place="extra")
    try:
        told = json.loads(receipt.extra)
        faithful = isinstance(told, dict) and canonical(told) == receipt.extra
    except (ValueError, RecursionError, NguonError) as error:
        raise EvidenceError("evidence.form", place="extra") from error
    if not faithful or type(told.get("v")) is not int or told["v"] != _VERSION:
        raise EvidenceError("evidence.form", place="extra")
    if not told.keys() <= {"v", "entry", "opening", "record"}:
        raise EvidenceError("evidence.form", place="extra")
    opening = read_opening(told["opening"], "extra.opening") if "opening" in told else None
    record = _text(told, "record") if "record" in told else None
    return Shown(_text(told, "entry").encode(), opening, record)


def read_ours(octets: bytes) -> tuple[Receipt, Shown]:
    """A receipt and what it shows; raises `ProofError` with the line, or `EvidenceError`."""
    if len(octets) > RECEIPT_LIMIT:
        raise EvidenceError("evidence.too-long", most=RECEIPT_LIMIT, place="")
    receipt = read_receipt(octets)
    return receipt, read_shown(receipt)


def receipt_number(shard: str, index: int) -> str:
    """How people call a receipt: the log's part and the place in it."""
    return f"{shard}-{index}"


def read_number(text: str) -> tuple[str, int]:
    """Part and place; raises `EvidenceError`."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise EvidenceError("evidence.number", part=text[:80], place="")
    return found[1], int(found[2])


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise EvidenceError("evidence.form", place=f"extra.{name}")
    return value
