# SPDX-License-Identifier: Apache-2.0
"""The real server in a process of its own, with a key to write and read with."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from nguon.identity import keys
from nguon.identity.model import Scope
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import open_store

_PATIENCE = 60.0


class Server(NamedTuple):
    """A running server."""

    port: int
    secret: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(url: str, data: Path) -> Iterator[Server]:
    """The server over this store; stopped afterwards."""
    store = open_store(url)
    number = ensure_organisation(store, "bench", OrganisationKind.ENTERPRISE, "Bench")
    scopes = [Scope.CAPTURE, Scope.READ, Scope.TRACE]
    _, secret = keys.create(store, number, name="bench", scopes=scopes)
    store.close()
    port = free_port()
    environment = os.environ | {
        "NGUON_DATABASE_URL": url,
        "NGUON_DATA": str(data),
        "NGUON_PORT": str(port),
        "NGUON_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "nguon", "serve"]
    process = subprocess.Popen(command, env=environment)
    try:
        _await(port, process)
        yield Server(port, secret, process)
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server does not answer")
