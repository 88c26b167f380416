# SPDX-License-Identifier: Apache-2.0
"""What becomes of the keys of parties: bound, replaced, suspended, resumed, revoked.

Every step is an entry of the log, and counts from its place there on. A key is bound once,
to one party; what is revoked stays revoked.
"""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.parties.keys import naming, queries, stating
from nguon.parties.keys.errors import (
    PartyKeyConflictError,
    PartyKeyError,
    PartyKeyForbiddenError,
    PartyKeyUnknownError,
)
from nguon.parties.keys.model import Custody, KeyAction, KeyScope, KeyState, PartyKey
from nguon.parties.keys.permitting import acting
from nguon.signing.keys import PublicKey
from nguon.store import Store
from nguon.store import party_keys as rows

OVERLAP = timedelta(days=7)
"""How long a replaced key goes on, unless told otherwise."""
MOST_OVERLAP = timedelta(days=90)
_REASON = 500
_NAME = 120
_WHOLE = KeyScope()
_FROM = {
    KeyAction.SUSPEND: {KeyState.ACTIVE, KeyState.NOT_YET},
    KeyAction.RESUME: {KeyState.SUSPENDED},
    KeyAction.REVOKE: set(KeyState) - {KeyState.REVOKED},
}
"""The states in which a key can take a step."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On which terms a key is bound; without ``valid_from`` from now on."""

    name: str
    scope: KeyScope = _WHOLE
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    custody: Custody = Custody.OWN
    replaces: str | None = None


def bind(  # noqa: PLR0913 - one parameter a term
    store: Store,
    organisation: int,
    public: PublicKey,
    *,
    name: str,
    scope: KeyScope = _WHOLE,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    by: str,
    custody: Custody = Custody.OWN,
) -> PartyKey:
    """Bind a key to a party, from now on at the earliest.

    Whoever calls has made sure that the party wants it and has its secret half
    (`nguon.parties.keys.proving`). ``by`` is who did it, as rows name actors.

    Raises:
        PartyKeyConflictError: the key was bound before, to whomever.
        PartyKeyError: it would end before it begins; there is no such organisation.
    """
    terms = Terms(name=name, scope=scope, valid_from=valid_from, valid_to=valid_to, custody=custody)
    with store.transaction() as connection:
        return bind_in(store, connection, organisation, public, terms, by)


def bind_in(
    store: Store,
    connection: Connection,
    organisation: int,
    public: PublicKey,
    terms: Terms,
    by: str,
) -> PartyKey:
    """Likewise, in a transaction that has more to write."""
    rows.hold(connection)
    kid = public.thumbprint
    _refuse_bound(queries.by(connection, "kid", [kid]), organisation)
    party = naming.party_code(store, connection, organisation)
    moment = stating.now(store, connection)
    begin = moment if terms.valid_from is None else max(moment, terms.valid_from)
    if terms.valid_to is not None and terms.valid_to <= begin:
        raise PartyKeyError("party-keys.ends-before", field="valid_to")
    key = PartyKey(
        kid=kid,
        organisation=organisation,
        party=party,
        public=public,
        custody=terms.custody,
        name=" ".join(terms.name.split())[:_NAME],
        scope=terms.scope,
        valid_from=begin,
        valid_to=terms.valid_to,
        steps=(),
    )
    rows.add(connection, _row(key))
    told = stating.bound(key)
    if terms.replaces is not None:
        told["replaces"] = terms.replaces
    step = stating.Step(KeyAction.BIND, moment, organisation, by)
    stating.put(store, connection, key, step, told)
    return queries.by(connection, "kid", [kid])[0]


def rotate(
    store: Store,
    kid: str,
    public: PublicKey,
    *,
    by: Principal,
    overlap: timedelta = OVERLAP,
    custody: Custody = Custody.OWN,
) -> PartyKey:
    """Put another key in a key's place, on the same terms; the old one ends after ``overlap``.

    Whoever calls has made sure that the old key asks for it and that its party has the secret
    half of the new one (`nguon.parties.keys.proving`).

    Raises:
        PartyKeyUnknownError: there is no such key.
        PartyKeyForbiddenError: it is another's to do.
        PartyKeyConflictError: the old key does not stand, or the new one was bound before.
    """
    with store.transaction() as connection:
        made = rotate_in(store, connection, kid, public, by, overlap, custody)
    queries.forget(store, kid)
    return made


def rotate_in(
    store: Store,
    connection: Connection,
    kid: str,
    public: PublicKey,
    by: Principal,
    overlap: timedelta,
    custody: Custody,
) -> PartyKey:
    """Likewise, in a transaction that has more to write."""
    rows.hold(connection)
    old = _known(connection, kid)
    actor = acting(by, old.organisation)
    moment = stating.now(store, connection)
    _require(old.standing(moment), {KeyState.ACTIVE})
    terms = Terms(
        name=old.name,
        scope=old.scope,
        valid_to=old.valid_to,
        custody=custody,
        replaces=kid,
    )
    made = bind_in(store, connection, old.organisation, public, terms, by.key_id)
    left = min(max(overlap, timedelta()), MOST_OVERLAP)
    until = min(filter(None, (moment + left, old.ends(moment))))
    step = stating.Step(KeyAction.REPLACE, moment, actor, by.key_id, until=until)
    stating.put(store, connection, old, step, {"by": made.kid})
    return made


def suspend(store: Store, kid: str, *, by: Principal, reason: str) -> PartyKey:
    """Let a key count for nothing until it is resumed; raises as `revoke`."""
    return _step(store, kid, KeyAction.SUSPEND, by, reason)


def resume(store: Store, kid: str, *, by: Principal, reason: str = "") -> PartyKey:
    """Let a key count again; what the operator suspended the operator alone resumes.

    Raises as `revoke`.
    """
    return _step(store, kid, KeyAction.RESUME, by, reason)


def revoke(store: Store, kid: str, *, by: Principal, reason: str) -> PartyKey:
    """End a key for good.

    Raises:
        PartyKeyUnknownError: there is no such key.
        PartyKeyForbiddenError: it is another's to do.
        PartyKeyConflictError: the key's state has no such step.
        PartyKeyError: no reason is given.
    """
    return _step(store, kid, KeyAction.REVOKE, by, reason)


def _step(store: Store, kid: str, action: KeyAction, by: Principal, reason: str) -> PartyKey:
    said = " ".join(reason.split())[:_REASON]
    if action is not KeyAction.RESUME and not said:
        raise PartyKeyError("party-keys.reason-missing", field="reason")
    with store.transaction() as connection:
        rows.hold(connection)
        key = _known(connection, kid)
        actor = acting(by, key.organisation)
        moment = stating.now(store, connection)
        _require(key.standing(moment), _FROM[action])
        halted = [one for one in key.steps if one.action is KeyAction.SUSPEND]
        if action is KeyAction.RESUME and halted[-1].organisation == naming.OPERATOR != actor:
            raise PartyKeyForbiddenError("party-keys.suspended-by-operator")
        step = stating.Step(action, moment, actor, by.key_id, said)
        stating.put(store, connection, key, step)
        changed = _known(connection, kid)
    queries.forget(store, kid)
    return changed


def _known(connection: Connection, kid: str) -> PartyKey:
    found = queries.by(connection, "kid", [kid])
    if not found:
        raise PartyKeyUnknownError("party-keys.unknown")
    return found[0]


def _require(found: KeyState, wanted: set[KeyState]) -> None:
    if found not in wanted:
        raise PartyKeyConflictError(f"party-keys.is-{found.value}")


def _refuse_bound(found: list[PartyKey], organisation: int) -> None:
    for key in found:
        if key.organisation != organisation:
            raise PartyKeyConflictError("party-keys.of-another")
        if any(step.action is KeyAction.REVOKE for step in key.steps):
            raise PartyKeyConflictError("party-keys.revoked-for-good")
        raise PartyKeyConflictError("party-keys.bound-already")


def _row(key: PartyKey) -> dict[str, str | int | bytes | None]:
    return {
        "kid": key.kid,
        "organisation": key.organisation,
        "party": key.party,
        "algorithm": key.public.algorithm.value,
        "public": key.public.raw,
        "custody": key.custody.value,
        "name": key.name,
        "prefixes": " ".join(key.scope.prefixes),
        "places": " ".join(key.scope.places),
        "valid_from": to_microseconds(key.valid_from),
        "valid_to": None if key.valid_to is None else to_microseconds(key.valid_to),
    }
