# SPDX-License-Identifier: Apache-2.0
"""The values of links."""

from datetime import date, datetime

import msgspec


class LinkAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its holder writes it.

    ``type`` is a GS1 link type, as ``pip``, ``gs1:pip`` or its URI; ``hreflang``
    the languages of the target (``vi``, ``en-US``); ``context`` words that a
    request may name (``?context=``), a market for instance; ``fwqs`` whether the
    request's query is passed on; ``public`` whether everybody may be led there.
    The link works from ``valid_from`` to ``valid_to``, both days included.
    """

    type: str
    href: str
    title: str
    hreflang: tuple[str, ...] = ()
    media_type: str | None = None
    context: tuple[str, ...] = ()
    fwqs: bool = True
    public: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is kept; ``type`` names a GS1 link type, ``organisation`` holds the key."""

    id: str
    key: str
    organisation: int
    type: str
    href: str
    title: str
    hreflang: tuple[str, ...]
    media_type: str | None
    context: tuple[str, ...]
    fwqs: bool
    public: bool
    valid_from: date | None
    valid_to: date | None
    created: datetime
    ended: datetime | None

    def works(self, day: date) -> bool:
        """Whether everybody is led there on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        over = self.valid_to is not None and self.valid_to < day
        return self.public and self.ended is None and begun and not over


class KeyLinks(msgspec.Struct, frozen=True):
    """The links of a key, and the link type that it leads to by default (None: its passport)."""

    key: str
    links: tuple[Link, ...]
    default: str | None


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """Another resolver that answers for all keys of a prefix.

    ``prefix`` is a GS1 company prefix (digits) or the beginning of a key
    (``01/0893603602``); ``resolver`` the root of the other resolver.
    """

    id: str
    prefix: str
    resolver: str
    title: str
    created: datetime
    ended: datetime | None
