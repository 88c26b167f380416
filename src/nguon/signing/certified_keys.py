# SPDX-License-Identifier: Apache-2.0
"""Signatures by the key of a certificate: RSA (PKCS #1 v1.5, PSS) and ECDSA, with SHA-2.

RSA keys have 2048 to 8192 bits; ECDSA signatures are ASN.1 in CMS, r‖s in JOSE.
"""

from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import Certificate, load_der_x509_certificate

from nguon.signing.errors import CertificateError, SigningError

_LEAST_BITS, _MOST_BITS = 2048, 8192
HASHES: dict[str, type[HashAlgorithm]] = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}


class Scheme(StrEnum):
    """How a key signs, by its name in CMS as asn1crypto spells it."""

    RSA = "rsassa_pkcs1v15"
    PSS = "rsassa_pss"
    ECDSA = "ecdsa"


def loaded(octets: bytes) -> Certificate:
    """A certificate from DER; raises `CertificateError` (``signing.certificate-form``)."""
    try:
        certificate = load_der_x509_certificate(octets)
        certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError("signing.certificate-form") from error
    return certificate


def check(certificate: bytes, scheme: Scheme, digest: str, message: bytes, made: bytes) -> None:
    """Return where the certificate's key made this signature of the message.

    ``digest`` is one of `HASHES`. Raises `SigningError`: ``signing.signature``,
    ``signing.certificate-key`` for a kind or size of key that is not accepted.
    """
    key = loaded(certificate).public_key()
    hashed = HASHES[digest]()
    try:
        if isinstance(key, rsa.RSAPublicKey) and scheme is not Scheme.ECDSA:
            if not _LEAST_BITS <= key.key_size <= _MOST_BITS:
                raise CertificateError("signing.certificate-key", found=f"RSA {key.key_size}")
            key.verify(made, message, padding_of(scheme, hashed), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and scheme is Scheme.ECDSA:
            if key.key_size < 256:
                raise CertificateError("signing.certificate-key", found=key.curve.name)
            key.verify(made, message, ec.ECDSA(hashed))
        else:
            raise CertificateError("signing.certificate-key", found=type(key).__name__)
    except InvalidSignature as error:
        raise SigningError("signing.signature") from error


def padding_of(scheme: Scheme, hashed: HashAlgorithm) -> padding.PKCS1v15 | padding.PSS:
    """RFC 8017; the salt of PSS is as long as the digest (RFC 7518 section 3.5)."""
    if scheme is Scheme.PSS:
        return padding.PSS(padding.MGF1(hashed), hashed.digest_size)
    return padding.PKCS1v15()
