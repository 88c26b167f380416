# SPDX-License-Identifier: Apache-2.0
"""Erasing events: content and index go; digest, leaf and order of the log stay."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from nguon.base.audience import Audience, AudienceKind
from nguon.epcis.terms import term
from nguon.identity.visibility import decide
from nguon.store import Store, open_store
from nguon.store.errors import HeldError, UnknownEventError
from nguon.store.leaf import erasure_leaf, subject
from nguon.store.schema import event, event_digest, event_item, event_term
from nguon.store.values import EntryKind, EventRecord, Outcome
from tests.records import LOT, PACKER, make_record, serial

ALL = Audience(AudienceKind.OPERATOR, None, decide)
SECRET_TEXT = "0912 345 678 nha ong Lac"


def _noted() -> EventRecord:
    members: dict[str, Any] = {"example:note": SECRET_TEXT}
    return make_record(10, count=1, **members)


def _put(store: Store) -> list[int]:
    records = [make_record(1, count=1), _noted(), make_record(20, count=1)]
    return [one.event for one in store.writer.submit(records, PACKER).result(20)]


def _rows(store: Store, number: int) -> tuple[int, int]:
    with store.reading() as connection:
        return (
            connection.scalar(select(func.count()).where(event_item.c.event == number)) or 0,
            connection.scalar(select(func.count()).where(event_term.c.event == number)) or 0,
        )


def test_the_content_goes_and_the_proof_stays(store: Store) -> None:
    first, noted, last = _put(store)
    before = store.log.entries(1, 10, salts=True)
    body = store.events.by_ids(ALL, [noted])[0]
    [erased] = store.erasure.erase([noted], reason="Order 12/QD", by="operator")
    after = store.log.entries(1, 10, salts=True)
    assert (erased.event, erased.seq, erased.erasure_seq) == (noted, before[1].seq, 4)
    assert [entry.leaf for entry in after[:3]] == [entry.leaf for entry in before]
    assert [entry.salt for entry in after[:3]] == [before[0].salt, None, before[2].salt]
    assert [entry.kind for entry in after] == [EntryKind.EVENT] * 3 + [EntryKind.ERASURE]
    assert (after[3].event, after[3].seq, len(after)) == (noted, 4, 4)
    told = msgspec.json.decode(after[3].leaf)
    assert (told["erased"], told["kind"], set(told)) == (
        before[1].seq, "erasure", {"commit", "erased", "kind", "v"},
    )  # fmt: skip
    assert after[3].record_time >= after[2].record_time
    assert store.log.gaps() == []
    assert store.log.head().seq == 4
    assert _rows(store, noted) == (0, 0)
    assert min(*_rows(store, first), *_rows(store, last)) > 0
    with store.reading() as connection:
        row = connection.execute(select(event).where(event.c.id == noted)).mappings().one()
        digests = connection.scalars(
            select(event_digest.c.digest).where(event_digest.c.event == noted)
        ).all()
    assert (row["body"], row["item_list"], row["event_id"]) == (None, None, None)
    assert (row["digest"], row["submitter"]) == (body.digest, PACKER.organisation)
    assert body.digest in digests


def test_no_read_finds_it(store: Store) -> None:
    first, noted, last = _put(store)
    event_id = _noted().event_id
    assert event_id is not None
    store.erasure.erase([noted], reason="r", by="b")
    assert [e.id for e in store.events.by_ids(ALL, [first, noted, last])] == [first, last]
    assert store.events.by_items(ALL, [serial(10)], limit=9) == []
    assert store.events.by_event_id(ALL, event_id) == []
    assert [e.id for e in store.events.candidates(ALL, [])] == [last, first]
    assert list(store.events.candidates(ALL, [[term("eventID", event_id)]])) == []
    assert store.lineage.events_of([serial(10)]) == {}
    found = {e.id for e in store.lineage.events_of([LOT])[LOT]}
    assert found == {first, last}
    assert store.erasure.about([serial(10)]) == 1
    assert store.erasure.about([LOT, serial(1), serial(10)]) == 1
    assert store.erasure.about([serial(1)]) == 0


def test_the_same_record_does_not_come_back(store: Store) -> None:
    noted = _put(store)[1]
    store.erasure.erase([noted], reason="r", by="b")
    again = _noted()
    [receipt] = store.writer.submit([again], PACKER).result(20)
    assert (receipt.outcome, receipt.event) == (Outcome.REPEATED, noted)
    assert store.log.head().seq == 4
    assert store.events.by_ids(ALL, [noted]) == []


def test_writing_goes_on(store: Store) -> None:
    noted = _put(store)[1]
    store.erasure.erase([noted], reason="r", by="b")
    [receipt] = store.writer.submit([make_record(30, count=1)], PACKER).result(20)
    assert (receipt.outcome, receipt.seq) == (Outcome.STORED, 5)
    assert store.log.gaps() == []


def test_a_hold_forbids_it(store: Store) -> None:
    numbers = _put(store)

    def held(events: Mapping[int, frozenset[str]]) -> list[int]:
        return [number for number, keys in events.items() if serial(10) in keys]

    with pytest.raises(HeldError) as refused:
        store.erasure.erase(numbers, reason="r", by="b", held=held)
    assert refused.value.params == {"count": 1}
    assert [e.id for e in store.events.by_ids(ALL, numbers)] == numbers
    assert store.log.head().seq == 3


def test_unknown_and_erased_ones(store: Store) -> None:
    numbers = _put(store)
    with pytest.raises(UnknownEventError):
        store.erasure.erase([numbers[0], 987654321], reason="r", by="b")
    assert len(store.erasure.erase(numbers[:1], reason="r", by="b")) == 1
    assert len(store.erasure.erase(numbers[:2], reason="r", by="b")) == 1
    assert store.erasure.erase(numbers[:2], reason="r", by="b") == []
    assert store.log.head().seq == 5


def test_nothing_of_it_is_left_in_a_sqlite_file(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with open_store(sqlite_url) as store:
        noted = _put(store)[1]
        with store.reading() as connection:
            row = connection.execute(select(event).where(event.c.id == noted)).mappings().one()
            salt = store.log.of_event(noted, salts=True)[0].salt or b""
        remains = [bytes(row["body"]), bytes(row["item_list"]), salt]
        files = [path, path.with_name(path.name + "-wal")]
        assert any(remains[0] in one.read_bytes() for one in files if one.exists())
        store.erasure.erase([noted], reason="r", by="b")
        for one in files:
            for gone in remains:
                assert gone
                assert not one.exists() or gone not in one.read_bytes()


def test_the_leaf_of_an_erasure() -> None:
    leaf = erasure_leaf(7, b"o" * 32, b"s" * 32)
    assert msgspec.json.decode(leaf)["erased"] == 7
    assert leaf == erasure_leaf(7, b"o" * 32, b"s" * 32)
    assert leaf != erasure_leaf(7, b"o" * 32, b"t" * 32)
    assert subject(serial(1), b"x" * 32)
