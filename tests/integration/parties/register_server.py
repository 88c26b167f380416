# SPDX-License-Identifier: Apache-2.0
"""A register of businesses over HTTP that a test can let misbehave."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CODE = "0100233488"


def business(**changes: Any) -> dict[str, Any]:
    """One business as the register writes it."""
    return {
        "code": CODE,
        "name": "Công ty TNHH Sầu riêng Krông Pắc",
        "kind": "enterprise",
        "state": "active",
        "state_since": "2012-03-01",
        "representative_name": "Trần Văn Mẫu",
        **changes,
    }


class RegisterServer:
    """What is registered, how it answers, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.businesses: dict[str, dict[str, Any]] = {CODE: business()}
        self.mood = "well"
        self.failures = 0
        """How many questions come to nothing first."""
        self.asked: list[tuple[str, str | None]] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        day = parse_qs(parts.query).get("as_of", [None])[0]
        code = parts.path.rpartition("/")[2]
        self.asked.append((code, day))
        mood = "broken" if self.failures > 0 else self.mood
        self.failures -= 1
        getattr(self, f"_{mood}")(handler, code)

    def _well(self, handler: BaseHTTPRequestHandler, code: str) -> None:
        found = self.businesses.get(code)
        _send(handler, 404 if found is None else 200, json.dumps(found).encode())

    def _broken(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 503, b"")

    def _refusing(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 403, b"")

    def _slow(self, handler: BaseHTTPRequestHandler, code: str) -> None:
        time.sleep(0.6)
        self._well(handler, code)

    def _dripping(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "100")
        handler.end_headers()
        for _number in range(10):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    def _garbage(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 200, b"{\xff")

    def _other_form(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 200, b'{"mst":"0100233488"}')

    def _other_code(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 200, json.dumps(business(code="0300942001")).encode())

    def _huge(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        _send(handler, 200, json.dumps(business(address="x" * 100_000)).encode())

    def _elsewhere(self, handler: BaseHTTPRequestHandler, code: str) -> None:
        handler.send_response(302)
        handler.send_header("location", f"{self.url}/elsewhere/{code}")
        handler.send_header("content-length", "0")
        handler.end_headers()

    def _hanging_up(self, handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.close_connection = True


@contextmanager
def serving() -> Iterator[RegisterServer]:
    """A register on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            register.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    register = RegisterServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
