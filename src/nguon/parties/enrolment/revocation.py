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
SECONDS = 10.0
"""For all addresses together."""
_ONE = 5.0
"""For one of them."""
_LONGEST_PATH = 6
_OCSP = "application/ocsp-request"


class Answers(msgspec.Struct, frozen=True):
    """What was answered, DER; nothing of it is believed yet."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def ask(certificate: bytes, chain: Iterable[bytes], roots: Iterable[bytes]) -> Answers:
    """What the addresses in a certificate and those above it answer, within ten seconds.

    Never raises for what they do.
    """
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    with closing(_Asking()) as asking:
        for own, issuer in _path(certificate, chain, roots):
            answer = _ocsp(asking, own, issuer)
            if answer is not None:
                ocsps.append(answer)
                continue
            found = (asking.fetched("GET", url) for url in _lists(own))
            crls += [octets for octets in found if octets is not None][:1]
    return Answers(tuple(crls), tuple(ocsps))


class _Asking:
    """Fetches until its time is over."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS
        self._client = httpx.Client(follow_redirects=False, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def fetched(self, method: str, url: str, content: bytes = b"") -> bytes | None:
        """The whole body; None for whatever else happens."""
        left = min(self._until - time.monotonic(), _ONE)
        if left <= 0 or not url.startswith(("http://", "https://")):
            return None
        headers = {"accept-encoding": "identity", **({"content-type": _OCSP} if content else {})}
        sent = {"content": content or None, "headers": headers, "timeout": left}
        try:
            with self._client.stream(method, url, **sent) as answer:  # type: ignore[arg-type]
                if answer.status_code != httpx.codes.OK:
                    return None
                return _whole(answer, time.monotonic() + left)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _LOG.info("no word on revocation: %s", type(error).__name__)
            return None


def _whole(answer: httpx.Response, until: float) -> bytes | None:
    found = bytearray()
    for part in answer.iter_raw():
        found += part
        if len(found) > MOST_OCTETS or time.monotonic() > until:
            return None
    return bytes(found)


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


def _ocsp(asking: _Asking, own: x509.Certificate, issuer: x509.Certificate) -> bytes | None:
    # Certificates are named by SHA-1 in questions: responders know no other (RFC 5019, 2.1.1).
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, SHA1())  # noqa: S303
    question = builder.build().public_bytes(Encoding.DER)
    for url in _responders(own):
        octets = asking.fetched("POST", url, question)
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
