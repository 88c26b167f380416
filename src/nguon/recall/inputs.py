# SPDX-License-Identifier: Apache-2.0
"""What people say when they take a step: openings, findings, scopes, decisions, answers."""

from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.disputes.model import Photo
from nguon.recall.model import (
    DisposalKind,
    Level,
    Manner,
    Origin,
    Quantities,
)
from nguon.trace.model import Following

FileSent = Photo
"""A file: its name and octets."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A signal: what happened to which things, and how it came to be known.

    ``signal`` names the sample, the report or the alert; ``dispute`` is the id of the case of
    consumers' reports that it came from. With ``reference`` the same opening sent again by the
    same organisation gives the same case.
    """

    title: str
    origin: Origin
    keys: tuple[str, ...]
    words: str = ""
    signal: str | None = None
    dispute: str | None = None
    reference: str | None = None
    files: tuple[FileSent, ...] = ()


class FindingKind(StrEnum):
    """What an investigator writes down."""

    NOTE = "note"
    FINDING = "finding"
    ADD = "add"
    ASK = "ask"
    DETERMINE = "determine"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something found out.

    ``ADD`` adds the suspected things ``keys``; ``ASK`` asks ``organisation``, or by hand the
    unregistered party ``party``, within ``days``; ``DETERMINE`` says that goods have to be
    recalled, from which moment the legal time to decide runs.
    """

    kind: FindingKind
    seen: int
    words: str
    keys: tuple[str, ...] = ()
    organisation: int | None = None
    party: str | None = None
    days: int | None = None
    files: tuple[FileSent, ...] = ()


class LeftOut(msgspec.Struct, frozen=True):
    """A thing that is not followed further, and why."""

    key: str
    reason: str


class ScopeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """From what, how, and without what the scope is made; no ``keys``: those of the case."""

    keys: tuple[str, ...] = ()
    following: Following = Following()
    leave_out: tuple[LeftOut, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """That the goods are recalled; ``due`` is when sites answer at the latest (None: as the
    requirements say for the level). ``partly``: it is known that the scope could not be followed
    to its end, and what is known of it is recalled nevertheless.
    """

    manner: Manner
    level: Level
    words_vi: str
    words_en: str
    instructions: str = ""
    due: datetime | None = None
    partly: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a site says it has: ``found`` in all, of which ``held``; ``sold`` or passed on.

    ``concerned`` False: it never had these goods.
    """

    found: Quantities = ()
    held: Quantities = ()
    sold: Quantities = ()
    concerned: bool = True
    words: str = ""
    seen: int | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """That a party without account was spoken to: whom, how and when."""

    who: str
    how: str
    at: datetime
    words: str = ""


class Disposal(msgspec.Struct, frozen=True, kw_only=True):
    """What a site did with goods that it held, with its evidence."""

    kind: DisposalKind
    quantity: Quantities
    words: str
    files: tuple[FileSent, ...] = ()
    reference: str | None = None
    """The same disposal sent again under one reference is one disposal."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """An officer's judgement of a disposal."""

    disposal: str
    accepted: bool
    words: str = ""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Cleared lots or things (None: everything that is still stopped) and why."""

    keys: tuple[str, ...] | None
    words: str
    seen: int


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a case; ``missing`` says why it ends although sites have not answered."""

    words: str
    seen: int
    missing: str | None = None
