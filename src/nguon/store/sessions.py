# SPDX-License-Identifier: Apache-2.0
"""The statements on sessions: found by the hash of their token, with whom they speak for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from nguon.store.accounts_tables import membership, person, session
from nguon.store.registry_tables import organisation


def add(connection: Connection, **values: Any) -> None:
    """Write a new session."""
    connection.execute(insert(session).values(**values))


def find(connection: Connection, token_hash: bytes) -> RowMapping | None:
    """A session with its person, standing membership and organisation; None without either."""
    query = (
        select(
            session,
            person.c.name,
            membership.c.organisation,
            membership.c.role,
            organisation.c.name_vi,
            organisation.c.name_en,
        )
        .join(person, person.c.id == session.c.person)
        .join(membership, membership.c.id == session.c.membership)
        .outerjoin(organisation, organisation.c.id == membership.c.organisation)
        .where(session.c.token_hash == token_hash, membership.c.ended.is_(None))
    )
    return connection.execute(query).mappings().one_or_none()


def of_person(connection: Connection, number: int) -> Sequence[RowMapping]:
    """A person's sessions, the last used first."""
    query = select(session).where(session.c.person == number).order_by(session.c.seen.desc())
    return connection.execute(query).mappings().all()


def touch(connection: Connection, token_hash: bytes, moment: int) -> None:
    """Note when a session was last used."""
    own = update(session).where(session.c.token_hash == token_hash)
    connection.execute(own.values(seen=moment))


def end(connection: Connection, token_hash: bytes) -> None:
    """Remove the session with this token."""
    connection.execute(delete(session).where(session.c.token_hash == token_hash))


def end_one(connection: Connection, number: int, session_id: str) -> bool:
    """Remove one of a person's sessions by its id; False when there is none."""
    own = delete(session).where(session.c.id == session_id, session.c.person == number)
    return connection.execute(own).rowcount == 1


def end_others(connection: Connection, number: int, session_id: str) -> int:
    """Remove a person's sessions but one; gives how many."""
    own = delete(session).where(session.c.person == number, session.c.id != session_id)
    return connection.execute(own).rowcount


def prove(connection: Connection, session_id: str, moment: int) -> None:
    """Note when the holder of a session showed who it is."""
    connection.execute(update(session).where(session.c.id == session_id).values(proved=moment))


def end_all(connection: Connection, number: int) -> None:
    """Remove a person's sessions."""
    connection.execute(delete(session).where(session.c.person == number))


def end_of_membership(connection: Connection, membership_id: str) -> None:
    """Remove the sessions that speak for a membership."""
    connection.execute(delete(session).where(session.c.membership == membership_id))


def sweep(connection: Connection, moment: int, idle_since: int) -> None:
    """Remove sessions past their end or unused since a moment."""
    over = (session.c.expires <= moment) | (session.c.seen < idle_since)
    connection.execute(delete(session).where(over))
