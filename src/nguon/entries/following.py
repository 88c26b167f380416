# SPDX-License-Identifier: Apache-2.0
"""Shipments and receipts that programs recorded, matched like those of our forms; a quiet thread.

In the order of the log: a shipment offers, or meets a receipt that nobody had offered; a
receipt answers the offer whose secret it says, else one of the same goods between the same
parties within `WITHIN`, or stands open on both sides.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import NguonError
from nguon.base.time import from_microseconds
from nguon.entries import handover, handovers, nonces, reported
from nguon.entries.answers import Signer
from nguon.entries.handover import HandOver, State, Step
from nguon.entries.model import Line, Receive, Ship
from nguon.entries.reported import Reported
from nguon.entries.stock import contents
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.terms import term
from nguon.registry.queries import named_organisations
from nguon.store import Store
from nguon.store import entries as statements
from nguon.store import moving as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables
from nguon.store.bodies import unpack
from nguon.store.packing import unpack_items

_LOG = logging.getLogger(__name__)
WITHIN = timedelta(days=60)
_NAME = "handovers"
_TERMS = (term("bizStep", "shipping"), term("bizStep", "receiving"))
_AT_ONCE = 200
_IDLE = 2.0
_TROUBLE = 60.0


class Matching:
    """The thread that matches what programs record."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="handovers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the portion at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = 0.0 if turn(self._store) else _IDLE
            except Exception as error:  # noqa: BLE001 - it is matched later, the server goes on
                _LOG.warning("hand-overs could not be matched: %s", error, exc_info=True)
                rest = _TROUBLE


def begin(store: Store, seq: int = 0) -> None:
    """Match what was recorded after this entry of the log, unless it was begun before."""
    with store.transaction() as connection:
        if rows.seen(connection, _NAME) is None:
            rows.keep(connection, _NAME, seq)


def turn(store: Store) -> bool:
    """Match the next portion; whether there may be more. What is matched is never matched again.

    Nothing of before the first turn is matched, unless `begin` said so.
    """
    head = store.events.head().seq
    with store.reading() as connection:
        before = rows.seen(connection, _NAME)
        waiting = before is not None and before < head
        some = rows.with_terms(connection, _TERMS, before or 0, head, 1) if waiting else []
    if before is not None and not some:
        if waiting:
            _note(store, head)
        return False
    with store.transaction() as connection:
        after = rows.seen(connection, _NAME)
        if after is None:
            rows.keep(connection, _NAME, head)
            return False
        found = rows.with_terms(connection, _TERMS, after, head, _AT_ONCE)
        _all(store, connection, found)
        whole = len(found) == _AT_ONCE
        rows.keep(connection, _NAME, found[-1].seq if whole else head)
    return whole


def _note(store: Store, head: int) -> None:
    with store.transaction() as connection:
        if (rows.seen(connection, _NAME) or 0) < head:
            rows.keep(connection, _NAME, head)


def _all(store: Store, connection: Connection, found: Sequence[Any]) -> None:
    told: list[Reported] = []
    back: list[tuple[int, str]] = []
    for row in found:
        one = _read(row)
        if one is None:
            continue
        if row.correction:
            if row.event_id is not None:
                back.append((row.submitter, row.event_id))
        else:
            told.append(one)
    known = _parties(store, connection, told)
    pairs = [(one, party) for one in told if (party := reported.other(one, known)) is not None]
    parents = _parents(connection, {number for one, by in pairs for number in (one.submitter, by)})
    for one, party in pairs:
        if one.submitter != parents.get(party) and party != parents.get(one.submitter):
            _follow(store, connection, one, party)
    for submitter, event_id in back:
        _withdraw(store, connection, submitter, event_id)


def _read(row: Any) -> Reported | None:
    """The event of a row; None where it says nothing of goods that change hands."""
    try:
        event = decode_raw_event(unpack(row.body)[0], rules=False)
    except NguonError:
        return None
    moment = from_microseconds(row.record_time)
    items = unpack_items(row.item_list)
    return reported.read(row.seq, moment, row.submitter, event, items)


def _parties(store: Store, connection: Connection, told: Sequence[Reported]) -> Mapping[str, int]:
    keys = reported.parties(told)
    if not keys:
        return {}
    found = dict(named_organisations(store, keys))
    codes = {key: code for key in keys if (code := reported.code_in(key)) is not None}
    numbers = registers.organisation_ids(connection, sorted(set(codes.values()))) if codes else {}
    return found | {key: numbers[code] for key, code in codes.items() if code in numbers}


def _parents(connection: Connection, numbers: set[int]) -> Mapping[int, int | None]:
    """The cooperatives of organisations: what goes on between them and theirs is their own."""
    found = registers.rows(connection, tables.organisation, "id", sorted(numbers))
    return {row["id"]: row["member_of"] for row in found}


def _follow(store: Store, connection: Connection, one: Reported, party: int) -> None:
    unsigned = Signer(store, None)
    number = sha256(f"event/{one.seq}".encode()).hexdigest()[:16]
    if one.kind is State.OFFERED:
        _offered(store, connection, one, party, (number, unsigned))
        return
    receipt = Receive(
        at=one.recorded, place=one.place or "", giver=party, lines=one.lines,
        invoice=one.invoice, nonce=one.nonce,
    )  # fmt: skip
    known = _answered(connection, one, party)
    if known is not None:
        after = handover.received(known, receipt, None, one.recorded, one.seq)
        handovers.write(connection, after, unsigned)
        return
    new = handover.claim(receipt, number, one.submitter, None, one.recorded, one.seq)
    handovers.add(connection, new, _inside(store, one, party), unsigned)


def _offered(
    store: Store,
    connection: Connection,
    one: Reported,
    receiver: int,
    made: tuple[str, Signer],
) -> None:
    number, unsigned = made
    own = nonces.made(store.secret, number) if one.offer is None else None
    ship = Ship(
        at=one.recorded, place=one.place or "", receiver=receiver, lines=one.lines,
        invoice=one.invoice, nonce=own,
    )  # fmt: skip
    claimed = _near(connection, one, one.submitter, receiver, State.CLAIMED)
    if claimed is not None:
        after = handover.matched(claimed, ship, None, one.recorded, one.seq)
        handovers.write(connection, after, unsigned)
        return
    new = handover.offer(ship, number, one.submitter, None, one.recorded, one.seq)
    if one.offer is not None:
        new = msgspec.structs.replace(new, body=msgspec.structs.replace(new.body, offer=one.offer))
    handovers.add(connection, new, _inside(store, one, receiver), unsigned)


def _answered(connection: Connection, one: Reported, giver: int) -> HandOver | None:
    if one.nonce is not None:
        named = handovers.by_offer(connection, one.nonce)
        waits = named is not None and named.state in (State.OFFERED, State.DISPUTED)
        if named is not None and waits and (named.giver, named.receiver) == (giver, one.submitter):
            return named
    return _near(connection, one, giver, one.submitter, State.OFFERED)


def _near(
    connection: Connection, one: Reported, giver: int, receiver: int, state: State
) -> HandOver | None:
    """One of the same goods between the same parties, not long ago."""
    found = handovers.between(connection, giver, receiver, state, one.lines)
    return found if found is not None and one.recorded - found.since <= WITHIN else None


def _withdraw(store: Store, connection: Connection, submitter: int, event_id: str) -> None:
    """A shipment that was declared erroneous offers nothing any more."""
    seq = statements.seqs_of(connection, submitter, [event_id]).get(event_id)
    number = sha256(f"event/{seq}".encode()).hexdigest()[:16]
    known = handovers.held(connection, number) if seq is not None else None
    if known is None or known.state is not State.OFFERED or known.giver != submitter:
        return
    step = Step(submitter, from_microseconds(store.events.head().record_time), State.TAKEN_BACK)
    handovers.write(connection, handover.moved(known, step), Signer(store, None))


def _inside(store: Store, one: Reported, party: int) -> Mapping[str, tuple[Line, ...]]:
    pallets = [line.item for line in one.lines if line.item.startswith("00/")]
    return contents(store, pallets, one.submitter, party) if pallets else {}
