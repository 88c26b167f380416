# SPDX-License-Identifier: Apache-2.0
"""People and their roles: added by the operator or by invitation, ended by their manager."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.accounts import events
from nguon.identity.accounts.contacts import Contact
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.sessions import forget
from nguon.identity.errors import AccountError, UnknownPersonError
from nguon.identity.model import Principal, Role, Scope
from nguon.store import Store
from nguon.store import accounts as rows
from nguon.store import sessions as session_rows


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    id: int
    name: str
    email: str | None
    phone: str | None
    has_password: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a person works, and as what; names Vietnamese and English."""

    id: str
    person: int
    organisation: int
    role: Role
    since: datetime
    code: str
    names: tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an organisation, as its manager sees it."""

    membership: str
    person: int
    name: str
    contact: str
    role: Role
    since: datetime


def add(store: Store, name: str, contact: Contact) -> int:
    """A new person without password or organisation; gives the number.

    Raises `AccountError` where somebody has the e-mail or phone number.
    """
    with store.transaction() as connection:
        return added(connection, name, contact)


def added(connection: Connection, name: str, contact: Contact) -> int:
    """As `add`, in a transaction that stands."""
    rows.hold(connection)
    if rows.find_person(connection, **contact.known) is not None:
        raise AccountError("accounts.contact-taken", contact=contact.text)
    return rows.new_person(connection, name=name, created=now(), **contact.known)


def find(store: Store, contact: Contact) -> Person | None:
    """The person with this e-mail or phone number."""
    with store.reading() as connection:
        row = rows.find_person(connection, **contact.known)
    return None if row is None else _person(row)


def get(store: Store, person: int) -> Person:
    """A person by number; raises `UnknownPersonError`."""
    with store.reading() as connection:
        row = rows.find_person(connection, id=person)
    if row is None:
        raise UnknownPersonError("accounts.unknown-person")
    return _person(row)


def join(store: Store, person: int, organisation: int, role: Role, by: int | None = None) -> str:
    """Give a person a role in an organisation; gives the membership's id.

    Whoever is there already gets the role instead of the one before.
    """
    with store.transaction() as connection:
        rows.hold(connection)
        membership = joined(connection, person, organisation, role, by)
    forget(store, person)
    return membership


def joined(
    connection: Connection, person: int, organisation: int, role: Role, by: int | None
) -> str:
    """As `join`, in a transaction that holds people."""
    standing = rows.memberships_of(connection, person)
    before = next((row for row in standing if row["organisation"] == organisation), None)
    if before is not None:
        if before["role"] == role:
            return str(before["id"])
        _end(connection, before["id"], by)
    membership = secrets.token_hex(8)
    rows.add_membership(
        connection,
        id=membership,
        person=person,
        organisation=organisation,
        role=role.value,
        created=now(),
        created_by=by,
    )
    return membership


def memberships(store: Store, person: int) -> list[Membership]:
    """Where a person works, the oldest first."""
    with store.reading() as connection:
        found = rows.memberships_of(connection, person)
    return [
        Membership(
            row["id"],
            row["person"],
            row["organisation"],
            Role(row["role"]),
            from_microseconds(row["created"]),
            row["code"] or "",
            (row["name_vi"] or "", row["name_en"]),
        )
        for row in found
    ]


def members(store: Store, organisation: int) -> list[Member]:
    """The people of an organisation, by name."""
    with store.reading() as connection:
        return [_member(row) for row in rows.members_of(connection, organisation)]


def leave(store: Store, by: Principal, membership: str) -> None:
    """End a membership of the speaker's organisation, and its sessions.

    Raises:
        UnknownPersonError: the organisation has no such membership.
        AccountError: nobody would be left to manage, or the role is above the speaker's.
    """
    with store.transaction() as connection:
        one = _changeable(connection, by, membership)
        _end(connection, membership, by.person)
        _told(connection, by, one, "")
    forget(store, one.person)


def change_role(store: Store, by: Principal, membership: str, role: Role) -> None:
    """Give a person of the speaker's organisation another role; raises as `leave` does."""
    if not role.scopes <= by.scopes:
        raise AccountError("accounts.role-above", role=role)
    with store.transaction() as connection:
        one = _changeable(connection, by, membership, role)
        joined(connection, one.person, by.organisation, role, by.person)
        _told(connection, by, one, role)
    forget(store, one.person)


def now() -> int:
    """The machine's clock in microseconds."""
    return to_microseconds(datetime.now(UTC))


def _told(connection: Connection, by: Principal, one: Member, role: str) -> None:
    events.note(connection, Event.ROLE, None, person=one.person, about=role, actor=by.person)


def _end(connection: Connection, membership: str, by: int | None) -> None:
    rows.change_membership(connection, membership, ended=now(), ended_by=by)
    session_rows.end_of_membership(connection, membership)


def _changeable(
    connection: Connection, by: Principal, membership: str, role: Role | None = None
) -> Member:
    """A member whom the speaker may give another role, or none; holds people."""
    rows.hold(connection)
    standing = [_member(row) for row in rows.members_of(connection, by.organisation)]
    one = next((member for member in standing if member.membership == membership), None)
    if one is None:
        raise UnknownPersonError("accounts.unknown-person")
    if not one.role.scopes <= by.scopes:
        raise AccountError("accounts.role-above", role=one.role)
    managers = [member for member in standing if Scope.PEOPLE in member.role.scopes]
    if managers == [one] and (role is None or Scope.PEOPLE not in role.scopes):
        raise AccountError("accounts.last-manager", name=one.name)
    return one


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(
        row["id"], row["name"], row["email"], row["phone"], has_password=row["password"] is not None
    )


def _member(row: Mapping[Any, Any]) -> Member:
    return Member(
        row["id"],
        row["person"],
        row["name"],
        row["email"] or row["phone"] or "",
        Role(row["role"]),
        from_microseconds(row["created"]),
    )
