# SPDX-License-Identifier: Apache-2.0
"""A certification authority for tests: a root, an issuer, certificates good and otherwise."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
UID = NameOID.USER_ID
ORGANIZATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")
TAX_CODE = "0100233488"
OTHER_TAX_CODE = "0300942001"
PASSWORD = "mật khẩu"
_DER = serialization.Encoding.DER
_HASH = hashes.SHA256()
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Certified:
    """A key with its certificate; ``chain`` leads to the root, which is not in it."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(_DER)

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        return tuple(each.public_bytes(_DER) for each in self.chain)

    def p12(self, password: str = PASSWORD) -> bytes:
        """As a PKCS #12 file."""
        wanted = serialization.BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(
            b"seal", self.key, self.certificate, list(self.chain), wanted
        )


def subject(
    organisation: str = "Công ty TNHH Sầu riêng Krông Pắc",
    *,
    uid: str | None = f"MST:{TAX_CODE}",
    identifier: str | None = None,
    number: str | None = None,
) -> x509.Name:
    """A subject as Vietnamese authorities write it."""
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Đắk Lắk"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, organisation),
        (UID, uid),
        (ORGANIZATION_IDENTIFIER, identifier),
        (NameOID.SERIAL_NUMBER, number),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


@dataclass
class Pki:
    """One root with one issuer at a moment; each kind of certificate is made when asked for."""

    now: datetime
    place: str = "http://ca.invalid"
    """Where certificates say that revocation is told: ``/<issuer>.crl`` and ``/ocsp``."""
    root: Certified = field(init=False)
    issuer: Certified = field(init=False)
    _made: dict[str, Certified] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self._authority("Gốc thử nghiệm", None)
        self.issuer = self._authority("CA thử nghiệm", self.root)

    @property
    def roots(self) -> list[bytes]:
        return [self.root.der]

    @property
    def roots_pem(self) -> bytes:
        return self.root.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def good(self) -> Certified:
        return self._kept("good")

    @property
    def rsa(self) -> Certified:
        return self._kept("rsa", key=rsa.generate_private_key(65537, 2048))

    @property
    def expired(self) -> Certified:
        return self._kept("expired", days=(-400, -30))

    @property
    def not_yet(self) -> Certified:
        return self._kept("not_yet", days=(30, 400))

    @property
    def revoked(self) -> Certified:
        return self._kept("revoked")

    @property
    def wrong_subject(self) -> Certified:
        """Of another company."""
        name = subject("Công ty Khác", uid=f"MST:{OTHER_TAX_CODE}")
        return self._kept("wrong_subject", name=name)

    @property
    def wrong_usage(self) -> Certified:
        """For encrypting keys and for servers."""
        return self._kept(
            "wrong_usage",
            usages=("key_encipherment",),
            purposes=[ExtendedKeyUsageOID.SERVER_AUTH],
        )

    def issue(
        self,
        *,
        name: x509.Name | None = None,
        key: Key | None = None,
        days: tuple[int, int] = (-30, 365),
        usages: tuple[str, ...] = ("digital_signature", "content_commitment"),
        purposes: list[ObjectIdentifier] | None = None,
        hosts: tuple[str, ...] = (),
    ) -> Certified:
        """Any end entity's certificate, valid from and to so many days from now."""
        own = key or ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(name or subject(), own, self.issuer, days)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        builder = builder.add_extension(_usage(usages), True)
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), False)
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts])
            builder = builder.add_extension(names, False)
        chain = (self.issuer.certificate,)
        return Certified(own, builder.sign(self.issuer.key, _HASH), chain)

    def crls(self, *, revoked: tuple[Certified, ...] | None = None, days: int = -1) -> list[bytes]:
        """Lists of the root and the issuer, issued so many days from now, good for a week."""
        named = (self.revoked,) if revoked is None else revoked
        at = self.now + timedelta(days=days)
        return [_crl(self.root, (), at), _crl(self.issuer, named, at)]

    def ocsps(self, one: Certified, *, revoked: bool = False) -> list[bytes]:
        """The issuer's answer about a certificate, and the root's about the issuer."""
        return [
            self._answer(one.certificate, self.issuer, revoked=revoked),
            self._answer(self.issuer.certificate, self.root, revoked=False),
        ]

    def _answer(self, one: x509.Certificate, issuer: Certified, *, revoked: bool) -> bytes:
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            one,
            issuer.certificate,
            _HASH,
            status,
            self.now - timedelta(hours=1),
            self.now + timedelta(days=1),
            self.now - timedelta(days=10) if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None,
        )
        signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        return signed.sign(issuer.key, _HASH).public_bytes(_DER)

    def _kept(self, kind: str, **given: object) -> Certified:
        if kind not in self._made:
            self._made[kind] = self.issue(**given)  # type: ignore[arg-type]
        return self._made[kind]

    def _authority(self, name: str, by: Certified | None) -> Certified:
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        builder = self._builder(named, key, by, (-1000, 3000))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(_usage(("key_cert_sign", "crl_sign")), True)
        return Certified(key, builder.sign(key if by is None else by.key, _HASH))

    def _told(self, by: Certified) -> x509.CertificateBuilder:
        """Where to ask about what an authority issued."""
        name = "root" if by is self.root else "issuer"
        lists = [x509.UniformResourceIdentifier(f"{self.place}/{name}.crl")]
        asked = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier(f"{self.place}/ocsp"),
        )
        point = x509.DistributionPoint(lists, None, None, None)
        builder = x509.CertificateBuilder()
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), False)
        return builder.add_extension(x509.AuthorityInformationAccess([asked]), False)

    def _builder(
        self, name: x509.Name, key: Key, by: Certified | None, days: tuple[int, int]
    ) -> x509.CertificateBuilder:
        first, last = (self.now + timedelta(days=each) for each in days)
        issuer = name if by is None else by.certificate.subject
        issuing = (key if by is None else by.key).public_key()
        builder = x509.CertificateBuilder() if by is None else self._told(by)
        return (
            builder.subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), False)
        )


@lru_cache(1)
def made() -> Pki:
    """The authority of this process, as of now."""
    return Pki(datetime.now(UTC).replace(microsecond=0))


def _usage(wanted: tuple[str, ...]) -> x509.KeyUsage:
    return x509.KeyUsage(**{each: each in wanted for each in _USAGES})


def _crl(issuer: Certified, revoked: tuple[Certified, ...], at: datetime) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=7))
        .add_extension(x509.CRLNumber(1), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False
        )
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.certificate.serial_number)
        entry = entry.revocation_date(at - timedelta(days=5))
        builder = builder.add_revoked_certificate(
            entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build()
        )
    return builder.sign(issuer.key, _HASH).public_bytes(_DER)
