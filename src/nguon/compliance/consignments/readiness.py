# SPDX-License-Identifier: Apache-2.0
"""What of a consignment is ready, what is missing, by which clause, and who owes it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nguon.base.audience import Audience
from nguon.compliance.completeness import Completeness, judged
from nguon.compliance.consignments.model import Consignment, Item, Readiness
from nguon.compliance.facts import Facts, Shipment
from nguon.compliance.gather import Question, gather
from nguon.compliance.loader import instruments
from nguon.compliance.model import Judged, Kind, State
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.registry.ledger import queries as ledger
from nguon.registry.ledger.model import Drawn, Verdict
from nguon.store import Store

_WORST = (
    State.MISSING,
    State.NOT_VISIBLE,
    State.NOT_DECLARED,
    State.COMPLETE,
    State.NOT_APPLICABLE,
)


def readiness(store: Store, actor: Principal, consignment: Consignment) -> Readiness:
    """Every requirement of the market and of the law at home, over all lots of a consignment."""
    audience = actor.audience
    drawn = _drawn(store, actor, consignment)
    shipment = _shipment(store, audience, consignment, drawn)
    question = Question(consignment.market, consignment.planned, shipment)
    found = [gather(store, audience, load.lot, question) for load in consignment.loads]
    lots = tuple(judged(facts) for facts in found if facts is not None)
    markets = {entry.id for entry in instruments() if entry.kind is Kind.MARKET}
    items = _items(lots)
    return Readiness(
        consignment=consignment,
        gates=tuple(one for one in items if one.judged.requirement.instrument in markets),
        others=tuple(one for one in items if one.judged.requirement.instrument not in markets),
        lots=lots,
        drawn=drawn,
    )


class Grown(NamedTuple):
    """Where lots grew; ``truncated``: not all of their records were read, there may be more."""

    areas: tuple[str, ...]
    truncated: bool


def areas(store: Store, audience: Audience, lots: Sequence[str]) -> Grown:
    """The places where lots grew, for the form's first choice of codes and for the plot map."""
    found: dict[str, None] = {}
    cut = False
    for lot in lots:
        facts: Facts | None = gather(store, audience, lot, Question())
        if facts is not None:
            found.update(dict.fromkeys(facts.areas))
            cut = cut or facts.truncated
    return Grown(tuple(found), cut)


def _shipment(
    store: Store, audience: Audience, consignment: Consignment, drawn: Iterable[Drawn]
) -> Shipment:
    named = None
    if consignment.consignee is not None:
        party = registry.organisation(store, audience, consignment.consignee)
        named = party.name.vi if party else None
    refused = {one.code for one in drawn if one.verdict is Verdict.REFUSED}
    return Shipment(
        number=consignment.number,
        consignee=named or consignment.consignee_name,
        vehicle=consignment.vehicle,
        seal=consignment.seal,
        papers={kind.value: number for kind, number in consignment.papers.items()},
        refused=frozenset(refused),
    )


def _drawn(store: Store, actor: Principal, consignment: Consignment) -> tuple[Drawn, ...]:
    """The ledger's answers, in the order of the codes, as far as this reader may see them."""
    numbers = {share.use for share in consignment.codes if share.use is not None}
    if not numbers:
        return ()
    wanted = ledger.Wanted(consignment=consignment.number, user=consignment.shipper)
    found = ledger.uses(store, actor.audience, wanted, limit=500)
    return tuple(sorted((one for one in found if one.id in numbers), key=lambda one: one.code))


def _items(lots: Sequence[Completeness]) -> list[Item]:
    """Each requirement once, as it stands for the worst lot, with the lots that lack it."""
    by_requirement: dict[str, list[tuple[str, Judged]]] = {}
    for lot in lots:
        for one in lot.judged:
            by_requirement.setdefault(one.requirement.id, []).append((lot.key, one))
    items = []
    for found in by_requirement.values():
        worst = min((one for _, one in found), key=lambda one: _WORST.index(one.state))
        lacking = tuple(key for key, one in found if one.state is worst.state)
        settled = worst.state in {State.COMPLETE, State.NOT_APPLICABLE}
        items.append(Item(judged=worst, lots=() if settled else lacking))
    return items
