# SPDX-License-Identifier: Apache-2.0
"""All entries about a thing: what the index says is what a scan of the leaves finds."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.leaf import subject, subjects
from nguon.store.schema import event_item
from nguon.store.values import EntryKind, EventRecord
from tests.records import GTIN, LOT, PACKER, make_record, serial

ROLES = [
    *(Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT, Role.MEMBER),
    *(Role.TRANSFORMATION_ID, Role.READ_POINT, Role.SOURCE, Role.DOCUMENT),
]
KEYS = [LOT, GTIN, *(serial(n) for n in range(4)), "414/09521101000016", "uri:urn:x:1"]


def about(number: int, items: Iterable[ItemRef]) -> EventRecord:
    record = make_record(
        number, eventID=f"urn:uuid:{number}", bizLocation={"id": f"urn:x:{number}"}
    )
    whole = msgspec.structs.replace(record, items=tuple(dict.fromkeys(items)))
    return msgspec.structs.replace(whole, digest=sha256(b"%d" % number).digest())


def scanned(store: Store, key: str, long: dict[int, list[str]]) -> list[int]:
    """By the leaves alone; ``long`` are the marks of those that have the root only."""
    mark = subject(key, store.secret)
    found = []
    for seq, leaf in store.log.leaves(1, store.log.head().seq + 1):
        marks = json.loads(leaf).get("subjects", ()) if leaf.startswith(b"{") else ()
        if mark and mark in (long.get(seq) or marks):
            found.append(seq)
    return found


item = st.builds(ItemRef, st.sampled_from(KEYS), st.sampled_from(ROLES))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    named=st.lists(st.lists(item, max_size=6), min_size=1, max_size=6),
    gone=st.lists(st.integers(0, 5), max_size=3),
)
def test_the_index_finds_what_the_leaves_mark(
    store: Store, named: list[list[ItemRef]], gone: list[int]
) -> None:
    first = store.log.head().seq * 100 + 1
    records = [about(first + at, items) for at, items in enumerate(named)]
    receipts = store.writer.submit(records, PACKER).result(20)
    erased = sorted({receipts[at % len(receipts)].event for at in gone})
    if erased:
        store.erasure.erase(erased, reason="QD 1", by="operator")
    for key in KEYS:
        assert store.log.seqs_of_item(key) == scanned(store, key, {})
    assert store.log.seqs_of_item(GTIN) == []
    for receipt in receipts:
        opened = store.log.opening(receipt.event)
        assert (opened is None) == (receipt.event in erased)


@pytest.mark.parametrize("erase", [False, True])
def test_an_entry_about_very_many_things_is_found_by_each(store: Store, erase: bool) -> None:
    items = tuple(ItemRef(serial(n), Role.EPC) for n in range(1200))
    sent = [about(1, items), about(2, items[:2])]
    one = store.writer.submit(sent, PACKER).result(20)[0]
    if erase:
        store.erasure.erase([one.event], reason="QD 1", by="operator")
    long = {one.seq: subjects(items, store.secret)}
    assert b'"subjects_root"' in store.log.entries(one.seq, one.seq + 1)[0].leaf
    assert store.log.seqs_of_item(serial(1)) == scanned(store, serial(1), long) == [1, 2]
    assert store.log.seqs_of_item(serial(1199)) == [1]
    assert store.log.seqs_of_item(serial(1200)) == []


def test_lost_entries_are_found_by_their_marks(store: Store) -> None:
    [receipt] = store.writer.submit([make_record(1, count=1)], PACKER).result(20)
    [entry] = store.log.entries(receipt.seq, receipt.seq + 1)
    with store.transaction() as connection:
        connection.execute(delete(event_item))
        added = [(EntryKind.LOST, entry.leaf), (EntryKind.MAP, b"nguon/map@v1\n")]
        assert store.log.add_entries(connection, added) == 3
    assert store.log.seqs_of_item(serial(1)) == [2]
    assert [one.kind for one in store.log.entries(2, 4)] == [EntryKind.LOST, EntryKind.MAP]
    assert store.log.events_after(0) == 1


def test_an_opening_opens_the_leaf(store: Store) -> None:
    record = make_record(1)
    [receipt] = store.writer.submit([record], PACKER).result(20)
    opened = store.log.opening(receipt.event)
    assert opened is not None
    assert (opened.seq, opened.digest, opened.received) == (
        receipt.seq, record.digest, record.received,
    )  # fmt: skip
    [entry] = store.log.entries(receipt.seq, receipt.seq + 1)
    commit = hmac.digest(opened.salt, opened.digest + opened.received, "sha256")
    assert json.loads(entry.leaf)["commit"] == urlsafe_b64encode(commit).rstrip(b"=").decode()
    assert store.log.opening(receipt.event + 1) is None
