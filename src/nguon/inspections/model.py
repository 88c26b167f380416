# SPDX-License-Identifier: Apache-2.0
"""A visit, its minutes, and a hold as values."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Found(StrEnum):
    """What an officer saw of one line of the checklist."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"
    NONE = "none"
    """The line does not concern these goods."""


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the checklist, ``rule`` as ``instrument/field``, as it was found."""

    rule: str
    found: Found
    words: str = ""


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an officer writes down in a shop.

    ``nonce`` is the form's own: sent twice, it is recorded once. ``codes`` are the stamps as
    scanned or typed, ours or foreign; ``present`` those who were there, as they call themselves.
    """

    nonce: str
    begun: datetime
    place: str
    party: str = ""
    codes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    findings: str = ""
    statement: str = ""
    """What the shop says to it."""
    present: str = ""


class Photo(msgspec.Struct, frozen=True):
    """A photograph that is kept with minutes; ``digest`` is SHA-256, hexadecimal."""

    number: int
    name: str
    media_type: str
    size: int
    digest: str


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as it was recorded; ``digest`` covers it and its photographs (`digest_of`)."""

    id: str
    number: int
    organisation: int
    by: str
    recorded: datetime
    visit: Visit
    photos: tuple[Photo, ...]
    digest: str

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"BB-{self.organisation}-{self.number:05d}"


class HoldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An officer's order that goods stay where they are; ``codes`` of pieces or lots."""

    codes: tuple[str, ...]
    reason: str
    until: date
    inspection: str | None = None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands; ``signed`` is a compact JWS of it."""

    id: str
    organisation: int
    inspection: str | None
    keys: tuple[str, ...]
    reason: str
    until: date
    begun: datetime
    by: str
    signed: str
    lifted: datetime | None = None
    lift_reason: str | None = None
