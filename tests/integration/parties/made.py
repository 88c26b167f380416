# SPDX-License-Identifier: Apache-2.0
"""Parties and people who manage their keys, for tests."""

from nguon.identity.model import Principal, Role
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.store import Store

OPERATOR = Principal(0, "operator", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)


def manager(organisation: int) -> Principal:
    """A manager of an organisation."""
    role = Role.MANAGER
    return Principal(organisation, f"key-{organisation}", role.kind, role.scopes, strict=True)


def clerk(organisation: int) -> Principal:
    """A clerk of an organisation."""
    role = Role.CLERK
    return Principal(organisation, f"clerk-{organisation}", role.kind, role.scopes, strict=True)


def cooperative(store: Store, code: str = "htx-kin") -> int:
    """A cooperative."""
    return ensure_organisation(store, code, OrganisationKind.COOPERATIVE, "Hợp tác xã")


def household(store: Store, code: str = "ho-001") -> int:
    """A household."""
    return ensure_organisation(store, code, OrganisationKind.HOUSEHOLD, "Nhà ông Lạc")


def ed25519() -> PrivateKey:
    """A new key."""
    return generate(Algorithm.EDDSA)


def p256() -> PrivateKey:
    """A new key of the other kind."""
    return generate(Algorithm.ES256)
