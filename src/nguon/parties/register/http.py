# SPDX-License-Identifier: Apache-2.0
"""A register over HTTP: nothing that it sends, or fails to send, holds us up for long.

``GET <address>/<code>`` with ``?as_of=YYYY-MM-DD`` for a day that is over;
JSON with the fields of `nguon.parties.register.form.Written`, 404 for nothing
registered. Only over TLS, but on this machine. An answer that leads elsewhere
is none.
"""

import ipaddress
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from threading import Lock
from urllib.parse import urlsplit

import httpx
import msgspec

from nguon.base.time import HANOI
from nguon.parties.register.errors import RegisterError, RegisterUnreachableError
from nguon.parties.register.form import enterprise_code, entry, written
from nguon.parties.register.model import RegisterEntry

MOST_OCTETS = 64 * 1024
TRIES = 3
"""How often one question is put, where the register fails."""
FAILURES = 5
"""After so many questions in a row without an answer none is put for a while."""
REST = 30.0
"""Seconds without questions; then one is put, and what it finds decides."""
_PAUSE = 0.2


class HttpRegister:
    """A register at an address; safe for use from many threads.

    ``seconds`` is the most that one try takes, whatever the register does.

    Raises:
        RegisterError: ``register.address`` for one without TLS beyond this machine.
    """

    def __init__(
        self,
        url: str,
        *,
        seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = _address(url)
        self._seconds = seconds
        self._clock = clock
        self._rest = rest
        self._trusted = httpx.create_ssl_context(trust_env=False)
        self._lock = Lock()
        self._failed = 0
        self._silent_until = 0.0

    def look_up(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        """What the register answers about a code.

        Raises:
            RegisterUnreachableError: ``register.unreachable``, ``register.slow``,
                ``register.answer``, ``register.resting``.
            RegisterError: the code is no enterprise's; nothing is asked.
        """
        asked = enterprise_code(code)
        self._enter()
        try:
            found = self._tried(asked, as_of)
        except RegisterUnreachableError:
            self._note_failure()
            raise
        with self._lock:
            self._failed, self._silent_until = 0, 0.0
        return found

    def _enter(self) -> None:
        with self._lock:
            left = self._silent_until - self._clock()
            if left > 0:
                raise RegisterUnreachableError("register.resting", seconds=int(left) + 1)
            if self._failed >= FAILURES:
                # Whoever comes first after the rest tries; the others wait for what he finds.
                self._silent_until = self._clock() + self._seconds * TRIES

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= FAILURES:
                self._silent_until = self._clock() + REST

    def _tried(self, code: str, as_of: date | None) -> RegisterEntry | None:
        for number in range(TRIES - 1):
            try:
                return self._asked(code, as_of)
            except _PassingError:
                self._rest(_PAUSE * 2**number)
        return self._asked(code, as_of)

    def _asked(self, code: str, as_of: date | None) -> RegisterEntry | None:
        until = time.monotonic() + self._seconds
        asking = {"as_of": as_of.isoformat()} if as_of else None
        client = httpx.Client(
            verify=self._trusted, timeout=self._seconds, follow_redirects=False, trust_env=False
        )
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        try:
            with (
                closing(client),
                client.stream(
                    "GET", f"{self.url}/{code}", params=asking, headers=headers
                ) as answer,
            ):
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                    raise _PassingError("register.answer", status=answer.status_code)
                if answer.status_code != httpx.codes.OK:
                    raise RegisterUnreachableError("register.answer", status=answer.status_code)
                octets = self._whole(answer, until)
        except httpx.TimeoutException as error:
            raise _PassingError("register.slow", seconds=self._seconds) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = type(error).__name__
            raise _PassingError("register.unreachable", reason=reason) from error
        return self._understood(octets, code, as_of)

    def _whole(self, answer: httpx.Response, until: float) -> bytes:
        found = bytearray()
        for part in answer.iter_raw():
            found += part
            if len(found) > MOST_OCTETS:
                raise RegisterUnreachableError("register.answer", status=f"> {MOST_OCTETS}")
            if time.monotonic() > until:
                raise _PassingError("register.slow", seconds=self._seconds)
        return bytes(found)

    def _understood(self, octets: bytes, code: str, as_of: date | None) -> RegisterEntry:
        try:
            row = written(msgspec.json.decode(octets, type=dict))
        except (msgspec.DecodeError, UnicodeDecodeError, RegisterError) as error:
            raise RegisterUnreachableError("register.answer", status="JSON") from error
        if row.code != code:
            raise RegisterUnreachableError("register.answer", status="code")
        day = as_of or datetime.now(HANOI).date()
        return entry(row, as_of=day, source=urlsplit(self.url).hostname or self.url)


class _PassingError(RegisterUnreachableError):
    """A failure that may be over at the next try."""


def _address(url: str) -> str:
    parts = urlsplit(url)
    plain = parts.scheme == "http" and _here(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or plain) or parts.query:
        raise RegisterError("register.address")
    return url.rstrip("/")


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
