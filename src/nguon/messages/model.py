# SPDX-License-Identifier: Apache-2.0
"""Messages as values: what a party is told, by which ways, and whether it arrived."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Channel(StrEnum):
    """A way beside the inbox."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How far a message is on one way."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation is to be told.

    ``kind`` is the code of its words in the catalogues (``text``, one line; ``hint``, what to
    do), which are made of ``params`` in the reader's language: plain JSON, and neither secret
    nor personal, for they leave by mail. ``link`` is the path of the page where something is to
    be done, ``about`` what it is about (``recall:<id>``), ``due`` until when. An ``important``
    one goes to every address, whatever was chosen there.
    """

    organisation: int
    kind: str
    params: Mapping[str, Any] = {}
    link: str | None = None
    about: str | None = None
    due: datetime | None = None
    important: bool = False


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message in an inbox."""

    id: str
    organisation: int
    kind: str
    params: Mapping[str, Any]
    link: str | None
    about: str | None
    due: datetime | None
    important: bool
    made: datetime
    seen: datetime | None
    acknowledged: datetime | None


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message on one way; ``trouble`` is a word for what was last in the way,
    ``status`` the receiver's own number.
    """

    channel: Channel
    state: DeliveryState
    attempts: int
    delivered: datetime | None
    next: datetime | None
    status: int | None
    trouble: str | None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its sender follows it; the inbox has it from ``made`` on."""

    message: str
    organisation: int
    kind: str
    made: datetime
    seen: datetime | None
    acknowledged: datetime | None
    ways: tuple[Way, ...]
