# SPDX-License-Identifier: Apache-2.0
"""A device that keeps a passkey, for tests: honest, or as a test wants it (W3C WebAuthn)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey; ``counter`` is what it counts, ``flags`` what it says of its owner."""

    origin: str
    rp_id: str
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def made(self, options: Mapping[str, Any]) -> str:
        """The answer to ``navigator.credentials.create``."""
        x, y = (part.to_bytes(32, "big") for part in self._point())
        public = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(ATTESTED) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["publicKey"]["challenge"])
        return self._answer({"clientDataJSON": _b64(client), "attestationObject": _b64(statement)})

    def shown(self, options: Mapping[str, Any], *, kind: str = "webauthn.get") -> str:
        """The answer to ``navigator.credentials.get``; it counts."""
        data = self._data(0)
        client = self._client(kind, options["publicKey"]["challenge"])
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {
                "clientDataJSON": _b64(client),
                "authenticatorData": _b64(data),
                "signature": _b64(self.key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": None,
            }
        )

    def _point(self) -> tuple[int, int]:
        numbers = self.key.public_key().public_numbers()
        return numbers.x, numbers.y

    def _data(self, more: int) -> bytes:
        hashed = hashlib.sha256(self.rp_id.encode()).digest()
        return hashed + bytes([self.flags | more]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: Mapping[str, Any]) -> str:
        return json.dumps(
            {
                "id": _b64(self.id),
                "rawId": _b64(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": dict(response),
            }
        )


def _b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
