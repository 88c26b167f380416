# SPDX-License-Identifier: Apache-2.0
"""The statements on second factors: secrets of one-time codes, recovery codes, passkeys."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from nguon.store.security_tables import one_time, passkey, recovery_code


def find_one_time(connection: Connection, person: int) -> RowMapping | None:
    """A person's secret of one-time codes, confirmed or not."""
    query = select(one_time).where(one_time.c.person == person)
    return connection.execute(query).mappings().one_or_none()


def put_one_time(connection: Connection, person: int, **values: Any) -> None:
    """Write a person's secret in the place of the one before."""
    drop_one_time(connection, person)
    connection.execute(insert(one_time).values(person=person, **values))


def drop_one_time(connection: Connection, person: int) -> bool:
    """Remove a person's secret; False where there was none."""
    return connection.execute(delete(one_time).where(one_time.c.person == person)).rowcount == 1


def use_one_time(connection: Connection, person: int, step: int, **values: Any) -> bool:
    """Use a step up; False where it or a later one was used."""
    own = (one_time.c.person == person) & (one_time.c.used < step)
    done = connection.execute(update(one_time).where(own).values(used=step, **values))
    return done.rowcount == 1


def put_recovery_codes(
    connection: Connection, person: int, digests: Iterable[bytes], now: int
) -> None:
    """Write a person's recovery codes in the place of those before."""
    drop_recovery_codes(connection, person)
    rows = [{"person": person, "digest": one, "created": now} for one in digests]
    connection.execute(insert(recovery_code), rows)


def drop_recovery_codes(connection: Connection, person: int) -> None:
    """Remove a person's recovery codes."""
    connection.execute(delete(recovery_code).where(recovery_code.c.person == person))


def use_recovery_code(connection: Connection, person: int, digest: bytes, now: int) -> bool:
    """Use a recovery code up; False where the person has none such that is left."""
    table = recovery_code
    own = (table.c.person == person) & (table.c.digest == digest) & table.c.used.is_(None)
    return connection.execute(update(table).where(own).values(used=now)).rowcount == 1


def recovery_codes_left(connection: Connection, person: int) -> int:
    """How many recovery codes a person has not used."""
    table = recovery_code
    own = (table.c.person == person) & table.c.used.is_(None)
    return int(connection.scalar(select(func.count()).select_from(table).where(own)) or 0)


def add_passkey(connection: Connection, **values: Any) -> None:
    """Write a passkey."""
    connection.execute(insert(passkey).values(**values))


def find_passkey(connection: Connection, credential: bytes) -> RowMapping | None:
    """The passkey with this credential id."""
    query = select(passkey).where(passkey.c.credential == credential)
    return connection.execute(query).mappings().one_or_none()


def passkeys_of(connection: Connection, person: int) -> Sequence[RowMapping]:
    """A person's passkeys, oldest first."""
    query = select(passkey).where(passkey.c.person == person)
    return connection.execute(query.order_by(passkey.c.created, passkey.c.id)).mappings().all()


def use_passkey(connection: Connection, credential: bytes, before: int, **values: Any) -> bool:
    """Note a passkey's use; False where its counter is not ``before`` any more."""
    own = (passkey.c.credential == credential) & (passkey.c.counter == before)
    return connection.execute(update(passkey).where(own).values(**values)).rowcount == 1


def drop_passkey(connection: Connection, person: int, number: str) -> RowMapping | None:
    """Remove one of a person's passkeys; gives what it was."""
    own = (passkey.c.person == person) & (passkey.c.id == number)
    done = connection.execute(delete(passkey).where(own).returning(*passkey.c))
    return done.mappings().one_or_none()


def has_factor(connection: Connection, person: int) -> bool:
    """Whether a person has confirmed one-time codes or a passkey."""
    codes = select(one_time.c.person).where(
        one_time.c.person == person, one_time.c.confirmed.is_not(None)
    )
    keys = select(passkey.c.person).where(passkey.c.person == person)
    return connection.execute(codes.union_all(keys).limit(1)).first() is not None
