# SPDX-License-Identifier: Apache-2.0
"""Messages to web addresses: signed, confirmed by being taken, none held up by another."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from nguon.messages import delivering, queries, service, where, wording
from nguon.messages.delivering import Post
from nguon.messages.model import Channel, DeliveryState
from nguon.messages.runner import Courier
from nguon.parties.keys import queries as keys
from nguon.signing.http import HttpMessage, read_signature, require
from nguon.store import Store
from nguon.store import message_ways as ways
from tests.integration.listings.receiver import Receiver, receiving
from tests.integration.messages.conftest import BASE, MAKER, SHOP, due_now, hook

Tell = Callable[..., str]
POST = Post(BASE, private=True)


def _send(store: Store) -> int:
    rows = delivering.taken(store, Channel.WEBHOOK, 8)
    for row in rows:
        delivering.hook(store, POST, row)
    return len(rows)


def _until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not check():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def test_an_address_is_good_once_it_took_a_message(store: Store, told: Tell) -> None:
    with receiving() as receiver:
        receiver.statuses = [500]
        where.add(store, MAKER, Channel.WEBHOOK, receiver.url, every=True, private=True)
        told()
        assert _send(store) == 1
        assert [one.confirmed for one in where.of(store, MAKER)] == [None]
        due_now(store)
        assert _send(store) == 1
        assert where.of(store, MAKER)[0].confirmed is not None
        number = told(link="/w/recalls/r-1", about="recall:r", important=True)
        assert _send(store) == 1
        assert _send(store) == 0
        path, headers, body = receiver.came[-1]
    said = msgspec.json.decode(body)
    assert path == "/hook?from=nguon"
    assert headers["webhook-id"] == said["id"] == number
    assert "signature" in headers
    assert "content-digest" in headers
    assert (said["type"], said["link"]) == ("message", f"{BASE}/w/recalls/r-1")
    assert said["words"]["en"]["headline"] == "Get messages on traceability and recalls at Lô A?"
    [found] = queries.deliveries(store, "recall:r")
    assert [(way.state, way.status) for way in found.ways] == [(DeliveryState.SENT, 204)]


def test_an_address_that_takes_anything_is_not_confirmed(store: Store, told: Tell) -> None:
    with receiving() as receiver:
        receiver.silent = True
        where.add(store, MAKER, Channel.WEBHOOK, receiver.url, every=True, private=True)
        assert _send(store) == 1
        assert [one.confirmed for one in where.of(store, MAKER)] == [None]
        told(about="recall:r")
        assert [one.ways for one in queries.deliveries(store, "recall:r")] == [()]
        assert [row["type"] for row in _said(receiver)] == ["messages.address"]
        receiver.silent = False
        due_now(store)
        assert _send(store) == 1
        first, second = _said(receiver)
    assert first == second
    assert where.of(store, MAKER)[0].confirmed is not None


def _said(receiver: Receiver) -> list[dict[str, Any]]:
    return [msgspec.json.decode(body) for _, _, body in receiver.came]


def test_what_cannot_be_written_is_noted_and_tried_again(
    store: Store, told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise TypeError

    with receiving() as receiver:
        hook(store, receiver.url)
        told(about="recall:r")
        monkeypatch.setattr(wording, "headline", broken)
        assert _send(store) == 1
        [one] = queries.deliveries(store, "recall:r")
        [way] = one.ways
        assert (way.state, way.attempts, way.trouble) == (DeliveryState.QUEUED, 1, "TypeError")
        monkeypatch.undo()
        due_now(store)
        assert _send(store) == 1
        assert [body["id"] for body in _said(receiver)] == [one.message]


def test_what_arrives_late_or_twice_can_be_told(store: Store, told: Tell) -> None:
    """The first message fails and overtakes nobody; the signed order says that it was first."""
    with receiving() as receiver:
        hook(store, receiver.url)
        receiver.statuses = [503]
        first = told(about="recall:r")
        assert _send(store) == 1
        second = told(about="recall:r")
        assert _send(store) == 1
        due_now(store)
        assert _send(store) == 1
        assert _send(store) == 0
        came = [(headers, msgspec.json.decode(body)) for _, headers, body in receiver.came]
    assert [headers["webhook-id"] for headers, _ in came] == [first, second, first]
    assert [headers["webhook-attempt"] for headers, _ in came] == ["1", "1", "2"]
    orders = [body["order"] for _, body in came]
    assert orders[0] == orders[2] < orders[1]
    sent = [int(headers["webhook-timestamp"]) for headers, _ in came]
    assert sent == sorted(sent)
    known = ("webhook-id", "webhook-timestamp", "webhook-attempt", "content-digest")
    for headers, _ in came:
        message = HttpMessage("POST", headers["host"], "/hook", "from=nguon", headers, "http")
        signature = read_signature(message)
        require(signature, known)
        key = keys.find(store, (signature.keyid or "").rpartition("#")[2])
        assert key is not None
        signature.verify(key.public)


def test_nothing_goes_to_an_address_that_ended_meanwhile(store: Store, told: Tell) -> None:
    with receiving() as receiver:
        number = hook(store, receiver.url)
        told(about="recall:r")
        with store.transaction() as connection:
            ways.change_address(connection, number, ended=1)
        assert _send(store) == 0
        assert receiver.came == []
    [one] = queries.deliveries(store, "recall:r")
    assert [(way.state, way.trouble) for way in one.ways] == [(DeliveryState.FAILED, "ended")]


def test_two_processes_send_once(store: Store, reopened: Callable[[], Store], told: Tell) -> None:
    with receiving() as receiver:
        hook(store, receiver.url)
        for _ in range(6):
            told()
        other = reopened()
        with ThreadPoolExecutor(2) as threads:

            def taken(one: Store) -> int:
                count = 0
                while rows := delivering.taken(one, Channel.WEBHOOK, 3):
                    count += len(rows)
                    for row in rows:
                        delivering.hook(store, POST, row)
                return count

            assert sum(threads.map(taken, (store, other))) == 6
        numbers = [headers["webhook-id"] for _, headers, _ in receiver.came]
    assert len(set(numbers)) == len(numbers) == 6


def test_the_courier_holds_up_nobody(store: Store, told: Tell) -> None:
    with receiving() as slow, receiving() as quick:
        slow.slow = 1.5
        hook(store, slow.url)
        hook(store, quick.url, SHOP)
        for _ in range(3):
            told(301, about="recall:slow")
            told(302, about="recall:quick")
        courier = Courier(store, POST)
        courier.start()
        try:
            _until(lambda: len(quick.came) == 3)
            assert len(slow.came) < 3
        finally:
            courier.close()
    assert _sent(store, "recall:quick") == 3


def _sent(store: Store, about: str) -> int:
    found = queries.deliveries(store, about)
    return sum(way.state is DeliveryState.SENT for one in found for way in one.ways)


def test_what_was_seen_and_acknowledged(store: Store, told: Tell) -> None:
    number = told(about="recall:r")
    [one] = queries.inbox(store, MAKER)
    assert queries.inbox(store, SHOP) == []
    assert queries.find(store, SHOP, number) is None
    service.see(store, [one])
    service.see(store, [one])
    [seen] = queries.inbox(store, MAKER)
    assert seen.seen is not None
    assert seen.acknowledged is None
    first = service.acknowledge(store, MAKER, number)
    assert first == service.acknowledge(store, MAKER, number)
    [sent] = queries.deliveries(store, "recall:r")
    assert (sent.seen, sent.acknowledged) == (seen.seen, first.acknowledged)
