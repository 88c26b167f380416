# SPDX-License-Identifier: Apache-2.0
"""Signed notes (C2SP signed-note): a text, and lines of signatures below it."""

from collections.abc import Iterable, Mapping

import msgspec

from nguon.transparency.armour import armoured, octets_of
from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Key, Signer, cosigned_at, valid_name

NOTE_LIMIT = 1_000_000
"""Octets of a note."""
SIGNATURE_LIMIT = 100
"""Signatures of a note; the format demands that 16 are taken."""

_DASH = "\N{EM DASH} "
_ID_LENGTH = 4

Keys = Mapping[tuple[str, bytes], Key]
"""Known keys by name and id."""


class Signature(msgspec.Struct, frozen=True):
    """One line below a note."""

    name: str
    id: bytes
    octets: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {armoured(self.id + self.octets)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text (it ends in a newline) and its signatures, none of them verified."""

    text: bytes
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join(map(str, self.signatures)).encode()


class Verified(msgspec.Struct, frozen=True):
    """A signature that holds, and whose."""

    key: Key
    signature: Signature

    @property
    def time(self) -> int:
        """Of a cosignature: seconds since 1970."""
        return cosigned_at(self.signature.octets)


class Opened(msgspec.Struct, frozen=True):
    """A note with at least one signature of a known key."""

    text: bytes
    verified: tuple[Verified, ...]
    unknown: tuple[Signature, ...]


def known(keys: Iterable[Key]) -> Keys:
    """Keys to open notes with; raises `NoteError` where two share name and id."""
    found: dict[tuple[str, bytes], Key] = {}
    for key in keys:
        if found.setdefault((key.name, key.id), key) != key:
            raise NoteError("transparency.keys-collide", name=key.name, id=key.id.hex())
    return found


def read_note(octets: bytes) -> Note:
    """A note and its signature lines; raises `NoteError`. Nothing in it may be believed yet."""
    text = text_of(octets)
    return Note(text, read_signatures(octets[len(text) + 1 :].decode("utf-8")))


def text_of(octets: bytes) -> bytes:
    """A note's text, its signature lines left unread; raises `NoteError`."""
    if len(octets) > NOTE_LIMIT:
        raise NoteError("transparency.note-long", most=NOTE_LIMIT)
    if any(each < 0x20 and each != 0x0A for each in set(octets)):
        raise NoteError("transparency.note-characters")
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("transparency.note-characters") from error
    at = octets.rfind(b"\n\n")
    if at < 0 or not octets.endswith(b"\n"):
        raise NoteError("transparency.note-form")
    return octets[: at + 1]


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, each ended by a newline, at least one; raises `NoteError`."""
    each = lines.split("\n")
    if len(each) < 2 or each.pop():
        raise NoteError("transparency.note-form")
    if len(each) > SIGNATURE_LIMIT:
        raise NoteError("transparency.note-signatures", most=SIGNATURE_LIMIT)
    return tuple(_signature(line) for line in each)


def open_note(note: Note, keys: Keys) -> Opened:
    """Verify every signature of a known key, once; leave unknown keys' aside.

    Raises `NoteError` when a known key's signature fails, or no known key signed.
    """
    verified: list[Verified] = []
    unknown: list[Signature] = []
    for signature in dict.fromkeys(note.signatures):
        key = keys.get((signature.name, signature.id))
        if key is None:
            unknown.append(signature)
        elif key.holds(note.text, signature.octets):
            verified.append(Verified(key, signature))
        else:
            raise NoteError("transparency.signature-fails", name=signature.name)
    if not verified:
        names = ", ".join(dict.fromkeys(each.name for each in unknown))
        raise NoteError("transparency.signature-unknown", names=names)
    return Opened(note.text, tuple(verified), tuple(unknown))


def signature_of(signer: Signer, text: bytes) -> Signature:
    """A plain signature of a text."""
    return Signature(signer.key.name, signer.key.id, signer.sign(text))


def cosignature_of(signer: Signer, text: bytes, time: int) -> Signature:
    """A cosignature of a checkpoint's text, at ``time`` in seconds since 1970."""
    return Signature(signer.key.name, signer.key.id, signer.cosign(text, time))


def sign_note(text: bytes, *signers: Signer) -> Note:
    """A note with plain signatures; raises `NoteError` for a text that no note can have."""
    made = Note(text, tuple(signature_of(signer, text) for signer in signers))
    if read_note(bytes(made)) != made:
        raise NoteError("transparency.note-form")
    return made


def joined(note: Note, more: Iterable[Signature]) -> Note:
    """The note with more signatures below, each once."""
    return Note(note.text, tuple(dict.fromkeys((*note.signatures, *more))))


def _signature(line: str) -> Signature:
    name, _, armour = line.removeprefix(_DASH).partition(" ")
    octets = octets_of(armour)
    if (
        not line.startswith(_DASH)
        or not valid_name(name)
        or octets is None
        or len(octets) <= _ID_LENGTH
    ):
        raise NoteError("transparency.note-signature", part=line[:200])
    return Signature(name, octets[:_ID_LENGTH], octets[_ID_LENGTH:])
