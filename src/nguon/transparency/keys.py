# SPDX-License-Identifier: Apache-2.0
"""Keys of notes: what a verifier is told (vkey), what a signer holds; Ed25519 only.

signed-note, "Signature types": 0x01 is Ed25519 over the text, 0x04 a cosignature with its
time (tlog-cosignature). Keys of other types are refused when they are configured; their
signatures in a note are unknown and ignored.
"""

import re
from enum import IntEnum
from hashlib import sha256

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from nguon.transparency.armour import armoured, octets_of
from nguon.transparency.errors import NoteError

_PUBLIC_LENGTH, _SIGNATURE_LENGTH, _TIME_LENGTH = 32, 64, 8
_ID = re.compile("[0-9a-f]{8}")


class Kind(IntEnum):
    """Type octets of signatures that are made and verified here."""

    SIGNATURE = 0x01
    COSIGNATURE = 0x04


class Key(msgspec.Struct, frozen=True):
    """A public key under a name."""

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        """Four octets that find the key, and prove nothing."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        key = armoured(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.id.hex()}+{key}"

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether this is the key's signature (for a cosignature with its time) of a text."""
        if self.kind is Kind.SIGNATURE:
            return verified(self.public, text, signature)
        time, rest = signature[:_TIME_LENGTH], signature[_TIME_LENGTH:]
        return verified(self.public, cosigned(text, int.from_bytes(time)), rest)


class Signer:
    """A key with its secret half."""

    def __init__(self, name: str, kind: Kind, seed: bytes) -> None:
        self._secret = SigningKey(seed)
        self.key = Key(checked_name(name), kind, bytes(self._secret.verify_key))

    def sign(self, text: bytes) -> bytes:
        """The signature of a note's text, of kind `Kind.SIGNATURE`."""
        if self.key.kind is not Kind.SIGNATURE:
            raise NoteError("transparency.key-use", name=self.key.name)
        return self._secret.sign(text).signature

    def cosign(self, text: bytes, time: int) -> bytes:
        """The cosignature of a checkpoint's text, at ``time`` in seconds since 1970."""
        if self.key.kind is not Kind.COSIGNATURE:
            raise NoteError("transparency.key-use", name=self.key.name)
        signature = self._secret.sign(cosigned(text, time)).signature
        return time.to_bytes(_TIME_LENGTH) + signature


def cosigned(text: bytes, time: int) -> bytes:
    """What a cosignature signs (tlog-cosignature, cosignature/v1)."""
    return b"cosignature/v1\ntime %d\n" % time + text


def cosigned_at(signature: bytes) -> int:
    """The time that a cosignature states, in seconds since 1970."""
    return int.from_bytes(signature[:_TIME_LENGTH])


def read_key(text: str) -> Key:
    """The key that a vkey names; raises `NoteError` (signed-note, "Verifier keys")."""
    name, _, rest = text.partition("+")
    told, _, armour = rest.partition("+")
    octets = octets_of(armour)
    if not _ID.fullmatch(told) or not octets:
        raise NoteError("transparency.key-form", part=text)
    checked_name(name)
    if octets[0] not in list(Kind):
        raise NoteError("transparency.key-type", name=name, type=f"0x{octets[0]:02x}")
    key = Key(name, Kind(octets[0]), octets[1:])
    if len(key.public) != _PUBLIC_LENGTH:
        raise NoteError("transparency.key-form", part=text)
    if key.id.hex() != told:
        raise NoteError("transparency.key-id", name=name, given=told, wanted=key.id.hex())
    return key


def checked_name(name: str) -> str:
    """A key name; raises `NoteError` for an empty one or one with a space, plus or control."""
    if not valid_name(name):
        raise NoteError("transparency.key-name", part=name)
    return name


def valid_name(name: str) -> bool:
    """Not empty, no Unicode space, no plus, no control character (signed-note, "Format")."""
    return bool(name) and not any(
        each.isspace() or each == "+" or each < " " or "\ud800" <= each <= "\udfff" for each in name
    )


def verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds (RFC 8032; only canonical encodings)."""
    if len(signature) != _SIGNATURE_LENGTH or len(public) != _PUBLIC_LENGTH:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True
