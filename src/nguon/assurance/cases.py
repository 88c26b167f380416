# SPDX-License-Identifier: Apache-2.0
"""Cases about a thing, its records and who made them; read once for all."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from nguon.disputes import queries
from nguon.disputes.model import CaseSummary
from nguon.disputes.subjects import claim_key, keys_over
from nguon.ladder.model import Case
from nguon.store import Store


class Cases:
    """Cases under way about an item, what it is of, these records and parties; and those in
    which a report about the item or a record was upheld.
    """

    def __init__(
        self, store: Store, key: str, records: Mapping[int, bytes], parties: Collection[int]
    ) -> None:
        self._key = key
        self._claims = {number: claim_key(digest) for number, digest in records.items()}
        own = {key, *self._claims.values()}
        with store.reading() as connection:
            self._open = queries.open_about(connection, own | keys_over(key), parties)
            self._upheld = _upheld(connection, own)

    def of_item(self) -> tuple[Case, ...]:
        """Those about the thing, its lot or its product."""
        return self._found([self._key, *sorted(keys_over(self._key) - {self._key})])

    def of_record(self, number: int, party: int) -> tuple[Case, ...]:
        """Those about what a record says, and about who made it."""
        return self._found([self._claims.get(number, ""), *self._party(party)])

    def of_party(self, party: int) -> tuple[Case, ...]:
        """Those about a party."""
        return self._found(self._party(party))

    def _party(self, number: int) -> list[str]:
        return [f"organisation:{number}"]

    def _found(self, keys: Collection[str]) -> tuple[Case, ...]:
        running = [_case(self._open[key]) for key in keys if key in self._open]
        upheld = [_case(self._upheld[key]) for key in keys if key in self._upheld]
        return tuple({case.number: case for case in (*upheld, *running)}.values())


def _upheld(connection: Connection, keys: Collection[str]) -> dict[str, CaseSummary]:
    return queries.decided_about(connection, keys)


def _case(summary: CaseSummary) -> Case:
    return Case(number=summary.id, opened=summary.opened, upheld=summary.decided)
