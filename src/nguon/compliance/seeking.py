# SPDX-License-Identifier: Apache-2.0
"""Seeks what a path names among the facts: there, not there and why, or not this reader's; pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from nguon.compliance import limits
from nguon.compliance.facts import Facts, Paper, Record
from nguon.compliance.paths import Path, Subject
from nguon.compliance.recorded import MADE
from nguon.gs1 import item_key
from nguon.registry.history import Status
from nguon.registry.model import PlaceKind, Scheme
from nguon.trace.itinerary import Relation


class Sought(NamedTuple):
    """What came of it; ``visible`` false where the reader may not know."""

    there: bool
    visible: bool = True
    reason: str = "absent"
    shown: str | None = None


_THERE = Sought(True)
_ABSENT = Sought(False)
_HIDDEN = Sought(False, visible=False)

_PUBLIC = frozenset({"when", "where", "what", "step"})
_OWN = frozenset({Relation.OWN, Relation.PIECE})
_ONWARD = frozenset({Relation.OWN, Relation.PIECE, Relation.CARRIER})
_OF_A_PIECE = frozenset({Relation.OWN, Relation.SOURCE})
_KINDS = {
    Scheme.PLANTING_AREA: "vn-area",
    Scheme.PACKING_HOUSE: "vn-pack",
    Scheme.FARM_CODE: "vn-pond",
}
_BROKEN = {
    Status.SUSPENDED: "suspended-code",
    Status.REVOKED: "revoked",
    Status.REFUSED: "revoked",
}


def seek(facts: Facts, paths: Sequence[Path]) -> Sought:
    """The first alternative that is there; else one that is hidden; else why the first is not."""
    found = [_SEEKERS[path.subject](facts, path) for path in paths]
    there = next((one for one in found if one.there), None)
    if there is not None:
        return there
    hidden = next((one for one in found if not one.visible), None)
    return hidden or max(found, key=lambda one: one.reason != "absent")


def _product(facts: Facts, path: Path) -> Sought:
    return _value(getattr(facts.product, path.member, None) if facts.product else None)


def _maker(facts: Facts, path: Path) -> Sought:
    maker = facts.maker
    if maker is None:
        return _ABSENT
    if path.member == "code":
        return _value(maker.tax_code or maker.gln)
    if path.member == "address":
        return _value(maker.address or maker.commune)
    return _value(maker.name)


def _value(value: object) -> Sought:
    return _THERE if value else _ABSENT


def _lot(facts: Facts, path: Path) -> Sought:
    if path.words:
        return _steps(facts.records, path, _lots_own(facts))
    if path.member == "key":
        return _THERE
    if path.member == "pieces":
        return _value(facts.pieces or "/21/" in facts.key)
    if path.member == "number":
        return Sought(facts.lot is not None, shown=facts.lot)
    name = path.member.partition(".")[2]
    scope = _OF_A_PIECE if name.startswith("harvest") else _OWN
    own = [one for one in facts.records if one.relation in scope]
    return _value(any(name in one.ilmd for one in own))


def _lots_own(facts: Facts) -> frozenset[Relation]:
    """A piece was made with its lot; a lot that nothing made is told of by whoever had it."""
    made = any(MADE in one.steps for one in facts.records if one.relation in _OWN)
    return _OWN if made else _OF_A_PIECE


def _stages(facts: Facts, path: Path) -> Sought:
    if not facts.records:
        return _ABSENT
    found = [_has(one, path.member) for one in facts.records]
    lacking = [one for one in found if not one.there]
    if not lacking:
        return _THERE
    return next((one for one in lacking if not one.visible), _ABSENT)


def _event(facts: Facts, path: Path) -> Sought:
    return _steps(facts.records, path, frozenset(Relation))


def _in(facts: Facts, path: Path) -> Sought:
    """Of what the lot was made of; of the lot itself, where it was made of nothing."""
    return _steps(
        facts.records, path, frozenset({Relation.SOURCE if facts.inputs else Relation.OWN})
    )


def _out(facts: Facts, path: Path) -> Sought:
    return _steps(facts.records, path, _ONWARD)


def _steps(records: Iterable[Record], path: Path, scope: frozenset[Relation]) -> Sought:
    meant = [
        one for one in records if one.relation in scope and not one.steps.isdisjoint(path.words)
    ]
    found = [_has(one, path.member) for one in meant]
    there = next((one for one in found if one.there), None)
    hidden = next((one for one in found if not one.visible), None)
    return there or hidden or (Sought(False, reason="lacking") if found else _ABSENT)


def _has(record: Record, attribute: str) -> Sought:
    if attribute in _PUBLIC:
        there = {
            "when": True,
            "where": record.place is not None,
            "what": record.about,
            "step": bool(record.steps),
        }[attribute]
        return _THERE if there else (_ABSENT if record.full or attribute != "where" else _HIDDEN)
    if not record.full:
        return _HIDDEN
    there = {
        "who": True,
        "quantity": record.quantity,
        "from": record.sender,
        "to": record.receiver,
        "document": record.document,
    }[attribute]
    return _THERE if there else _ABSENT


def _code(facts: Facts, path: Path) -> Sought:
    if "packing-house" in path.words:
        return _each(facts, facts.packing, Scheme.PACKING_HOUSE)
    if "pond" in path.words:
        ponds = [key for key in facts.areas if _kind(facts, key) is PlaceKind.POND]
        return _each(facts, ponds, Scheme.FARM_CODE)
    grown = [key for key in facts.areas if _kind(facts, key) is not PlaceKind.POND]
    return _each(facts, grown, Scheme.PLANTING_AREA)


def _each(facts: Facts, keys: Sequence[str], scheme: Scheme) -> Sought:
    """Every place must have a code that holds: the first that has none is named."""
    if not keys:
        return _ABSENT
    numbers: list[str] = []
    for key in keys:
        found = _code_of(facts, key, scheme)
        if not found.there:
            return found
        numbers.append(found.shown or "")
    return Sought(True, shown=", ".join(dict.fromkeys(filter(None, numbers))))


def _code_of(facts: Facts, key: str, scheme: Scheme) -> Sought:
    mine = [one for one in facts.papers if _is_of(facts, one, key, scheme)]
    place = facts.places.get(key)
    named = place.national_code if place and place.national_code else _bare(key)
    found = _best(facts, mine, named)
    refused = facts.shipment.refused if facts.shipment else frozenset()
    if found.there and not _keys_of(facts, key, scheme).isdisjoint(refused):
        return Sought(False, reason="refused", shown=found.shown)
    return found


def _keys_of(facts: Facts, key: str, scheme: Scheme) -> frozenset[str]:
    """The keys that a place is known by: its own and that of its national code."""
    place = facts.places.get(key)
    found = {key, place.key if place else key}
    if place is not None and place.national_code:
        found.add(item_key(f"{_KINDS[scheme]}:{place.national_code}"))
    return frozenset(found)


def _is_of(facts: Facts, paper: Paper, key: str, scheme: Scheme) -> bool:
    """Whether a paper is about a place: by its key, by the place's code, or by its holder."""
    one, place = paper.certificate, facts.places.get(key)
    if one.scheme is not scheme:
        return False
    codes = _keys_of(facts, key, scheme)
    if one.place is not None:
        return one.place in codes
    if item_key(f"{_KINDS[scheme]}:{one.number}") in codes:
        return True
    if place is None or place.national_code is not None or one.organisation is None:
        return False
    return one.organisation in {place.holder, facts.cooperatives.get(place.holder)}


def _certificate(facts: Facts, path: Path) -> Sought:
    every = "any" in path.words
    mine = [one for one in facts.papers if every or one.certificate.scheme in path.words]
    return _best(facts, mine, None, markets=False)


def _best(
    facts: Facts, papers: Sequence[Paper], named: str | None, *, markets: bool = True
) -> Sought:
    """A paper that holds on the day; else why the nearest does not."""
    wrong = Sought(False, shown=named)
    for paper in papers:
        reason = _wrong(paper, facts.day)
        if reason is None and markets and _elsewhere(facts, paper):
            reason = "other-market"
        number = paper.certificate.number
        if reason is None:
            return Sought(True, shown=number)
        if wrong.reason == "absent":
            wrong = Sought(False, reason=reason, shown=number)
    return wrong


def _wrong(paper: Paper, day: date) -> str | None:
    one = paper.certificate
    if paper.standing.status in _BROKEN:
        return _BROKEN[paper.standing.status]
    if one.valid_to is not None and one.valid_to < day:
        return "expired"
    if one.valid_from is not None and day < one.valid_from:
        return "not-begun"
    return None


def _elsewhere(facts: Facts, paper: Paper) -> bool:
    named = {market.lower() for market in paper.certificate.markets}
    return bool(named) and facts.market not in named


def _kind(facts: Facts, key: str) -> PlaceKind | None:
    place = facts.places.get(key)
    return None if place is None else place.kind


def _bare(key: str) -> str | None:
    return key.partition(":")[2] if key.startswith("vn-") else None


def _report(facts: Facts, path: Path) -> Sought:
    """The report that came last counts."""
    if facts.reports is None:
        return _HIDDEN
    last = next((one for one in reversed(facts.reports) if one.analyte in path.words), None)
    if last is None:
        return _ABSENT
    limit = limits.limit_for(last.analyte, facts.market, facts.goods.groups, facts.day)
    if not limits.within(limit, last.value, last.unit, detected=last.detected):
        return Sought(False, reason="over-limit", shown=last.number)
    if last.state == "released":
        return Sought(True, shown=last.number)
    reason = "rejected" if last.state == "rejected" else "unreleased"
    return Sought(False, reason=reason, shown=last.number)


def _plots(facts: Facts, _: Path) -> Sought:
    if facts.plotted is None:
        return _HIDDEN
    lacking = [key for key in facts.areas if key not in facts.plotted]
    if facts.areas and not lacking:
        return _THERE
    first = facts.places.get(lacking[0]) if lacking else None
    return Sought(False, shown=first.name.vi if first else None)


def _inputs(facts: Facts, _: Path) -> Sought:
    return _value(facts.inputs)


def _consignment(facts: Facts, path: Path) -> Sought:
    shipment = facts.shipment
    if shipment is None:
        return Sought(False, reason="no-consignment")
    kind = path.member.removeprefix("paper.")
    if kind != path.member:
        return Sought(kind in shipment.papers, shown=shipment.papers.get(kind))
    value = getattr(shipment, path.member)
    return Sought(bool(value), shown=value)


_SEEKERS: dict[Subject, Callable[[Facts, Path], Sought]] = {
    Subject.PRODUCT: _product,
    Subject.MAKER: _maker,
    Subject.LOT: _lot,
    Subject.STAGES: _stages,
    Subject.EVENT: _event,
    Subject.IN: _in,
    Subject.OUT: _out,
    Subject.CODE: _code,
    Subject.CERTIFICATE: _certificate,
    Subject.REPORT: _report,
    Subject.PLOTS: _plots,
    Subject.INPUTS: _inputs,
    Subject.CONSIGNMENT: _consignment,
}
