# SPDX-License-Identifier: Apache-2.0
"""What the other party of a hand-over said, by the record that it confirms; read once."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from nguon.base.quantity import Quantity
from nguon.entries import confirmations
from nguon.entries.handover import State
from nguon.entries.model import Line
from nguon.ladder.model import Confirmation
from nguon.store import Store


class _Side(NamedTuple):
    """One party's view: the other one, and the other's entry of the log."""

    hand_over: confirmations.Confirmation
    other: int
    entry: int | None


class HandedOver:
    """The hand-overs of some things, by the numbers of the records that tell of them."""

    def __init__(self, store: Store, keys: Collection[str]) -> None:
        self._sides: dict[int, list[_Side]] = {}
        for one in confirmations.confirmations(store, keys):
            self._add(one.shipping_seq, _Side(one, one.receiver, one.receiving_seq))
            self._add(one.receiving_seq, _Side(one, one.giver, one.shipping_seq))

    def others(self, seq: int) -> list[int]:
        """The numbers of the parties on the other side of a record."""
        return [side.other for side in self._sides.get(seq, ())]

    def of(
        self, seq: int, codes: Mapping[int, str], receipts: Mapping[int, str], *, whole: bool
    ) -> tuple[Confirmation, ...]:
        """What was said on the other side of a record; quantities where it is read ``whole``.

        ``codes`` are what the parties are called for the reader.
        """
        return tuple(
            _told(side, codes[side.other], receipts, whole=whole)
            for side in self._sides.get(seq, ())
        )

    def _add(self, seq: int | None, side: _Side) -> None:
        if seq is not None:
            self._sides.setdefault(seq, []).append(side)


def _told(side: _Side, by: str, receipts: Mapping[int, str], *, whole: bool) -> Confirmation:
    one = side.hand_over
    steps = [step for step in one.said if step.organisation == side.other]
    digest = sha256(steps[-1].payload.encode()).hexdigest() if steps else ""
    sent, found = (_total(lines) if whole else None for lines in (one.quantities, one.found))
    return Confirmation(
        by=by,
        reference=receipts.get(side.entry or 0) or digest,
        at=one.at,
        agreed=one.agreed,
        signed=any(step.kid for step in steps),
        disputed=one.state is State.DISPUTED,
        sent=sent,
        found=found,
    )


def _total(lines: Sequence[Line]) -> Quantity | None:
    """All of it, where all is counted in one unit."""
    amounts = [line.quantity for line in lines if line.quantity is not None]
    units = {amount.unit for amount in amounts}
    if len(units) != 1 or len(amounts) != len(lines):
        return None
    return Quantity(sum((one.amount for one in amounts), Decimal(0)), units.pop())
