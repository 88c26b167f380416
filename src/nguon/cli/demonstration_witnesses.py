# SPDX-License-Identifier: Apache-2.0
"""Three witnesses beside the demonstration: invented, on this machine, ended with the server.

Each is ``nguon witness serve`` in a process of its own. Real witnesses are run by others: these
show what the log looks like when somebody watches it, and prove nothing to anybody else.
"""

import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nguon.base.errors import NguonError
from nguon.base.messages import LANGUAGES, text
from nguon.cli.errors import CommandError
from nguon.cli.output import complain
from nguon.tlog.service import Tlog
from nguon.transparency.keys import Key
from nguon.transparency.policies import Group, Policy, Witness, read_policy, write_policy
from nguon.witness import keyfile, serving

_HOST = "127.0.0.1"
_WITNESSES = {
    "bo.minh-hoa.example": "cli.witness-ministry",
    "tinh.minh-hoa.example": "cli.witness-province",
    "nguoi-tieu-dung.minh-hoa.example": "cli.witness-consumers",
}
"""Names of their keys, and the codes of what people call them."""
_ENOUGH, _QUORUM = 2, "quorum"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:([0-9]{1,5})")
_PATIENCE = 5.0
"""Seconds that a witness has to end."""


def log_keys(tlog: Tlog) -> list[Key]:
    """The keys of the log, which is begun here; none where it may not sign."""
    with _telling():
        if not tlog.shards():
            tlog.turn()
    return [key for shard in tlog.shards() for key in tlog.log_keys(shard)]


@contextmanager
def watching(folder: Path, policy: Path, logs: Iterable[Key]) -> Iterator[None]:
    """Have the log watched by the demonstration's witnesses, as far as its policy names them.

    A policy that is not there is written, once: two of the three are enough. A witness that
    cannot be started is told of, and is missing.
    """
    keys = [str(key) for key in logs]
    with ExitStack() as children:
        with _telling():
            for name, port in _begun(folder, policy).items():
                with _telling():
                    _instruct(folder / name, keys)
                    children.enter_context(_process(folder / name, port))
        yield


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong is told and goes no further: the server can do without witnesses."""
    try:
        yield
    except NguonError as error:
        complain(error, ())
    except OSError as error:
        complain(CommandError("cli.witness-failed", reason=str(error)), ())


def _begun(folder: Path, path: Path) -> dict[str, int]:
    """The witnesses that the policy names, and a free port for each; all made where missing."""
    if path.exists():
        return _placed(folder, path)
    ports: dict[str, int] = {}
    witnesses: dict[str, Witness] = {}
    for name, code in _WITNESSES.items():
        if not (folder / name / serving.KEY).exists():
            serving.initialise(folder / name, name)
        ports[name] = _free(None, ports.values())
        called = text(code, "vi").replace(" ", "-")
        key = keyfile.read(folder / name / serving.KEY).key
        witnesses[called] = Witness(key, _address(ports[name]))
    groups = {_QUORUM: Group(_ENOUGH, tuple(witnesses))}
    head = "".join(f"# {text('cli.witness-policy', language)}\n" for language in LANGUAGES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + write_policy(Policy((), witnesses, groups, _QUORUM)))
    return ports


def _placed(folder: Path, path: Path) -> dict[str, int]:
    """The witnesses of a policy that are ours; a port that somebody else took is replaced."""
    octets = path.read_bytes()
    ports: dict[str, int] = {}
    for witness in read_policy(octets).witnesses.values():
        name, found = witness.key.name, _ADDRESS.fullmatch(witness.url or "")
        secret = folder / name / serving.KEY
        if found is None or not secret.is_file() or keyfile.read(secret).key != witness.key:
            continue
        ports[name] = _free(int(found[1]), ports.values())
        here = f"{witness.key} {_address(ports[name])}"
        octets = octets.replace(f"{witness.key} {witness.url}".encode(), here.encode())
    if octets != path.read_bytes():
        path.write_bytes(octets)
    return ports


def _instruct(folder: Path, keys: Iterable[str]) -> None:
    """Have a witness watch the log; what it watches already stays."""
    state = serving.opened(folder).state
    try:
        for key in keys:
            state.add(key)
    finally:
        state.close()


@contextmanager
def _process(folder: Path, port: int) -> Iterator[None]:
    """A witness while the context lasts; it ends too when this process is killed."""
    command = ["witness", "serve", "--attached", "--data", str(folder)]
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "nguon", *command, "--host", _HOST, "--port", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        child.terminate()
        try:
            child.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()


def _address(port: int) -> str:
    return f"http://{_HOST}:{port}"


def _free(wanted: int | None, taken: Iterable[int]) -> int:
    """The port that is wanted if nobody listens there, else any that is free."""
    for port in (wanted or 0, *[0] * len(_WITNESSES)):
        try:
            with socket.create_server((_HOST, port)) as listening:
                found = int(listening.getsockname()[1])
        except (OSError, OverflowError):
            continue
        if found not in taken:
            return found
    raise CommandError("cli.witness-failed", reason=_HOST)
