# SPDX-License-Identifier: Apache-2.0
"""Operators, witnesses and a mirror as processes, and what an attacker among them has in hand."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx

from nguon.archive.folder import Folder
from nguon.identity import keys
from nguon.mirror.keeping import Home, Status
from nguon.store import open_store
from nguon.tlog.keys import Keys
from nguon.tlog.model import LogFiles, Shard
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.keys import Key, Signer, read_key
from nguon.transparency.notes import text_of
from nguon.transparency.policies import Policy, read_policy
from nguon.witness import keyfile, serving
from nguon.witness.state import State
from tests.integration.web.samples import document, event
from tests.integration.witness.running import Process
from tests.ports import free_port
from tests.tlog_made import files_in, record
from tests.unit.transparency.made_log import Tiles
from tests.unit.witness.made_witness import Growing

JUMPING = str(Path(__file__).with_name("jumping.py"))
_QUIET = subprocess.DEVNULL

T = TypeVar("T")


def until(found: Callable[[], T | None], seconds: float = 100) -> T:
    """What is found at last; neither None nor False."""
    end = time.monotonic() + seconds
    while True:
        try:
            value = found()
        except (httpx.TransportError, KeyError):
            value = None
        if value is not None and value is not False:
            return value
        assert time.monotonic() < end, found
        time.sleep(0.05)


class Operator:
    """``nguon serve`` over a data folder and a database, with a key to capture."""

    def __init__(self, folder: Path, database_url: str, port: int | None = None) -> None:
        self.folder, self.database_url = folder, database_url
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = self.url
        self.jump = folder / "jump"
        self._process: subprocess.Popen[bytes] | None = None
        self._secret = ""

    @classmethod
    def made(cls, folder: Path, database_url: str) -> "Operator":
        """A new one over an empty, migrated database."""
        folder.mkdir(exist_ok=True)
        one = cls(folder, database_url)
        with open_store(database_url) as store:
            _, one._secret = keys.create(
                store, 1, name="test", scopes=("capture", "read"), kind="member", strict=False
            )
        return one

    def twin(self, folder: Path, database_url: str) -> "Operator":
        """A second server with the same key, address and past, on a port of its own."""
        shutil.copytree(self.folder, folder)
        (folder / "log.policy").unlink(missing_ok=True)
        one = Operator(folder, database_url)
        one.base_url, one._secret = self.base_url, self._secret
        return one

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are told."""
        return os.environ | {
            "NGUON_DATA": str(self.folder),
            "NGUON_DATABASE_URL": self.database_url,
            "NGUON_PORT": str(self.port),
            "NGUON_BASE_URL": self.base_url,
            "NGUON_WORKERS": "0",
            "NGUON_LOG_MAP_SECONDS": "1",
            "NGUON_LOG_LEVEL": "error",
        }

    @property
    def files(self) -> LogFiles:
        """Of its log."""
        return files_in(self.folder)

    @property
    def origin(self) -> str:
        """Of its log's first shard."""
        return f"{self.base_url.removeprefix('http://')}/log/1"

    def recorded(self, *numbers: int) -> int:
        """Has events recorded and signed before its server runs; gives the log's size."""
        with open_store(self.database_url) as store:
            log = Tlog(store, self.files, self.base_url)
            for number in numbers:
                record(store, number)
            size = log.turn().size
            log.close()
            return size

    def spawn(self) -> None:
        """Starts the process."""
        command = [sys.executable, JUMPING, str(self.jump), "serve"]
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=said, stderr=said
            )

    def start(self) -> None:
        """Starts it, and waits until its log is begun."""
        self.spawn()
        self.begun()

    def begun(self) -> None:
        """Waits until its log is begun; what it says is in the file ``said``."""
        until(lambda: httpx.get(f"{self.url}/log/keys").status_code == 200)

    def stop(self) -> None:
        """Asks it to end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
        self._process = None

    def kill(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
        self._process = None

    def run(self, *words: str) -> str:
        """One of its commands, as a process; what it printed."""
        command = [sys.executable, "-m", "nguon", *words]
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, check=True
        )
        return done.stdout.decode()

    def capture(self, *numbers: int, **members: Any) -> httpx.Response:
        """Has events about serials with these numbers recorded."""
        return self.send(document(*(event(number, **members) for number in numbers)))

    def send(self, told: dict[str, Any]) -> httpx.Response:
        """Has a document recorded."""
        bearer = {"authorization": f"Bearer {self._secret}"}
        return httpx.post(f"{self.url}/epcis/capture", json=told, headers=bearer, timeout=60)

    def get(self, path: str, **params: str) -> httpx.Response:
        """Something that its member may read."""
        bearer = {"authorization": f"Bearer {self._secret}"}
        return httpx.get(f"{self.url}{path}", params=params, headers=bearer, timeout=30)

    def state(self) -> Any:
        """What it says of its log to everybody."""
        return httpx.get(f"{self.url}/api/v1/log", timeout=30).json()

    def note(self) -> bytes:
        """Its checkpoint now."""
        return httpx.get(f"{self.url}/log/1/checkpoint", timeout=30).content

    def checkpoint(self) -> Checkpoint:
        """The same, read."""
        return read_checkpoint(text_of(self.note()))

    def log_keys(self) -> list[Key]:
        """The keys of its log, as everybody gets them."""
        return [read_key(line) for line in httpx.get(f"{self.url}/log/keys").text.splitlines()]

    def signer(self) -> Signer:
        """The key that signs its log: what its thief has."""
        return Keys(self.files.keys).signers(Shard(1, "1", self.origin, 1))[0]

    def trusts(self, witnesses: "Sequence[Watcher]", quorum: str = "2") -> None:
        """Writes its policy."""
        self.files.policy.write_text(policy_text([], witnesses, quorum))

    def policy(self, witnesses: "Sequence[Watcher]", quorum: str = "2") -> Policy:
        """The policy of a reader of its log."""
        return read_policy(policy_text(self.log_keys(), witnesses, quorum).encode())

    def reached(self, size: int) -> int:
        """Waits for a checkpoint of so many entries that the policy's witnesses cosigned."""

        def found() -> int | None:
            witnessed = self.state()["shards"][0]["witnessed"]
            return witnessed if witnessed is not None and witnessed >= size else None

        return until(found)

    def settled(self) -> int:
        """Waits until all entries are witnessed, the map's heads too; the size."""

        def found() -> int | None:
            told = self.state()
            shard = told["shards"][0]
            covered = told["map"]["entries"] == 0
            whole = shard["size"] == shard["witnessed"] == told["recorded"]
            return shard["size"] if whole and covered and shard["size"] else None

        return until(found)

    def entries(self) -> list[bytes]:
        """The public entries."""
        return list(Folder(self.files.folder / "1").entries(0, self.checkpoint().size))


class Watcher(Process):
    """``nguon witness serve``, with what its keeper can do."""

    def __init__(self, folder: Path, name: str) -> None:
        serving.initialise(folder, name)
        self.jump = folder / "jump"
        super().__init__(folder, None, JUMPING, str(self.jump))

    @property
    def key(self) -> Key:
        """Its key."""
        return keyfile.read(self.folder / serving.KEY).key

    def watch(self, *keys: Key) -> None:
        """Trusts keys of logs."""
        self._state(lambda state: [state.add(str(key)) for key in keys])

    def retire(self, key: Key) -> None:
        """Trusts a key no more."""
        self._state(lambda state: state.retire(str(key)))

    def seen(self, origin: str) -> tuple[int, bytes, bytes]:
        """All that it remembers of a log."""
        return self._state(
            lambda state: (state.last(origin).size, state.last(origin).root, state.note(origin))
        )

    def trusted(self, origin: str) -> tuple[str, ...]:
        """The keys of a log that count for it."""
        return self._state(
            lambda state: next(log.active for log in state.watched() if log.origin == origin)
        )

    def ask(self, body: bytes) -> httpx.Response:
        """Asks it to cosign."""
        return httpx.post(f"{self.url}/add-checkpoint", content=body, timeout=20)

    def refused(self, origin: str, body: bytes) -> tuple[int, str]:
        """Its refusal; it remembers what it did before."""
        before = self.seen(origin)
        answer = self.ask(body)
        assert answer.status_code != 200
        assert self.seen(origin) == before
        return answer.status_code, answer.text

    def _state(self, work: Callable[[State], T]) -> T:
        state = State(self.folder / serving.STATE)
        try:
            return work(state)
        finally:
            state.close()


def policy_text(logs: Sequence[Key], witnesses: Sequence[Watcher], quorum: str) -> str:
    """A C2SP tlog-policy: these witnesses, so many of them; none where it says ``none``."""
    lines = [f"log {key}" for key in logs]
    lines += [f"witness w{n} {each.key} {each.url}" for n, each in enumerate(witnesses)]
    names = " ".join(f"w{n}" for n in range(len(witnesses)))
    ends = ["quorum none"] if quorum == "none" else [f"group q {quorum} {names}", "quorum q"]
    return "\n".join([*lines, *ends, ""])


class Forged(Growing):
    """A tree over any entries, signed with a stolen key or one's own."""

    def __init__(self, entries: Sequence[bytes], signer: Signer) -> None:
        self.signer = signer
        self.hashes = leaf_hashes(list(entries))
        self._tiles = Tiles()
        self._tiles.append(self.hashes)


class Relay:
    """Between a mirror and a log: leads to any server, answers some paths in its own way."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.answers: dict[str, tuple[dict[str, str], bytes]] = {}
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                relay.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._gone = False

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nothing is passed on meanwhile, but for what it answers itself."""
        self._gone = True
        try:
            yield
        finally:
            self._gone = False

    @contextmanager
    def answering(self, path: str, headers: dict[str, str], body: bytes) -> Iterator[None]:
        """Answers this path in its own way meanwhile; all others lead to the log."""
        self.answers[path], gone = (headers, body), self._gone
        self._gone = False
        try:
            yield
        finally:
            self._gone = gone
            del self.answers[path]

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Answers one request."""
        if asked.path in self.answers:
            (headers, body), status = self.answers[asked.path], 200
        elif self._gone:
            headers, body, status = {}, b"", 503
        else:
            found = httpx.get(self.target + asked.path, headers={"accept-encoding": "identity"})
            headers, body, status = {}, found.content, found.status_code
        asked.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)


class Follower:
    """``nguon mirror run`` over a folder, looking five times a second."""

    def __init__(self, folder: Path, url: str, policy: str) -> None:
        self.home = Home(folder)
        folder.mkdir()
        (folder / "policy").write_text(policy)
        self._options = ["--data", str(folder), "--url", f"{url}/log/1"]
        self._options += ["--policy", str(folder / "policy")]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it."""
        command = [sys.executable, "-m", "nguon", "mirror", "run", *self._options]
        command += ["--every", "0.2", "--patience", "60"]
        self._process = subprocess.Popen(command, stdout=_QUIET, stderr=_QUIET)

    def kill(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)

    def status(self) -> Status:
        """What it says."""
        return self.home.status()

    def alarms(self) -> list[str]:
        """Codes of its alarms."""
        return [each.code for each in self.status().alarms]

    def copied(self, size: int) -> None:
        """Waits until it has so much."""
        until(lambda: self.status().size >= size)

    def notes(self) -> list[bytes]:
        """What it keeps as evidence."""
        return [each.read_bytes() for each in sorted(self.home.evidence.glob("*.note"))]

    def checked(self) -> list[str]:
        """What ``nguon mirror check`` finds, codes."""
        command = [sys.executable, "-m", "nguon", "mirror", "check", *self._options, "--json"]
        done = subprocess.run(command, capture_output=True, check=False)
        return [each["code"] for each in json.loads(done.stdout)["faults"]]
