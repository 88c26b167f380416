# SPDX-License-Identifier: Apache-2.0
"""Seeks what a path names among the facts: there, not there and why, or not this reader's; pure."""

from collections.abc import Callable, Iterable, Sequence

from nguon.compliance import limits, papers
from nguon.compliance.facts import Facts, Record
from nguon.compliance.paths import Path, Subject
from nguon.compliance.recorded import MADE
from nguon.compliance.sought import ABSENT, HIDDEN, THERE, Sought
from nguon.trace.itinerary import Relation

_PUBLIC = frozenset({"when", "where", "what", "step"})
_OWN = frozenset({Relation.OWN, Relation.PIECE})
_ONWARD = frozenset({Relation.OWN, Relation.PIECE, Relation.CARRIER})
_OF_A_PIECE = frozenset({Relation.OWN, Relation.SOURCE})


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
        return ABSENT
    if path.member == "code":
        return _value(maker.tax_code or maker.gln)
    if path.member == "address":
        return _value(maker.address or maker.commune)
    return _value(maker.name)


def _value(value: object) -> Sought:
    return THERE if value else ABSENT


def _lot(facts: Facts, path: Path) -> Sought:
    if path.words:
        return _steps(facts.records, path, _lots_own(facts))
    if path.member == "key":
        return THERE
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
        return ABSENT
    found = [_has(one, path.member) for one in facts.records]
    lacking = [one for one in found if not one.there]
    if not lacking:
        return THERE
    return next((one for one in lacking if not one.visible), ABSENT)


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
    return there or hidden or (Sought(False, reason="lacking") if found else ABSENT)


def _has(record: Record, attribute: str) -> Sought:
    if attribute in _PUBLIC:
        there = {
            "when": True,
            "where": record.place is not None,
            "what": record.about,
            "step": bool(record.steps),
        }[attribute]
        return THERE if there else (ABSENT if record.full or attribute != "where" else HIDDEN)
    if not record.full:
        return HIDDEN
    there = {
        "who": True,
        "quantity": record.quantity,
        "from": record.sender,
        "to": record.receiver,
        "document": record.document,
    }[attribute]
    return THERE if there else ABSENT


def _report(facts: Facts, path: Path) -> Sought:
    """The report that came last counts."""
    if facts.reports is None:
        return HIDDEN
    last = next((one for one in reversed(facts.reports) if one.analyte in path.words), None)
    if last is None:
        return ABSENT
    limit = limits.limit_for(last.analyte, facts.market, facts.goods.groups, facts.day)
    if not limits.within(limit, last.value, last.unit, detected=last.detected):
        return Sought(False, reason="over-limit", shown=last.number)
    if last.state == "released":
        return Sought(True, shown=last.number)
    reason = "rejected" if last.state == "rejected" else "unreleased"
    return Sought(False, reason=reason, shown=last.number)


def _plots(facts: Facts, _: Path) -> Sought:
    if facts.plotted is None:
        return HIDDEN
    lacking = [key for key in facts.areas if key not in facts.plotted]
    if facts.areas and not lacking:
        return THERE
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
    Subject.CODE: papers.code,
    Subject.CERTIFICATE: papers.certificate,
    Subject.REPORT: _report,
    Subject.PLOTS: _plots,
    Subject.INPUTS: _inputs,
    Subject.CONSIGNMENT: _consignment,
}
