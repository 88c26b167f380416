# SPDX-License-Identifier: Apache-2.0
"""Lists of keys in portions that a statement can carry."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, RowMapping, Select

_AT_ONCE = 500
_Key = TypeVar("_Key")


def portions(keys: Sequence[_Key], most: int = _AT_ONCE) -> Iterator[Sequence[_Key]]:
    """The keys in their order, at most so many at once."""
    return (keys[start : start + most] for start in range(0, len(keys), most))


def batches(keys: Iterable[_Key]) -> Iterator[Sequence[_Key]]:
    """The keys, each once, in portions."""
    return portions(list(dict.fromkeys(keys)))


def rows_by(
    connection: Connection,
    query: Select[Any],
    column: Column[Any],
    keys: Sequence[Any],
    *order: Column[Any],
) -> list[RowMapping]:
    """The rows of a query whose column holds one of the keys; in order within a portion."""
    found: list[RowMapping] = []
    for some in batches(keys):
        found += connection.execute(query.where(column.in_(some)).order_by(*order)).mappings()
    return found
