# SPDX-License-Identifier: Apache-2.0
"""What entries said before: every change keeps a version, whole, and who made it when.

A version that is not ``applied`` is a proposal: a change of what a body has
approved, which holds once the body has decided.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds
from nguon.registry.history import Actor
from nguon.registry.model import Register
from nguon.store import versions as rows

Content = Mapping[Any, Any]
"""A stored row by column."""

_NOT_SAID = frozenset({"updated", "registrar"})


class Version(msgspec.Struct, frozen=True):
    """What an entry said, since when, by whom."""

    version: int
    applied: bool
    recorded: datetime
    by: Actor
    content: dict[str, Any]


class NewVersion(msgspec.Struct, frozen=True):
    """What an entry says now, or what is proposed."""

    key: str
    content: Content
    applied: bool = True


def add(
    connection: Connection, register: Register, new: Sequence[NewVersion], by: Actor, now: int
) -> dict[str, int]:
    """Keep versions; gives their numbers by key."""
    before = rows.last(connection, register, [one.key for one in new])
    numbers = {one.key: _next(before.get(one.key)) for one in new}
    rows.add(
        connection,
        [
            {
                "register": register.value,
                "key": one.key,
                "version": numbers[one.key],
                "applied": int(one.applied),
                "recorded": now,
                "organisation": by.organisation,
                "actor": by.key_id,
                "content": msgspec.json.encode(said(one.content)).decode(),
            }
            for one in new
        ],
    )
    return numbers


def last(connection: Connection, register: Register, keys: Sequence[str]) -> dict[str, Version]:
    """The newest version of each entry, a proposal too."""
    found = rows.last(connection, register, keys)
    return {key: _version(row) for key, row in found.items()}


def of_entry(connection: Connection, register: Register, key: str) -> list[Version]:
    """All versions of an entry, oldest first."""
    return [_version(row) for row in rows.of_entry(connection, register, key)]


def known(versions: Sequence[Version], moment: datetime) -> Version | None:
    """What the register said at a time, of an entry's versions."""
    found = [one for one in versions if one.applied and one.recorded <= moment]
    return found[-1] if found else None


def said(row: Content) -> dict[str, Any]:
    """A row as versions keep it."""
    return {str(name): value for name, value in row.items() if name not in _NOT_SAID}


def _next(row: RowMapping | None) -> int:
    return 1 if row is None else int(row["version"]) + 1


def _version(row: RowMapping) -> Version:
    return Version(
        row["version"],
        bool(row["applied"]),
        from_microseconds(row["recorded"]),
        Actor(row["organisation"], row["actor"]),
        msgspec.json.decode(row["content"]),
    )
