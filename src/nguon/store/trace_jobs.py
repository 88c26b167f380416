# SPDX-License-Identifier: Apache-2.0
"""The statements on big traces."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from nguon.store.trace_jobs_tables import trace_job, trace_job_part

_OPEN = ("waiting", "running")


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new job."""
    connection.execute(insert(trace_job).values(dict(values)))


def find(connection: Connection, number: str, organisation: int, asker: str) -> RowMapping | None:
    """A job of whoever asked."""
    columns = trace_job.c
    own = (columns.id == number) & (columns.organisation == organisation) & (columns.asker == asker)
    return connection.execute(select(trace_job).where(own)).mappings().one_or_none()


def listed(
    connection: Connection, organisation: int, asker: str, limit: int
) -> Sequence[RowMapping]:
    """The jobs of whoever asked, the latest first."""
    columns = trace_job.c
    query = select(trace_job).where(columns.organisation == organisation, columns.asker == asker)
    order = query.order_by(columns.made.desc(), columns.id.desc())
    return connection.execute(order.limit(limit)).mappings().all()


def counts(connection: Connection, organisation: int) -> tuple[int, int]:
    """How many jobs of an organisation are open, and how many there are."""
    columns = trace_job.c
    query = select(columns.state, func.count()).where(columns.organisation == organisation)
    rows = connection.execute(query.group_by(columns.state)).all()
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return sum(found.get(state, 0) for state in _OPEN), sum(found.values())


def due(connection: Connection, now: int) -> bool:
    """Whether there is a job to work on, or something that is no longer kept."""
    columns = trace_job.c
    free = columns.state.in_(_OPEN) & (columns.leased <= now)
    query = select(columns.id).where(free | (columns.ends <= now)).limit(1)
    return connection.scalar(query) is not None


def claim(connection: Connection, holder: str, now: int, until: int) -> RowMapping | None:
    """The next job to work on, or one whose worker is gone; another cannot claim it too."""
    columns = trace_job.c
    free = columns.state.in_(_OPEN) & (columns.leased <= now)
    query = select(columns.id).where(free).order_by(columns.made).limit(1)
    number = connection.scalar(query)
    if number is None:
        return None
    change = update(trace_job).where(columns.id == number, free)
    taken = connection.execute(
        change.values(
            state="running", holder=holder, leased=until, attempts=columns.attempts + 1, done=0
        )
    )
    if taken.rowcount != 1:
        return None
    return connection.execute(select(trace_job).where(columns.id == number)).mappings().one()


def keep(connection: Connection, number: str, holder: str, values: Mapping[str, Any]) -> bool:
    """What a worker says of its job; False where it is no longer its own."""
    columns = trace_job.c
    own = (columns.id == number) & (columns.holder == holder) & (columns.state == "running")
    done = connection.execute(update(trace_job).where(own).values(dict(values)))
    return done.rowcount == 1


def put(connection: Connection, number: str, parts: Sequence[bytes]) -> None:
    """The parts of an answer."""
    connection.execute(delete(trace_job_part).where(trace_job_part.c.job == number))
    rows = [{"job": number, "number": at, "body": body} for at, body in enumerate(parts)]
    connection.execute(insert(trace_job_part), rows)


def part(connection: Connection, number: str, at: int) -> bytes | None:
    """One part of an answer."""
    columns = trace_job_part.c
    query = select(columns.body).where(columns.job == number, columns.number == at)
    found = connection.scalar(query)
    return None if found is None else bytes(found)


def cancel(connection: Connection, number: str, now: int) -> bool:
    """End a job before its time; False where it had ended."""
    columns = trace_job.c
    change = update(trace_job).where(columns.id == number, columns.state.in_(_OPEN))
    done = connection.execute(change.values(state="cancelled", finished=now))
    return done.rowcount == 1


def tidy(connection: Connection, now: int) -> int:
    """Delete what is no longer kept; how many."""
    old = select(trace_job.c.id).where(trace_job.c.ends <= now)
    connection.execute(delete(trace_job_part).where(trace_job_part.c.job.in_(old)))
    return connection.execute(delete(trace_job).where(trace_job.c.ends <= now)).rowcount
