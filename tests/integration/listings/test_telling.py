# SPDX-License-Identifier: Apache-2.0
"""Changes told to a marketplace over HTTP: once, signed, in order, and again where it failed."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from nguon.base.time import to_microseconds
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.listings import delivering, recalls, subscribing, watching
from nguon.listings.errors import ListingFaultsError, UnknownListingError
from nguon.listings.model import Asked
from nguon.listings.runner import Watcher
from nguon.listings.subscribing import Subscription
from nguon.messages import webhooks
from nguon.messages.errors import AddressError
from nguon.parties.keys import custody, queries
from nguon.registry.service import attach
from nguon.signing import jws
from nguon.signing.http import (
    HttpMessage,
    check_content_digest,
    check_times,
    read_signature,
    require,
)
from nguon.store import Store
from nguon.store.listings_tables import listing_outbox
from tests.integration.codes import world
from tests.integration.listings.receiver import Receiver, receiving

MARKET = Principal(204, "key-m", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)
OTHERS = Principal(205, "key-o", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)
LOT = "01/09521303000012/10/L1"
ASKED = [Asked("s-1", LOT), Asked("s-2", LOT)]
AT_ONCE = timedelta(0)


class Recalls:
    """Recalls that a test calls out."""

    def __init__(self) -> None:
        self.now = set[str]()

    def recalled(self, _store: Store, keys: Any) -> set[str]:
        return self.now & set(keys)


@pytest.fixture
def called(store: Store, tmp_path: Path) -> Recalls:
    world.people(store, tmp_path)
    attach(store)
    sealing.attach(store, tmp_path / "accounts.key")
    custody.attach(store, tmp_path / "parties.key")
    found = Recalls()
    recalls.attach(store, found)
    return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def subscription(store: Store, called: Recalls, receiver: Receiver) -> Subscription:
    """A subscription that watches two listings of a lot."""
    del called
    made = subscribing.subscribe(store, MARKET, receiver.url, private=True)
    assert subscribing.watch(store, MARKET, made.id, ASKED) == 2
    return made


def _look(store: Store) -> int:
    return watching.look(store, datetime.now(UTC) + timedelta(seconds=1), every=AT_ONCE)


def _due_now(store: Store) -> None:
    table = listing_outbox
    with store.transaction() as connection:
        connection.execute(update(table).where(table.c.due.is_not(None)).values(due=1))


def _messages(store: Store) -> tuple[subscribing.Sent, ...]:
    return subscribing.of(store, MARKET)[0].messages


def test_a_recall_is_told_once_and_signed(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    assert _look(store) == 2
    assert delivering.deliver(store, private=True) == 0
    called.now.add(LOT)
    assert _look(store) == 2
    assert _look(store) == 2
    assert delivering.deliver(store, private=True) == 1
    assert delivering.deliver(store, private=True) == 0
    [(path, headers, body)] = receiver.came
    told = msgspec.json.decode(body)
    assert (path, told["type"], told["subscription"]) == (
        "/hook?from=nguon",
        "listings.changed",
        subscription.id,
    )
    assert [(one["seller"], one["changed"]) for one in told["changes"]] == [
        ("s-1", ["recalled"]),
        ("s-2", ["recalled"]),
    ]
    assert told["changes"][0]["before"]["recalled"]["answer"] == "no"
    assert told["changes"][0]["after"]["recalled"]["answer"] == "yes"
    assert headers["webhook-id"] == told["id"]
    assert told["order"] == webhooks.order_of(to_microseconds(_messages(store)[0].made), told["id"])
    message = HttpMessage("POST", headers["host"], "/hook", "from=nguon", headers, scheme="http")
    signature = read_signature(message)
    require(signature, ("@method", "@authority", "@path", "@query", "content-digest", "webhook-id"))
    check_times(signature, int(time.time()))
    key = queries.find(store, (signature.keyid or "").rpartition("#")[2])
    assert key is not None
    signature.verify(key.public)
    check_content_digest(headers["content-digest"], sha256(body).digest())
    answers = jws.read(told["answers"])
    answers.verify(key.public)
    [sent] = _messages(store)
    assert (sent.status, sent.attempts, sent.due) == (204, 1, None)
    assert sent.delivered is not None


def test_a_receiver_that_fails_is_tried_again_under_the_same_id(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    receiver.statuses = [500, 302, 204]
    called.now.add(LOT)
    _look(store)
    for attempt in (1, 2):
        assert delivering.deliver(store, private=True) == 1
        [sent] = _messages(store)
        assert (sent.attempts, sent.delivered) == (attempt, None)
        assert sent.due is not None
        rest = sent.due - datetime.now(UTC)
        assert timedelta(0) < rest < timedelta(seconds=40)
        assert delivering.deliver(store, private=True) == 0
        _due_now(store)
    called.now.clear()
    _look(store)
    assert delivering.deliver(store, private=True) == 1
    assert delivering.deliver(store, private=True) == 1
    ids = [headers["webhook-id"] for _, headers, _ in receiver.came]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    nonces = {headers["signature-input"] for _, headers, _ in receiver.came}
    assert len(nonces) == 4
    assert all(one.delivered for one in _messages(store))
    del subscription


def test_a_slow_or_absent_receiver_holds_up_nobody(
    store: Store,
    called: Recalls,
    receiver: Receiver,
    subscription: Subscription,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.6)
    with receiving() as quick:
        other = subscribing.subscribe(store, OTHERS, quick.url, private=True)
        subscribing.watch(store, OTHERS, other.id, ASKED)
        gone = subscribing.subscribe(store, OTHERS, "http://127.0.0.1:9/", private=True)
        subscribing.watch(store, OTHERS, gone.id, ASKED)
        receiver.slow = 4.0
        called.now.add(LOT)
        _look(store)
        begun = time.monotonic()
        assert delivering.deliver(store, private=True) == 3
        assert time.monotonic() - begun < 3.6
        assert len(quick.came) == 1
    [slow] = _messages(store)
    assert (slow.status, slow.trouble, slow.delivered) == (None, "ReadTimeout", None)
    troubles = {one.trouble for found in subscribing.of(store, OTHERS) for one in found.messages}
    assert troubles == {None, "ConnectError"}
    del subscription


def test_after_three_days_nothing_more_is_sent(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    receiver.statuses = [500]
    called.now.add(LOT)
    _look(store)
    past = to_microseconds(datetime.now(UTC) - timedelta(days=4))
    with store.transaction() as connection:
        connection.execute(update(listing_outbox).values(made=past))
    assert delivering.deliver(store, private=True) == 1
    [sent] = _messages(store)
    assert (sent.due, sent.delivered, sent.trouble) == (None, None, "given-up")
    del subscription


def test_two_processes_send_a_message_once(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    receiver.slow = 0.2
    called.now.add(LOT)
    _look(store)
    threads = [
        threading.Thread(target=delivering.deliver, args=(store,), kwargs={"private": True})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.came) == 1
    del subscription


def test_nothing_goes_inside(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    with pytest.raises(AddressError):
        subscribing.subscribe(store, MARKET, receiver.url, private=False)
    called.now.add(LOT)
    _look(store)
    assert delivering.deliver(store, private=False) == 1
    assert receiver.came == []
    assert [one.trouble for one in _messages(store)] == ["messages.address-form"]
    del subscription


def test_what_ended_is_told_nothing_more(
    store: Store, called: Recalls, receiver: Receiver, subscription: Subscription
) -> None:
    with pytest.raises(UnknownListingError):
        subscribing.end(store, OTHERS, subscription.id)
    with pytest.raises(UnknownListingError):
        subscribing.watch(store, OTHERS, subscription.id, ASKED)
    with pytest.raises(ListingFaultsError):
        subscribing.watch(store, MARKET, subscription.id, [Asked("s", "no code")])
    assert subscribing.unwatch(store, MARKET, subscription.id, ASKED[:1]) == 1
    called.now.add(LOT)
    assert _look(store) == 1
    subscribing.end(store, MARKET, subscription.id)
    assert delivering.deliver(store, private=True) == 0
    assert _look(store) == 0
    assert receiver.came == []
    with pytest.raises(UnknownListingError):
        subscribing.watch(store, MARKET, subscription.id, ASKED)


def test_the_threads_look_and_deliver(
    store: Store,
    called: Recalls,
    receiver: Receiver,
    subscription: Subscription,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nguon.listings.runner._IDLE", 0.05)
    monkeypatch.setattr("nguon.listings.runner.watching.look", _looking)
    called.now.add(LOT)
    watcher = Watcher(store, private=True)
    watcher.start()
    deadline = time.monotonic() + 60
    while not receiver.came and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.close()
    assert len(receiver.came) == 1
    with store.reading() as connection:
        assert len(connection.execute(select(listing_outbox)).all()) == 1
    del subscription


def _looking(store: Store, now: datetime) -> int:
    with store.reading() as connection:
        if connection.execute(select(listing_outbox)).first():
            return 0
    return _LOOK(store, now, every=AT_ONCE)


_LOOK = watching.look
