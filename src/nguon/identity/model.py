# SPDX-License-Identifier: Apache-2.0
"""Who is asking: scopes, kinds of key, the key itself and the principal it makes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nguon.base.audience import Audience
from nguon.identity.visibility import KeyKind, audience_for


class Scope(StrEnum):
    """What a key may do."""

    CAPTURE = "capture"
    READ = "read"
    TRACE = "trace"
    REGISTRY = "registry"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An organisation's key, without its secret.

    ``strict``: what it captures is refused where an identifier is malformed.
    ``last_used`` is exact to ten minutes.
    """

    id: str
    organisation: int
    name: str
    kind: KeyKind
    scopes: frozenset[Scope]
    strict: bool
    created: datetime
    last_used: datetime | None
    expires: datetime | None
    revoked: datetime | None

    def usable(self, now: datetime) -> bool:
        """Neither revoked nor past its end."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request speaks for."""

    organisation: int
    key_id: str
    kind: KeyKind
    scopes: frozenset[Scope]
    strict: bool

    @property
    def audience(self) -> Audience:
        """The reader this principal is."""
        return audience_for(self)

    def may(self, scope: Scope) -> bool:
        """Whether the key carries this scope."""
        return scope in self.scopes
