# SPDX-License-Identifier: Apache-2.0
"""Event numbers: each writer takes a block and counts within it; gaps are allowed."""

from collections.abc import Iterator

from sqlalchemy import update

from nguon.store.database import Database
from nguon.store.schema import id_block

BLOCK = 8192


class Numbers:
    """An endless supply of event numbers; not for several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._free: Iterator[int] = iter(())
        self._left = 0

    def reserve(self, count: int) -> None:
        """Make sure that so many numbers can be taken without asking the database."""
        if self._left >= count:
            return
        size = max(BLOCK, count)
        take = (
            update(id_block)
            .where(id_block.c.name == "event")
            .values(next=id_block.c.next + size)
            .returning(id_block.c.next)
        )
        with self._database.transaction() as connection:
            end = connection.execute(take).scalar_one()
        self._free, self._left = iter(range(end - size, end)), size

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self._left -= 1
        return next(self._free)
