# SPDX-License-Identifier: Apache-2.0
"""The facts of every claim that an item's passport makes, in the order in which it makes them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from nguon.assurance.model import Gathered
from nguon.assurance.parties import Speaker
from nguon.assurance.reading import Reading, Recorded
from nguon.assurance.steps import step_of, without_supplier
from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.ladder.model import (
    Attestation,
    Case,
    Claim,
    ClaimKind,
    Entity,
    Facts,
    Issued,
    Signature,
    Step,
)
from nguon.registry.model import Certificate
from nguon.store import Store
from nguon.tlog.service import Tlog
from nguon.trace import stages
from nguon.trace.itinerary import Relation
from nguon.trace.steps import is_product
from nguon.trace.telling import Told, records_of

_FAR = frozenset({Relation.CARRIER, Relation.PIECE})
_LOOKED_AT = frozenset({"make", "process", "pack", "inspect"})


def facts_of(
    store: Store,
    tlog: Tlog,
    key: str,
    audience: Audience,
    moment: datetime,
    *,
    told: tuple[Sequence[Told], bool] | None = None,
) -> Gathered | None:
    """The facts of all claims about an item as a reader may know them; None where there are
    none: neither a record nor a registered product.

    ``told`` are its records where they are at hand (`nguon.trace.telling.records_of`).
    """
    if told is None:
        told = ((), False) if is_product(key) else records_of(store, key, audience)
    records, truncated = told
    reading = Reading(store, tlog, key, audience, moment, records)
    if not records and not (is_product(key) and reading.product is not None):
        return None
    steps = [_step(reading, one) for one in reading.records]
    about = [*_of_item(reading), *_origins(reading, steps), *_certificates(reading)]
    entries = {len(about) + at: one.stored.seq for at, one in enumerate(reading.records)}
    return Gathered(key, (*about, *steps), entries, truncated)


def _step(reading: Reading, one: Recorded) -> Facts:
    """That a recorded step happened."""
    stored, speaker = one.stored, one.speaker
    step = step_of(reading.key, stored, reading.marks, reading.receipts)
    number = reading.speaker_of(one)
    return Facts(
        claim=Claim(
            kind=ClaimKind.STEP,
            item=reading.key,
            stage=one.stage,
            at=stored.event.event_time,
            by=speaker.code,
            receipt=reading.receipts.get(stored.seq, ""),
        ),
        logged=reading.logged.get(stored.seq),
        entity=_entity(reading, speaker, number, one.at),
        signature=_signature(reading, one),
        confirmations=reading.confirmations(one),
        attestations=_of_goods(reading, one, step),
        cases=reading.cases.of_record(stored.id, number),
        step=without_supplier(step) if speaker.hidden else step,
    )


def _of_goods(reading: Reading, one: Recorded, step: Step) -> tuple[Attestation, ...]:
    """What bodies say of the goods of a step in which goods are made, packed or looked at."""
    if stages.chain().stage.get(one.stage) not in _LOOKED_AT:
        return ()
    return reading.attested.about({part.key for part in step.parts if part.role != "in"})


def _of_item(reading: Reading) -> list[Facts]:
    """That the number is this product's, that the code was issued."""
    maker, product = reading.maker(), reading.product
    cases, found = reading.cases.of_item(), list[Facts]()
    if product is not None and maker is not None:
        claim = Claim(kind=ClaimKind.PRODUCT, item=reading.key, about=product.key, by=maker.code)
        told = _made(reading, claim, maker, reading.issued[:1], cases)
        attested = reading.attested.about((product.key,)) + reading.attested.of_code((product.key,))
        found.append(msgspec.structs.replace(told, attestations=attested))
    if reading.key != getattr(product, "key", None):
        by = maker.code if maker else ""
        claim = Claim(kind=ClaimKind.CODE, item=reading.key, about=reading.key, by=by)
        found.append(_made(reading, claim, maker, reading.issued[1:], () if found else cases))
    return found


def _made(
    reading: Reading,
    claim: Claim,
    maker: Speaker | None,
    issued: tuple[Issued, ...],
    cases: tuple[Case, ...],
) -> Facts:
    entity = None
    if maker is not None:
        cases = (*cases, *reading.cases.of_party(maker.number))
        entity = _entity(reading, maker, maker.number, reading.moment)
    return Facts(claim=claim, entity=entity, issued=issued, cases=cases)


def _origins(reading: Reading, steps: Sequence[Facts]) -> list[Facts]:
    """That it grew here: one claim a place, carried by the first record there."""
    first: dict[str, int] = {}
    days: dict[str, list[datetime]] = {}
    for at, one in enumerate(reading.records):
        if one.land is not None and one.relation not in _FAR and not one.speaker.hidden:
            first.setdefault(one.land, at)
            days.setdefault(one.land, []).append(one.stored.event.event_time)
    found = []
    for land, at in first.items():
        step = steps[at]
        claim = msgspec.structs.replace(step.claim, kind=ClaimKind.ORIGIN, about=land, stage="")
        on = [time.astimezone(HANOI).date() for time in days[land]]
        paper = reading.papers.approval(land, on)
        told = msgspec.structs.replace(step, claim=claim, step=None, paper=paper, confirmations=())
        attested = reading.attested.approval(reading.records[at].codes)
        found.append(msgspec.structs.replace(told, attestations=attested))
    return found


def _certificates(reading: Reading) -> list[Facts]:
    """That it was made under the certificates of its product, maker and places."""
    product = None if reading.product is None else reading.product.key
    return [_certificate(reading, one) for one in reading.papers.certificates(product)]


def _certificate(reading: Reading, one: Certificate) -> Facts:
    paper = reading.papers.paper(one)
    maker = reading.maker()
    last = max(paper.days, default=None)
    claim = Claim(
        kind=ClaimKind.CERTIFICATE,
        item=reading.key,
        about=f"{one.scheme}/{one.number}",
        at=None if last is None else datetime.combine(last, datetime.min.time(), HANOI),
        by=maker.code if maker else "",
    )
    entity = None if maker is None else _entity(reading, maker, maker.number, reading.moment)
    attested = reading.attested.certificate(one.scheme.value, one.number)
    return Facts(claim=claim, entity=entity, paper=paper, attestations=attested)


def _entity(reading: Reading, speaker: Speaker, number: int, at: datetime) -> Entity | None:
    """The legal entity, called as its reader may know it."""
    found = reading.entities.get((number, at))
    if found is None:
        return None
    return msgspec.structs.replace(found, code=speaker.code, name=speaker.name)


def _signature(reading: Reading, one: Recorded) -> Signature | None:
    """The signature; whose key it is is not told of a supplier whom the reader may not know."""
    found = reading.signed.get(one.stored.seq)
    if found is None:
        return None
    if one.speaker.hidden:
        return msgspec.structs.replace(found[0], kid="", party="")
    return found[0]
