# SPDX-License-Identifier: Apache-2.0
"""A signature on a piece's code that a phone can check without a network; pure.

AI 8030 carries 88 characters (base64url, no padding): two octets that name the
key and an Ed25519 signature (RFC 8032) on the other elements as they stand in
brackets, ``(01)…(10)…(21)…``, the lot only where the code has one. It says
who issued the code; a copied code has a copied signature. The envelope is our
own, not that of ISO/IEC 20248.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

LENGTH = 88
_NAME = 2


class Signer:
    """An Ed25519 key by its 32 octets of seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public = bytes(self._key.verify_key)

    @property
    def name(self) -> str:
        """What the signature calls the key: four hexadecimal digits."""
        return key_name(self.public)

    def sign(self, elements: str) -> str:
        """The value of AI 8030 for the elements of a code in brackets."""
        signature = self._key.sign(elements.encode("ascii")).signature
        return urlsafe_b64encode(bytes.fromhex(self.name) + signature).decode("ascii")


def key_name(public: bytes) -> str:
    """The name of a public key: the beginning of its SHA-256."""
    return sha256(public).digest()[:_NAME].hex()


def verified(elements: str, value: str, keys: Mapping[str, bytes]) -> bool:
    """Whether a value of AI 8030 was made for these elements by one of the keys, by name."""
    if len(value) != LENGTH:
        return False
    try:
        octets = urlsafe_b64decode(value)
    except ValueError:
        return False
    public = keys.get(octets[:_NAME].hex())
    if public is None:
        return False
    try:
        VerifyKey(public).verify(elements.encode(), octets[_NAME:])
    except BadSignatureError:
        return False
    return True
