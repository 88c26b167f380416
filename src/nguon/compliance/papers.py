# SPDX-License-Identifier: Apache-2.0
"""Codes of places and certificates: whether one holds on the day, else why it does not; pure."""

from collections.abc import Sequence
from datetime import date

from nguon.compliance.facts import Facts, Paper
from nguon.compliance.paths import Path
from nguon.compliance.sought import ABSENT, Sought
from nguon.gs1 import item_key
from nguon.registry.history import Status
from nguon.registry.model import PlaceKind, Scheme

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


def code(facts: Facts, path: Path) -> Sought:
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
        return ABSENT
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


def certificate(facts: Facts, path: Path) -> Sought:
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
