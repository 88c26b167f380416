# SPDX-License-Identifier: Apache-2.0
"""A witness over HTTP: every status of the protocol, and what strangers may try."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import known, open_note, read_note
from nguon.witness import server as server_module
from nguon.witness import serving
from nguon.witness.limits import Buckets
from nguon.witness.server import Server
from nguon.witness.service import Witness
from nguon.witness.state import State
from tests.integration.witness.running import in_thread
from tests.unit.transparency.made_log import LOG, ORIGIN
from tests.unit.witness.made_witness import Growing, made, other_key, witness_in

TREE, FORK = Growing(300), Growing(300, fork=4)
PLACE = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
DIFFERENT = {2: (403, 404, "an unknown origin is answered 404 (tlog-witness, add-checkpoint)")}
"""Requests of 2025-06 whose status the specification changed since."""


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return witness_in(made(tmp_path))


@pytest.fixture
def client(witness: Witness) -> Iterator[httpx.Client]:
    with in_thread(witness) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def add(client: httpx.Client, body: bytes) -> httpx.Response:
    return client.post("/add-checkpoint", content=body)


def test_litewitness_sequence(conformance: Path, tmp_path: Path) -> None:
    file = conformance / "torchwood-litewitness/add_checkpoint_sequence.json"
    case = json.loads(file.read_text("utf-8"))
    serving.initialise(tmp_path, "example.com/witness")
    state = State(tmp_path / serving.STATE)
    state.add(case["vkey"])
    state.close()
    with in_thread(witness_in(tmp_path)) as url, httpx.Client(base_url=url) as client:
        for number, request in enumerate(case["requests"]):
            answer = add(client, request["body"].encode())
            wanted = DIFFERENT.get(number, (0, request["status"]))[1]
            assert answer.status_code == wanted, number
            how, _, words = request["assert"].partition(" contains ")
            if words:
                assert json.loads(words) in answer.text
            else:
                assert answer.text == json.loads(how.removeprefix("body == "))
                assert answer.headers["content-type"] == "text/x.tlog.size"


def test_each_status(client: httpx.Client, witness: Witness) -> None:
    answer = add(client, TREE.ask(0, 9))
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/plain; charset=utf-8",
    )
    opened = open_note(read_note(TREE.note(9) + answer.content), known([witness.signer.key]))
    assert opened.verified[0].key == witness.signer.key
    other = Growing(9, signer=Signer("other.example", Kind.SIGNATURE, bytes(32)))
    for body, status in [
        (TREE.ask(9, 12), 200),
        (TREE.ask(9, 20), 409),
        (TREE.ask(0, 20), 409),
        (other.ask(0, 9), 404),
        (TREE.ask(12, 20, other_key(7)), 403),
        (TREE.ask(12, 20).replace(b"old 12", b"old 21"), 400),
        (b"old 12\n" + TREE.ask(12, 20), 400),
        (FORK.ask(12, 20), 422),
        (FORK.ask(12, 12), 422),
        (b"", 400),
        (b"\xff" * 1000, 400),
        (TREE.ask(12, 20), 200),
        (TREE.ask(20, 20), 200),
    ]:
        answer = add(client, body)
        assert answer.status_code == status, body
        if status == 409:
            assert answer.headers["content-type"] == "text/x.tlog.size"
            assert answer.text == "12\n"
    found = client.get(PLACE)
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    assert found.content.startswith(TREE.note(20))


def test_paths_and_methods(client: httpx.Client) -> None:
    assert client.get(PLACE).status_code == 404
    add(client, TREE.ask(0, 9))
    for method, path, status, allow in [
        ("GET", "/add-checkpoint", 405, "POST"),
        ("HEAD", "/add-checkpoint", 405, "POST"),
        ("DELETE", "/add-checkpoint", 405, "POST"),
        ("POST", "/", 405, "GET, HEAD"),
        ("PUT", PLACE, 405, "GET, HEAD"),
        ("GET", PLACE.upper(), 404, None),
        ("GET", PLACE + "/", 404, None),
        ("GET", "/" + "0" * 64 + "/checkpoint", 404, None),
        ("GET", "/add-checkpoint/", 404, None),
        ("GET", "/%00", 404, None),
        ("GET", "/../add-checkpoint%0d%0ax: y", 404, None),
        ("BREW", "/", 405, "GET, HEAD"),
    ]:
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers.get("allow")) == (status, allow), path
    for path in ("/", PLACE):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))


def test_the_page_says_who_and_what(client: httpx.Client, witness: Witness) -> None:
    page = client.get("/").text
    assert '<html lang="vi">' in page
    assert str(witness.signer.key) in page
    assert ORIGIN in page
    assert PLACE not in page
    add(client, TREE.ask(0, 9))
    english = client.get("/", headers={"accept-language": "en-GB,en"})
    assert '<html lang="en">' in english.text
    assert f'<a href="{PLACE}">' in english.text
    assert "<td>9</td>" in english.text
    assert "2026-09-21" in english.text
    assert "default-src 'none'" in english.headers["content-security-policy"]
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="vi">' in client.get("/?lang=xx").text


def test_names_on_the_page_are_only_text(tmp_path: Path) -> None:
    witness = witness_in(made(tmp_path))
    nasty = Signer("<script>alert(1)</script>", Kind.SIGNATURE, bytes(32))
    witness.state.add(str(nasty.key))
    with in_thread(witness) as url:
        assert "<script>" not in httpx.get(url).text


def test_long_bodies_are_cut(client: httpx.Client, witness: Witness) -> None:
    assert add(client, b"old 0\n\n" + b"x" * 1_000_000).status_code == 413
    pieces = (b"x" * 60_000 for _ in range(10_000))
    sent = 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for piece in pieces:
            sent += len(piece)
            yield piece

    with suppress(httpx.TransportError):
        assert client.post("/add-checkpoint", content=counted()).status_code == 413
    assert sent < 60_000_000
    assert witness.state.last(ORIGIN).size == 0
    assert add(client, TREE.ask(0, 9)).status_code == 200


def test_slow_clients_are_left(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_PATIENCE", 0.3)
    monkeypatch.setattr(serving, "_HEAD_SECONDS", 0.3)
    with in_thread(witness) as url:
        port = int(url.rpartition(":")[2])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        silent[0].sendall(b"POST /add-checkpoint HTT")
        slow = socket.create_connection(("127.0.0.1", port))
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nold")
        begun = time.monotonic()
        assert httpx.post(url + "/add-checkpoint", content=TREE.ask(0, 9)).status_code == 200
        slow.settimeout(30)
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")
        for each in silent:
            each.settimeout(30)
            with suppress(ConnectionResetError):
                assert each.recv(1000) == b""
            each.close()
        slow.close()
        assert time.monotonic() - begun < 60


def test_one_address_cannot_hold_all_connections(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_FROM_ONE", 5)
    with in_thread(witness) as url:
        port = int(url.rpartition(":")[2])
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        time.sleep(0.2)
        more = socket.create_connection(("127.0.0.1", port))
        more.settimeout(30)
        with suppress(ConnectionResetError):
            assert more.recv(10) == b""
        for each in (*held, more):
            each.close()
        end = time.monotonic() + 30
        while not _answers(url):
            assert time.monotonic() < end
            time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def test_floods_are_answered_429(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    witness = witness_in(made(tmp_path))
    monkeypatch.setattr(server_module, "RATE", 0.0)
    monkeypatch.setattr(server_module, "BURST", 20.0)
    with in_thread(witness) as url, httpx.Client(base_url=url) as client:
        found = [add(client, b"x").status_code for _ in range(23)]
    assert found == [400] * 20 + [429] * 3
    monkeypatch.undo()
    limited = Witness(
        witness.state, witness.signer, clock=lambda: 5.0, buckets=Buckets(1, 1, lambda: now[0])
    )
    with in_thread(limited) as url, httpx.Client(base_url=url) as client:
        assert add(client, TREE.ask(0, 9)).status_code == 200
        answer = add(client, TREE.ask(9, 12))
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        assert limited.state.last(ORIGIN).size == 9


def test_a_state_that_cannot_be_written_is_no_error_of_ours(
    client: httpx.Client, witness: Witness, tmp_path: Path
) -> None:
    witness.state._db.execute("PRAGMA busy_timeout = 100")
    other = State(tmp_path / serving.STATE)
    with other.writing():
        answer = add(client, TREE.ask(0, 9))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    other.close()
    assert add(client, TREE.ask(0, 9)).status_code == 200
    witness.state._db.execute("PRAGMA query_only = 1")
    assert add(client, TREE.ask(9, 12)).status_code == 503
    witness.state._db.execute("PRAGMA query_only = 0")
    assert add(client, TREE.ask(9, 12)).status_code == 200


def test_what_is_not_foreseen_is_answered_too(client: httpx.Client, witness: Witness) -> None:
    witness.state.close()
    assert add(client, TREE.ask(0, 9)).status_code == 503
    assert client.get("/").status_code == 503


def test_other_kinds_of_connections_are_left_alone(witness: Witness) -> None:
    async def never() -> None:
        raise AssertionError

    asyncio.run(Server(witness)({"type": "lifespan"}, never, never))


def test_two_keys_of_a_log(client: httpx.Client, tmp_path: Path) -> None:
    beside = State(tmp_path / serving.STATE)
    new = other_key(9)
    assert add(client, TREE.ask(0, 5, new)).status_code == 403
    beside.add(str(new.key))
    assert add(client, TREE.ask(0, 5, new)).status_code == 200
    beside.retire(str(LOG.key))
    assert add(client, TREE.ask(5, 9)).status_code == 403
    assert add(client, TREE.ask(5, 9, new)).status_code == 200
    beside.close()
