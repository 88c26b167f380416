# SPDX-License-Identifier: Apache-2.0
"""What records draw from grants, in the transaction that writes them.

Grants are held in the order of their ids while it lasts: of two writers the second sees what
the first drew, and neither draws more than there is. What a record drew comes back when its
organisation declares it erroneous.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from nguon.parties.grants.errors import GrantSpentError
from nguon.parties.grants.queries import grant
from nguon.store import grants as rows


class Use(msgspec.Struct, frozen=True):
    """A record at its place in a submission draws from a grant; in the grant's unit."""

    grant: str
    record: int
    amount: Decimal
    event_id: str | None
    happened: int


class Drawing(msgspec.Struct, frozen=True):
    """What a submission draws and gives back; ``erroneous``: eventID by place of its record."""

    organisation: int
    uses: Sequence[Use]
    erroneous: Mapping[int, str]

    def __bool__(self) -> bool:
        return bool(self.uses or self.erroneous)

    def write(self, connection: Connection, new: Mapping[int, int]) -> None:
        """Draw for the records that are new: their numbers by place.

        Raises:
            GrantSpentError: a grant was revoked meanwhile, or has less left.
        """
        now = time.time_ns() // 1000
        back = [event_id for place, event_id in self.erroneous.items() if place in new]
        if back:
            self._give_back(connection, back, now)
        by_grant: dict[str, list[Use]] = defaultdict(list)
        for use in self.uses:
            if use.record in new:
                by_grant[use.grant].append(use)
        for row in rows.find(connection, by_grant.keys(), hold=True) if by_grant else ():
            self._draw(connection, row, by_grant[row["id"]], new, now)

    def _draw(
        self,
        connection: Connection,
        row: Mapping[str, object],
        uses: Sequence[Use],
        new: Mapping[int, int],
        now: int,
    ) -> None:
        found = grant(row)
        if found.revoked is not None or not found.accepted:
            raise GrantSpentError("grants.revoked-meanwhile", grant=found.id)
        wanted = sum((use.amount for use in uses), Decimal(0))
        if found.left is not None and wanted > found.left.amount:
            raise GrantSpentError(
                "grants.spent", grant=found.id, unit=found.left.unit,
                left=f"{found.left.amount:f}", wanted=f"{wanted:f}",
            )  # fmt: skip
        drawn = [
            {
                "grant_id": found.id,
                "event": new[use.record],
                "organisation": self.organisation,
                "event_id": use.event_id,
                "amount": f"{use.amount:f}",
                "happened": use.happened,
                "drawn": now,
                "returned": None,
            }
            for use in uses
        ]
        rows.draw(connection, found.id, f"{found.used + wanted:f}", drawn)

    def _give_back(self, connection: Connection, event_ids: Sequence[str], now: int) -> None:
        """What stands is read again once the grants are held: it comes back once."""
        drawn = rows.drawn_by(connection, self.organisation, event_ids)
        if not drawn:
            return
        held = rows.find(connection, {use["grant_id"] for use in drawn}, hold=True)
        drawn = rows.drawn_by(connection, self.organisation, event_ids)
        for row in held:
            some = [use for use in drawn if use["grant_id"] == row["id"]]
            if not some:
                continue
            amount = sum((Decimal(str(use["amount"])) for use in some), Decimal(0))
            left = Decimal(row["drawn"]) - amount
            events = [int(str(use["event"])) for use in some]
            rows.give_back(connection, row["id"], f"{left:f}", events, now)
