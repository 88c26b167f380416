# SPDX-License-Identifier: Apache-2.0
"""Who may see what: the one function that decides, and the readers it decides for.

An audience carries `decide`, so the store applies it without knowing the
rules. `nguon.identity.redaction` says what is left of an event where the
decision is ``PUBLIC``.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.identity.redaction import redact, redact_items

__all__ = ["PUBLIC", "KeyKind", "audience_for", "decide", "is_self", "redact", "redact_items"]


class KeyKind(StrEnum):
    """For whom a key was made."""

    MEMBER = "member"
    INSPECTOR = "inspector"
    OPERATOR = "operator"


class Reader(Protocol):
    """What the decision needs to know of a principal."""

    @property
    def organisation(self) -> int: ...
    @property
    def kind(self) -> KeyKind: ...
    @property
    def scopes(self) -> AbstractSet[str]: ...


_SEES_ALL = frozenset({AudienceKind.OPERATOR, AudienceKind.INSPECTOR})
_KINDS = {
    KeyKind.MEMBER: AudienceKind.OWNER,
    KeyKind.INSPECTOR: AudienceKind.INSPECTOR,
    KeyKind.OPERATOR: AudienceKind.OPERATOR,
}


def decide(audience: Audience, facts: EventFacts) -> Disclosure:
    """How much of an event a reader sees; pure.

    Operators and inspectors see all. An organisation sees in full what it
    submitted (owner), what names it and what happened to items it handled
    (partner). Everybody else sees the public reduction.
    """
    if audience.kind in _SEES_ALL:
        return Disclosure.FULL
    if audience.kind is AudienceKind.PUBLIC or audience.organisation is None:
        return Disclosure.PUBLIC
    own = audience.organisation == facts.submitter
    involved = facts.custody or audience.organisation in facts.named
    return Disclosure.FULL if own or involved else Disclosure.PUBLIC


PUBLIC = Audience(AudienceKind.PUBLIC, None, decide, reduce=redact, reduce_items=redact_items)
"""Everybody: no key, no session."""


def audience_for(reader: Reader) -> Audience:
    """The audience a principal reads as."""
    return _audience(reader.kind, reader.organisation, frozenset(map(str, reader.scopes)))


@lru_cache(maxsize=4096)
def _audience(kind: KeyKind, organisation: int, scopes: frozenset[str]) -> Audience:
    return Audience(_KINDS[kind], organisation, decide, scopes, redact, redact_items)


def is_self(audience: Audience, organisation: int | None) -> bool:
    """Whether a reader may see this organisation's register entries whole."""
    if audience.kind in _SEES_ALL:
        return True
    return organisation is not None and audience.organisation == organisation
