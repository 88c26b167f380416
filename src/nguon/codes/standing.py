# SPDX-License-Identifier: Apache-2.0
"""Where serials stand: from their block, its ranges and what events say; many at once."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.errors import NguonError
from nguon.codes import keyring
from nguon.codes.life import Done, State, deed_of, follow
from nguon.codes.model import MarkKind
from nguon.codes.printing import covered
from nguon.codes.serials import key_number
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import Role
from nguon.store import Store
from nguon.store import codes as rows
from nguon.store.codes import Recorded

MOST_EVENTS = 20_000
THINGS = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT})
"""The roles in which an event does something to a piece."""


class Issued(msgspec.Struct, frozen=True):
    """What the blocks say of a serial; ``number`` counts from 0 in its block."""

    state: State
    block: str = ""
    number: int = 0
    hidden: str | None = None


NEVER = Issued(State.NOT_ISSUED)


def is_serial(key: str) -> bool:
    """Whether an item key is that of one piece of a product."""
    return key[:3] == "01/" and key[17:21] == "/21/"


def issued(store: Store, connection: Connection, keys: Iterable[str]) -> dict[str, Issued]:
    """What the blocks say of these pieces; two statements for some hundred products.

    Raises:
        KeysLostError: the installation's keys are not those of its data.
    """
    wanted = set(keys)
    found = dict.fromkeys(wanted, NEVER)
    keyring.of(store).prove(connection)
    numbered = _numbers(store, wanted)
    spans = {gtin: (min(numbers), max(numbers)) for gtin, numbers in numbered.items()}
    blocks = _grouped(rows.blocks_among(connection, spans), "gtin")
    held = [row["id"] for some in blocks.values() for row in some]
    marks = _grouped(rows.marks(connection, held) if held else (), "block")
    for gtin, known in blocks.items():
        starts = [row["first"] for row in known]
        for number, key in numbered[gtin].items():
            row = known[max(bisect_right(starts, number) - 1, 0)]
            inside = row["first"] <= number < row["first"] + row["quantity"]
            if inside and key_number(key[21:]) == row["key_number"]:
                found[key] = _issued(store, row, marks.get(row["id"], ()), number)
    return found


def _grouped(found: Iterable[RowMapping], column: str) -> dict[str, list[RowMapping]]:
    grouped: dict[str, list[RowMapping]] = {}
    for row in found:
        grouped.setdefault(row[column], []).append(row)
    return grouped


def made(store: Store, keys: Iterable[str]) -> set[str]:
    """Those of these keys that are pieces with serials that our keys made; asks no database."""
    pieces = [key for key in keys if is_serial(key)]
    return {key for numbers in _numbers(store, pieces).values() for key in numbers.values()}


def deeds(connection: Connection, keys: Sequence[str]) -> dict[str, list[Done]]:
    """What stored events did to these pieces."""
    found: dict[str, list[Done]] = {key: [] for key in keys}
    for recorded in rows.histories(connection, keys, MOST_EVENTS):
        for key, done in deeds_in(recorded, found).items():
            found[key].append(done)
    return found


def deeds_in(
    recorded: Recorded, wanted: "Mapping[str, object]", record: int | None = None
) -> dict[str, Done]:
    """What one event does to the pieces among ``wanted``."""
    roles = {
        item.key: item.role for item in recorded.items if item.role in THINGS and item.key in wanted
    }
    try:
        event = decode_raw_event(recorded.raw, rules=False) if roles else None
    except NguonError:
        return {}
    if event is None:
        return {}
    found = {}
    for key, role in roles.items():
        deed = deed_of(event, role)
        if deed is not None:
            at = recorded.time, recorded.id
            wrong = event.error_declaration is not None
            found[key] = Done(deed, at, event.event_id, wrong, record)
    return found


def standing(store: Store, key: str) -> tuple[Issued, State]:
    """What the blocks say of a piece, and where its life stands."""
    with store.reading() as connection:
        known = issued(store, connection, [key])[key]
        if known.state in (State.NOT_ISSUED, State.VOID):
            return known, known.state
        done = deeds(connection, [key])[key]
    return known, follow(known.state, done).state


def _numbers(store: Store, keys: Iterable[str]) -> dict[str, dict[int, str]]:
    """By product the running numbers in serials that one of our keys made."""
    ring, found = keyring.of(store), dict[str, dict[int, str]]()
    known = {key.number for key in ring.all()}
    for key in keys:
        gtin, serial = key[3:17], key[21:]
        mark = key_number(serial)
        if mark is None or mark not in known:
            continue
        number = ring.sealer(mark, gtin).number(serial)
        if number is not None:
            found.setdefault(gtin, {})[number] = key
    return found


def _issued(store: Store, row: RowMapping, marks: Sequence[RowMapping], number: int) -> Issued:
    at = number - row["first"]
    state = State.ISSUED
    if covered(marks, MarkKind.VOID, at):
        state = State.VOID
    elif covered(marks, MarkKind.PRINTED, at):
        state = State.PRINTED
    hidden = None
    if row["hidden"]:
        hidden = keyring.of(store).sealer(row["key_number"], row["gtin"]).hidden(number)
    return Issued(state, row["id"], at, hidden)
