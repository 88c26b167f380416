# SPDX-License-Identifier: Apache-2.0
"""What an anchor is: a token over a checkpoint, and what it shows once it is checked."""

from hashlib import sha256
from typing import Protocol

import msgspec

from nguon.tlog.anchors.errors import AnchorError
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.notes import text_of


class Token(msgspec.Struct, frozen=True):
    """What came back from outside, as it came."""

    kind: str
    octets: bytes


class Anchored(msgspec.Struct, frozen=True):
    """What a token shows: the checkpoint was there at this time, as this one says."""

    time: int
    """Seconds since 1970."""
    by: str


class Anchor(Protocol):
    """One way to have a checkpoint carried outside."""

    @property
    def name(self) -> str:
        """The kind of its tokens."""

    def stamp(self, checkpoint_note: bytes) -> Token:
        """A token over a checkpoint, checked; asks over the network. Raises `AnchorError`."""

    def check(self, token: Token, checkpoint_note: bytes) -> Anchored:
        """What a token shows of a checkpoint, without a network. Raises `AnchorError`."""


class Stated(msgspec.Struct, frozen=True):
    """The checkpoint in a note, and what anchors commit to."""

    checkpoint: Checkpoint
    text: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the checkpoint's text, without its signatures."""
        return sha256(self.text).digest()


def stated(note: bytes) -> Stated:
    """The checkpoint in a note; its signatures are not looked at.

    Raises `AnchorError` (``anchors.checkpoint``).
    """
    try:
        text = text_of(note)
        return Stated(read_checkpoint(text), text)
    except NoteError as error:
        raise AnchorError("anchors.checkpoint", reason=error.code) from error
