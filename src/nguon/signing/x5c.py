# SPDX-License-Identifier: Apache-2.0
"""Web signatures that carry the signer's certificates (RFC 7515 section 4.1.6, ``x5c``)."""

import base64
from binascii import Error
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from nguon.signing.certified_keys import Scheme, check
from nguon.signing.errors import SigningError
from nguon.signing.jws import Jws, read, told

_MOST = 16
_HALF = 32
SCHEMES = {"RS256": Scheme.RSA, "PS256": Scheme.PSS, "ES256": Scheme.ECDSA}


class CertifiedJws(msgspec.Struct, frozen=True):
    """A payload signed by the key of the first certificate (DER)."""

    payload: bytes
    certificates: tuple[bytes, ...]
    signing_time: datetime | None


def read_with_certificates(compact: str) -> CertifiedJws:
    """A signature with its certificates, verified with the first; raises `SigningError`."""
    jws = read(compact)
    certificates = _certificates(jws.header.get("x5c"))
    algorithm = jws.header.get("alg")
    scheme = SCHEMES.get(algorithm) if isinstance(algorithm, str) else None
    if scheme is None:
        raise SigningError("signing.algorithm", found=told(algorithm), wanted=", ".join(SCHEMES))
    check(certificates[0], scheme, "sha256", jws.signed, _made(jws, scheme))
    return CertifiedJws(jws.payload, certificates, _time(jws.header))


def _made(jws: Jws, scheme: Scheme) -> bytes:
    """The signature as the library wants it: ECDSA in ASN.1."""
    if scheme is not Scheme.ECDSA:
        return jws.signature
    if len(jws.signature) != 2 * _HALF:
        raise SigningError("signing.signature")
    r, s = jws.signature[:_HALF], jws.signature[_HALF:]
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def _certificates(given: Any) -> tuple[bytes, ...]:
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise SigningError("signing.jws-form", place="x5c")
    try:
        return tuple(base64.b64decode(each, validate=True) for each in given)
    except (Error, TypeError, ValueError) as error:
        raise SigningError("signing.jws-form", place="x5c") from error


def _time(header: dict[str, Any]) -> datetime | None:
    """``iat`` (seconds) or ``sigT`` (ETSI TS 119 182-1), where they say a time."""
    seconds, text = header.get("iat"), header.get("sigT")
    try:
        if type(seconds) is int:
            return datetime.fromtimestamp(seconds, UTC)
        if isinstance(text, str):
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
    return None
