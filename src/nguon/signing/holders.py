# SPDX-License-Identifier: Apache-2.0
"""Who signs a statement: the key of a certificate, from a PKCS #12 file or a token."""

from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from nguon.signing.certified_keys import Scheme, padding_of
from nguon.signing.errors import SigningError


class Holder(Protocol):
    """A certificate with the use of its key."""

    @property
    def certificate(self) -> bytes:
        """The holder's, DER."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Those of its issuers that are sent along, DER."""
        ...

    @property
    def scheme(self) -> Scheme:
        """How its key signs."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature with SHA-256; ECDSA in ASN.1."""
        ...


class FileHolder(msgspec.Struct, frozen=True):
    """From a PKCS #12 file."""

    certificate: bytes
    chain: tuple[bytes, ...]
    scheme: Scheme
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"FileHolder({self.scheme})"

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding_of(self.scheme, SHA256()), SHA256())
        return self.key.sign(message, ec.ECDSA(SHA256()))


def holder_of_pkcs12(octets: bytes, password: str) -> FileHolder:
    """The key and certificates of a file; raises `SigningError` (``signing.pkcs12``)."""
    try:
        found = load_pkcs12(octets, password.encode())
    except ValueError as error:
        raise SigningError("signing.pkcs12") from error
    key, own = found.key, found.cert
    if own is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningError("signing.pkcs12")
    scheme = Scheme.RSA if isinstance(key, rsa.RSAPrivateKey) else Scheme.ECDSA
    others = tuple(_der(each.certificate) for each in found.additional_certs)
    return FileHolder(_der(own.certificate), others, scheme, key)


def _der(certificate: object) -> bytes:
    octets: bytes = certificate.public_bytes(Encoding.DER)  # type: ignore[attr-defined]
    return octets
