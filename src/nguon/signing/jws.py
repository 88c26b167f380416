# SPDX-License-Identifier: Apache-2.0
"""JSON Web Signatures in compact form (RFC 7515), with or without their payload.

The key says which algorithm counts, never the header: ``none``, HMAC under a public key or
the algorithm of another kind of key are refused (RFC 8725 section 3.1), and so is every
``crit``, since no extension is understood here.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from nguon.base.base64url import url_octets, url_text
from nguon.signing.errors import SigningError
from nguon.signing.keys import PrivateKey, PublicKey
from nguon.signing.strict_json import read_object

HEADER_LIMIT = 64 << 10
"""Letters of a header; one with a chain of certificates has some thousands."""

LIMIT = 32 << 20
"""Letters of a whole signature with its payload."""


class Jws(msgspec.Struct, frozen=True):
    """A signature read, not yet verified."""

    header: dict[str, Any]
    payload: bytes
    signed: bytes
    """The octets that the signature is over (RFC 7515 section 5.1, step 5)."""
    signature: bytes

    def verify(self, key: PublicKey) -> None:
        """Return where the key made this signature; raise `SigningError` otherwise."""
        if self.header.get("alg") != key.algorithm:
            raise SigningError(
                "signing.algorithm", found=told(self.header.get("alg")), wanted=key.algorithm
            )
        if not key.verify(self.signed, self.signature):
            raise SigningError("signing.signature")


def sign(payload: bytes, key: PrivateKey, header: Mapping[str, Any]) -> str:
    """``header.payload.signature``; ``alg`` is added from the key."""
    head = _head(key, header)
    signed = f"{head}.{url_text(payload)}"
    return f"{signed}.{url_text(key.sign(signed.encode()))}"


def sign_detached(payload: bytes, key: PrivateKey, header: Mapping[str, Any]) -> str:
    """``header..signature``: the payload travels beside it (RFC 7515 appendix F)."""
    head, _, signature = sign(payload, key, header).split(".")
    return f"{head}..{signature}"


def read(compact: str, payload: bytes | None = None) -> Jws:
    """A signature in compact form; ``payload`` is that of a detached one, and only of one.

    Raises `SigningError`: ``signing.jws-form``, ``signing.json``, ``signing.critical``,
    ``signing.too-long``.
    """
    if len(compact) > LIMIT:
        raise SigningError("signing.too-long", most=LIMIT)
    parts = compact.split(".", 3)
    if len(parts) != 3:
        raise SigningError("signing.jws-form", place="")
    head, body, tail = parts
    if (payload is None) is (not body):
        raise SigningError("signing.jws-form", place="payload")
    content = _octets(body, "payload") if payload is None else payload
    signed = f"{head}.{body or url_text(content)}".encode()
    return Jws(_header(head), content, signed, _octets(tail, "signature"))


def told(value: object) -> str:
    """What a header says, short enough for a message."""
    return str(value)[:40]


def _head(key: PrivateKey, header: Mapping[str, Any]) -> str:
    if header.get("alg", key.algorithm) != key.algorithm:
        raise SigningError("signing.algorithm", found=told(header["alg"]), wanted=key.algorithm)
    return url_text(msgspec.json.encode({"alg": key.algorithm, **header}))


def _header(head: str) -> dict[str, Any]:
    if len(head) > HEADER_LIMIT:
        raise SigningError("signing.too-long", most=HEADER_LIMIT)
    header = read_object(_octets(head, "header"), "header")
    if "crit" in header or "b64" in header:
        raise SigningError("signing.critical")
    return header


def _octets(text: str, place: str) -> bytes:
    octets = url_octets(text)
    if octets is None:
        raise SigningError("signing.jws-form", place=place)
    return octets
