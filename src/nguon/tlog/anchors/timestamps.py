# SPDX-License-Identifier: Apache-2.0
"""Timestamps of RFC 3161: whether an answer shows that a hash was there at a time.

The time is the authority's word; its certificate must lead to one of those that the
operator chose and be valid at that time. Whether it was revoked later is not asked.
"""

from datetime import datetime

from cryptography import x509
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError
from rfc3161_client.tsp import PKIStatus

from nguon.tlog.anchors.certificates import Certificates
from nguon.tlog.anchors.errors import AnchorError
from nguon.tlog.anchors.model import Anchored

TOKEN_LIMIT = 65_536
"""Octets of an answer."""
_SHA256 = "2.16.840.1.101.3.4.2.1"


def check_answer(
    octets: bytes, digest: bytes, certificates: Certificates, nonce: int | None = None
) -> Anchored:
    """When this hash was there, and who says so.

    Raises `AnchorError`: ``anchors.form``, ``.refused``, ``.hash``, ``.nonce``, ``.expired``,
    ``.certificate``.
    """
    response = read_answer(octets)
    try:
        return _checked(response, digest, certificates, nonce)
    except AnchorError:
        raise
    except Exception as error:
        # What a parser says of a stranger's octets is no closed list.
        raise AnchorError("anchors.form", reason=type(error).__name__) from error


def read_answer(octets: bytes) -> TimeStampResponse:
    """An answer that was granted; raises `AnchorError` (``anchors.form``, ``.refused``)."""
    if len(octets) > TOKEN_LIMIT:
        raise AnchorError("anchors.form", reason=f"> {TOKEN_LIMIT}")
    try:
        response = decode_timestamp_response(octets)
        status, words = response.status, response.status_string
    except Exception as error:
        raise AnchorError("anchors.form", reason=type(error).__name__) from error
    if status != PKIStatus.GRANTED:
        known = status in list(PKIStatus)
        name = PKIStatus(status).name.lower() if known else str(status)
        said = " ".join(map(str, words))[:200]
        raise AnchorError("anchors.refused", status=name, reason=said or "–")
    return response


def _checked(
    response: TimeStampResponse, digest: bytes, certificates: Certificates, nonce: int | None
) -> Anchored:
    info = response.tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != digest:
        raise AnchorError("anchors.hash")
    if nonce is not None and info.nonce != nonce:
        raise AnchorError("anchors.nonce")
    signer = _signer(response)
    _in_time(signer, info.gen_time)
    try:
        VerifierBuilder(roots=list(certificates)).build().verify(response, digest)
    except (VerificationError, ValueError) as error:
        raise AnchorError("anchors.certificate", name=_name(signer)) from error
    return Anchored(int(info.gen_time.timestamp()), _name(signer))


def _signer(response: TimeStampResponse) -> x509.Certificate:
    """The certificate that comes with the answer and whose key signed it."""
    infos = response.signed_data.signer_infos
    told = {(info.issuer, info.serial_number) for info in infos}
    for each in response.signed_data.certificates:
        found = x509.load_der_x509_certificate(each)
        if (found.issuer, found.serial_number) in told:
            return found
    raise AnchorError("anchors.certificate", name="–")


def _in_time(signer: x509.Certificate, time: datetime) -> None:
    if not signer.not_valid_before_utc <= time <= signer.not_valid_after_utc:
        until = signer.not_valid_after_utc.date().isoformat()
        raise AnchorError("anchors.expired", name=_name(signer), until=until)


def _name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value)[:100] if found else certificate.subject.rfc4514_string()[:100]
