# SPDX-License-Identifier: Apache-2.0
"""Keys that parties sign with: Ed25519 and P-256, as JWK, as Multikey, and at work.

ES256 signatures are the 64 octets r‖s of RFC 7518 section 3.4, EdDSA those of RFC 8032.
A second valid ES256 signature can be made from a first by anybody (s and n-s): a signature's
octets never serve as the identity of what was signed.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from typing import Any, NoReturn

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from nguon.base.base64url import url_octets, url_text
from nguon.signing import base58
from nguon.signing.errors import SigningError

_CURVE = ec.SECP256R1()
_ES256 = ec.ECDSA(SHA256())
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_COORDINATE, _SECRET, _SIGNATURE = 32, 32, 64
_KEPT = 4096


class Algorithm(StrEnum):
    """What signs, by its name in JOSE (RFC 7518 section 3.1, RFC 8037 section 3.1)."""

    EDDSA = "EdDSA"
    ES256 = "ES256"


_CURVES = {Algorithm.EDDSA: ("OKP", "Ed25519"), Algorithm.ES256: ("EC", "P-256")}
_CODES = {Algorithm.EDDSA: b"\xed\x01", Algorithm.ES256: b"\x80\x24"}
"""Multicodec prefixes of public keys (Controlled Identifiers, 2.2.2)."""


class PublicKey(msgspec.Struct, frozen=True):
    """A public key: 32 octets (Ed25519) or an uncompressed point of 65 (P-256, SEC 1).

    Raises `SigningError` (``signing.key-form``) for what is no point that can be trusted:
    not on the curve, of small order.
    """

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        _parsed(self.algorithm, self.raw)

    @property
    def thumbprint(self) -> str:
        """The key's name everywhere: SHA-256 of its JWK, base64url (RFC 7638)."""
        return _thumbprint(self)

    def jwk(self) -> dict[str, str]:
        """The members that a thumbprint is made of (RFC 7517, RFC 8037)."""
        kind, curve = _CURVES[self.algorithm]
        if self.algorithm is Algorithm.EDDSA:
            return {"crv": curve, "kty": kind, "x": url_text(self.raw)}
        x, y = self.raw[1 : 1 + _COORDINATE], self.raw[1 + _COORDINATE :]
        return {"crv": curve, "kty": kind, "x": url_text(x), "y": url_text(y)}

    def multikey(self) -> str:
        """As ``publicKeyMultibase``: base58btc with ``z``, a P-256 point compressed."""
        octets = self.raw
        if self.algorithm is Algorithm.ES256:
            octets = bytes([2 + (self.raw[-1] & 1)]) + self.raw[1 : 1 + _COORDINATE]
        return "z" + base58.encode(_CODES[self.algorithm] + octets)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature of exactly this message."""
        if len(signature) != _SIGNATURE:
            return False
        key = _parsed(self.algorithm, self.raw)
        try:
            if isinstance(key, VerifyKey):
                key.verify(message, signature)
            else:
                r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                key.verify(encode_dss_signature(r, s), message, _ES256)
        except (BadSignatureError, InvalidSignature):
            return False
        return True


class PrivateKey:
    """A key with its secret half of 32 octets, which no text of it shows."""

    __slots__ = ("_key", "algorithm", "public", "secret")

    def __init__(self, algorithm: Algorithm, secret: bytes) -> None:
        self.algorithm = algorithm
        self.secret = secret
        self._key: SigningKey | ec.EllipticCurvePrivateKey
        if len(secret) != _SECRET:
            _refuse(f"secret of {len(secret)} octets")
        if algorithm is Algorithm.EDDSA:
            self._key = SigningKey(secret)
            self.public = PublicKey(algorithm, bytes(self._key.verify_key))
            return
        number = int.from_bytes(secret)
        if not 0 < number < _ORDER:
            _refuse("secret beyond the order of the curve")
        self._key = ec.derive_private_key(number, _CURVE)
        self.public = PublicKey(algorithm, _point(self._key.public_key()))

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm}, {self.public.thumbprint})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret key is not copied to other processes")

    def sign(self, message: bytes) -> bytes:
        """The signature of a message: 64 octets."""
        if isinstance(self._key, SigningKey):
            return self._key.sign(message).signature
        r, s = decode_dss_signature(self._key.sign(message, _ES256))
        return r.to_bytes(_COORDINATE) + s.to_bytes(_COORDINATE)


def generate(algorithm: Algorithm) -> PrivateKey:
    """A new key from the system's randomness."""
    while True:
        secret = token_bytes(_SECRET)
        if algorithm is Algorithm.EDDSA or 0 < int.from_bytes(secret) < _ORDER:
            return PrivateKey(algorithm, secret)


def public_key(jwk: Mapping[str, Any]) -> PublicKey:
    """The key of a JWK, whose other members but ``alg`` say nothing here.

    Raises `SigningError`: ``signing.key-form``, ``signing.key-type`` for a key of another
    kind, ``signing.key-private`` where the secret half came with it.
    """
    if "d" in jwk:
        raise SigningError("signing.key-private")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    algorithm = next((each for each, known in _CURVES.items() if known == (kind, curve)), None)
    if algorithm is None:
        raise SigningError("signing.key-type", found=f"{kind} {curve}"[:80])
    if jwk.get("alg", algorithm) not in (algorithm, curve):
        raise SigningError("signing.key-type", found=str(jwk["alg"])[:80])
    x = _coordinate(jwk, "x")
    if algorithm is Algorithm.EDDSA:
        return PublicKey(algorithm, x)
    return PublicKey(algorithm, b"\x04" + x + _coordinate(jwk, "y"))


def public_key_of_multikey(text: str) -> PublicKey:
    """The key of a ``publicKeyMultibase``; raises `SigningError` as `public_key` does."""
    if text[:1] != "z":
        _refuse("not base58btc")
    octets = base58.decode(text[1:])
    algorithm = next((each for each, code in _CODES.items() if octets.startswith(code)), None)
    if algorithm is None:
        raise SigningError("signing.key-type", found=octets[:2].hex())
    rest = octets[len(_CODES[algorithm]) :]
    if algorithm is Algorithm.EDDSA:
        return PublicKey(algorithm, rest)
    if len(rest) != 1 + _COORDINATE:
        _refuse(f"point of {len(rest)} octets")
    return PublicKey(algorithm, _point(_on_curve(rest)))


@lru_cache(_KEPT)
def _parsed(algorithm: Algorithm, raw: bytes) -> VerifyKey | ec.EllipticCurvePublicKey:
    if algorithm is Algorithm.EDDSA:
        if len(raw) != _COORDINATE or not crypto_core_ed25519_is_valid_point(raw):
            _refuse("no point of Ed25519")
        return VerifyKey(raw)
    if len(raw) != 1 + 2 * _COORDINATE or raw[0] != 4:
        _refuse("no uncompressed point of P-256")
    return _on_curve(raw)


@lru_cache(_KEPT)
def _thumbprint(key: PublicKey) -> str:
    members = msgspec.json.encode(key.jwk(), order="sorted")
    return url_text(sha256(members).digest())


def _on_curve(octets: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, octets)
    except ValueError as error:
        raise SigningError("signing.key-form", part="no point of P-256") from error


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _coordinate(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    octets = url_octets(value) if isinstance(value, str) else None
    if octets is None or len(octets) != _COORDINATE:
        _refuse(name)
    return octets


def _refuse(part: str) -> NoReturn:
    raise SigningError("signing.key-form", part=part)
