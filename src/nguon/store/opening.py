# SPDX-License-Identifier: Apache-2.0
"""What opens an entry of the log: for whoever may see in full what it is about."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, RowMapping, select

from nguon.store.bodies import unpack
from nguon.store.portions import batches, rows_by
from nguon.store.schema import event, log
from nguon.store.statements_tables import log_about, log_statement
from nguon.store.values import EntryKind


class Opening(msgspec.Struct, frozen=True):
    """``commit`` of entry ``seq`` is HMAC-SHA-256 under ``salt`` over ``digest`` ‖ ``received``."""

    seq: int
    salt: bytes
    digest: bytes
    """The record digest."""
    received: bytes
    """The SHA-256 of the bytes as received."""


class Stated(msgspec.Struct, frozen=True):
    """A statement in the log; ``body`` and ``salt`` are gone where they were erased.

    A public one never has a salt: its leaf carries the body.
    """

    seq: int
    kind: str
    record_time: int
    leaf: bytes
    body: bytes | None
    salt: bytes | None


def opening(connection: Connection, number: int) -> Opening | None:
    """What opens the entry of an event; None where there is none or it was erased.

    Raises:
        CorruptBodyError: the stored bytes are damaged.
    """
    query = (
        select(log.c.seq, log.c.salt, event.c.digest, event.c.body)
        .join(event, event.c.id == log.c.event)
        .where(log.c.event == number, log.c.kind == EntryKind.EVENT)
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.salt is None or row.body is None:
        return None
    received = sha256(unpack(row.body)[0]).digest()
    return Opening(row.seq, row.salt, row.digest, received)


def statement(connection: Connection, seq: int) -> Stated | None:
    """The statement with this number."""
    row = connection.execute(_STATED.where(log.c.seq == seq)).mappings().one_or_none()
    return None if row is None else _stated(row)


def statements(connection: Connection, about: str) -> list[Stated]:
    """All statements about somebody or something, in order."""
    told = select(log_about.c.seq).where(log_about.c.subject == about)
    numbers = connection.scalars(told.order_by(log_about.c.seq)).all()
    return [
        _stated(row)
        for some in batches(numbers)
        for row in connection.execute(
            _STATED.where(log.c.seq.in_(some)).order_by(log.c.seq)
        ).mappings()
    ]


def statements_by(connection: Connection, about: Sequence[str]) -> dict[str, list[Stated]]:
    """All statements about each of several, in order."""
    query = select(log_about.c.subject, *_COLUMNS).join(log_about, log_about.c.seq == log.c.seq)
    query = query.join(log_statement, log_statement.c.seq == log.c.seq)
    found: dict[str, list[Stated]] = {}
    for row in rows_by(connection, query, log_about.c.subject, about, log.c.seq):
        told = {name: row[name] for name in Stated.__struct_fields__}
        found.setdefault(row["subject"], []).append(Stated(**told))
    return found


_COLUMNS = (*log.c["seq", "record_time", "leaf", "salt"], *log_statement.c["kind", "body"])
_STATED = select(*_COLUMNS).join(log_statement, log_statement.c.seq == log.c.seq)


def _stated(row: RowMapping) -> Stated:
    return Stated(**row)
