# SPDX-License-Identifier: Apache-2.0
"""What capture asks of serials: was it issued, and does the event fit its life?

Only for products that their holder put under control; for all others it costs
one comparison of sets a batch. A serial that was never issued is refused; a
contradiction is pointed out (docs/decisions/0012-issued-codes.md).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from nguon.codes import control, standing
from nguon.codes.errors import KeysLostError
from nguon.codes.life import Done, State, follow, params
from nguon.epcis.items import ItemRef
from nguon.store import Store
from nguon.store.bodies import unpack
from nguon.store.codes import Recorded
from nguon.store.values import EventRecord

_LATER = 1 << 62
"""A place in the order of recording after everything stored."""
_KEY = 17
"""Characters of a product's key."""


class Finding(msgspec.Struct, frozen=True):
    """What is wrong about a piece in a record of a batch; ``refuse``: the record cannot stand,
    ``keep``: it stands with a warning, for strict keys too.
    """

    record: int
    key: str
    code: str
    params: dict[str, Any]
    refuse: bool
    keep: bool = False


def judge(store: Store, records: Sequence[EventRecord]) -> list[Finding]:
    """What is wrong about the controlled pieces in a batch, in the order of its records."""
    known = control.controlled(store)
    if not known:
        return []
    named = {item.key[:_KEY] for record in records for item in record.items}
    if known.isdisjoint(named):
        return []
    pieces = [_pieces(record.items, known) for record in records]
    keys = list(dict.fromkeys(key for some in pieces for key in some))
    if not keys:
        return []
    with store.reading() as connection:
        try:
            issued = standing.issued(store, connection, keys)
        except KeysLostError as error:
            return [
                Finding(at, some[0], error.code, error.params, refuse=True)
                for at, some in enumerate(pieces)
                if some
            ]
        good = [key for key in keys if issued[key].state not in (State.NOT_ISSUED, State.VOID)]
        lives = standing.deeds(connection, good) if good else {}
    found = [
        _never(at, key, issued[key].state)
        for at, some in enumerate(pieces)
        if not records[at].correction
        for key in some
        if key not in lives
    ]
    refused = {one.record for one in found}
    _add(lives, records, refused)
    for key, life in lives.items():
        for done, code in follow(issued[key].state, life).wrong:
            if done.record is not None:
                found.append(Finding(done.record, key, code, params(key), refuse=False))
    return sorted(found, key=lambda one: one.record)


def _pieces(items: Sequence[ItemRef], known: frozenset[str]) -> list[str]:
    return [
        item.key
        for item in items
        if item.key[:_KEY] in known
        and item.role in standing.THINGS
        and standing.is_serial(item.key)
    ]


def _never(record: int, key: str, state: State) -> Finding:
    code = "codes.void-serial" if state is State.VOID else "codes.never-issued"
    return Finding(record, key, code, params(key), refuse=True)


def _add(lives: dict[str, list[Done]], records: Sequence[EventRecord], refused: set[int]) -> None:
    """The batch's own deeds, after those that are stored; what is refused does not happen."""
    for at, record in enumerate(records):
        if at in refused:
            continue
        sent = Recorded(_LATER + at, record.time, record.items, unpack(record.body)[0])
        for key, done in standing.deeds_in(sent, lives, at).items():
            if not _repeated(lives[key], done):
                lives[key].append(done)


def _repeated(life: Sequence[Done], new: Done) -> bool:
    """Whether the same event is stored: sent again, it is recognised and changes nothing."""
    same = (new.deed, new.at[0], new.event_id, new.correction)
    return any(same == (one.deed, one.at[0], one.event_id, one.correction) for one in life)
