# SPDX-License-Identifier: Apache-2.0
"""Asks the addresses in certificates whether they were revoked: OCSP (RFC 6960), else a CRL.

Only certificates of a path to a root that is believed are asked about, since an
address in another is anybody's. Whatever does not answer in time, or with too
much, leaves the question open; an answer is judged elsewhere, by its signature.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from contextlib import closing

import httpx
import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

_LOG = logging.getLogger(__name__)
MOST_OCTETS = 16 << 20
SECONDS = 5.0
_LONGEST_PATH = 6
_OCSP = "application/ocsp-request"


class Answers(msgspec.Struct, frozen=True):
    """What was answered, DER; nothing of it is believed yet."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def ask(
    certificate: bytes, chain: Iterable[bytes], roots: Iterable[bytes], *, seconds: float = SECONDS
) -> Answers:
    """What the addresses in a certificate and those above it answer; never raises for them."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    client = httpx.Client(timeout=seconds, follow_redirects=False, trust_env=False)
    with closing(client):
        for own, issuer in _path(certificate, chain, roots):
            answer = _ocsp(client, own, issuer, seconds)
            if answer is not None:
                ocsps.append(answer)
                continue
            found = (_fetched(client, "GET", url, b"", seconds) for url in _lists(own))
            crls += [octets for octets in found if octets is not None][:1]
    return Answers(tuple(crls), tuple(ocsps))


def _path(
    certificate: bytes, chain: Iterable[bytes], roots: Iterable[bytes]
) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate of the path with who issued it, from the holder's up to a root."""
    above = [x509.load_der_x509_certificate(each) for each in chain]
    top = [x509.load_der_x509_certificate(each) for each in roots]
    own, found = x509.load_der_x509_certificate(certificate), []
    for _ in range(_LONGEST_PATH):
        root = _issuer(own, top)
        issuer = root or _issuer(own, above)
        if issuer is None:
            return []
        found.append((own, issuer))
        if root is not None:
            return found
        own = issuer
    return []


def _issuer(
    own: x509.Certificate, candidates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    for candidate in candidates:
        try:
            own.verify_directly_issued_by(candidate)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return candidate
    return None


def _ocsp(
    client: httpx.Client, own: x509.Certificate, issuer: x509.Certificate, seconds: float
) -> bytes | None:
    # Certificates are named by SHA-1 in questions: responders know no other (RFC 5019, 2.1.1).
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, SHA1())  # noqa: S303
    asking = builder.build().public_bytes(Encoding.DER)
    for url in _responders(own):
        octets = _fetched(client, "POST", url, asking, seconds)
        if octets is not None and _answered(octets):
            return octets
    return None


def _answered(octets: bytes) -> bool:
    try:
        found = ocsp.load_der_ocsp_response(octets)
        return found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    except ValueError:
        return False


def _responders(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        each.access_location.value
        for each in found.value
        if each.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(each.access_location, x509.UniformResourceIdentifier)
    ]


def _lists(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(
            ExtensionOID.CRL_DISTRIBUTION_POINTS
        ).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    assert isinstance(found, x509.CRLDistributionPoints)
    return [
        name.value
        for point in found
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    ]


def _fetched(
    client: httpx.Client, method: str, url: str, content: bytes, seconds: float
) -> bytes | None:
    until = time.monotonic() + seconds
    headers = {"accept-encoding": "identity", **({"content-type": _OCSP} if content else {})}
    found = bytearray()
    try:
        if not url.startswith(("http://", "https://")):
            return None
        with client.stream(method, url, content=content or None, headers=headers) as answer:
            if answer.status_code != httpx.codes.OK:
                return None
            for part in answer.iter_raw():
                found += part
                if len(found) > MOST_OCTETS or time.monotonic() > until:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        _LOG.info("no word on revocation: %s", type(error).__name__)
        return None
    return bytes(found)
