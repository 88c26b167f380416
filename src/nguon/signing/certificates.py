# SPDX-License-Identifier: Apache-2.0
"""Whether a certificate vouches for its holder at a moment: path, dates, use, revocation.

Paths and revocation are checked by pyhanko-certvalidator (RFC 5280, RFC 6960) with what is
given here; nothing is ever fetched.
"""

from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import msgspec
from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from nguon.signing import subjects
from nguon.signing.certified_keys import loaded
from nguon.signing.errors import CertificateError

_T = TypeVar("_T")
_ASKED = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
_NOT = RevocationCheckingRule.NO_CHECK
_BOTH = RevocationCheckingPolicy(_ASKED, _ASKED)
_OWN_ONLY = RevocationCheckingPolicy(_ASKED, _NOT)
_ISSUERS_ONLY = RevocationCheckingPolicy(_NOT, _ASKED)
_NONE = RevocationCheckingPolicy(_NOT, _NOT)
_SIGNS = {"digital_signature", "non_repudiation"}
_PURPOSES = {
    "any_extended_key_usage",
    "client_auth",
    "email_protection",
    "microsoft_document_signing",
    "1.3.6.1.5.5.7.3.36",  # id-kp-documentSigning (RFC 9336)
    "document_signing",
}


class Certified(msgspec.Struct, frozen=True):
    """What a certificate says, once everything that can be checked holds."""

    subject: dict[str, str]
    """What it shows of an organisation; never the number of a person's papers."""
    tax_code: str | None
    """As written in it. Of a household it may be its owner's personal number."""
    serial: str
    """Hexadecimal."""
    issuer: str
    not_after: datetime
    revocation: Literal["good", "unknown"]
    """``good``: every certificate below the root was checked with fresh information."""


def judge(
    certificate: bytes,
    chain: Iterable[bytes],
    *,
    roots: Iterable[bytes],
    crls: Iterable[bytes] = (),
    ocsps: Iterable[bytes] = (),
    moment: datetime,
) -> Certified:
    """The holder of a certificate (all of DER) at a moment, by roots that are trusted.

    Raises `CertificateError`: ``signing.certificate-form``, ``-expired``, ``-not-yet``,
    ``-revoked``, ``-unknown-issuer``, ``-usage``, ``-weak``, ``-invalid``, ``-codes``; and
    ``-revocation-unknown`` where information on revocation was given that cannot be read.
    """
    own = _parsed(certificate)
    check_use(own)
    paths = _Paths(own, [_parsed(each) for each in chain], [_parsed(each) for each in roots])
    known = paths.not_revoked(list(crls), list(ocsps), moment)
    return Certified(
        subjects.told(own.subject),
        subjects.tax_code(own.subject),
        f"{own.serial_number:x}",
        " · ".join(subjects.told(own.issuer).values()),
        own.not_valid_after.astimezone(UTC),
        "good" if known else "unknown",
    )


def check_use(certificate: x509.Certificate) -> None:
    """Raise `CertificateError` unless it is an end entity's, for signing documents."""
    usage = certificate.key_usage_value
    if usage is not None and not _SIGNS & set(usage.native):
        raise CertificateError("signing.certificate-usage")
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not _PURPOSES & set(purposes.native):
        raise CertificateError("signing.certificate-usage")
    if certificate.ca:
        raise CertificateError("signing.certificate-usage")


class _Paths:
    """Every way of checking one certificate's path, with its refusals as ours."""

    def __init__(
        self,
        own: x509.Certificate,
        chain: list[x509.Certificate],
        roots: list[x509.Certificate],
    ) -> None:
        self.own = own
        self.chain = chain
        self.roots = roots

    def not_revoked(self, crls: list[bytes], ocsps: list[bytes], moment: datetime) -> bool:
        """Whether everybody on the path is known not to be; raise `CertificateError` if one is.

        A refusal of one certificate counts also where nothing is known of another.
        """
        if self._check(crls, ocsps, moment, _BOTH):
            return True
        for policy in (_OWN_ONLY, _ISSUERS_ONLY, _NONE):
            self._check(crls, ocsps, moment, policy)
        return False

    def _check(
        self,
        crls: list[bytes],
        ocsps: list[bytes],
        moment: datetime,
        policy: RevocationCheckingPolicy,
    ) -> bool:
        """False where the path stands but information on revocation does not suffice."""
        try:
            context = ValidationContext(
                trust_roots=list(self.roots),
                moment=moment,
                crls=crls,
                ocsps=ocsps,
                revinfo_policy=CertRevTrustPolicy(policy),
            )
        except (ValueError, TypeError) as error:
            raise CertificateError("signing.certificate-revocation-unknown") from error
        validator = CertificateValidator(self.own, self.chain, validation_context=context)
        try:
            _run(validator.async_validate_path())
        except InsufficientRevinfoError:
            return False
        except (PathBuildingError, ValidationError) as error:
            raise _refusal(error) from error
        except (ValueError, TypeError, KeyError) as error:
            raise CertificateError("signing.certificate-invalid", reason="ASN.1") from error
        return True


def _refusal(error: Exception) -> CertificateError:
    if isinstance(error, ExpiredError):
        return CertificateError("signing.certificate-expired", date=_day(error.expired_dt))
    if isinstance(error, NotYetValidError):
        return CertificateError("signing.certificate-not-yet", date=_day(error.valid_from))
    if isinstance(error, RevokedError):
        return CertificateError("signing.certificate-revoked", date=_day(error.revocation_dt))
    if isinstance(error, PathBuildingError | InvalidCertificateError):
        return CertificateError("signing.certificate-unknown-issuer")
    if isinstance(error, DisallowedAlgorithmError):
        return CertificateError("signing.certificate-weak")
    return CertificateError("signing.certificate-invalid", reason=str(error)[:200])


def _parsed(octets: bytes) -> x509.Certificate:
    """Read by both libraries, so that neither trusts what the other refuses."""
    loaded(octets)
    try:
        certificate = x509.Certificate.load(octets, strict=True)
        # The library reads lazily; this makes it read what is asked of it later.
        _ = certificate.native, certificate.key_usage_value, certificate.ca
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CertificateError("signing.certificate-form") from error
    return certificate


def _run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """What a coroutine gives that never waits, since nothing is fetched."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        found: _T = done.value
        return found
    coroutine.close()
    raise RuntimeError("a certificate path waits for the network")


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
