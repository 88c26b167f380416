# SPDX-License-Identifier: Apache-2.0
"""Identity tokens, checked (OpenID Connect Core 1.0, sections 3.1.3.7 and 3.1.3.8).

Every refusal is `ProviderError` with a code of its own, and tells nothing of
what the token says.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from nguon.base.base64url import url_octets, url_text
from nguon.identity.oidc.discovery import Key
from nguon.identity.oidc.errors import ProviderError
from nguon.identity.oidc.model import Provider

LEEWAY = 60
"""Seconds that the provider's clock and ours may differ."""
OLDEST = 600
"""Seconds after its making for which a token is taken."""
_LONGEST = 32 * 1024

Keys = Callable[[str | None, str], Key]
"""The provider's key by name and algorithm."""


def verified(
    token: str, provider: Provider, keys: Keys, *, nonce: str, access_token: str
) -> Mapping[str, Any]:
    """The claims of an identity token that was made for us, just now, for this sign-in."""
    claims = _signed(token, provider, keys)
    _for_us(claims, provider)
    _in_time(claims)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderError("oidc.nonce")
    if "at_hash" in claims:
        _of_access_token(str(claims["at_hash"]), _header(token)["alg"], access_token)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderError("oidc.subject")
    return claims


def _header(token: str) -> dict[str, Any]:
    octets = url_octets(token.partition(".")[0]) if len(token) <= _LONGEST else None
    try:
        header = msgspec.json.decode(octets or b"", type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ProviderError("oidc.token") from error
    if not isinstance(header.get("alg"), str):
        raise ProviderError("oidc.token")
    return header


def _signed(token: str, provider: Provider, keys: Keys) -> Mapping[str, Any]:
    header = _header(token)
    if header["alg"] not in provider.algorithms:
        raise ProviderError("oidc.algorithm")
    name = header.get("kid")
    key = keys(name if isinstance(name, str) else None, header["alg"])
    try:
        return jwt.decode(token, key, algorithms=[header["alg"]]).claims
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError("oidc.signature") from error


def _for_us(claims: Mapping[str, Any], provider: Provider) -> None:
    if claims.get("iss") != provider.issuer:
        raise ProviderError("oidc.issuer")
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if provider.client_id not in several:
        raise ProviderError("oidc.audience")
    party = claims.get("azp")
    if (len(several) > 1 or party is not None) and party != provider.client_id:
        raise ProviderError("oidc.audience")


def _in_time(claims: Mapping[str, Any]) -> None:
    now, made = time.time(), _moment(claims.get("iat"))
    if now >= _moment(claims.get("exp")) + LEEWAY or now >= made + OLDEST:
        raise ProviderError("oidc.expired")
    if max(_moment(claims.get("nbf", made)), made) > now + LEEWAY:
        raise ProviderError("oidc.early")


def _moment(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderError("oidc.expired")
    return float(value)


def _of_access_token(sent: str, alg: str, access_token: str) -> None:
    size = alg[-3:] if alg[-3:] in {"256", "384", "512"} else "512"
    digest = hashlib.new(f"sha{size}", access_token.encode()).digest()
    if not hmac.compare_digest(sent.encode(), url_text(digest[: len(digest) // 2]).encode()):
        raise ProviderError("oidc.access-token")
