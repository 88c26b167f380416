# SPDX-License-Identifier: Apache-2.0
"""What happens with everyday entries: recorded all or nothing, once however often they are sent.

A form first takes its receipt number and its place against the stock, then its
events are captured, then it is done and hand-overs follow. Whatever stops in
between is gone on with when the form is sent again.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.errors import NguonError
from nguon.base.time import from_microseconds, to_microseconds
from nguon.capture.errors import RefusedEventsError
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.entries import facts, handovers, nonces, refusing, rules
from nguon.entries.answers import Signer
from nguon.entries.book import open_book
from nguon.entries.documents import document
from nguon.entries.errors import EntryError, FaultyEntryError, FieldFault
from nguon.entries.events import event_id, events_of_form, seed_of
from nguon.entries.model import Entry, Pack, Receive, Ship, decode_all, encode
from nguon.entries.serials import pallet_numbers
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.store import Store
from nguon.store import entries as statements

_HIGHEST = 2**62
"""More than any receipt number, and still a number to every database."""


class Recorded(msgspec.Struct, frozen=True):
    """A form that is recorded: its receipt number, the lots and pallets it made, its entries.

    ``again`` says that it was recorded before.
    """

    receipt: int
    at: datetime
    entries: tuple[Entry, ...]
    kind: str = ""
    again: bool = False
    job: str | None = None
    """The capture job of its events."""

    @property
    def lots(self) -> tuple[str, ...]:
        """The lots made, in order."""
        return tuple(lot for entry in self.entries for lot in facts.made(entry))

    @property
    def pallets(self) -> tuple[str, ...]:
        """The pallets packed."""
        packs = (entry for entry in self.entries if isinstance(entry, Pack))
        return tuple(pallet.item for one in packs for pallet in one.pallets if pallet.item)


class Sending(msgspec.Struct, frozen=True):
    """Who records, into what, and under which address parties without a GLN are named."""

    store: Store
    capture: CaptureService
    principal: Principal
    base_url: str


def record(sending: Sending, entries: Sequence[Entry], *, idempotency: str) -> Recorded:
    """Record the entries of one form; blocks until they are durable.

    Raises:
        FaultyEntryError: every fault, by entry and line; nothing was recorded.
        EntryError: the key was used for another form; the events clash with others.
    """
    kept = _begun(sending, tuple(entries), idempotency)
    if kept["done"]:
        return _recorded(kept, again=True)
    whole = decode_all(kept["body"])
    owner, receipt = sending.principal.organisation, kept["receipt"]
    try:
        job = _capture(sending, whole, kept)
    except NguonError:
        with sending.store.transaction() as connection:
            statements.drop(connection, owner, receipt)
        raise
    store = sending.store
    strangers = _with_strangers(store, sending.principal, whole)
    form = handovers.Form(
        owner,
        receipt,
        from_microseconds(kept["recorded"]),
        handovers.inside(store, owner, whole),
        _moving(store, owner, whole, kept["idempotency"]),
        signer_of(sending),
    )
    with store.transaction() as connection:
        if statements.settle(connection, owner, receipt, job):
            handovers.follow(connection, form, strangers)
    return msgspec.structs.replace(_recorded(kept), job=job)


def signer_of(sending: Sending) -> Signer:
    """Who signs what the sender says of hand-overs."""
    return Signer(sending.store, sending.principal)


def _moving(store: Store, owner: int, entries: Sequence[Entry], idempotency: str) -> dict[int, int]:
    """The log's entries of shipments and receipts, by their place in the form."""
    names = {
        event_id(owner, seed_of(idempotency, position)): position
        for position, entry in enumerate(entries)
        if isinstance(entry, Ship | Receive)
    }
    with store.reading() as connection:
        found = statements.seqs_of(connection, owner, list(names))
    return {names[name]: seq for name, seq in found.items()}


def faults(sending: Sending, entries: Sequence[Entry]) -> list[FieldFault]:
    """What recording these entries would refuse; for a look before."""
    with sending.store.reading() as connection:
        return _faults(sending, connection, entries, 0)


def _begun(sending: Sending, entries: tuple[Entry, ...], idempotency: str) -> RowMapping:
    """The row of the form: a new one whose entries are in order, or the one sent before."""
    owner, digest = sending.principal.organisation, sha256(encode(entries)).hexdigest()
    with sending.store.reading() as connection:
        known = statements.by_idempotency(connection, owner, idempotency)
    if known is None:
        if not entries:
            raise EntryError("entries.nothing")
        with sending.store.transaction() as connection:
            [receipt] = statements.numbers(connection, f"receipt/{owner}", 1)
            known = statements.by_idempotency(connection, owner, idempotency)
            if known is None:
                new = _new(sending, connection, entries, receipt)
                statements.add(connection, {**new, "idempotency": idempotency, "digest": digest})
                known = statements.by_receipt(connection, owner, receipt)
    assert known is not None
    if known["digest"] != digest:
        raise EntryError("entries.form-used", receipt=known["receipt"])
    return known


def _new(
    sending: Sending, connection: Connection, entries: tuple[Entry, ...], receipt: int
) -> dict[str, Any]:
    """The row of a form whose entries are in order.

    Raises:
        FaultyEntryError: they are not.
    """
    now = to_microseconds(datetime.now(UTC))
    wrong = _faults(sending, connection, entries, now - facts.PENDING)
    if wrong:
        raise FaultyEntryError(wrong)
    return {
        "organisation": sending.principal.organisation,
        "receipt": receipt,
        "key_id": sending.principal.key_id,
        "kind": kind_of(entries),
        "body": encode(
            _offered(sending, receipt, _numbered(sending, connection, entries))
        ).decode(),
        "happened": max(to_microseconds(entry.at) for entry in entries),
        "recorded": now,
        "done": 0,
    }


def _faults(
    sending: Sending, connection: Connection, entries: Sequence[Entry], since: int
) -> list[FieldFault]:
    principal = sending.principal
    known = facts.gather(
        sending.store, connection, principal.audience, principal.organisation, entries, since
    )
    return rules.faults(entries, known)


def kind_of(entries: Sequence[Entry]) -> str:
    """What a form was: its entries' kind; a delivery sheet has harvests and receipts."""
    kinds = {type(entry).__name__.lower() for entry in entries}
    return kinds.pop() if len(kinds) == 1 else "deliveries"


def _numbered(
    sending: Sending, connection: Connection, entries: tuple[Entry, ...]
) -> tuple[Entry, ...]:
    """The entries, their new pallets with numbers."""
    packs = [entry for entry in entries if isinstance(entry, Pack)]
    wanted = sum(pallet.item is None for entry in packs for pallet in entry.pallets)
    if not wanted:
        return entries
    principal = sending.principal
    own = queries.organisation(sending.store, principal.audience, principal.organisation)
    numbers = iter(pallet_numbers(sending.store, connection, own, wanted))
    return tuple(on_pallets(e, numbers) if isinstance(e, Pack) else e for e in entries)


def _offered(sending: Sending, receipt: int, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, their shipments with the number and the secret of the offers they begin."""
    owner, secret = sending.principal.organisation, sending.store.secret
    done: list[Entry] = []
    for position, entry in enumerate(entries):
        if isinstance(entry, Ship):
            number = handovers.number_of(owner, receipt, position)
            nonce = nonces.made(secret, number)
            done.append(msgspec.structs.replace(entry, handover=number, nonce=nonce))
        else:
            done.append(entry)
    return tuple(done)


def on_pallets(entry: Pack, numbers: Iterator[str]) -> Pack:
    """The packing with a number for each pallet that has none."""
    pallets = tuple(
        msgspec.structs.replace(pallet, item=pallet.item or next(numbers))
        for pallet in entry.pallets
    )
    return msgspec.structs.replace(entry, pallets=pallets)


def _capture(sending: Sending, entries: Sequence[Entry], kept: RowMapping) -> str:
    """Have the events of a form stored and logged, all or none; gives their capture job.

    Raises:
        EntryError: they clash with events that others recorded under the same numbers.
        FaultyEntryError: they are another's to say, who did not grant it.
        NguonError: as capture refuses.
    """
    book = open_book(sending.store, sending.principal.organisation, entries, sending.base_url)
    made = events_of_form(entries, book, kept["idempotency"])
    whole = document([raw for _, raw in made], from_microseconds(kept["recorded"]))
    try:
        job = sending.capture.document(whole, Origin(sending.principal))
    except RefusedEventsError as error:
        raise refusing.told(error, entries, [position for position, _ in made]) from error
    if not job.success:
        raise EntryError("entries.clash")
    return job.id


def _with_strangers(
    store: Store, principal: Principal, entries: Sequence[Entry]
) -> list[Entry | None]:
    """The entries; None for receipts from the organisation's own members or from itself."""
    givers = {entry.giver for entry in entries if isinstance(entry, Receive)}
    known = queries.organisations(store, principal.audience, givers)
    own = {
        number
        for number in givers
        if principal.organisation in (number, getattr(known.get(number), "member_of", None))
    }
    return [
        None if isinstance(entry, Receive) and entry.giver in own else entry for entry in entries
    ]


def _recorded(row: RowMapping, *, again: bool = False) -> Recorded:
    return Recorded(
        row["receipt"],
        from_microseconds(row["recorded"]),
        decode_all(row["body"]),
        row["kind"],
        again,
        row["job"],
    )


def receipt(store: Store, owner: int, number: int) -> Recorded | None:
    """What the organisation recorded under a receipt number."""
    if number > _HIGHEST:
        return None
    with store.reading() as connection:
        row = statements.by_receipt(connection, owner, number)
    return None if row is None or not row["done"] else _recorded(row)


def repeated(store: Store, owner: int, idempotency: str) -> Recorded | None:
    """What the organisation recorded with this idempotency key before."""
    with store.reading() as connection:
        row = statements.by_idempotency(connection, owner, idempotency)
    return None if row is None or not row["done"] else _recorded(row, again=True)


def latest(store: Store, owner: int, *kinds: str, limit: int = 1) -> list[Recorded]:
    """The newest forms of these kinds, newest first."""
    with store.reading() as connection:
        return [_recorded(row) for row in statements.latest(connection, owner, kinds, limit)]
