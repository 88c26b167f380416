# SPDX-License-Identifier: Apache-2.0
"""What a server may send to a mirror: no bomb, no detour, no endless answer."""

import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nguon.mirror.errors import MissingError, UnreachableError
from nguon.mirror.fetching import Source
from nguon.transparency.tiles import ENTRIES, Tile

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers each path as it is told."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.slow = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                status, headers, body = outer.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for at in range(0, len(body), 4096):
                        self.wfile.write(body[at : at + 4096])
                        time.sleep(outer.slow)
                except OSError:
                    pass

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/log/1"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def source(server: Server) -> Iterator[Source]:
    with Source(server.url + "/") as made:
        yield made


TILE = bytes(range(256)) * 32


def test_plain_and_compressed(server: Server, source: Source) -> None:
    server.answers["/log/1/tile/0/000"] = (200, {}, TILE)
    packed = gzip.compress(TILE)
    server.answers["/log/1/tile/0/001"] = (200, {"Content-Encoding": "gzip"}, packed)
    assert source.tile(Tile(0, 0)) == TILE
    assert source.tile(Tile(0, 1)) == TILE
    wanted = [Tile(0, 1), Tile(0, 0)]
    assert source.tiles(wanted) == dict.fromkeys(wanted, TILE)


def test_the_beginning_of_the_full_one(server: Server, source: Source) -> None:
    server.answers["/log/1/tile/0/000"] = (200, {}, TILE)
    server.answers["/log/1/tile/entries/000"] = (200, {}, b"\0\1a\0\2bc\0\1d")
    assert source.tile(Tile(0, 0, 3)) == TILE[:96]
    assert source.tile(Tile(ENTRIES, 0, 2)) == b"\0\1a\0\2bc"
    with pytest.raises(MissingError):
        source.tile(Tile(0, 1, 3))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {}, TILE + b"1"), "octets"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(200_000_000), 9)), "octets"),
        ((200, {"Content-Encoding": "gzip"}, TILE), "incorrect header"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(TILE)[:-9]), "gzip"),
        ((200, {"Content-Encoding": "deflate"}, zlib.compress(TILE)), "Content-Encoding: deflate"),
        ((200, {"Content-Encoding": "gzip, gzip"}, TILE), "Content-Encoding: gzip, gzip"),
        ((200, {"Content-Length": "9000"}, TILE), "complete message"),
        ((302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""), "HTTP 302"),
        ((301, {"Location": "/log/1/tile/0/001"}, b""), "HTTP 301"),
        ((206, {}, TILE), "HTTP 206"),
        ((500, {}, b""), "HTTP 500"),
    ],
)
def test_what_is_no_answer(server: Server, source: Source, answer: Answer, reason: str) -> None:
    server.answers["/log/1/tile/0/000"] = answer
    with pytest.raises(UnreachableError, match=reason):
        source.tile(Tile(0, 0))
    assert server.asked == ["/log/1/tile/0/000"]


def test_an_answer_without_end(server: Server) -> None:
    server.slow = 0.05
    server.answers["/log/1/checkpoint"] = (200, {}, b"x" * 400_000)
    with Source(server.url, seconds=0.3) as source, pytest.raises(UnreachableError, match="time"):
        source.checkpoint()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://", "nonsense", "http://[::bad"])
def test_an_address_that_is_none(url: str) -> None:
    with Source(url) as source, pytest.raises(UnreachableError):
        source.checkpoint()
