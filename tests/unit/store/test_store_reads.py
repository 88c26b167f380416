# SPDX-License-Identifier: Apache-2.0
"""Reads by item, number, eventID and lineage: exact sets, in order, with paging cuts."""

import hashlib

import pytest

from nguon import gs1
from nguon.store import Store, open_store
from nguon.store.values import EventRecord, EventType, StoredEvent, Submitter
from tests.records import CONTEXT, LOT, OPERATOR, PACKER, SHOP, make_record, serial


def put(store: Store, *records: EventRecord, submitter: Submitter = PACKER) -> list[int]:
    return [r.event for r in store.writer.submit(records, submitter).result(20)]


def seqs(events: list[StoredEvent]) -> list[int]:
    return [event.seq for event in events]


def test_what_was_sent_is_given_back(store: Store) -> None:
    record = make_record(1)
    [number] = put(store, record)
    [found] = store.events.by_ids(OPERATOR, [number])
    assert (found.id, found.seq, found.submitter) == (number, 1, 1)
    assert (found.digest, found.cbv_hash) == (record.digest, record.cbv_hash)
    assert found.items == record.items
    assert found.body is not None
    assert hashlib.sha256(found.body).digest() == record.received
    assert found.context == CONTEXT
    assert found.event.event_id == record.event_id


def test_by_item_newest_first(store: Store) -> None:
    put(store, make_record(3), make_record(5), make_record(1), make_record(20))
    assert seqs(store.events.by_items(OPERATOR, [serial(5)], limit=9)) == [2, 1]
    assert seqs(store.events.by_items(OPERATOR, [serial(5), serial(1)], limit=9)) == [2, 1, 3]
    assert seqs(store.events.by_items(OPERATOR, [LOT], limit=3)) == [4, 2, 1]
    assert seqs(store.events.by_items(OPERATOR, [LOT], limit=9, upto_seq=2)) == [2, 1]
    assert store.events.by_items(OPERATOR, [serial(99)], limit=9) == []
    assert store.events.by_items(OPERATOR, [], limit=9) == []


def test_by_many_items(store: Store) -> None:
    put(store, *(make_record(n * 10) for n in range(60)))
    keys = [serial(n * 10) for n in range(60)]
    assert seqs(store.events.by_items(OPERATOR, keys, limit=7)) == [60, 59, 58, 57, 56, 55, 54]
    assert len(store.events.by_items(OPERATOR, keys, limit=1000)) == 60


def test_by_numbers_in_the_order_asked(store: Store) -> None:
    one, two, three = put(store, make_record(1), make_record(20), make_record(30))
    found = store.events.by_ids(OPERATOR, [three, 10**9, one, two])
    assert seqs(found) == [3, 1, 2]


def test_by_event_id_with_its_corrections(store: Store) -> None:
    original = make_record(1)
    put(store, original, make_record(20))
    put(store, make_record(1, correction=True))
    assert original.event_id is not None
    assert seqs(store.events.by_event_id(OPERATOR, original.event_id)) == [1, 3]
    assert store.events.by_event_id(OPERATOR, "urn:uuid:unknown") == []


def test_lineage_by_item(store: Store) -> None:
    put(store, make_record(3), make_record(5), make_record(1), submitter=PACKER)
    put(store, make_record(5, correction=True), submitter=SHOP)
    found = store.lineage.events_of([serial(5), serial(1), LOT, "nothing"])
    assert {key: [event.seq for event in events] for key, events in found.items()} == {
        serial(5): [1, 2, 4],
        serial(1): [3],
        LOT: [3, 1, 2, 4],
    }
    last = found[serial(5)][-1]
    assert (last.type, last.submitter, last.correction) == (EventType.OBJECT, 2, True)
    assert last.event_id == make_record(5).event_id
    assert last.cbv_hash == make_record(5).cbv_hash
    assert last.items == make_record(5).items


def test_lineage_without_the_pieces(store: Store) -> None:
    put(store, make_record(1))
    found = store.lineage.events_of([LOT, serial(1)], skip_members=frozenset({LOT, serial(1)}))
    assert {key: [event.seq for event in events] for key, events in found.items()} == {
        serial(1): [1]
    }


def test_lineage_of_a_great_lot_is_cut_after_what_names_it(store: Store) -> None:
    put(store, *(make_record(n) for n in range(1, 9)))
    lot = store.lineage.events_of([LOT])
    assert not lot.cut
    cut = store.lineage.events_of([LOT], most=3)
    assert cut.cut
    assert len(cut[LOT]) == 3
    assert not store.lineage.events_of([LOT], most=len(lot[LOT]) + 1).cut
    none = store.lineage.events_of([LOT], most=0)
    assert none == {}
    assert none.cut


def test_lineage_as_it_was(store: Store) -> None:
    put(store, make_record(1), make_record(2))
    found = store.lineage.events_of([serial(2)], upto_seq=1)
    assert [event.seq for event in found[serial(2)]] == [1]
    assert store.lineage.events_of([serial(2)], upto_seq=0) == {}
    assert store.lineage.events_of([]) == {}


def test_an_equal_hash_is_not_an_equal_item(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("deriving", "events", "lineage", "hands", "ways"):
        monkeypatch.setattr(f"nguon.store.{module}.key_hash", lambda _key: 7)
    put(store, make_record(1), make_record(50))
    assert seqs(store.events.by_items(OPERATOR, [serial(50)], limit=9)) == [2]
    found = store.lineage.events_of([serial(50)])
    assert [event.seq for event in found[serial(50)]] == [2]
    assert gs1.key_hash(serial(50)) != 7


def test_record_time_never_goes_back(database_url: str) -> None:
    times = iter([2_000, 1_000, 3_000])
    with open_store(database_url, clock=lambda: next(times)) as store:
        receipts = [store.writer.submit([make_record(n)], PACKER).result(20)[0] for n in (1, 2, 3)]
    assert [receipt.record_time for receipt in receipts] == [2_000, 2_000, 3_000]
    assert [receipt.seq for receipt in receipts] == [1, 2, 3]
