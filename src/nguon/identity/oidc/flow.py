# SPDX-License-Identifier: Apache-2.0
"""To a provider and back: authorization code with PKCE, state and nonce (RFC 6749, 7636, 9700).

Each way has its own state, bound to the browser that began it and to one
provider, good for ten minutes and once. Each provider leads back to an address
of its own, so that none can answer in the place of another.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec

from nguon.base.base64url import url_text
from nguon.identity.accounts import steps
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.oidc.asking import asked
from nguon.identity.oidc.config import provider_of, reachable
from nguon.identity.oidc.discovery import Known
from nguon.identity.oidc.errors import ProviderError
from nguon.identity.oidc.model import Identified, Metadata, Provider, Purpose
from nguon.identity.oidc.tokens import verified
from nguon.store import Store

AWAY = steps.Kind("provider", 600)
_LONGEST_NAME = 200
_BASIC = "client_secret_basic"


class Away(msgspec.Struct, frozen=True):
    """What is remembered while somebody is at a provider."""

    provider: str
    purpose: Purpose
    nonce: str
    verifier: str
    wanted: str
    session: str = ""
    """The session that asked, where one did."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider's redirection brought back."""

    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str | None = None


_known: WeakKeyDictionary[Store, dict[str, Known]] = WeakKeyDictionary()


def begin(store: Store, base_url: str, holder: str, wanted: Away) -> str:
    """The address at the provider to send a browser to; ``wanted`` without nonce and verifier.

    Raises:
        UnknownProviderError: there is no such provider for this purpose.
        ProviderAwayError: it does not answer.
    """
    provider = provider_of(store, wanted.provider, wanted.purpose)
    metadata = known_of(store, provider).metadata()
    away = msgspec.structs.replace(
        wanted, nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48)
    )
    state = steps.begin(store, AWAY, holder, away)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri(base_url, provider),
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": away.nonce,
        "code_challenge": url_text(hashlib.sha256(away.verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"


def finish(
    store: Store, base_url: str, holder: str, name: str, answer: Answer
) -> tuple[Away, Identified]:
    """Whom the provider identified, and what for.

    Raises:
        ProviderError: the answer is none of ours, was used, or cannot be believed.
        ProviderAwayError: the provider does not answer.
    """
    away = steps.take(store, AWAY, holder, answer.state, Away)
    if away is None:
        raise ProviderError("oidc.state")
    provider = provider_of(store, name, away.purpose)
    metadata = known_of(store, provider).metadata()
    _same(away, provider, metadata, answer)
    if answer.error or not answer.code:
        raise ProviderError("oidc.denied")
    given = _exchanged(provider, metadata, base_url, away, answer.code)
    access = str(given.get("access_token", ""))
    claims = verified(
        str(given.get("id_token", "")),
        provider,
        known_of(store, provider).key,
        nonce=away.nonce,
        access_token=access,
    )
    return away, identified(store, provider, {**_told(metadata, access, claims), **claims})


def known_of(store: Store, provider: Provider) -> Known:
    """What this process knows of a provider."""
    found = _known.setdefault(store, {})
    known = found.get(provider.id)
    if known is None or known.provider is not provider:
        known = found[provider.id] = Known(provider)
    return known


def redirect_uri(base_url: str, provider: Provider) -> str:
    """Where a provider sends browsers back to."""
    return f"{base_url}/account/oidc/{provider.id}/callback"


def leaving(store: Store, base_url: str, name: str) -> str | None:
    """Where to sign out at a provider (RP-Initiated Logout 1.0); None where it has no such place.

    Raises as `begin`.
    """
    provider = provider_of(store, name)
    place = known_of(store, provider).metadata().end_session_endpoint
    if not reachable(place):
        return None
    query = {
        "client_id": provider.client_id,
        "post_logout_redirect_uri": f"{base_url}/account/sign-in",
    }
    return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"


def identified(store: Store, provider: Provider, claims: Mapping[str, Any]) -> Identified:
    """What is kept of somebody's claims."""
    names = provider.claims
    told = {"acr": str(claims.get(names.level, ""))[:_LONGEST_NAME]} if names.level else {}
    with store.transaction() as connection:
        vault = vault_of(store)
        subject = vault.hidden(connection, f"{provider.issuer} {claims['sub']}")
        if names.personal and claims.get(names.personal):
            told["personal"] = vault.hidden(connection, f"person {claims[names.personal]}")
    code = claims.get(names.organisation) if names.organisation else None
    return Identified(
        issuer=provider.issuer,
        subject=subject,
        name=str(claims.get(names.name, ""))[:_LONGEST_NAME],
        organisation_code=str(code)[:_LONGEST_NAME] if code else None,
        claims=told,
        provider=provider.id,
    )


def _same(away: Away, provider: Provider, metadata: Metadata, answer: Answer) -> None:
    """Refuses what another provider brought back (RFC 9207, RFC 9700 section 4.4)."""
    if away.provider != provider.id:
        raise ProviderError("oidc.issuer")
    demanded = metadata.authorization_response_iss_parameter_supported
    if (answer.issuer is not None or demanded) and answer.issuer != provider.issuer:
        raise ProviderError("oidc.issuer")


def _exchanged(
    provider: Provider, metadata: Metadata, base_url: str, away: Away, code: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(base_url, provider),
        "code_verifier": away.verifier,
    }
    basic = provider.secret and _BASIC in metadata.token_endpoint_auth_methods_supported
    if not basic:
        form["client_id"] = provider.client_id
        form |= {"client_secret": provider.secret} if provider.secret else {}
    credentials = (provider.client_id, provider.secret) if basic else None
    given = asked(metadata.token_endpoint, form=form, credentials=credentials)
    if str(given.get("token_type", "")).lower() != "bearer":
        raise ProviderError("oidc.token")
    return given


def _told(metadata: Metadata, access: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider tells besides the token, of the same account."""
    if not metadata.userinfo_endpoint or not access:
        return {}
    told = asked(metadata.userinfo_endpoint, bearer=access)
    if told.get("sub") != claims["sub"]:
        raise ProviderError("oidc.subject")
    return told
