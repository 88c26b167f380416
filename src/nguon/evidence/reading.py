# SPDX-License-Identifier: Apache-2.0
"""Whatever somebody holds up as a proof, as one value: receipt, packed receipt, package, note."""

import re
from enum import StrEnum

import msgspec

from nguon.evidence.errors import EvidenceError
from nguon.evidence.package import Entry, Package
from nguon.evidence.package_reading import read_package
from nguon.evidence.packed import read_address
from nguon.evidence.receipts import read_ours, read_shown
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.notes import read_note
from nguon.transparency.receipts import HEAD, Receipt

_PACKED = re.compile(rb"\s*(?:[!-~]*#r=)?[A-Za-z0-9_-]+\s*")


class Kind(StrEnum):
    """What a file is."""

    RECEIPT = "receipt"
    PACKAGE = "package"
    CHECKPOINT = "checkpoint"


class Evidence(msgspec.Struct, frozen=True):
    """What was held up; a receipt is a package of one entry."""

    kind: Kind
    checkpoint: Checkpoint
    package: Package
    record: str | None = None
    """How a receipt calls its record; nothing vouches for it."""


def read_evidence(octets: bytes) -> Evidence:
    """What a file holds; raises `EvidenceError` that names the place."""
    if octets.startswith(HEAD.encode() + b"\n"):
        return _receipt(octets)
    if octets.lstrip()[:1] == b"{":
        package = read_package(octets)
        return Evidence(Kind.PACKAGE, _checkpoint(package.checkpoint), package)
    if _PACKED.fullmatch(octets):
        return _of_receipt(read_address(octets.decode("ascii")))
    return Evidence(Kind.CHECKPOINT, _checkpoint(octets), Package(octets, ()))


def _receipt(octets: bytes) -> Evidence:
    try:
        receipt, _ = read_ours(octets)
    except ProofError as error:
        place = f"line {error.params['line']}"
        raise EvidenceError("evidence.form", place=place) from error
    return _of_receipt(receipt)


def _of_receipt(receipt: Receipt) -> Evidence:
    shown = read_shown(receipt)
    entry = Entry(receipt.index, receipt.proof, shown.entry, shown.opening)
    package = Package(receipt.checkpoint, (entry,))
    return Evidence(Kind.RECEIPT, _checkpoint(receipt.checkpoint), package, shown.record)


def _checkpoint(note: bytes) -> Checkpoint:
    try:
        return read_checkpoint(read_note(note).text)
    except NoteError as error:
        raise EvidenceError("evidence.form", place="checkpoint") from error
