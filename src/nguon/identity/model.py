# SPDX-License-Identifier: Apache-2.0
"""Who is asking: scopes, kinds of key, the key itself and the principal it makes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nguon.base.audience import Audience, Mandate
from nguon.identity.visibility import KeyKind, audience_for


class Scope(StrEnum):
    """What a key may do."""

    CAPTURE = "capture"
    READ = "read"
    TRACE = "trace"
    REGISTRY = "registry"
    SUPERVISE = "supervise"
    PEOPLE = "people"
    MARKET = "market"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person is in an organisation."""

    CLERK = "clerk"
    MANAGER = "manager"
    OFFICER = "officer"
    OPERATOR = "operator"

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the role may do."""
        return _ROLE_SCOPES[self]

    @property
    def kind(self) -> KeyKind:
        """As what the role reads."""
        return _ROLE_KINDS.get(self, KeyKind.MEMBER)


_CLERK = frozenset({Scope.CAPTURE, Scope.READ, Scope.TRACE})
_ROLE_SCOPES = {
    Role.CLERK: _CLERK,
    Role.MANAGER: _CLERK | {Scope.REGISTRY, Scope.PEOPLE},
    Role.OFFICER: frozenset({Scope.READ, Scope.TRACE, Scope.SUPERVISE}),
    Role.OPERATOR: frozenset(Scope),
}
_ROLE_KINDS = {Role.OFFICER: KeyKind.INSPECTOR, Role.OPERATOR: KeyKind.OPERATOR}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An organisation's key, without its secret.

    ``strict``: what it captures is refused where an identifier is malformed.
    ``last_used`` is exact to ten minutes. ``rate``: requests a minute, the server's own where
    it is None; ``networks``: from where (CIDR), anywhere where there are none.
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
    rate: int | None = None
    networks: tuple[str, ...] = ()

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
    person: int | None = None
    """Who speaks, where a session and not a key does."""
    name: str = ""
    mandate: Mandate | None = None
    """What an inspector is in charge of; none is everything."""
    rate: int | None = None
    """Requests a minute, where a key has a limit of its own."""
    networks: tuple[str, ...] = ()
    """From where the key may be used (CIDR); anywhere where there are none."""

    @property
    def audience(self) -> Audience:
        """The reader this principal is."""
        return audience_for(self)

    def may(self, scope: Scope) -> bool:
        """Whether the key or the role carries this scope."""
        return scope in self.scopes
