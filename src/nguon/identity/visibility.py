# SPDX-License-Identifier: Apache-2.0
"""Who may see what: the one function that decides, and the readers it decides for.

An audience carries `decide`, so the store applies it without knowing the
rules. `nguon.identity.redaction` says what is left of an event where the
decision is ``PUBLIC``.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts, Mandate
from nguon.base.time import HANOI
from nguon.identity.policy import relation
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
    @property
    def key_id(self) -> str: ...
    @property
    def mandate(self) -> Mandate | None: ...


_KINDS = {
    KeyKind.MEMBER: AudienceKind.OWNER,
    KeyKind.INSPECTOR: AudienceKind.INSPECTOR,
    KeyKind.OPERATOR: AudienceKind.OPERATOR,
}


def decide(audience: Audience, facts: EventFacts) -> Disclosure:
    """How much of an event a reader sees; pure.

    Operators see all; inspectors what touched the provinces of their mandate, or
    was done to things whose way touched them. An organisation sees in full what
    it submitted (owner), what names it and what happened to items it handled
    (partner). Everybody else sees the public reduction, and so does an authority
    of what its officers are not in charge of, handled or not.
    """
    if audience.kind is AudienceKind.OPERATOR or _in_charge(audience, facts):
        return Disclosure.FULL
    if audience.kind is AudienceKind.PUBLIC or audience.organisation is None:
        return Disclosure.PUBLIC
    own = audience.organisation == facts.submitter
    if audience.kind is AudienceKind.INSPECTOR:
        return Disclosure.FULL if own else Disclosure.PUBLIC
    involved = facts.custody or audience.organisation in facts.named
    return Disclosure.FULL if own or involved else Disclosure.PUBLIC


def _in_charge(audience: Audience, facts: EventFacts) -> bool:
    if audience.kind is not AudienceKind.INSPECTOR:
        return False
    provinces = None if audience.mandate is None else audience.mandate.provinces
    return provinces is None or not provinces.isdisjoint(facts.provinces)


PUBLIC = Audience(AudienceKind.PUBLIC, None, decide, reduce=redact, reduce_items=redact_items)
"""Everybody: no key, no session."""


def audience_for(reader: Reader) -> Audience:
    """The audience a principal reads as; an inspector whose mandate does not run, as the public."""
    mandate = reader.mandate
    if mandate is not None and not mandate.in_force(datetime.now(HANOI).date()):
        return PUBLIC
    scopes = frozenset(map(str, reader.scopes))
    return _audience(reader.kind, reader.organisation, scopes, reader.key_id, mandate)


@lru_cache(maxsize=4096)
def _audience(
    kind: KeyKind,
    organisation: int,
    scopes: frozenset[str],
    reader: str,
    mandate: Mandate | None,
) -> Audience:
    return Audience(
        _KINDS[kind],
        organisation,
        decide,
        scopes,
        redact,
        redact_items,
        mandate if kind is KeyKind.INSPECTOR else None,
        reader,
    )


def is_self(audience: Audience, organisation: int | None, province: str | None = None) -> bool:
    """Whether a reader may see what belongs to an organisation whole.

    ``province`` is where it lies: an inspector's mandate may end at a border.
    """
    return relation(audience, (organisation,), province=province) not in _OUTSIDE


_OUTSIDE = (AudienceKind.PUBLIC, AudienceKind.PARTNER)
