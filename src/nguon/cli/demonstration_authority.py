# SPDX-License-Identifier: Apache-2.0
"""A certification authority of the demonstration, which nobody else believes.

Its root and its empty list of revocations go where the server looks for authorities; the key
that signs is gone when the process ends.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nguon.signing.certified_keys import Scheme
from nguon.signing.holders import FileHolder

_NAME = "demonstration"
_YEARS = timedelta(days=3650)
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


class Authority:
    """An authority whose root is believed where ``folder`` is looked at."""

    def __init__(self, folder: Path) -> None:
        self._begun = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, "Demonstration CA (minh hoa)")]
        )
        usages = ("key_cert_sign", "crl_sign")
        self._root = self._signed(self._name, self._key.public_key(), usages, authority=True)
        folder.mkdir(parents=True, exist_ok=True)
        pem = self._root.public_bytes(Encoding.PEM)
        (folder / f"{_NAME}.pem").write_bytes(pem)
        (folder / f"{_NAME}.crl").write_bytes(self._revoked())

    def holder(self, name: str, code: str) -> FileHolder:
        """A certificate of an enterprise, its code in the subject as authorities write it."""
        key = ec.generate_private_key(ec.SECP256R1())
        parts = ((NameOID.ORGANIZATION_NAME, name[:64]), (NameOID.USER_ID, f"MST:{code}"))
        subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
        usages = ("digital_signature", "content_commitment")
        made = self._signed(subject, key.public_key(), usages, authority=False)
        return FileHolder(made.public_bytes(Encoding.DER), (), Scheme.ECDSA, key)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        usages: tuple[str, ...],
        *,
        authority: bool,
    ) -> x509.Certificate:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        usage = x509.KeyUsage(**{each: each in usages for each in _USAGES})
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._begun)
            .not_valid_after(self._begun + _YEARS)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(identifier, critical=False)
            .sign(self._key, SHA256())
        )

    def _revoked(self) -> bytes:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(self._begun)
            .next_update(self._begun + _YEARS)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(identifier, critical=False)
            .sign(self._key, SHA256())
            .public_bytes(Encoding.DER)
        )
