# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (C2SP tlog-checkpoint): what a log signs, its size and root."""

import msgspec

from nguon.transparency.armour import armoured, hash_of, number_of
from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import Keys, Note, Opened, open_note, read_note, sign_note

_LINES = 3


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree as a log states it."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Lines of no meaning here."""

    def __bytes__(self) -> bytes:
        lines = (self.origin, str(self.size), armoured(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


class Seen(msgspec.Struct, frozen=True):
    """A checkpoint that its log signed, with the note and its verified signatures."""

    checkpoint: Checkpoint
    note: Note
    opened: Opened


def read_checkpoint(text: bytes) -> Checkpoint:
    """The checkpoint in a note's text; raises `NoteError`."""
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("transparency.note-characters") from error
    if lines.pop() or len(lines) < _LINES or not all(lines):
        raise NoteError("transparency.checkpoint-lines")
    size, root = number_of(lines[1]), hash_of(lines[2])
    if size is None:
        raise NoteError("transparency.checkpoint-size", part=lines[1][:80])
    if root is None:
        raise NoteError("transparency.checkpoint-root", part=lines[2][:80])
    return Checkpoint(lines[0], size, root, tuple(lines[_LINES:]))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> Note:
    """The note of a log's own signers, several while keys change.

    Raises `NoteError` for a signer of another origin and for values that none can read.
    """
    for signer in signers:
        if signer.key.name != checkpoint.origin:
            raise NoteError("transparency.checkpoint-origin", origin=checkpoint.origin)
    text = bytes(checkpoint)
    if read_checkpoint(text) != checkpoint:
        raise NoteError("transparency.checkpoint-lines")
    return sign_note(text, *signers)


def open_checkpoint(octets: bytes, keys: Keys) -> Seen:
    """A checkpoint signed by its log: by a known key whose name is the origin.

    ``keys`` may hold witnesses' keys too; their cosignatures are verified on the way.
    Raises `NoteError`.
    """
    note = read_note(octets)
    checkpoint = read_checkpoint(note.text)
    opened = open_note(note, keys)
    if not any(_by_log(checkpoint, each.key.name, each.key.kind) for each in opened.verified):
        raise NoteError("transparency.checkpoint-origin", origin=checkpoint.origin)
    return Seen(checkpoint, note, opened)


def _by_log(checkpoint: Checkpoint, name: str, kind: Kind) -> bool:
    return kind is Kind.SIGNATURE and name == checkpoint.origin
