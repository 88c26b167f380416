# SPDX-License-Identifier: Apache-2.0
"""A mail server on this machine: it takes mails, puts them off, refuses them, or dies."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.pki_made import Pki

_PEM = serialization.Encoding.PEM


@dataclass
class MailServer:
    """What came; ``answers`` are given to recipients, ``dying`` how often a mail is cut off."""

    port: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    dying: int = 0
    user: str | None = None
    came: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """What came, read."""
        return [message_from_bytes(data, policy=policy.default) for _, data in self.came]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Takes or refuses a recipient."""
        waiting = self.answers.get(address, [])
        answer = waiting.pop(0) if waiting else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Takes or refuses a mail."""
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.came.append((envelope.rcpt_tos[0], envelope.content))
        return answer

    def authenticate(self, *given: Any) -> AuthResult:
        """Knows the one user."""
        sent = given[4]
        assert isinstance(sent, LoginPassword)
        self.user = sent.login.decode()
        return AuthResult(success=sent.password == b"mat-khau", handled=False)


class _Dying(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Cuts the connection off where the mail would come."""
        found: MailServer = self.event_handler
        if not found.dying:
            await super().smtp_DATA(arg)
            return
        found.dying -= 1
        await self.push("354 go on")
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()


@contextmanager
def taking(
    *, starttls: bool = False, implicit: bool = False, login: bool = False
) -> Iterator[MailServer]:
    """A server for the time of a test."""
    found, loop = MailServer(), asyncio.new_event_loop()
    sessions: list[SMTP] = []
    listening = socket.create_server(("127.0.0.1", 0))
    found.port = listening.getsockname()[1]
    context = _server_context() if starttls or implicit else None

    def session() -> SMTP:
        one = _Dying(
            found,
            hostname="mail.example",
            loop=loop,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=found.authenticate if login else None,
            auth_required=login,
        )
        sessions.append(one)
        return one

    shut = context if implicit else None
    serving = loop.run_until_complete(loop.create_server(session, sock=listening, ssl=shut))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(serving.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.run_until_complete(_ended(sessions))
        loop.close()


async def _ended(sessions: list[SMTP]) -> None:
    """Lets go of whoever is still connected."""
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for one in sessions:
        for transport in (one.transport, one._original_transport):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
    for _ in range(3):
        await asyncio.sleep(0)


@lru_cache(1)
def authority() -> Pki:
    """Who vouches for the server."""
    return Pki(datetime.now(UTC).replace(microsecond=0))


def roots(folder: Path) -> Path:
    """The authority's certificate as a file."""
    path = folder / "roots.pem"
    path.write_bytes(authority().roots_pem)
    return path


def _server_context() -> ssl.SSLContext:
    made = authority().issue(
        usages=("digital_signature",),
        purposes=[ExtendedKeyUsageOID.SERVER_AUTH],
        hosts=("localhost",),
    )
    key = made.key.private_bytes(
        _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = b"".join(one.public_bytes(_PEM) for one in (made.certificate, *made.chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(key + chain)
        context.load_cert_chain(path)
    return context
