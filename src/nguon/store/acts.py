# SPDX-License-Identifier: Apache-2.0
"""What events say was done, by whom and for whom, without the rest of their bodies."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, select

from nguon.store.bodies import unpack
from nguon.store.dialects import Dialect
from nguon.store.schema import event


class Act(NamedTuple):
    """Business step and disposition as sent, and the givers and takers with their types.

    Types and identifiers are as sent.
    """

    step: str | None = None
    disposition: str | None = None
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()


class _Source(msgspec.Struct):
    type: str
    source: str


class _Destination(msgspec.Struct):
    type: str
    destination: str


class _Said(msgspec.Struct, rename="camel"):
    biz_step: str | None = None
    disposition: str | None = None
    source_list: list[_Source] = []
    destination_list: list[_Destination] = []


_decode = msgspec.json.Decoder(_Said).decode


def acts(connection: Connection, dialect: Dialect, numbers: Sequence[int]) -> dict[int, Act]:
    """The acts of these events by number, in one statement; erased ones are left out."""
    rows = connection.execute(_reading(dialect), {"numbers": dialect.listed(numbers)})
    return {number: _act(unpack(body)[0]) for number, body in rows}


def _act(raw: bytes) -> Act:
    said = _decode(raw)
    return Act(
        said.biz_step,
        said.disposition,
        tuple((one.type, one.source) for one in said.source_list),
        tuple((one.type, one.destination) for one in said.destination_list),
    )


@cache
def _reading(dialect: Dialect) -> Select[Any]:
    query = select(event.c.id, event.c.body)
    return query.where(dialect.among_named(event.c.id, "numbers"), event.c.body.is_not(None))
