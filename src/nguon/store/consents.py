# SPDX-License-Identifier: Apache-2.0
"""The statements on consents and on requests for erasure."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.access_tables import consent, erasure_request
from nguon.store.portions import batches
from nguon.store.stated import stated


def of_subjects(connection: Connection, subjects: Sequence[int]) -> list[RowMapping]:
    """All consents of some people, withdrawn ones too, the latest first."""
    found: list[RowMapping] = []
    for some in batches(subjects):
        query = select(consent).where(consent.c.subject.in_(some))
        found += connection.execute(query.order_by(consent.c.recorded.desc())).mappings()
    return found


def find(connection: Connection, number: str) -> RowMapping | None:
    """The consent with this id."""
    query = select(consent).where(consent.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Write consents."""
    if values:
        connection.execute(insert(consent), list(values))
        stated(connection, consent, values)


def withdraw(connection: Connection, number: str, moment: int, by: str) -> bool:
    """Mark a consent withdrawn; False where it was before."""
    standing = update(consent).where(consent.c.id == number, consent.c.withdrawn.is_(None))
    values = standing.values(withdrawn=moment, withdrawn_by=by).returning(*consent.c)
    done = connection.execute(values).mappings().all()
    stated(connection, consent, done)
    return len(done) == 1


def add_request(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write a request for erasure."""
    connection.execute(insert(erasure_request), [dict(values)])


def request(connection: Connection, number: str) -> RowMapping | None:
    """The request with this id."""
    query = select(erasure_request).where(erasure_request.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def requests_of(connection: Connection, organisation: int) -> list[RowMapping]:
    """What an organisation asked for, the latest first."""
    own = select(erasure_request).where(erasure_request.c.organisation == organisation)
    return list(connection.execute(own.order_by(erasure_request.c.created.desc())).mappings())


def requests_in(connection: Connection, state: str) -> list[RowMapping]:
    """The requests in a state, the first due first."""
    query = select(erasure_request).where(erasure_request.c.state == state)
    return list(connection.execute(query.order_by(erasure_request.c.due)).mappings())


def settle(connection: Connection, number: str, values: Mapping[str, Any], *, before: str) -> bool:
    """Close a request that is in a state; False where it is in another."""
    columns = erasure_request.c
    change = update(erasure_request).where(columns.id == number, columns.state == before)
    return connection.execute(change.values(**values)).rowcount == 1
