# SPDX-License-Identifier: Apache-2.0
"""An answer that changes is told when its cause is recorded, and nothing else is looked at."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select

from nguon.base.time import HANOI, to_microseconds
from nguon.capture.anew import recompute
from nguon.disputes import service as disputes
from nguon.disputes.model import Kind, Outcome, Report, Step, Subject, SubjectKind
from nguon.disputes.service import Said
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.listings import recalls, subscribing
from nguon.listings.causes import Causes
from nguon.listings.model import Asked
from nguon.listings.runner import Watcher
from nguon.parties.keys import custody
from nguon.registry.service import attach
from nguon.stoplist import service as stops
from nguon.stoplist.guard import guard_of
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.recalls import Stops
from nguon.store import Store, compliance
from nguon.store import listings as rows
from nguon.store.compliance_tables import legal_hold
from nguon.store.enrolment_tables import enrolment
from nguon.store.listings_tables import listing_outbox, listing_watch
from nguon.store.statements import Statement
from nguon.store.values import Submitter
from tests.integration.codes import world
from tests.integration.listings.receiver import Receiver, receiving
from tests.records import CONTEXT

MARKET = Principal(204, "key-m", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)
PRODUCT = "01/09521303000012"
LOT, OTHER, PIECE = f"{PRODUCT}/10/L1", f"{PRODUCT}/10/L2", "01/09521303000029/21/7"
ASKED = [Asked("s-1", LOT), Asked("s-2", LOT), Asked("s-1", OTHER), Asked("s-3", PIECE)]
PLACES = {(one.seller, one.code) for one in ASKED}


def prepared(store: Store, folder: Path) -> None:
    """What the server attaches."""
    attach(store)
    sealing.attach(store, folder / "accounts.key")
    custody.attach(store, folder / "parties.key")
    recalls.attach(store, Stops())


@pytest.fixture
def watched(store: Store, tmp_path: Path) -> str:
    """A subscription that watches four listings."""
    world.people(store, tmp_path)
    prepared(store, tmp_path)
    made = subscribing.subscribe(store, MARKET, "http://127.0.0.1:1/hook", private=True)
    assert subscribing.watch(store, MARKET, made.id, ASKED) == 4
    return made.id


@pytest.fixture
def causes(store: Store, watched: str) -> Causes:
    """Level with the log and the stop list."""
    del watched
    made = Causes(store)
    assert made.look(datetime.now(UTC)) == 0
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def stop(store: Store, key: str, kind: StopKind = StopKind.LOT) -> None:
    new = NewStop(kind=kind, key=key, source="recall:7", reason="recall", by="person/1")
    with store.transaction() as connection:
        stops.put(connection, [new])


def lift(store: Store) -> None:
    with store.transaction() as connection:
        stops.lift(connection, "recall:7", by="person/1")


def after(store: Store, causes: Causes) -> int:
    """A look once the stop list's change may be known."""
    guard_of(store).follow()
    return causes.look(datetime.now(UTC))


def told(store: Store) -> list[list[tuple[str, str, list[str]]]]:
    """The changes of each message, oldest first."""
    with store.reading() as connection:
        found = connection.scalars(select(listing_outbox.c.body).order_by(listing_outbox.c.made))
        return [
            [(one["seller"], one["key"], one["changed"]) for one in message["changes"]]
            for message in map(msgspec.json.decode, found)
        ]


def looks(store: Store) -> dict[tuple[str, str], int]:
    with store.reading() as connection:
        return {
            (row.seller, row.key): row.looked for row in connection.execute(select(listing_watch))
        }


def test_a_recall_and_its_end_are_told_of_what_they_concern(store: Store, causes: Causes) -> None:
    before = looks(store)
    stop(store, PIECE, StopKind.ITEM)
    assert after(store, causes) == 1
    assert told(store) == [[("s-3", PIECE, ["recalled"])]]
    now = looks(store)
    assert {place for place in now if now[place] != before[place]} == {("s-3", PIECE)}
    assert causes.look(datetime.now(UTC)) == 0
    lift(store)
    assert after(store, causes) == 1
    assert told(store)[1:] == [[("s-3", PIECE, ["recalled"])]]


def test_a_recalled_lot_is_told_for_all_its_sellers(store: Store, causes: Causes) -> None:
    stop(store, LOT)
    after(store, causes)
    changed = [("s-1", LOT, ["recalled"]), ("s-2", LOT, ["recalled"])]
    [message] = told(store)
    assert sorted(message) == changed


def test_what_was_stopped_while_nobody_looked_is_found_at_the_start(
    store: Store, watched: str
) -> None:
    stop(store, PIECE, StopKind.ITEM)
    assert after(store, Causes(store)) == 1
    assert told(store) == [[("s-3", PIECE, ["recalled"])]]
    del watched


def test_records_have_their_own_things_looked_at(store: Store, causes: Causes) -> None:
    before = looks(store)
    event = world.event(1, [f"{PRODUCT}/10/L9/21/1", PIECE])
    record = recompute(json.dumps(event).encode(), CONTEXT)
    assert record is not None
    store.writer.submit([record], Submitter(world.MAKER, "k")).result(20)
    assert causes.look(datetime.now(UTC)) == 1
    now = looks(store)
    assert {place for place in now if now[place] != before[place]} == {("s-3", PIECE)}


def test_what_is_said_of_a_party_concerns_its_listings(store: Store, causes: Causes) -> None:
    seller = {"seller": "s-1", "organisation": world.MAKER, "registered": 1, "actor": "k"}
    with store.transaction() as connection:
        rows.put_sellers(connection, MARKET.organisation, [seller])
    assert causes.look(datetime.now(UTC)) == 2, "who it is was said just now"
    before = looks(store)
    with store.transaction() as connection:
        about = f"organisation/{world.MAKER}"
        store.log.note(connection, Statement("entity", b'{"state":"suspended"}', about=(about,)))
    assert causes.look(datetime.now(UTC)) == 2
    now = looks(store)
    changed = {place for place in now if now[place] != before[place]}
    assert changed == {("s-1", LOT), ("s-1", OTHER)}
    resale = Statement("listing.resale", b"{}", about=(f"listing.resale/{world.OTHER}/{PIECE}",))
    with store.transaction() as connection:
        store.log.note(connection, resale)
    assert causes.look(datetime.now(UTC)) == 1


def test_two_servers_tell_it_once(
    store: Store, causes: Causes, reopened: Callable[[], Store], tmp_path: Path
) -> None:
    second = reopened()
    prepared(second, tmp_path)
    beside = Causes(second)
    assert beside.look(datetime.now(UTC)) == 0
    stop(store, PIECE, StopKind.ITEM)
    assert after(store, causes) == 1
    after(second, beside)
    assert told(store) == [[("s-3", PIECE, ["recalled"])]]


def test_the_thread_tells_within_seconds(
    store: Store, causes: Causes, receiver: Receiver, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow round looks at nothing here."""
    monkeypatch.setattr("nguon.listings.runner.watching.look", lambda *_: 0)
    other = subscribing.subscribe(store, MARKET, receiver.url, private=True)
    subscribing.watch(store, MARKET, other.id, ASKED[-1:])
    subscribing.end(store, MARKET, watched)
    watcher = Watcher(store, private=True)
    watcher.start()
    try:
        stop(store, PIECE, StopKind.ITEM)
        begun = time.monotonic()
        while not receiver.came and time.monotonic() - begun < 30:
            time.sleep(0.02)
    finally:
        watcher.close()
    assert len(receiver.came) == 1
    del causes


def recorded(store: Store, event: dict[str, Any], by: int = world.MAKER) -> None:
    record = recompute(json.dumps(event).encode(), CONTEXT)
    assert record is not None
    store.writer.submit([record], Submitter(by, "k")).result(20)


def packed(number: int, parent: str, child: str) -> dict[str, Any]:
    event = world.event(number, [], type="AggregationEvent", bizStep="packing")
    del event["epcList"]
    root = "https://id.gs1.org/"
    return event | {"parentID": root + parent, "childEPCs": [root + child]}


def changed(store: Store, before: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    return {place for place, at in looks(store).items() if at != before[place]}


def test_what_a_container_meets_concerns_what_is_inside(store: Store, causes: Causes) -> None:
    box, pallet, other = (f"00/0952130300000000{end}" for end in ("14", "21", "38"))
    recorded(store, packed(1, box, PIECE))
    recorded(store, packed(2, pallet, box))
    recorded(store, packed(3, other, f"{PRODUCT}/21/8"))
    assert causes.look(datetime.now(UTC)) == 1
    before = looks(store)
    recorded(store, world.event(4, [pallet], action="OBSERVE", bizStep="shipping"))
    assert causes.look(datetime.now(UTC)) == 1
    assert changed(store, before) == {("s-3", PIECE)}
    recorded(store, world.event(5, [other], action="OBSERVE", bizStep="shipping"))
    assert causes.look(datetime.now(UTC)) == 0


def test_a_dispute_is_told_from_its_opening_to_its_end(store: Store, causes: Causes) -> None:
    party, kind = world.MAKER, SubjectKind.ITEM
    subject = Subject(kind=kind, key=LOT, party=party, province="66", sector="crops")
    words = "Nh\u00e3n ghi kh\u00e1c trang ghi."
    case = disputes.report(store, subject, Report(kind=Kind.LABEL, words=words)).case
    causes.look(datetime.now(UTC))
    assert told(store) == [], "what nobody looked at is not told"
    before = looks(store)
    officer = Principal(9, "person/9", KeyKind.INSPECTOR, frozenset(Scope), strict=False)
    opened = disputes.take(store, officer, case.id, Step.OPEN, Said(seen=case.seen, words=words))
    assert causes.look(datetime.now(UTC)) == 2
    assert changed(store, before) == {("s-1", LOT), ("s-2", LOT)}
    over = Said(seen=opened.seen, words=words, outcome=Outcome.NOT_UPHELD)
    disputes.decide(store, officer, case.id, over)
    assert causes.look(datetime.now(UTC)) == 2
    expected = [("s-1", LOT, ["disputed"]), ("s-2", LOT, ["disputed"])]
    assert [sorted(message) for message in told(store)] == [expected, expected]


def ordered(store: Store, key: str, until: str) -> None:
    texts = dict.fromkeys(("body", "reason", "order_number", "actor"), "x")
    values = {"id": "h-1", "key": key, "organisation": 9, "begun": 1, "until": until, **texts}
    with store.transaction() as connection:
        compliance.add(connection, legal_hold, [values])


def test_an_order_is_told_and_its_last_day_ends_it(store: Store, causes: Causes) -> None:
    now = datetime.now(UTC)
    ordered(store, PRODUCT, (now + timedelta(days=3)).astimezone(HANOI).date().isoformat())
    assert causes.look(now) == 3
    [message] = told(store)
    expected = [(seller, key, ["recalled"]) for seller, key in sorted(PLACES - {("s-3", PIECE)})]
    assert sorted(message) == expected
    assert causes.look(now + timedelta(days=3)) == 0
    assert causes.look(now + timedelta(days=4)) == 3
    assert [sorted(one) for one in told(store)] == [expected, expected]
    assert causes.look(now + timedelta(days=5)) == 0


def test_the_end_of_an_enrolment_is_told(store: Store, causes: Causes) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(days=1)
    values = {"id": "e-1", "organisation": world.MAKER, "way": "certificate", "code": "0101",
              "name": "x", "state": "active", "begun": 1, "begun_by": "k", "deadline": 2,
              "details": "{}", "since": 1, "until": to_microseconds(until)}  # fmt: skip
    seller = {"seller": "s-1", "organisation": world.MAKER, "registered": 1, "actor": "k"}
    with store.transaction() as connection:
        rows.put_sellers(connection, MARKET.organisation, [seller])
        connection.execute(insert(enrolment), [values])
    assert causes.look(now) == 2
    assert causes.look(until - timedelta(seconds=15)) == 0
    assert causes.look(until + timedelta(seconds=15)) == 2
    expected = [("s-1", LOT, ["known"]), ("s-1", OTHER, ["known"])]
    assert sorted(told(store)[1]) == expected
    assert causes.look(until + timedelta(hours=1)) == 0


def test_a_resale_of_a_lot_concerns_its_pieces(store: Store, watched: str, causes: Causes) -> None:
    piece = f"{PRODUCT}/21/5"
    assert subscribing.watch(store, MARKET, watched, [Asked("s-4", piece)]) == 5
    fresh = Causes(store)
    assert fresh.look(datetime.now(UTC)) == 0
    statement = Statement("listing.resale", b"{}", about=(f"listing.resale/{world.OTHER}/{LOT}",))
    before = looks(store)
    with store.transaction() as connection:
        store.log.note(connection, statement)
    assert fresh.look(datetime.now(UTC)) == 3
    assert changed(store, before) == {("s-1", LOT), ("s-2", LOT), ("s-4", piece)}
    del causes
