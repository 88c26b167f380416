# SPDX-License-Identifier: Apache-2.0
"""Witnesses that run: in a thread of this process, or as processes of their own."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from nguon.witness.service import Witness
from nguon.witness.serving import server
from tests.ports import free_port


@contextmanager
def in_thread(witness: Witness) -> Iterator[str]:
    """The address of a witness that is served while the block lasts."""
    made = server(witness, "127.0.0.1", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=made.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        made.should_exit = True
        thread.join()
        listening.close()


class Process:
    """``nguon witness serve`` over a folder, on a port of its own."""

    def __init__(self, folder: Path, port: int | None = None, *program: str) -> None:
        self.folder, self.port = folder, port or free_port()
        self._program = program or ("-m", "nguon")
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command = [sys.executable, *self._program, "witness", "serve"]
        command += ["--data", str(self.folder), "--port", str(self.port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                httpx.get(self.url, timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.url)

    def kill(self) -> None:
        """Kills it where it stands."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
        self._process = None
