# SPDX-License-Identifier: Apache-2.0
"""The mail server that takes our mails: where it is, as whom, and how the way there is kept shut.

TLS is required: from the first octet on port 465, by STARTTLS (RFC 3207) elsewhere. A server on
this machine may do without.
"""

import re
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from nguon.messages.errors import MessageError

IMPLICIT = 465
_FORM = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})")
_SENDER = re.compile(r"[A-Za-z0-9._+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63})")
_LINES = 2


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mails are handed over; ``login`` is a file with a user and a password, a line each;
    ``roots`` a PEM file of authorities, the machine's own where there is none.
    """

    host: str
    port: int
    sender: str
    login: Path | None = None
    roots: Path | None = None

    @property
    def domain(self) -> str:
        """The sender's."""
        return self.sender.rpartition("@")[2]

    @property
    def local(self) -> bool:
        """Whether the server is on this machine, by its address or as ``localhost``."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def context(self) -> ssl.SSLContext:
        """How the server's certificate is checked."""
        return ssl.create_default_context(cafile=None if self.roots is None else str(self.roots))

    def credentials(self) -> tuple[str, str] | None:
        """User and password; raises `MessageError` for a file without both, in ASCII."""
        if self.login is None:
            return None
        try:
            lines = self.login.read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise MessageError("messages.smtp-login", file=str(self.login)) from error
        if len(lines) < _LINES or not lines[0] or not lines[1]:
            raise MessageError("messages.smtp-login", file=str(self.login))
        return lines[0], lines[1]


def relay_of(server: str, sender: str, login: Path | None, roots: Path | None) -> Relay | None:
    """The mail server as the settings name it (``host:port``); None where they name none.

    Raises:
        MessageError: no host and port, or no address to send from.
    """
    if not server:
        return None
    found = _FORM.fullmatch(server)
    if found is None or not 0 < int(found[2]) < 65536:
        raise MessageError("messages.smtp-server", value=server[:200])
    if _SENDER.fullmatch(sender) is None:
        raise MessageError("messages.smtp-from", value=sender[:200])
    return Relay(found[1].strip("[]"), int(found[2]), sender, login, roots)
