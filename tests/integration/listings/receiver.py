# SPDX-License-Identifier: Apache-2.0
"""A marketplace's server on this machine: it takes messages, refuses them, or is slow."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came, and how it is answered: ``statuses`` one by one, then 204.

    A challenge is answered by itself where it is taken, unless ``silent``.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    slow: float = 0.0
    silent: bool = False
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where messages go."""
        return f"http://127.0.0.1:{self.port}/hook?from=nguon"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server for the time of a test."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.came.append((self.path, headers, body))
            time.sleep(found.slow)
            status = found.statuses.pop(0) if found.statuses else 204
            challenge = json.loads(body).get("challenge", "")
            said = challenge.encode() if status == 204 and not found.silent else b""
            self.send_response(200 if said else status)
            if status in (301, 302, 307):
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing is said of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
