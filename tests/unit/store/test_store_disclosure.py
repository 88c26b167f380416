# SPDX-License-Identifier: Apache-2.0
"""Every read shows its audience what it may see: facts gathered, reductions applied."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec
import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.epcis.items import ItemRef, Role
from nguon.epcis.model import ObjectEvent
from nguon.store import Store
from nguon.store.values import EventRecord, Order, StoredEvent, Submitter
from tests.records import LOT, PACKER, SHOP, make_record, serial

STRANGER = Submitter(9, "stranger-key")


Decide = Callable[[Audience, EventFacts], Disclosure]


def audience(organisation: int | None, decide: Decide, *, reduces: bool = True) -> Audience:
    made = Audience(AudienceKind.PARTNER, organisation, decide)
    if not reduces:
        return made
    return replace(
        made,
        reduce=lambda event: msgspec.structs.replace(event, read_point=None),
        reduce_items=lambda items: tuple(i for i in items if i.role is not Role.READ_POINT),
    )


def by_custody(reader: Audience, facts: EventFacts) -> Disclosure:
    involved = facts.custody or reader.organisation in facts.named
    own = facts.submitter == reader.organisation
    return Disclosure.FULL if own or involved else Disclosure.PUBLIC


def hidden(_reader: Audience, facts: EventFacts) -> Disclosure:
    return Disclosure.FULL if facts.submitter == 1 else Disclosure.NONE


def seen(events: Iterable[StoredEvent]) -> dict[int, Disclosure]:
    return {event.seq: event.disclosure for event in events}


def put(store: Store, *records: EventRecord, submitter: Submitter = PACKER) -> None:
    store.writer.submit(records, submitter).result(20)


def reads(store: Store, reader: Audience) -> Iterator[Iterable[StoredEvent]]:
    """Each way to read the first three events."""
    numbers = [entry.event for entry in store.log.entries(1, 4)]
    event_id = make_record(1).event_id
    assert event_id is not None
    yield store.events.by_ids(reader, numbers)
    yield store.events.by_items(reader, [serial(1)], limit=9)
    yield store.events.by_event_id(reader, event_id)
    yield store.events.candidates(reader, [])
    yield store.events.candidates(reader, [], order=Order.RECORD_TIME)


def test_the_reduction_is_what_is_shown(store: Store) -> None:
    put(store, make_record(1))
    public = audience(None, lambda _reader, _facts: Disclosure.PUBLIC)
    for found in reads(store, public):
        [event] = found
        assert event.disclosure is Disclosure.PUBLIC
        assert (event.body, event.context, event.digest, event.cbv_hash) == (None, None, b"", b"")
        assert isinstance(event.event, ObjectEvent)
        assert event.event.read_point is None
        assert {item.role for item in event.items} == {Role.EPC, Role.MEMBER}


def test_without_a_reduction_nothing_is_shown(store: Store) -> None:
    put(store, make_record(1))
    reader = audience(None, lambda _reader, _facts: Disclosure.PUBLIC, reduces=False)
    assert [list(found) for found in reads(store, reader)] == [[]] * 5


def test_hidden_events_are_left_out_everywhere(store: Store) -> None:
    put(store, make_record(1), submitter=SHOP)
    reader = audience(7, hidden)
    assert [list(found) for found in reads(store, reader)] == [[]] * 5


def test_a_hidden_item_does_not_find_its_event(store: Store) -> None:
    put(store, make_record(1))
    public = audience(None, lambda _reader, _facts: Disclosure.PUBLIC)
    assert store.events.by_items(public, ["414/9521101000016"], limit=9) == []
    assert seen(store.events.by_items(public, [LOT], limit=9)) == {1: Disclosure.PUBLIC}


DOCK = "414/9521101000023"
"""A place of the shop."""


def at_the_dock(record: EventRecord) -> EventRecord:
    return msgspec.structs.replace(record, items=(*record.items, ItemRef(DOCK, Role.BIZ_LOCATION)))


def held(keys: Iterable[str]) -> Mapping[str, int]:
    return {DOCK: SHOP.organisation} if DOCK in keys else {}


def levels(store: Store, reader: Audience) -> dict[int, Disclosure]:
    return seen(store.events.candidates(reader, [], order=Order.RECORD_TIME, descending=False))


def test_recording_something_about_a_thing_is_no_custody_by_itself(store: Store) -> None:
    store.named_organisations = held
    shop = audience(SHOP.organisation, by_custody)
    put(store, make_record(1, count=1), make_record(50, count=1))
    assert levels(store, shop) == {1: Disclosure.PUBLIC, 2: Disclosure.PUBLIC}
    put(store, make_record(1, count=1, bizStep="receiving", eventID=None), submitter=SHOP)
    assert levels(store, shop) == {1: Disclosure.PUBLIC, 2: Disclosure.PUBLIC, 3: Disclosure.FULL}


def test_custody_is_to_be_named_by_another_and_to_have_recorded_it_too(store: Store) -> None:
    store.named_organisations = held
    shop = audience(SHOP.organisation, by_custody)
    put(store, make_record(1, count=1))
    put(store, at_the_dock(make_record(1, count=1, bizStep="arriving", eventID=None)))
    assert levels(store, shop) == {1: Disclosure.PUBLIC, 2: Disclosure.FULL}
    put(store, make_record(1, count=1, bizStep="receiving", eventID=None), submitter=SHOP)
    assert set(levels(store, shop).values()) == {Disclosure.FULL}
    stranger = audience(STRANGER.organisation, by_custody)
    assert set(levels(store, stranger).values()) == {Disclosure.PUBLIC}


def test_the_first_to_record_a_thing_keeps_sight_of_it(store: Store) -> None:
    put(store, make_record(1, count=1))
    put(store, make_record(1, count=1, bizStep="receiving", eventID=None), submitter=SHOP)
    assert set(levels(store, audience(PACKER.organisation, by_custody)).values()) == {
        Disclosure.FULL
    }


def test_a_shared_lot_place_or_product_is_no_custody(store: Store) -> None:
    product = ItemRef("01/09521101000016", Role.EPC, "5", "KGM")
    theirs = msgspec.structs.replace(make_record(50), items=(*make_record(50).items, product))
    ours = msgspec.structs.replace(make_record(1), items=(*make_record(1).items, product))
    put(store, theirs)
    put(store, ours, submitter=SHOP)
    shop = audience(SHOP.organisation, by_custody)
    found = store.events.candidates(shop, [], order=Order.RECORD_TIME, descending=False)
    assert seen(found) == {1: Disclosure.PUBLIC, 2: Disclosure.FULL}


def test_who_has_a_piece_may_see_its_lots_own_events(store: Store) -> None:
    store.named_organisations = held
    lot = msgspec.structs.replace(make_record(50), items=(ItemRef(LOT, Role.OUTPUT, "5"),))
    put(store, lot, at_the_dock(make_record(2)))
    put(store, make_record(1), submitter=SHOP)
    shop = audience(SHOP.organisation, by_custody)
    assert seen(store.events.by_items(shop, [LOT], limit=9)) == {
        1: Disclosure.FULL,
        2: Disclosure.FULL,
        3: Disclosure.FULL,
    }


def test_named_organisations_come_from_the_registry(store: Store) -> None:
    put(store, make_record(1))
    asked: list[set[str]] = []

    def holders(keys: Iterable[str]) -> Mapping[str, int]:
        asked.append(set(keys))
        return {"414/9521101000016": STRANGER.organisation}

    store.named_organisations = holders
    stranger = audience(STRANGER.organisation, by_custody)
    assert seen(store.events.candidates(stranger, [])) == {1: Disclosure.FULL}
    assert asked == [{"414/9521101000016"}]


@dataclass
class Counting:
    calls: int = 0

    def __call__(self, keys: Iterable[str]) -> Mapping[str, int]:
        self.calls += 1
        return {}


@pytest.mark.parametrize("kind", ["operator", "public", "owner"])
def test_facts_are_gathered_only_where_they_matter(store: Store, kind: str) -> None:
    put(store, make_record(1), make_record(20))
    store.named_organisations = counting = Counting()
    readers = {
        "operator": audience(None, lambda _reader, _facts: Disclosure.FULL),
        "public": audience(None, lambda _reader, _facts: Disclosure.PUBLIC),
        "owner": audience(PACKER.organisation, by_custody),
    }
    assert len(list(store.events.candidates(readers[kind], []))) == 2
    assert counting.calls == 0
