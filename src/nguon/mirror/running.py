# SPDX-License-Identifier: Apache-2.0
"""A mirror as it runs: looks at the log again and again, tells of alarms, serves its copy."""

import logging
import subprocess
import threading
from pathlib import Path
from typing import Any

from nguon.archive.serving import Application, Send, sent_path, static
from nguon.mirror.chain import Chain, homes
from nguon.mirror.errors import MirrorError
from nguon.mirror.keeping import Home, Said
from nguon.transparency.policies import Policy, read_policy

_LOG = logging.getLogger(__name__)

_PATIENCE = 60.0
"""Seconds that the program for alarms may take."""


def policy_in(path: Path) -> Policy:
    """The policy in a file; raises `MirrorError` where there is none, `PolicyError`."""
    try:
        return read_policy(path.read_bytes())
    except OSError as error:
        raise MirrorError("mirror.policy", path=str(path), reason=error.strerror) from error


class Bell:
    """Tells of an alarm: a line in the log, and a program that the operator named.

    The program gets the code and the status file as arguments; no shell is between.
    """

    def __init__(self, home: Home, program: str | None) -> None:
        self._home, self._program = home, program

    def __call__(self, alarm: Said) -> None:
        """Tell; a program that fails is only noted."""
        _LOG.error("ALARM %s: %s", alarm.code, alarm.en)
        if self._program is None:
            return
        command = [self._program, alarm.code, str(self._home.status_file)]
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own program, no shell
                command, stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False
            )
        except (OSError, subprocess.SubprocessError) as error:
            _LOG.error("%s: %s", self._program, error)
            return
        if done.returncode:
            _LOG.error("%s ended with status %d", self._program, done.returncode)


def follow(chain: Chain, seconds: float, stopping: threading.Event) -> None:
    """Look at the log every so many seconds until told to stop."""
    while not stopping.is_set():
        try:
            found = chain.turn()
        except Exception as error:  # noqa: BLE001 - a full disk, a broken map: it goes on looking
            _LOG.error("the mirror waits: %r", error)
        else:
            for trouble in [each.trouble for each in found if each.trouble is not None]:
                _LOG.warning("%s", trouble.en)
        stopping.wait(seconds)


def serve(data: Path, host: str, port: int) -> None:
    """Serve the copies under the paths that the log itself has, until told to stop."""
    import uvicorn

    config = uvicorn.Config(served(data), host=host, port=port, log_level="warning")
    uvicorn.Server(config).run()


def served(data: Path) -> Application:
    """The first shard at the root, each that follows it below its own name."""
    first, others = static(Home(data).log), dict[str, Application]()

    async def one(scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            return
        name = sent_path(scope).removeprefix("/").partition("/")[0]
        if name.isdigit() and name not in others:
            found = {each.path.name: static(each.log) for each in homes(data)[1:]}
            others.update({new: found[new] for new in found.keys() - others.keys()})
        if name not in others:
            await first(scope, receive, send)
            return
        await others[name]({**scope, "root_path": f"/{name}"}, receive, send)

    return one
