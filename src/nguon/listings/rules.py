# SPDX-License-Identifier: Apache-2.0
"""The answers about one listing from what is known of its seller and its thing; pure."""

from collections.abc import Mapping
from types import MappingProxyType

from nguon.codes.life import State
from nguon.listings import chain
from nguon.listings.facts import Facts, Thing
from nguon.listings.model import Judged, Question, no, unknown, yes
from nguon.parties.enrolment.model import Entity
from nguon.parties.register.model import RegisterState
from nguon.store.custody import is_thing

_ACTIVE: Mapping[RegisterState, Judged] = MappingProxyType(
    {
        RegisterState.ACTIVE: yes("active"),
        RegisterState.SUSPENDED: no("suspended"),
        RegisterState.DISSOLVED: no("dissolved"),
        RegisterState.UNKNOWN: unknown("no-register"),
    }
)
_LIVE: Mapping[State, Judged] = MappingProxyType(
    {
        State.ACTIVE: yes("active"),
        State.RETURNED: yes("returned"),
        State.SOLD: yes("sold"),
        State.ENDED: no("ended"),
        State.VOID: no("void"),
        State.ISSUED: no("not-activated"),
        State.PRINTED: no("not-activated"),
    }
)
UNREADABLE: Mapping[Question, Judged] = MappingProxyType(
    dict.fromkeys(Question, unknown("code-unreadable"))
)


def answers(
    seller: int | None, entity: Entity | None, thing: Thing, facts: Facts
) -> dict[Question, Judged]:
    """Every answer about a listing; ``seller`` is None where the name finds nobody."""
    mine = frozenset() if seller is None else frozenset({seller})
    return {
        Question.KNOWN: _known(seller, entity),
        Question.ACTIVE: _active(seller, entity),
        Question.ISSUED: _issued(thing),
        Question.LIVE: _live(thing),
        Question.RECALLED: _recalled(thing, facts),
        Question.DISPUTED: _disputed(thing),
        Question.IN_CHAIN: chain.judged(thing.chain, mine)
        if is_thing(thing.key)
        else unknown("no-lot"),
        Question.RESALE: _resale(seller, thing, facts),
    }


def _known(seller: int | None, entity: Entity | None) -> Judged:
    if seller is None:
        return unknown("seller-not-known")
    if entity is None or entity.way is None:
        return unknown("not-identified")
    return yes(f"identified-{entity.way}")


def _active(seller: int | None, entity: Entity | None) -> Judged:
    if seller is None or entity is None:
        return unknown("seller-not-known" if seller is None else "not-identified")
    return _ACTIVE[entity.register_state]


def _issued(thing: Thing) -> Judged:
    if thing.issued is not None and thing.issued.state is State.VOID:
        return no("void")
    if thing.issued is not None and thing.issued.state is not State.NOT_ISSUED:
        return yes("issued")
    if thing.chain.records:
        return yes("recorded")
    if thing.registered and thing.issued is None:
        return yes("registered")
    return unknown("not-from-here")


def _live(thing: Thing) -> Judged:
    if thing.issued is not None and thing.issued.state is State.VOID:
        return no("void")
    if not thing.chain.records:
        known = thing.issued is not None and thing.issued.state is not State.NOT_ISSUED
        return no("not-activated") if known else unknown("not-recorded")
    if thing.issued is None:
        return no("ended") if thing.chain.life is State.ENDED else yes("recorded")
    return _LIVE.get(thing.chain.life, unknown("not-recorded"))


def _recalled(thing: Thing, facts: Facts) -> Judged:
    if thing.recalled:
        return yes("recalled")
    if thing.held:
        return unknown("under-order")
    return no("not-recalled") if facts.recalls else unknown("no-source")


def _disputed(thing: Thing) -> Judged:
    if thing.upheld:
        return yes("upheld")
    return yes("being-checked") if thing.disputed else no("nothing-open")


def _resale(seller: int | None, thing: Thing, facts: Facts) -> Judged:
    if seller is None:
        return unknown("seller-not-known")
    declared = any((seller, key) in facts.resales for key in thing.over)
    return yes("declared") if declared else unknown("not-declared")
