# SPDX-License-Identifier: Apache-2.0
"""Getting back into an account: a link from whoever is responsible, good once, for an hour.

A manager makes one for people who work in the manager's organisation alone and
have no rights that the manager lacks; the operator for anybody. The link sets a
password; where there is a second factor it asks for that too, so that whoever
made the link cannot use it in the owner's place. Every session ends, and the
owner reads who made it.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from nguon.identity.accounts import entering, events, factors, people, signing
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import Contact
from nguon.identity.accounts.entering import SignedIn
from nguon.identity.accounts.events import Event
from nguon.identity.errors import AccountError, InvitationError, UnknownPersonError
from nguon.identity.model import Principal, Role, Scope
from nguon.store import Store
from nguon.store import accounts as rows
from nguon.store import resets as reset_rows

SECONDS = 3600
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Reset:
    """A link that stands; ``second``: it asks for the second factor."""

    id: str
    person: int
    name: str
    second: bool


def make(store: Store, by: Principal, browser: Browser, membership: str) -> tuple[str, str]:
    """A link for a member of the speaker's organisation; gives the person's name and the token.

    Raises:
        UnknownPersonError: nobody here has this membership.
        AccountError: the person works elsewhere too, or has rights that the speaker lacks.
    """
    with store.transaction() as connection:
        here = rows.members_of(connection, by.organisation)
        one = next((row for row in here if row["id"] == membership), None)
        if one is None:
            raise UnknownPersonError("accounts.unknown-person")
        if not _may(connection, by, one["person"]):
            raise AccountError("security.reset-above", name=one["name"])
        return one["name"], _made(connection, by.person, browser, one["person"])


def make_for(store: Store, by: Principal, browser: Browser, contact: Contact) -> tuple[str, str]:
    """As `make`, for whoever signs in with this; the operator alone.

    Raises `UnknownPersonError` where nobody does, and where the speaker is no operator.
    """
    with store.transaction() as connection:
        row = rows.find_person(connection, **contact.known)
        if row is None or Scope.ADMIN not in by.scopes:
            raise UnknownPersonError("security.reset-unknown")
        return row["name"], _made(connection, by.person, browser, row["id"])


def opened(store: Store, token: str) -> Reset:
    """The link with this token; raises `InvitationError` where it does not stand."""
    with store.reading() as connection:
        return _opened(connection, token)


def use(store: Store, browser: Browser, token: str, password: str, typed: str) -> SignedIn:
    """Set the password and sign in; ``typed`` is a code where a second factor is asked for.

    Raises:
        InvitationError: the link does not stand.
        AccountError: the password cannot be one; the link still stands.
        SignInError, TooManyAttemptsError: the code is none; the link still stands.
    """
    found = opened(store, token)
    known = people.get(store, found.person)
    signing.check_new(password, known.name, Contact(known.email, known.phone))
    if found.second:
        factors.prove(store, browser, found.person, typed)
    with store.transaction() as connection:
        if not reset_rows.use(connection, found.id, people.now()):
            raise InvitationError("security.reset-gone")
        events.note(connection, Event.RESET_USED, browser, person=found.person)
    signing.set_password(store, found.person, password, browser)
    return entering.enter(store, browser, found.person, "reset", strong=True)


def _may(connection: Connection, by: Principal, person: int) -> bool:
    if Scope.ADMIN in by.scopes:
        return True
    places = rows.memberships_of(connection, person)
    return all(
        row["organisation"] == by.organisation and Role(row["role"]).scopes <= by.scopes
        for row in places
    )


def _made(connection: Connection, by: int | None, browser: Browser, person: int) -> str:
    token, now = secrets.token_urlsafe(32), people.now()
    reset_rows.add(
        connection,
        id=secrets.token_hex(8),
        token_hash=_hash(token),
        person=person,
        created=now,
        created_by=by,
        expires=now + SECONDS * _SECOND,
        used=None,
    )
    events.note(connection, Event.RESET_MADE, browser, person=person, actor=by)
    return token


def _opened(connection: Connection, token: str) -> Reset:
    row = reset_rows.find(connection, _hash(token))
    if row is None or row["used"] is not None or people.now() >= row["expires"]:
        raise InvitationError("security.reset-gone")
    person = rows.find_person(connection, id=row["person"])
    if person is None:
        raise InvitationError("security.reset-gone")
    second = factors.standing_in(connection, row["person"])
    return Reset(row["id"], row["person"], person["name"], second.any)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
