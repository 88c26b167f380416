# SPDX-License-Identifier: Apache-2.0
"""Too much, too slow, too long: at witnesses, at a mirror, at captures. Attack 12.

Attackers come from addresses of their own (127.0.0.2 and so on), as they would.
"""

import gzip
import socket
import threading
import time
from collections import Counter
from contextlib import closing, suppress

import httpx
import pytest

from nguon.base.canonical_json import canonical
from nguon.store import open_store
from nguon.store.errors import EntrySizeError
from nguon.store.statements import MOST_OCTETS, Statement
from nguon.store.values import EntryKind
from nguon.transparency.armour import armoured
from nguon.transparency.tiles import tile_at
from tests.fault.log.conftest import World
from tests.fault.log.world import Forged, until
from tests.integration.web.samples import document, event


def grown(world: World, number: int) -> float:
    """Seconds until one record more of the honest log is witnessed."""
    begun = time.monotonic()
    world.one.capture(number).raise_for_status()
    world.one.reached(world.one.state()["recorded"])
    return time.monotonic() - begun


def test_a_flood_of_checkpoints(world: World) -> None:
    """Rubbish, and requests that somebody signed who is nobody: 429, and the honest log goes on."""
    witness = world.witnesses[0]
    before = witness.seen(world.two.origin)
    # Signed rightly, and refused with 409: they count by address, as rubbish does.
    stale = Forged(world.two.entries(), world.two.signer()).ask(0, 1)
    answers: Counter[int] = Counter()
    stopping = threading.Event()

    def flood(address: str, body: bytes) -> None:
        transport = httpx.HTTPTransport(local_address=address)
        with httpx.Client(transport=transport, timeout=20) as client:
            for _ in range(400):
                if stopping.is_set():
                    return
                with suppress(httpx.TransportError):
                    answer = client.post(f"{witness.url}/add-checkpoint", content=body)
                    answers[answer.status_code] += 1

    threads = [
        threading.Thread(target=flood, args=(f"127.0.0.{n}", body))
        for n, body in ((2, b"old 0\n\nrubbish"), (3, stale))
    ]
    for thread in threads:
        thread.start()
    try:
        until(lambda: answers[429] > 20)
        assert grown(world, 400) < 30
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert set(answers) <= {400, 409, 429, 503}
    assert answers[400] > 0
    seen = witness.seen(world.two.origin)
    assert seen[0] >= before[0]


def test_connections_that_bring_nothing(world: World) -> None:
    """One address holds a hundred and no more; others are served as before."""
    witness = world.witnesses[1]
    place = ("127.0.0.1", witness.port)
    slow = [socket.create_connection(place, source_address=("127.0.0.4", 0)) for _ in range(100)]
    try:
        for each in slow:
            each.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\no")
        with closing(socket.create_connection(place, source_address=("127.0.0.4", 0))) as more:
            more.settimeout(20)
            with suppress(ConnectionResetError):
                assert more.recv(10) == b""
        assert grown(world, 401) < 30
        assert httpx.get(witness.url, timeout=20).status_code == 200
    finally:
        for each in slow:
            each.close()


def test_requests_that_are_too_long(world: World) -> None:
    witness, origin = world.witnesses[2], world.two.origin
    tree = Forged(world.two.entries(), world.two.signer())
    right = tree.ask(1, 2)
    hashes = "".join(f"{armoured(bytes([n]) * 32)}\n" for n in range(64)).encode()
    head, note = b"old 1\n", right.partition(b"\n\n")[2]
    for body, expected in (
        (right + b"x" * 1_100_000, (413, "request too long\n")),
        (head + hashes + b"\n" + note, (400, "malformed request\n")),
        (head + hashes[: 63 * 45] + b"\n" + note, (409, f"{witness.seen(origin)[0]}\n")),
        (right + b"\xe2\x80\x94 x AAAA\n" * 9_000, (403, "invalid signature\n")),
    ):
        assert witness.refused(origin, body) == expected


def test_a_bomb_for_the_mirror(world: World) -> None:
    """What unpacks to far too much is no answer; the copy stays, and goes on afterwards."""
    mirror, bomb = world.mirror, gzip.compress(bytes(50_000_000), 9)
    mirror.copied(world.one.settled())
    kept = (mirror.home.log / "checkpoint").read_bytes()

    def bombed() -> bool:
        trouble = mirror.status().trouble
        return trouble is not None and "octets" in trouble.params.get("reason", "")

    with world.relay.stopped():
        world.one.capture(402).raise_for_status()
        until(lambda: world.one.checkpoint().size > mirror.status().size)
        size = world.one.settled()
        for path in ("checkpoint", tile_at(0, 0, size).path):
            with world.relay.answering(f"/log/1/{path}", {"Content-Encoding": "gzip"}, bomb):
                until(bombed)
                assert mirror.status().trouble.code == "mirror.unreachable"  # type: ignore[union-attr]
            until(lambda: not bombed())
            assert (mirror.home.log / "checkpoint").read_bytes() == kept
    mirror.copied(size)
    until(lambda: mirror.status().trouble is None)
    assert mirror.alarms() == []


def test_what_is_too_long_for_an_entry(world: World) -> None:
    """Of an event with many things the entry has their hash; others around it lose nothing."""
    recorded = world.one.state()["recorded"]
    things = [f"https://id.gs1.org/01/09521234543213/21/N{n}" for n in range(5_000)]
    told = document(event(410), event(411, epcList=things), event(412))
    assert world.one.send(told).status_code == 202
    world.one.reached(recorded + 3)
    entries = world.one.entries()[recorded:]
    assert max(map(len, entries)) < 1_000
    assert sum(b'"subjects_root"' in each for each in entries) == 1

    size = world.one.state()["recorded"]
    world.one.settled()
    with open_store(world.one.database_url) as store:
        head = store.log.head().seq
        with pytest.raises(EntrySizeError), store.transaction() as connection:
            store.log.add_entry(connection, EntryKind.MAP, b"x" * (MOST_OCTETS + 1))
        body = canonical({"text": "x" * MOST_OCTETS})
        with pytest.raises(EntrySizeError), store.transaction() as connection:
            store.log.note(connection, Statement("log-key", body, public=True))
        assert store.log.head().seq == head >= size
        assert store.log.gaps() == []
    world.one.capture(413).raise_for_status()
    world.one.reached(head + 1)
    assert world.one.state()["refusal"] is None
