# SPDX-License-Identifier: Apache-2.0
"""Invitations: a link that gives whoever opens it a role in an organisation, once.

The link holds 256 random bits, stored as their SHA-256; it is good for seven
days and can be withdrawn. Sending it is the manager's business.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import from_microseconds
from nguon.identity.accounts import passwords, people
from nguon.identity.accounts.contacts import Contact
from nguon.identity.accounts.sessions import forget
from nguon.identity.accounts.signing import check_new
from nguon.identity.errors import AccountError, InvitationError
from nguon.identity.model import Principal, Role
from nguon.store import Store
from nguon.store import accounts as rows

DAYS = 7
_LONGEST_NAME = 100
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation; ``known``: the invited has an account already."""

    id: str
    organisation: int
    names: tuple[str, str | None]
    role: Role
    name: str
    contact: Contact
    expires: datetime
    known: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to invite, as what."""

    name: str
    contact: Contact
    role: Role


def givable(principal: Principal) -> list[Role]:
    """The roles that a speaker may give: none that may do what he may not."""
    return [role for role in Role if role.scopes <= principal.scopes]


def invite(store: Store, by: Principal, wanted: Wanted) -> tuple[str, str]:
    """Invite into the speaker's own organisation; gives the invitation's id and token.

    Raises `AccountError` for a role above the speaker's, and for whoever is there already.
    """
    if wanted.role not in givable(by):
        raise AccountError("accounts.role-above", role=wanted.role)
    return write(store, by.organisation, wanted, by.person)


def write(store: Store, organisation: int, wanted: Wanted, by: int | None) -> tuple[str, str]:
    """As `invite`, on the operator's word."""
    _check_name(wanted.name)
    number, token, now = secrets.token_hex(8), secrets.token_urlsafe(32), people.now()
    with store.transaction() as connection:
        present = rows.find_person(connection, **wanted.contact.known)
        if present is not None and _works(connection, present["id"], organisation):
            raise AccountError("accounts.member-already", name=present["name"])
        rows.add_invitation(
            connection,
            id=number,
            token_hash=_hash(token),
            organisation=organisation,
            role=wanted.role.value,
            name=wanted.name,
            created=now,
            created_by=by,
            expires=now + DAYS * _DAY,
            **wanted.contact.known,
        )
    return number, token


def opened(store: Store, token: str) -> Invitation:
    """The invitation behind a link; raises `InvitationError` where it does not stand."""
    with store.reading() as connection:
        return _opened(connection, token)


def standing(store: Store, organisation: int) -> list[Invitation]:
    """An organisation's open invitations, newest first."""
    with store.reading() as connection:
        found = rows.invitations_of(connection, organisation, people.now())
    return [_invitation(row, ("", None)) for row in found]


def withdraw(store: Store, organisation: int, invitation_id: str) -> None:
    """Make an invitation of the organisation useless; raises `InvitationError`."""
    with store.transaction() as connection:
        rows.hold(connection)
        row = rows.find_invitation(connection, id=invitation_id)
        if row is None or row["organisation"] != organisation or row["accepted"] is not None:
            raise InvitationError("accounts.invitation-gone")
        rows.change_invitation(connection, invitation_id, withdrawn=people.now())


def accept_new(store: Store, token: str, name: str, password: str) -> tuple[int, str]:
    """The invited gets an account and the role; gives person and membership.

    Raises:
        InvitationError: the link does not stand, or the invited has an account and must sign in.
        AccountError: no name, or a password that cannot be one.
    """
    _check_name(name)
    invitation = opened(store, token)
    check_new(password, name, invitation.contact)
    made = passwords.hashed(password)
    with store.transaction() as connection:
        rows.hold(connection)
        invitation = _opened(connection, token)
        if invitation.known:
            raise InvitationError("accounts.invitation-known")
        person = people.added(connection, name, invitation.contact)
        rows.change_person(connection, person, password=made, password_changed=people.now())
        return person, _used(connection, invitation, person)


def accept_with(
    store: Store, token: str, name: str, linking: Callable[[Connection, int], None]
) -> tuple[int, str]:
    """As `accept_new`, with a way in that is no password, which ``linking`` writes down.

    Raises as `accept_new`, and what ``linking`` raises: nothing is written then.
    """
    _check_name(name)
    with store.transaction() as connection:
        rows.hold(connection)
        invitation = _opened(connection, token)
        if invitation.known:
            raise InvitationError("accounts.invitation-known")
        person = people.added(connection, name, invitation.contact)
        linking(connection, person)
        return person, _used(connection, invitation, person)


def accept(store: Store, token: str, person: int) -> str:
    """Somebody with an account gets the role; gives the membership.

    Raises `InvitationError` where the link does not stand or the person is there already.
    """
    with store.transaction() as connection:
        rows.hold(connection)
        invitation = _opened(connection, token)
        if _works(connection, person, invitation.organisation):
            raise InvitationError("accounts.there-already")
        membership = _used(connection, invitation, person)
    forget(store, person)
    return membership


def _check_name(name: str) -> None:
    if not name:
        raise AccountError("accounts.name-missing")
    if len(name) > _LONGEST_NAME:
        raise AccountError("accounts.name-long", most=_LONGEST_NAME)


def _used(connection: Connection, invitation: Invitation, person: int) -> str:
    rows.change_invitation(connection, invitation.id, accepted=people.now(), accepted_by=person)
    return people.joined(connection, person, invitation.organisation, invitation.role, None)


def _opened(connection: Connection, token: str) -> Invitation:
    row = rows.find_invitation(connection, token_hash=_hash(token))
    if row is None or row["withdrawn"] is not None or people.now() >= row["expires"]:
        raise InvitationError("accounts.invitation-gone")
    if row["accepted"] is not None:
        raise InvitationError("accounts.invitation-used")
    found = rows.organisation_names(connection, row["organisation"])
    names = ("", None) if found is None else (found["name_vi"], found["name_en"])
    invitation = _invitation(row, names)
    known = rows.find_person(connection, **invitation.contact.known)
    return replace(invitation, known=known is not None)


def _works(connection: Connection, person: int, organisation: int) -> bool:
    return organisation in {row["organisation"] for row in rows.memberships_of(connection, person)}


def _invitation(row: Mapping[Any, Any], names: tuple[str, str | None]) -> Invitation:
    return Invitation(
        row["id"],
        row["organisation"],
        names,
        Role(row["role"]),
        row["name"],
        Contact(row["email"], row["phone"]),
        from_microseconds(row["expires"]),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
