# SPDX-License-Identifier: Apache-2.0
"""A witness's part (C2SP tlog-witness, add-checkpoint): request, decision, answer.

The decision is pure. Whoever carries it out must keep `Accepted.checkpoint` in place of
``Accepted.before`` in one atomic step, durably, before the cosignature leaves the house.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from nguon.transparency.armour import armoured, hash_of, number_of
from nguon.transparency.checkpoints import Checkpoint, Seen, open_checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError, ProofError, WitnessError
from nguon.transparency.hashing import EMPTY_ROOT
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import (
    Keys,
    Note,
    Verified,
    cosignature_of,
    open_note,
    read_signatures,
    text_of,
)
from nguon.transparency.proving import verify_consistency

PROOF_LIMIT = 63
"""Lines of a consistency proof."""
SIZE_TYPE = "text/x.tlog.size"
"""Media type of the answer 409."""

_OLD = "old "
_HEAD_LIMIT = 64 * 45
"""Octets of the longest old size and proof."""


class Request(msgspec.Struct, frozen=True):
    """The body of add-checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note."""

    def __bytes__(self) -> bytes:
        lines = (f"{_OLD}{self.old}", *map(armoured, self.proof), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


class Last(msgspec.Struct, frozen=True):
    """What a witness cosigned last for a log; before the first time, the empty tree."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class Accepted(msgspec.Struct, frozen=True):
    """A checkpoint to keep and to cosign."""

    before: Last
    checkpoint: Checkpoint
    note: Note

    @property
    def last(self) -> Last:
        """What to keep."""
        return Last(self.checkpoint.size, self.checkpoint.root)


def read_request(body: bytes) -> Request:
    """The request; raises `WitnessError` with status 400."""
    head, separator, note = body.partition(b"\n\n")
    if len(head) > _HEAD_LIMIT:
        raise _malformed()
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _malformed() from error
    old = number_of(lines[0].removeprefix(_OLD))
    proof = [hash_of(line) for line in lines[1:]]
    if not separator or not lines[0].startswith(_OLD) or old is None or len(proof) > PROOF_LIMIT:
        raise _malformed()
    if not all(proof):
        raise _malformed()
    return Request(old, tuple(each for each in proof if each), note)


def decide(request: Request, logs: Mapping[str, Keys], last: Callable[[str], Last]) -> Accepted:
    """Whether to cosign; ``logs`` has the keys of each origin, ``last`` what was cosigned.

    Raises `WitnessError`, with the status that the protocol names: 404 unknown origin, 403
    no trusted signature, 400 old size above the new, 409 old size other than the last, 422
    no valid consistency proof.
    """
    origin = _origin(request.checkpoint)
    if origin not in logs:
        raise WitnessError("transparency.witness-origin", 404, "unknown log\n", origin=origin)
    seen = _signed(request.checkpoint, logs[origin])
    found, before = seen.checkpoint, last(origin)
    if request.old > found.size:
        raise WitnessError(
            "transparency.witness-old", 400, "old size above checkpoint size\n", old=request.old
        )
    if request.old != before.size:
        size = f"{before.size}\n"
        raise WitnessError("transparency.witness-conflict", 409, size, SIZE_TYPE, size=before.size)
    try:
        verify_consistency(before.size, found.size, (before.root, found.root), request.proof)
    except ProofError as error:
        body = "invalid consistency proof\n"
        raise WitnessError("transparency.witness-proof", 422, body, origin=origin) from error
    return Accepted(before, found, seen.note)


def answer(accepted: Accepted, signers: Iterable[Signer], time: int) -> bytes:
    """The body of the answer 200: the witness's cosignatures, ``time`` in seconds since 1970."""
    text = accepted.note.text
    return "".join(str(cosignature_of(signer, text, time)) for signer in signers).encode()


def read_answer(body: bytes, text: bytes, keys: Keys) -> Sequence[Verified]:
    """A log's side: the cosignatures of known witnesses over the checkpoint that was sent.

    Unknown keys are ignored; raises `NoteError` when a known key's line fails or none is
    there.
    """
    try:
        lines = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("transparency.note-characters") from error
    opened = open_note(Note(text, read_signatures(lines)), keys)
    found = [each for each in opened.verified if each.key.kind is Kind.COSIGNATURE]
    if not found:
        raise NoteError("transparency.signature-unknown", names=lines[:200])
    return found


def read_size(body: bytes) -> int | None:
    """A log's side: the size in an answer 409; None where there is none."""
    if not body.endswith(b"\n"):
        return None
    return number_of(body[:-1].decode("ascii", "replace"))


def _origin(octets: bytes) -> str:
    try:
        return read_checkpoint(text_of(octets)).origin
    except NoteError as error:
        raise _malformed() from error


def _signed(octets: bytes, keys: Keys) -> Seen:
    try:
        return open_checkpoint(octets, keys)
    except NoteError as error:
        raise WitnessError(
            "transparency.witness-signature", 403, "invalid signature\n", reason=error.code
        ) from error


def _malformed() -> WitnessError:
    return WitnessError("transparency.witness-request", 400, "malformed request\n")
