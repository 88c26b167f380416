# SPDX-License-Identifier: Apache-2.0
"""Streams for queries equal a filter over everything, in each order, with each cut."""

import itertools

import pytest

from nguon.base.time import to_microseconds
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.model import ObjectEvent
from nguon.epcis.terms import term
from nguon.store import Store, ranges
from nguon.store import candidates as candidates_module
from nguon.store.bodies import unpack
from nguon.store.errors import ScanLimitError
from nguon.store.events import cursor_of
from nguon.store.values import EventRecord, Order, StoredEvent, Window
from tests.records import OPERATOR, PACKER, make_record

STEPS = ("shipping", "receiving", "packing")
PLACES = ("9521101000016", "9521101000023")


@pytest.fixture(params=["small", "large"])
def paging(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways through the index, with pages that end in the middle of the data."""
    monkeypatch.setattr(candidates_module, "_FIRST_PAGE", 4)
    monkeypatch.setattr(candidates_module, "_PAGE", 8)
    monkeypatch.setattr(ranges, "_LARGEST_PAGE", 8)
    if request.param == "large":
        monkeypatch.setattr(candidates_module, "_SMALL", 2)
        monkeypatch.setattr(ranges, "_MOST_BRANCHES", 1)


def records() -> list[EventRecord]:
    """Sixty events in an order of recording that is not the order of time."""
    return [
        make_record(
            (n * 37) % 60,
            bizStep=STEPS[n % 3],
            readPoint={"id": f"https://id.gs1.org/414/{PLACES[n % 2]}"},
        )
        for n in range(60)
    ]


@pytest.fixture
def filled(store: Store) -> tuple[Store, list[EventRecord]]:
    sent = records()
    for start in range(0, 60, 20):
        store.writer.submit(sent[start : start + 20], PACKER).result(20)
    return store, sent


def expected(
    sent: list[EventRecord],
    steps: set[str],
    place: str | None,
    order: Order,
    *,
    descending: bool,
) -> list[int]:
    found = []
    for seq, record in enumerate(sent, 1):
        event = decode_raw_event(unpack(record.body)[0])
        assert isinstance(event, ObjectEvent)
        assert event.read_point is not None
        at = event.read_point.id.rsplit("/", 1)[1]
        if event.biz_step in steps and place in (None, at):
            found.append((seq if order is Order.RECORD_TIME else record.time, seq))
    return [seq for _, seq in sorted(found, reverse=descending)]


def groups(steps: set[str], place: str | None) -> list[list[int]]:
    wanted = [[term("bizStep", step) for step in sorted(steps)]] if len(steps) < 3 else []
    if place is not None:
        wanted.append([term("readPoint", f"https://id.gs1.org/414/{place}")])
    return wanted


CASES = list(
    itertools.product(
        [{"shipping"}, {"shipping", "packing"}, set(STEPS)], [None, PLACES[1]], Order, [True, False]
    )
)


def test_streams_are_complete_and_ordered(
    filled: tuple[Store, list[EventRecord]], paging: None
) -> None:
    store, sent = filled
    for steps, place, order, descending in CASES:
        stream = store.events.candidates(
            OPERATOR, groups(steps, place), order=order, descending=descending
        )
        wanted = expected(sent, steps, place, order, descending=descending)
        assert [entry.seq for entry in stream] == wanted, (steps, place, order, descending)


def test_pages_join_without_gap_or_overlap(
    filled: tuple[Store, list[EventRecord]], paging: None
) -> None:
    store, sent = filled
    wanted_terms = groups({"shipping", "packing"}, None)
    for order, descending in itertools.product(Order, [True, False]):
        collected: list[StoredEvent] = []
        while True:
            after = cursor_of(collected[-1], order) if collected else None
            stream = store.events.candidates(
                OPERATOR, wanted_terms, order=order, descending=descending, after=after
            )
            page = list(itertools.islice(stream, 7))
            stream.close()
            collected += page
            if len(page) < 7:
                break
        wanted = expected(sent, {"shipping", "packing"}, None, order, descending=descending)
        assert [entry.seq for entry in collected] == wanted


def test_windows(filled: tuple[Store, list[EventRecord]], paging: None) -> None:
    store, sent = filled
    times = sorted(record.time for record in sent)
    entries = store.log.entries(1, 61)
    record_from, record_to = entries[20].record_time, entries[40].record_time
    for order in Order:

        def found(window: Window, order: Order = order) -> set[int]:
            stream = store.events.candidates(OPERATOR, [], window=window, order=order)
            return {entry.seq for entry in stream}

        inside = {seq for seq, r in enumerate(sent, 1) if times[10] <= r.time < times[30]}
        assert found(Window(time_from=times[10], time_to=times[30])) == inside
        assert found(Window(record_from=record_from, record_to=record_to)) == {
            entry.seq for entry in entries if record_from <= entry.record_time < record_to
        }
        assert found(Window(upto_seq=13)) == set(range(1, 14))
        assert found(Window(upto_seq=0)) == set()


def test_an_empty_group_matches_nothing(filled: tuple[Store, list[EventRecord]]) -> None:
    store, _ = filled
    assert list(store.events.candidates(OPERATOR, [[]])) == []
    assert list(store.events.candidates(OPERATOR, [[term("bizStep", "loading")]])) == []


def test_a_scan_has_a_limit(filled: tuple[Store, list[EventRecord]], paging: None) -> None:
    store, _ = filled
    for order in Order:
        stream = store.events.candidates(OPERATOR, [], order=order, scan_limit=20)
        with pytest.raises(ScanLimitError) as caught:
            list(stream)
        assert (caught.value.code, caught.value.params) == ("store.scan-limit", {"limit": 20})
    few = store.events.candidates(OPERATOR, [], window=Window(upto_seq=60), scan_limit=100)
    assert len(list(few)) == 60


def test_what_comes_later_does_not_change_a_stream(store: Store) -> None:
    store.writer.submit([make_record(1), make_record(20)], PACKER).result(20)
    upto = store.events.head().seq
    store.writer.submit([make_record(40)], PACKER).result(20)
    window = Window(upto_seq=upto)
    assert [e.seq for e in store.events.candidates(OPERATOR, [], window=window)] == [2, 1]


def test_cursors_speak_of_the_order(store: Store) -> None:
    store.writer.submit([make_record(1)], PACKER).result(20)
    [entry] = store.events.candidates(OPERATOR, [])
    assert cursor_of(entry, Order.RECORD_TIME) == (1, entry.id)
    time = to_microseconds(entry.event.event_time)
    assert cursor_of(entry, Order.EVENT_TIME) == (time, entry.id)
