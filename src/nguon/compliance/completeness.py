# SPDX-License-Identifier: Apache-2.0
"""How complete a lot is: every requirement that speaks of it, judged by the rules of its day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from nguon.base.audience import Audience
from nguon.compliance.facts import Facts
from nguon.compliance.gather import Question, Told, from_records, gather
from nguon.compliance.grouping import Goods
from nguon.compliance.loader import instruments
from nguon.compliance.model import (
    Binding,
    Force,
    Instrument,
    Interval,
    Judged,
    Kind,
    Market,
    Obligation,
    Requirement,
    Scope,
    State,
)
from nguon.compliance.seeking import seek
from nguon.store import Store
from nguon.trace.itinerary import Relation

_ONWARD = frozenset({Relation.OWN, Relation.PIECE, Relation.CARRIER})
_MARKETED = frozenset(
    {"packing", "repackaging", "labelling", "shipping", "departing", "loading", "stocking"}
    | {"retail_selling", "dispensing"}
)
_ASKED = frozenset({State.COMPLETE, State.MISSING, State.NOT_DECLARED})


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What is found of one lot, for one reader, by the rules of one day."""

    key: str
    day: date
    market: Market
    goods: Goods
    judged: tuple[Judged, ...]
    expiry: date | None = None
    truncated: bool = False

    def of(self, *states: State) -> tuple[Judged, ...]:
        """Those in one of these states."""
        return tuple(one for one in self.judged if one.state in states)

    @property
    def missing(self) -> tuple[Judged, ...]:
        """The mandatory ones that are not there."""
        return self.of(State.MISSING)

    @property
    def ready(self) -> bool:
        """Nothing mandatory is missing or hidden."""
        open_to = (State.MISSING, State.NOT_VISIBLE)
        return not any(one.binding is Binding.MANDATORY for one in self.of(*open_to))


class Meter(msgspec.Struct, frozen=True):
    """The public count: so many of the fields that the law lists, and which are not there."""

    recorded: int
    asked: int
    lacking: tuple[str, ...]


def completeness(
    store: Store, audience: Audience, key: str, question: Question | None = None
) -> Completeness | None:
    """How complete a lot is; None where the reader sees no record of it."""
    facts = gather(store, audience, key, question or Question())
    return None if facts is None else judged(facts)


def meter(store: Store, audience: Audience, key: str, told: Sequence[Told]) -> Meter | None:
    """The public count of a thing whose records are at hand; None where no law speaks of it."""
    found = judged(from_records(store, audience, key, told, Question()))
    counted = {entry.id for entry in instruments() if entry.public}
    best: dict[str, State] = {}
    for one in found.of(*_ASKED):
        if one.requirement.instrument in counted:
            field = one.requirement.field
            complete = State.COMPLETE in {one.state, best.get(field)}
            best[field] = State.COMPLETE if complete else one.state
    if not best:
        return None
    lacking = tuple(name for name, state in best.items() if state is not State.COMPLETE)
    return Meter(len(best) - len(lacking), len(best), lacking)


def judged(facts: Facts, found: Iterable[Instrument] | None = None) -> Completeness:
    """Every requirement that speaks of these goods and this market, in the order of instruments."""
    entries = instruments() if found is None else found
    results = [one for entry in entries for one in _instrument(facts, entry)]
    return Completeness(
        key=facts.key,
        day=facts.day,
        market=facts.market,
        goods=facts.goods,
        judged=tuple(results),
        expiry=facts.expiry,
        truncated=facts.truncated,
    )


def _instrument(facts: Facts, entry: Instrument) -> Iterator[Judged]:
    if not _speaks_of(entry.scope, facts.goods) or not _concerns(entry.scope, facts.market):
        return
    force = entry.force(facts.day)
    obligation = _binding(entry.binding(facts.day), facts.goods)
    kept_back = "not-marketed" if entry.kind is Kind.LABEL and not _marketed(facts) else None
    for row in entry.rows:
        if not _concerns(row.scope, facts.market):
            continue
        reason = _out_of_play(row, force, facts) or kept_back
        if reason is None:
            yield _judge(facts, row, obligation)
        else:
            yield _answer(row, obligation, State.NOT_APPLICABLE, reason)


def _marketed(facts: Facts) -> bool:
    """Whether a lot was packed, sent or sold: what is only worked on needs no label yet."""
    steps = {step for one in facts.records if one.relation in _ONWARD for step in one.steps}
    return not steps.isdisjoint(_MARKETED)


def _out_of_play(row: Requirement, force: Force, facts: Facts) -> str | None:
    if force is not Force.IN_FORCE:
        return force.value
    if not _speaks_of(row.scope, facts.goods):
        return "other-goods"
    return _outside(row.valid, facts.day)


def _outside(interval: Interval, day: date) -> str | None:
    if day < interval.start:
        return Force.NOT_YET.value
    return None if interval.holds(day) else Force.ENDED.value


def _judge(facts: Facts, row: Requirement, obligation: Obligation) -> Judged:
    sought = seek(facts, row.paths)
    if sought.there:
        return _answer(row, obligation, State.COMPLETE, None, sought.shown)
    if not sought.visible:
        return _answer(row, obligation, State.NOT_VISIBLE)
    if sought.reason == "no-consignment":
        return _answer(row, obligation, State.NOT_APPLICABLE, sought.reason)
    if row.if_any and sought.reason == "absent":
        return _answer(row, obligation, State.NOT_APPLICABLE, "if-any")
    mandatory = obligation.binding is Binding.MANDATORY
    state = State.MISSING if mandatory else State.NOT_DECLARED
    return _answer(row, obligation, state, sought.reason, sought.shown)


def _answer(
    row: Requirement,
    obligation: Obligation,
    state: State,
    reason: str | None = None,
    shown: str | None = None,
) -> Judged:
    return Judged(
        requirement=row,
        state=state,
        binding=obligation.binding,
        by=obligation.by,
        reason=reason,
        shown=shown,
    )


def _binding(obligation: Obligation, goods: Goods) -> Obligation:
    """How far it binds for these goods: by risk means mandatory for high risk only."""
    if obligation.binding is not Binding.BY_RISK:
        return obligation
    high = goods.risk == "high"
    return msgspec.structs.replace(
        obligation, binding=Binding.MANDATORY if high else Binding.VOLUNTARY
    )


def _speaks_of(scope: Scope, goods: Goods) -> bool:
    named = not scope.groups or bool(scope.groups & goods.groups)
    groups = named and scope.except_groups.isdisjoint(goods.groups)
    return groups and (not scope.ministries or goods.ministry in scope.ministries)


def _concerns(scope: Scope, market: Market) -> bool:
    return not scope.markets or market in scope.markets
