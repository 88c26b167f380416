# SPDX-License-Identifier: Apache-2.0
"""Credentials secured as JWT (W3C VC-JOSE-COSE, 3.1): the payload is the credential itself."""

from collections.abc import Mapping
from typing import Any

import msgspec

from nguon.credentials import did
from nguon.credentials.errors import CredentialError
from nguon.signing.jws import Jws, sign
from nguon.signing.jws import read as read_jws
from nguon.signing.keys import Algorithm, PrivateKey
from nguon.signing.strict_json import read_object

TYPE = "vc+jwt"
MEDIA_TYPE = "application/vc+jwt"
MOST_LETTERS = 4 << 20
_TYPES = frozenset({None, TYPE, "vc-ld+jwt", "JWT"})
"""``typ`` should be vc+jwt; earlier drafts and GS1's samples have others or none."""
_ALGORITHMS = frozenset(str(one) for one in Algorithm)
_encode = msgspec.json.Encoder().encode


def issue(credential: Mapping[str, Any], key: PrivateKey, kid: str) -> str:
    """A credential signed by its issuer's key; ``kid`` is the DID URL of the key.

    Raises `CredentialError` (``credentials.issuer-key``) where the key is not the issuer's.
    """
    if issuer_of(credential) != did.subject(kid):
        raise CredentialError("credentials.issuer-key", kid=kid[:160])
    return sign(_encode(credential), key, {"kid": kid, "typ": TYPE})


def read(token: str) -> tuple[Jws, dict[str, Any]]:
    """A secured credential, read and not yet verified, and its document.

    Raises `CredentialError` where the header is not one of a credential, its key is not one
    of the issuer, or a JWT claim says something else than the credential; `SigningError`
    where the text is no JWS.
    """
    if len(token) > MOST_LETTERS:
        raise CredentialError("credentials.too-long", most=MOST_LETTERS)
    jws = read_jws(token)
    header = jws.header
    if header.get("alg") not in _ALGORITHMS:
        raise CredentialError("credentials.algorithm", found=str(header.get("alg"))[:40])
    if header.get("typ") not in _TYPES:
        raise CredentialError("credentials.jwt-type", found=str(header["typ"])[:40])
    document = read_object(jws.payload, "payload")
    if "vc" in document or "vp" in document:
        raise CredentialError("credentials.jwt-claim", claim="vc")
    _check_claims(header, document)
    return jws, document


def kid_of(jws: Jws) -> str:
    """The DID URL of the key that a header names; raises `CredentialError`."""
    kid = jws.header.get("kid")
    if not isinstance(kid, str) or not kid.startswith("did:"):
        raise CredentialError("credentials.kid", found=str(kid)[:160])
    return kid


def issuer_of(document: Mapping[str, Any]) -> Any:
    """Who a document says it is from; None where it says nobody."""
    issuer = document.get("issuer", document.get("holder"))
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _check_claims(header: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """Claims and header parameters that repeat the credential must agree (VC-JOSE-COSE, 3.1.3)."""
    issuer = issuer_of(document)
    said = (
        ("iss", document.get("iss"), issuer),
        ("iss", header.get("iss"), issuer),
        ("jti", document.get("jti"), document.get("id")),
    )
    for claim, found, wanted in said:
        if found is not None and found != wanted:
            raise CredentialError("credentials.jwt-claim", claim=claim)
