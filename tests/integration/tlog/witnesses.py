# SPDX-License-Identifier: Apache-2.0
"""Witnesses of a log under test: real ones in threads, and ones that misbehave."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from unittest import mock

import httpx

from nguon.tlog import asking
from nguon.tlog.service import Tlog
from nguon.transparency.keys import Key, Kind, Signer
from nguon.witness import serving
from nguon.witness.server import Server
from nguon.witness.service import Witness
from nguon.witness.state import State
from tests.integration.witness.running import in_thread
from tests.unit.witness.made_witness import witness_in


def watching(folder: Path, name: str, *keys: Key) -> Path:
    """A new witness that watches logs with these keys."""
    serving.initialise(folder, name)
    state = State(folder / serving.STATE)
    for key in keys:
        state.add(str(key))
    state.close()
    return folder


def made_three(tlog: Tlog, folder: Path) -> list[Witness]:
    """Three witnesses of the log's current shard."""
    keys = tlog.log_keys(tlog.current())
    return [
        witness_in(watching(folder / name, f"{name}.example.vn", *keys), time.time)
        for name in ("w0", "w1", "w2")
    ]


@contextmanager
def served(tlog: Tlog, folder: Path) -> Iterator[tuple[list[Witness], list[str]]]:
    """Three witnesses behind ports, and their addresses."""
    made = made_three(tlog, folder)
    with ExitStack() as stack:
        yield made, [stack.enter_context(in_thread(each)) for each in made]


@contextmanager
def three(tlog: Tlog, folder: Path) -> Iterator[tuple[list[Witness], list[str]]]:
    """Three witnesses without ports between them and us, and their addresses."""
    made = made_three(tlog, folder)
    urls = [f"http://{each.signer.key.name}" for each in made]
    mounts: dict[str, httpx.AsyncBaseTransport | None] = {
        url: httpx.ASGITransport(Server(each)) for url, each in zip(urls, made, strict=True)
    }
    made_client = partial(httpx.AsyncClient, mounts=mounts)
    with mock.patch.object(asking, "client", made_client):
        yield made, urls


def policy(tlog: Tlog, witnesses: list[tuple[Key, str]], quorum: str) -> None:
    """Write the policy file: the witnesses w0, w1 …, and so many of them."""
    lines = [f"witness w{number} {key} {url}" for number, (key, url) in enumerate(witnesses)]
    names = " ".join(f"w{number}" for number in range(len(witnesses)))
    lines += [f"group q {quorum} {names}", "quorum q", ""]
    tlog.files.policy.write_text("\n".join(lines))


def stranger(number: int) -> Signer:
    """A key that cosigns, of nobody's."""
    return Signer(f"s{number}.example.vn", Kind.COSIGNATURE, bytes([100 + number]) * 32)


@contextmanager
def badly(answer: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """The address of a server that answers each request in its own way."""
    listening = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve(one: socket.socket) -> None:
        with suppress(OSError), one:
            while request := _whole(one):
                answer(one, request)

    def run() -> None:
        with suppress(OSError):
            while True:
                one, _ = listening.accept()
                open_ones.append(one)
                threading.Thread(target=serve, args=(one,), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for one in open_ones:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _whole(one: socket.socket) -> bytes:
    """A request with its body; nothing when the other side has hung up."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += (more := one.recv(65536))
        if not more:
            return b""
    length = re.search(rb"(?i)content-length: ([0-9]+)", found)
    end = found.index(b"\r\n\r\n") + 4 + int(length[1] if length else 0)
    while len(found) < end:
        found += (more := one.recv(65536))
        if not more:
            return b""
    return found


def plain(status: str, body: bytes = b"", headers: str = "") -> bytes:
    """A whole answer."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def dripping(one: socket.socket, _: bytes) -> None:
    """An octet at a time, for ever."""
    one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        one.sendall(b"x")
        time.sleep(0.2)
