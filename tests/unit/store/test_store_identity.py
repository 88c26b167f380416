# SPDX-License-Identifier: Apache-2.0
"""Repeats, clashes, corrections, the counterparty's statement: counted exactly on both stores."""

from collections import Counter

import msgspec
import pytest
from sqlalchemy import func, select

from nguon.store import Store, schema
from nguon.store.entries import seqs_of
from nguon.store.values import EventRecord, Outcome, Receipt, Submitter
from tests.records import PACKER, SHOP, make_record

TABLES = (schema.event, schema.event_item, schema.event_term, schema.event_digest, schema.log)


def counts(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def outcomes(receipts: list[Receipt]) -> Counter[Outcome]:
    return Counter(receipt.outcome for receipt in receipts)


def send(
    store: Store, *records: EventRecord, submitter: Submitter = PACKER, proceed: bool = False
) -> list[Receipt]:
    return store.writer.submit(records, submitter, proceed=proceed).result(20)


def test_a_repeat_gets_the_first_receipt(store: Store) -> None:
    first = send(store, make_record(1), make_record(2))
    before = counts(store)
    again = send(store, make_record(1), make_record(2))
    assert outcomes(first) == {Outcome.STORED: 2}
    assert [msgspec.structs.replace(r, outcome=Outcome.REPEATED) for r in first] == again
    assert counts(store) == before
    assert before["event"] == before["log"] == 2


def test_a_repeat_within_one_submission_is_stored_once(store: Store) -> None:
    stored, repeated = send(store, make_record(1), make_record(1))
    assert repeated == msgspec.structs.replace(stored, outcome=Outcome.REPEATED)
    assert counts(store)["event"] == 1


def test_another_event_under_the_same_event_id_clashes(store: Store) -> None:
    send(store, make_record(1))
    before = counts(store)
    other = make_record(1, bizStep="receiving")
    clash, withheld, repeat = send(store, other, make_record(50), make_record(1))
    assert (clash.outcome, clash.event, clash.seq) == (Outcome.CLASHING, 0, 0)
    assert (withheld.outcome, withheld.event, withheld.seq) == (Outcome.WITHHELD, 0, 0)
    assert (repeat.outcome, repeat.seq) == (Outcome.REPEATED, 1)
    assert counts(store) == before
    assert store.events.head().seq == 1


@pytest.mark.parametrize("together", [True, False])
def test_nobody_takes_an_event_id_from_another(store: Store, together: bool) -> None:
    """Who uses it first keeps nobody from recording, and overwrites nothing."""
    thief, owner = make_record(1, content=7, bizStep="receiving"), make_record(1)
    if together:
        futures = [store.writer.submit([thief], SHOP), store.writer.submit([owner], PACKER)]
        [first], [second] = (one.result(20) for one in futures)
    else:
        [first], [second] = send(store, thief, submitter=SHOP), send(store, owner)
    assert [first.outcome, second.outcome] == [Outcome.STORED] * 2
    assert not second.possible_duplicate
    assert send(store, owner)[0].seq == second.seq
    for submitter in (PACKER, SHOP):
        [clash] = send(store, make_record(1, bizStep="packing"), submitter=submitter)
        assert clash.outcome is Outcome.CLASHING, "of one party it still names one record"
    [declared] = send(store, make_record(1, correction=True), submitter=SHOP)
    assert declared.outcome is Outcome.STORED
    assert counts(store)["event"] == 3
    with store.reading() as connection:
        name = make_record(1).event_id
        assert name is not None
        for party, seq in ((PACKER, second.seq), (SHOP, first.seq)):
            assert seqs_of(connection, party.organisation, [name]) == {name: seq}
        assert seqs_of(connection, 10_000, [name]) == {}


def test_the_identical_statement_of_another_names_its_record_too(store: Store) -> None:
    send(store, make_record(1))
    [same] = send(store, make_record(1), submitter=SHOP)
    [other] = send(store, make_record(1, bizStep="receiving"), submitter=SHOP)
    assert (same.possible_duplicate, other.outcome) == (True, Outcome.CLASHING)


def test_a_clash_within_one_submission_withholds_all_of_it(store: Store) -> None:
    receipts = send(store, make_record(1), make_record(1, bizStep="receiving"), make_record(2))
    assert [r.outcome for r in receipts] == [Outcome.WITHHELD, Outcome.CLASHING, Outcome.WITHHELD]
    assert set(counts(store).values()) == {0}


def test_what_a_refused_submission_claimed_is_free_again(store: Store) -> None:
    send(store, make_record(1), make_record(1, bizStep="receiving"))
    [receipt] = send(store, make_record(1, bizStep="receiving"))
    assert (receipt.outcome, receipt.seq, receipt.possible_duplicate) == (Outcome.STORED, 1, False)


def test_with_proceed_the_rest_is_stored(store: Store) -> None:
    send(store, make_record(1))
    other = make_record(1, bizStep="receiving")
    receipts = send(store, make_record(10), other, make_record(20), proceed=True)
    assert [r.outcome for r in receipts] == [Outcome.STORED, Outcome.CLASHING, Outcome.STORED]
    assert [r.seq for r in receipts] == [2, 0, 3]
    assert counts(store)["event"] == 3


def test_an_error_declaration_may_repeat_the_event_id(store: Store) -> None:
    send(store, make_record(1))
    [declared] = send(store, make_record(1, correction=True))
    [again] = send(store, make_record(1, correction=True))
    [second] = send(store, make_record(1, correction=True, disposition="unknown"))
    assert [declared.outcome, declared.possible_duplicate] == [Outcome.STORED, False]
    assert again.outcome is Outcome.REPEATED
    assert second.outcome is Outcome.STORED
    assert counts(store)["event"] == 3


def test_the_original_may_come_after_its_correction(store: Store) -> None:
    send(store, make_record(1, correction=True))
    [original] = send(store, make_record(1))
    [other] = send(store, make_record(1, bizStep="receiving"))
    assert original.outcome is Outcome.STORED
    assert other.outcome is Outcome.CLASHING


@pytest.mark.parametrize("together", [True, False])
def test_equal_content_under_another_event_id_is_marked(store: Store, together: bool) -> None:
    one, two = make_record(1, content=7), make_record(2, content=7)
    if together:
        first, second = send(store, one, two)
    else:
        [first], [second] = send(store, one), send(store, two)
    assert (first.outcome, first.possible_duplicate) == (Outcome.STORED, False)
    assert (second.outcome, second.possible_duplicate) == (Outcome.STORED, True)
    assert send(store, two)[0] == msgspec.structs.replace(second, outcome=Outcome.REPEATED)
    assert counts(store)["event"] == 2


def test_the_counterpartys_identical_statement_is_stored_and_marked(store: Store) -> None:
    [ours] = send(store, make_record(1))
    [theirs] = send(store, make_record(1), submitter=SHOP)
    assert (theirs.outcome, theirs.possible_duplicate) == (Outcome.STORED, True)
    assert theirs.event != ours.event
    assert theirs.digest == ours.digest
    [repeated] = send(store, make_record(1), submitter=SHOP)
    assert repeated == msgspec.structs.replace(theirs, outcome=Outcome.REPEATED)
    assert counts(store)["event"] == 2


def test_equal_deliveries_without_an_event_id(store: Store) -> None:
    [first] = send(store, make_record(1, eventID=None))
    [same] = send(store, make_record(1, eventID=None))
    [other] = send(store, make_record(1, eventID=None), submitter=SHOP)
    assert [first.outcome, same.outcome] == [Outcome.STORED, Outcome.REPEATED]
    assert [other.outcome, other.possible_duplicate] == [Outcome.STORED, True]


def test_rows_of_one_event(store: Store) -> None:
    record = make_record(1, count=3)
    send(store, record)
    assert counts(store) == {
        "event": 1,
        "event_item": 3 + 1 + 1,
        "event_term": len(record.terms),
        "event_digest": 3,
        "log": 1,
    }


def test_an_empty_submission_is_answered(store: Store) -> None:
    assert send(store) == []
    assert store.events.head().seq == 0
