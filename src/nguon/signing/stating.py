# SPDX-License-Identifier: Apache-2.0
"""A statement signed with a certificate: as CMS (CAdES-BES), or as JWS with ``x5c``."""

import base64
from datetime import datetime

import msgspec
from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from nguon.base.base64url import url_text
from nguon.signing.certified_keys import Scheme
from nguon.signing.errors import SigningError
from nguon.signing.hashing import digest_of
from nguon.signing.holders import Holder
from nguon.signing.x5c import SCHEMES

_DIGEST = "sha256"
_HALF = 32
_SIGNATURES = {Scheme.RSA: "sha256_rsa", Scheme.ECDSA: "sha256_ecdsa"}
_NAMES = {scheme: name for name, scheme in SCHEMES.items()}


def state_cms(payload: bytes, holder: Holder, signed_at: datetime) -> bytes:
    """SignedData (DER) with the payload in it, the certificate covered by the signature."""
    own = x509.Certificate.load(holder.certificate)
    attributes = _attributes(payload, holder.certificate, signed_at)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber(
                    {"issuer": own.issuer, "serial_number": own.serial_number}
                ),
            ),
            "digest_algorithm": _algorithm(),
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": _SIGNATURES[holder.scheme]},
            "signature": holder.sign(attributes.dump()),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_algorithm()],
            "encap_content_info": {"content_type": "data", "content": payload},
            "certificates": [
                x509.Certificate.load(each) for each in (holder.certificate, *holder.chain)
            ],
            "signer_infos": [signer],
        }
    )
    octets: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return octets


def state_jws(payload: bytes, holder: Holder, signed_at: datetime) -> str:
    """A compact JWS with ``x5c`` and ``iat``.

    Raises `SigningError` (``signing.certificate-key``) for a key on another curve than P-256.
    """
    certificates = (holder.certificate, *holder.chain)
    header = {
        "alg": _NAMES[holder.scheme],
        "iat": int(signed_at.timestamp()),
        "x5c": [base64.b64encode(each).decode() for each in certificates],
    }
    signed = f"{url_text(msgspec.json.encode(header))}.{url_text(payload)}"
    made = holder.sign(signed.encode())
    if holder.scheme is Scheme.ECDSA:
        r, s = decode_dss_signature(made)
        if max(r, s).bit_length() > 8 * _HALF:
            raise SigningError("signing.certificate-key", found="ECDSA")
        made = r.to_bytes(_HALF) + s.to_bytes(_HALF)
    return f"{signed}.{url_text(made)}"


def _attributes(payload: bytes, own: bytes, signed_at: datetime) -> cms.CMSAttributes:
    named = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": digest_of(_DIGEST, own)})]}
    )
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [_time(signed_at)]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest_of(_DIGEST, payload)]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [named]}),
        ]
    )


def _time(moment: datetime) -> cms.Time:
    return cms.Time({"utc_time": core.UTCTime(moment.replace(microsecond=0))})


def _algorithm() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": _DIGEST})
