# SPDX-License-Identifier: Apache-2.0
"""What a request handler may use: the store, capture and the addresses of this server.

The composition root puts one `Services` into every ASGI scope, so that
framework handlers and plain lanes find it the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nguon.capture.service import CaptureService
from nguon.messages.mailing.relay import Relay
from nguon.scans.recorder import Recorder
from nguon.store import Store
from nguon.tlog.anchors.anchoring import Anchoring
from nguon.tlog.collecting import Collector
from nguon.tlog.completing import Completer
from nguon.tlog.rolling import Roller
from nguon.tlog.service import Tlog
from nguon.web.directory import Directory
from nguon.web.start import StartLink

KEY = "nguon"
"""Where the services stand in an ASGI scope."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the web; one per process."""

    store: Store
    capture: CaptureService
    base_url: str
    """How others reach this server, without a slash at the end."""
    version: str
    directory: Directory
    """What the resolver has looked up."""
    media: Path
    """Folder of the product pictures."""
    scans: Recorder
    """Takes note of scans, at once and off the request's path."""
    tlog: Tlog
    """The log as it is signed."""
    collector: Collector
    """Collects the witnesses' cosignatures of it."""
    completer: Completer
    """Proves that lists of entries are whole."""
    roller: Roller
    """Ends a shard of it when its period is over."""
    anchoring: Anchoring | None = None
    """Has checkpoints timestamped; None where no authority is set."""
    start: tuple[StartLink, ...] = ()
    """What the start page offers."""
    documents: Path = Path("var/documents")
    """Folder of the files attached to register entries."""
    webhooks_private: bool = False
    """Whether messages may go to addresses inside, and without TLS."""
    mail: Relay | None = None
    """Who takes our mails; None where none was set."""
    uploads: Path = Path("var/spool/uploads")
    """Folder of the files that wait between their preview and their confirmation."""


def services(scope: Mapping[str, Any]) -> Services:
    """The services of this process, from the scope of a request or lane."""
    found: Services = scope[KEY]
    return found
