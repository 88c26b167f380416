# SPDX-License-Identifier: Apache-2.0
"""The statements on people, their memberships and invitations; nothing is decided here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, insert, select, update

from nguon.store.accounts_tables import invitation, membership, person
from nguon.store.registry_tables import organisation
from nguon.store.schema import id_block
from nguon.store.stated import stated


def hold(connection: Connection) -> None:
    """Let one transaction at a time change people and their roles, until it ends."""
    _numbers(connection, 0)


def new_person(connection: Connection, **values: Any) -> int:
    """Write a person; gives the number."""
    number = _numbers(connection, 1)
    connection.execute(insert(person).values(id=number, **values))
    return number


def change_person(connection: Connection, number: int, **values: Any) -> None:
    """Change a person."""
    connection.execute(update(person).where(person.c.id == number).values(**values))


def find_person(connection: Connection, **known: Any) -> RowMapping | None:
    """The person with this ``id``, ``email`` or ``phone``."""
    return _one(connection, person, known)


def add_membership(connection: Connection, **values: Any) -> None:
    """Write a membership."""
    connection.execute(insert(membership).values(**values))
    stated(connection, membership, [values])


def change_membership(connection: Connection, membership_id: str, **values: Any) -> None:
    """Change a membership."""
    own = update(membership).where(membership.c.id == membership_id)
    done = connection.execute(own.values(**values).returning(*membership.c))
    stated(connection, membership, done.mappings().all())


def memberships_of(connection: Connection, number: int) -> Sequence[RowMapping]:
    """A person's standing memberships with the organisations' names, oldest first."""
    query = (
        select(membership, organisation.c.code, organisation.c.name_vi, organisation.c.name_en)
        .outerjoin(organisation, organisation.c.id == membership.c.organisation)
        .where(membership.c.person == number, membership.c.ended.is_(None))
        .order_by(membership.c.created, membership.c.id)
    )
    return connection.execute(query).mappings().all()


def members_of(connection: Connection, number: int) -> Sequence[RowMapping]:
    """The people of an organisation with their standing memberships, by name."""
    query = (
        select(membership, person.c.name, person.c.email, person.c.phone)
        .join(person, person.c.id == membership.c.person)
        .where(membership.c.organisation == number, membership.c.ended.is_(None))
        .order_by(person.c.name, person.c.id)
    )
    return connection.execute(query).mappings().all()


def add_invitation(connection: Connection, **values: Any) -> None:
    """Write an invitation."""
    connection.execute(insert(invitation).values(**values))


def change_invitation(connection: Connection, invitation_id: str, **values: Any) -> None:
    """Change an invitation."""
    own = update(invitation).where(invitation.c.id == invitation_id)
    connection.execute(own.values(**values))


def find_invitation(connection: Connection, **known: Any) -> RowMapping | None:
    """The invitation with this ``id`` or ``token_hash``."""
    return _one(connection, invitation, known)


def invitations_of(connection: Connection, number: int, moment: int) -> Sequence[RowMapping]:
    """An organisation's open invitations, newest first."""
    query = (
        select(invitation)
        .where(
            invitation.c.organisation == number,
            invitation.c.accepted.is_(None),
            invitation.c.withdrawn.is_(None),
            invitation.c.expires > moment,
        )
        .order_by(invitation.c.created.desc(), invitation.c.id)
    )
    return connection.execute(query).mappings().all()


def organisation_names(connection: Connection, number: int) -> RowMapping | None:
    """Code and names of an organisation."""
    columns = (organisation.c.code, organisation.c.name_vi, organisation.c.name_en)
    query = select(*columns).where(organisation.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def _one(connection: Connection, table: Table, known: dict[str, Any]) -> RowMapping | None:
    query = select(table)
    for name, value in known.items():
        query = query.where(table.c[name] == value)
    return connection.execute(query).mappings().one_or_none()


def _numbers(connection: Connection, count: int) -> int:
    own = update(id_block).where(id_block.c.name == "person")
    taking = own.values(next=id_block.c.next + count).returning(id_block.c.next)
    return int(connection.execute(taking).scalar_one()) - count
