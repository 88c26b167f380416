# SPDX-License-Identifier: Apache-2.0
"""Values of OpenID Connect: a provider as configured, its metadata, whom it identified."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
    | {"EdDSA", "Ed25519"}
)
"""Algorithms that an identity token may be signed with; never ``none``, never a shared secret."""


class Purpose(StrEnum):
    """What somebody goes to a provider for."""

    LOGIN = "login"
    LINK = "link"
    ENROL = "enrol"
    INVITATION = "invitation"


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which claims say what; empty where the provider does not say it."""

    name: str = "name"
    organisation: str = ""
    """The legal entity's code."""
    level: str = "acr"
    """How well the holder was identified."""
    personal: str = ""
    """A number of the person: only its keyed hash leaves this room."""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider as the operator's file has it."""

    issuer: str
    client_id: str
    name_vi: str
    client_secret_file: str = ""
    """Beside the configuration; without one the client is public and has PKCE alone."""
    name_en: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256", "EdDSA")
    purposes: tuple[Purpose, ...] = (Purpose.LOGIN, Purpose.LINK, Purpose.ENROL)
    claims: Mapped = Mapped()
    id: str = ""
    """As addresses have it."""
    secret: str = ""

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Provider({self.id!r}, {self.issuer!r})"


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Identified(msgspec.Struct, frozen=True):
    """Whom a provider identified.

    ``subject`` is a keyed hash of what the provider calls the account, since that may be a
    personal number. ``claims`` are ``acr`` (the level) and, where there is one, ``personal``,
    likewise a keyed hash.
    """

    issuer: str
    subject: str
    name: str
    organisation_code: str | None
    claims: Mapping[str, Any]
    provider: str = ""
