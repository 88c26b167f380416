# SPDX-License-Identifier: Apache-2.0
"""What people and programs ask for with keys, from the proof they send to the key that stands."""

from datetime import UTC, datetime, timedelta

import msgspec

from nguon.identity.model import Principal, Scope
from nguon.parties.keys import proving, queries, service
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.errors import PartyKeyError, PartyKeyUnknownError
from nguon.parties.keys.model import Custody, KeyScope, PartyKey
from nguon.parties.keys.permitting import acting
from nguon.store import Store


def supervises(by: Principal) -> bool:
    """Whether somebody looks at the keys of others."""
    return by.may(Scope.SUPERVISE)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """On which terms a key is to be bound."""

    name: str
    scope: KeyScope = KeyScope()
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """A key in the place of another: its proof, and what the old one signed for it."""

    proof: str
    endorsement: str
    key: str = ""
    overlap: timedelta = service.OVERLAP


def challenge(store: Store, by: Principal) -> str:
    """What a key of the actor's own organisation must sign to be bound."""
    with store.reading() as connection:
        return proving.challenge(store, connection, by.organisation, datetime.now(UTC))


def bind(store: Store, by: Principal, proof: str, wanted: Wanted, *, key: str = "") -> PartyKey:
    """Bind a key to the actor's own organisation; raises as `proving.proved`, `service.bind`.

    Raises:
        PartyKeyForbiddenError: the actor does not manage it.
    """
    acting(by, by.organisation)
    with store.reading() as connection:
        public = proving.proved(
            store, connection, by.organisation, proof, datetime.now(UTC), key=key
        )
    return service.bind(
        store,
        by.organisation,
        public,
        name=wanted.name,
        scope=wanted.scope,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        by=by.key_id,
    )


def keep(store: Store, by: Principal, name: str = "") -> PartyKey:
    """Have the platform keep a key for the actor's own organisation; raises as `Custodian.make`
    and `PartyKeyForbiddenError`.
    """
    acting(by, by.organisation)
    return custodian_of(store).make(by.organisation, name=name, by=by.key_id)


def replace(store: Store, by: Principal, kid: str, asked: Replacement) -> PartyKey:
    """Put another key in the place of one; raises as `bind` and `service.rotate`."""
    old = seen(store, by, kid)
    if old.custody is Custody.CUSTODIAL:
        raise PartyKeyError("party-keys.custodial-replace")
    with store.reading() as connection:
        new = proving.proved(
            store, connection, old.organisation, asked.proof, datetime.now(UTC), key=asked.key
        )
    proving.endorsed(old.public, new, asked.endorsement)
    return service.rotate(store, kid, new, by=by, overlap=asked.overlap)


def renew(store: Store, by: Principal, kid: str) -> PartyKey:
    """Put another key that is kept here in the place of one; raises as `Custodian.replace`."""
    if seen(store, by, kid).custody is not Custody.CUSTODIAL:
        raise PartyKeyError("party-keys.own-replace")
    return custodian_of(store).replace(kid, by=by)


def own(store: Store, by: Principal, kid: str) -> PartyKey:
    """A key of the actor's own organisation; raises `PartyKeyUnknownError`."""
    found = queries.at(store, [kid]).get(kid)
    if found is None or found.organisation != by.organisation:
        raise PartyKeyUnknownError("party-keys.unknown")
    return found


def seen(store: Store, by: Principal, kid: str) -> PartyKey:
    """A key of the actor's own organisation; whoever supervises sees any.

    Raises `PartyKeyUnknownError`.
    """
    found = queries.at(store, [kid]).get(kid)
    if found is None or not (found.organisation == by.organisation or supervises(by)):
        raise PartyKeyUnknownError("party-keys.unknown")
    return found
