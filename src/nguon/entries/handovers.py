# SPDX-License-Identifier: Apache-2.0
"""Hand-overs in the store: read for one of their two parties, written with the form they follow."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.entries import handover
from nguon.entries.answers import Signer
from nguon.entries.errors import EntryError, UnknownHandOverError
from nguon.entries.handover import Body, HandOver, State
from nguon.entries.model import Entry, Line, Receive, Ship
from nguon.entries.nonces import hashed
from nguon.entries.stock import contents
from nguon.gs1 import memberships
from nguon.store import Store
from nguon.store import entries as statements

_decode = msgspec.json.Decoder(Body).decode
_encode = msgspec.json.Encoder().encode
_MOST = 100


class Lists(msgspec.Struct, frozen=True):
    """The hand-overs of an organisation: what waits for it, and what it waits for."""

    to_me: tuple[HandOver, ...]
    """Offered, waiting for my answer."""
    by_me: tuple[HandOver, ...]
    """Offered by me, not answered yet."""
    unmatched: tuple[HandOver, ...]
    """Received without an offer, by either side."""
    differing: tuple[HandOver, ...]
    """Partly accepted or disputed, on either side."""
    closed: tuple[HandOver, ...]


def lists(store: Store, owner: int) -> Lists:
    """All hand-overs of an organisation, the latest change first."""
    with store.reading() as connection:
        gave, got = (
            _all(statements.of_party(connection, side, owner, [*handover.OPEN], _MOST))
            for side in ("giver", "receiver")
        )
        closed = [
            one
            for side in ("giver", "receiver")
            for one in _all(statements.of_party(connection, side, owner, [*handover.CLOSED], 20))
        ]
    both = sorted([*gave, *got], key=lambda one: one.changed, reverse=True)
    return Lists(
        tuple(one for one in got if one.state is State.OFFERED),
        tuple(one for one in gave if one.state is State.OFFERED),
        tuple(one for one in both if one.state is State.CLAIMED),
        tuple(one for one in both if one.state in (State.PART, State.DISPUTED)),
        tuple(sorted(closed, key=lambda one: one.changed, reverse=True)[:20]),
    )


def one(store: Store, owner: int, number: str) -> HandOver:
    """A hand-over that the organisation gives or receives.

    Raises:
        UnknownHandOverError: there is none with this number for it.
    """
    with store.reading() as connection:
        found = _all(statements.handovers(connection, [number]))
    if not found or owner not in (found[0].giver, found[0].receiver):
        raise UnknownHandOverError("entries.unknown-handover")
    return found[0]


def waiting_with(store: Store, owner: int, item: str) -> list[HandOver]:
    """What is offered to the organisation and names this item, its lot, or a pallet with it."""
    with store.reading() as connection:
        numbers = statements.naming(connection, [item, *_lots(item)])
        found = _all(statements.handovers(connection, numbers)) if numbers else []
    return [one for one in found if one.receiver == owner and one.state is State.OFFERED]


def waiting(connection: Connection, numbers: Sequence[str]) -> list[HandOver]:
    """Those of these hand-overs that a receipt may answer."""
    found = _all(statements.handovers(connection, numbers)) if numbers else []
    return [one for one in found if one.state in (State.OFFERED, State.DISPUTED)]


def naming(store: Store, items: Collection[str]) -> list[HandOver]:
    """The hand-overs that name one of these things, or a pallet with it; two statements."""
    with store.reading() as connection:
        numbers = statements.naming(connection, sorted(items)) if items else []
        return _all(statements.handovers(connection, numbers)) if numbers else []


def by_offer(connection: Connection, nonce: str) -> HandOver | None:
    """The hand-over whose offer has this secret, held until the transaction ends."""
    return next(iter(_all(statements.by_offer(connection, hashed(nonce)))), None)


def _lots(item: str) -> list[str]:
    return [key for key in memberships(item) if "/10/" in key]


def _all(rows: Iterable[RowMapping]) -> list[HandOver]:
    return [_handover(row) for row in rows]


def _handover(row: RowMapping) -> HandOver:
    return HandOver(
        id=row["id"],
        giver=row["giver"],
        receiver=row["receiver"],
        state=State(row["state"]),
        since=from_microseconds(row["offered"]),
        changed=from_microseconds(row["changed"]),
        body=_decode(row["body"]),
    )


def _values(one: HandOver) -> dict[str, Any]:
    return {
        "giver": one.giver,
        "receiver": one.receiver,
        "offer": one.body.offer,
        "state": one.state.value,
        "offered": to_microseconds(one.since),
        "changed": to_microseconds(one.changed),
        "body": _encode(one.body).decode(),
    }


def inside(store: Store, owner: int, entries: Iterable[Entry]) -> Mapping[str, tuple[Line, ...]]:
    """What is on the pallets that these entries move."""
    lines = [line for e in entries if isinstance(e, Ship | Receive) for line in e.lines]
    pallets = [line.item for line in lines if line.item.startswith("00/")]
    return contents(store, pallets, owner)


class Form(msgspec.Struct, frozen=True):
    """A form whose events are stored: whose, its number, when, what is on the pallets it moves,
    the log's entry of each of its entries, and who signs for its organisation.
    """

    owner: int
    receipt: int
    now: datetime
    pallets: Mapping[str, tuple[Line, ...]]
    seqs: Mapping[int, int]
    signer: Signer


def follow(connection: Connection, form: Form, entries: Sequence[Entry | None]) -> None:
    """What becomes of hand-overs by a form: shipments offer, receipts answer or claim.

    Receipts from the organisation's own members are its own business: None stands there.
    """
    for position, entry in enumerate(entries):
        number, seq = number_of(form.owner, form.receipt, position), form.seqs.get(position)
        told = form.receipt, form.now, seq
        if isinstance(entry, Ship):
            claimed = between(connection, form.owner, entry.receiver, State.CLAIMED, entry.lines)
            if claimed is not None:
                write(connection, handover.matched(claimed, entry, *told), form.signer)
            else:
                _add(connection, handover.offer(entry, number, form.owner, *told), form)
        elif isinstance(entry, Receive):
            offered = _answered(connection, form.owner, entry)
            if offered is not None:
                write(connection, handover.received(offered, entry, *told), form.signer)
            else:
                _add(connection, handover.claim(entry, number, form.owner, *told), form)


def _answered(connection: Connection, owner: int, entry: Receive) -> HandOver | None:
    """The hand-over that a receipt answers: the one it names, else one of the same goods."""
    if entry.handover is None:
        return between(connection, entry.giver, owner, State.OFFERED, entry.lines)
    [found] = _all(statements.handovers(connection, [entry.handover], hold=True))
    return found


def between(
    connection: Connection, giver: int, receiver: int, state: State, lines: Sequence[Line]
) -> HandOver | None:
    """A hand-over of the same goods in a state, held until the transaction ends."""
    numbers = statements.naming(connection, [line.item for line in lines])
    found = _all(statements.handovers(connection, numbers, hold=True)) if numbers else []
    for one in found:
        between = (one.giver, one.receiver) == (giver, receiver)
        if between and one.state is state and handover.fits(one, lines):
            return one
    return None


def _add(connection: Connection, new: HandOver, form: Form) -> None:
    add(connection, new, form.pallets, form.signer)


def add(
    connection: Connection,
    new: HandOver,
    pallets: Mapping[str, tuple[Line, ...]],
    signer: Signer,
) -> None:
    """A new hand-over with its first step; found by what is on its pallets too."""
    deep = [line.item for item in new.items for line in pallets.get(item, ())]
    statements.add_handover(connection, {"id": new.id, **_values(new)}, [*new.items, *deep])
    signer.state(connection, new)


def number_of(owner: int, receipt: int, position: int) -> str:
    """The number of the hand-over that an entry of a form begins."""
    return sha256(f"{owner}/{receipt}/{position}".encode()).hexdigest()[:16]


def held(connection: Connection, number: str) -> HandOver | None:
    """A hand-over that nobody else changes until the transaction ends."""
    return next(iter(_all(statements.handovers(connection, [number], hold=True))), None)


def write(connection: Connection, one: HandOver, signer: Signer) -> None:
    """Keep what became of a hand-over; its last step is signed and stated."""
    statements.change_handover(connection, one.id, _values(one))
    signer.state(connection, one)


def change(
    store: Store,
    owner: int,
    number: str,
    step: handover.Step,
    signer: Signer,
    nonce: str | None = None,
) -> HandOver:
    """Take a step that needs no event: a dispute, or the giver's agreement.

    Raises:
        UnknownHandOverError: there is none with this number for the organisation.
        EntryError: another nonce than the offer's was said.
    """
    with store.transaction() as connection:
        found = held(connection, number)
        if found is None or owner not in (found.giver, found.receiver):
            raise UnknownHandOverError("entries.unknown-handover")
        if nonce is not None and not handover.echoes(found, nonce):
            raise EntryError("entries.nonce-wrong")
        after = handover.moved(found, handover.allowed(found, step))
        if nonce is not None:
            after = msgspec.structs.replace(
                after, body=msgspec.structs.replace(after.body, echoed=True)
            )
        write(connection, after, signer)
    return after
