# SPDX-License-Identifier: Apache-2.0
"""Everything that the claims about one item rest on, read once for one reader."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from nguon import gs1
from nguon.assurance import issuing, proofs
from nguon.assurance.attested import Attested
from nguon.assurance.cases import Cases
from nguon.assurance.handed import HandedOver
from nguon.assurance.papers import Behind, Papers
from nguon.assurance.parties import Speaker, Speakers
from nguon.assurance.steps import Marks, marks_of
from nguon.base.audience import Audience, Disclosure
from nguon.base.time import HANOI, from_microseconds
from nguon.epcis.items import Role
from nguon.ladder.model import Confirmation, Entity, Issued, Logged, Signature
from nguon.registry import codes, queries
from nguon.registry.model import LAND, Product
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.tlog.service import Tlog
from nguon.trace import stages
from nguon.trace.itinerary import Relation
from nguon.trace.steps import is_lot, is_product
from nguon.trace.telling import Told, ilmd_of, place_key

_THINGS = frozenset({Role.EPC, Role.OUTPUT, Role.CHILD})
_AREA = "vn-area:"


class Recorded(NamedTuple):
    """A record with who made it, what its stage is called, and by which codes its place is known.

    ``land`` is the first of these where things grow there.
    """

    relation: Relation
    stored: StoredEvent
    speaker: Speaker
    stage: str
    codes: tuple[str, ...]
    land: str | None

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return from_microseconds(self.stored.record_time)


class Reading:
    """One reader's look at one item: a fixed number of statements, however many records."""

    def __init__(
        self,
        store: Store,
        tlog: Tlog,
        key: str,
        audience: Audience,
        moment: datetime,
        told: Sequence[Told],
    ) -> None:
        self.key, self.moment = key, moment
        self.product = _product(store, audience, key)
        makers = set() if self.product is None else {self.product.maker}
        self.speakers = Speakers(store, audience, told, makers)
        self.records = [self._recorded(one) for one in _in_order(told)]
        seqs = [one.stored.seq for one in self.records]
        self.receipts: dict[int, str] = proofs.receipts_of(tlog, seqs)
        self.logged: dict[int, Logged] = proofs.logged(store, seqs, self.receipts)
        self.signed: dict[int, tuple[Signature, int]] = proofs.signed(store, seqs)
        asked = {(one.speaker.number, one.at) for one in self.records}
        asked |= {(self.signed[one.stored.seq][1], one.at) for one in self._with_signature()}
        asked |= {(maker, moment) for maker in makers}
        self.entities: dict[tuple[int, datetime], Entity] = proofs.entities(store, asked)
        digests = store.events.digests([one.stored.id for one in self.records])
        self.cases = Cases(store, key, digests, {number for number, _ in asked})
        self.marks: Marks = marks_of(told)
        self.papers = Papers(
            store,
            audience,
            makers=makers,
            steps=[self._behind(one) for one in self.records],
            products=() if self.product is None else (self.product.key,),
        )
        self.issued: tuple[Issued, ...] = self._issued(store)
        self._handed = HandedOver(store, self._things())
        self._named = {one.speaker.number for one in self.records if not one.speaker.hidden}
        self.attested = Attested(
            store,
            items=self._items(),
            places={code for one in self.records for code in one.codes},
            products=() if self.product is None else (self.product.key,),
            makers=makers,
            at=moment,
        )

    def confirmations(self, one: Recorded) -> tuple[Confirmation, ...]:
        """What the other side of a record says; who it is only where the reader may know."""
        seq = one.stored.seq
        whole = one.stored.disclosure is Disclosure.FULL
        codes = {
            number: self.speakers.code(number, known=whole or number in self._named)
            for number in self._handed.others(seq)
        }
        return self._handed.of(seq, codes, self.receipts, whole=whole)

    def speaker_of(self, one: Recorded) -> int:
        """The number of the party that a record's signature is, else of who sent it."""
        signed = self.signed.get(one.stored.seq)
        return one.speaker.number if signed is None else signed[1]

    def maker(self) -> Speaker | None:
        """Who makes the product."""
        return None if self.product is None else self.speakers.of(self.product.maker)

    def _with_signature(self) -> list[Recorded]:
        return [one for one in self.records if one.stored.seq in self.signed]

    def _recorded(self, one: Told) -> Recorded:
        relation, stored = one
        key = place_key(stored)
        place = self.speakers.places.get(key or "")
        read = [item.key for item in stored.items if item.key.startswith(_AREA)]
        own = None
        if place is not None and place.national_code is not None:
            own = codes.comparable(place.kind, place.national_code)
        known = tuple(dict.fromkeys(code for code in (*read, own, key) if code))
        grown = place is not None and place.kind in LAND
        things = [item.key for item in stored.items if item.role in _THINGS]
        stage = stages.step_word(
            getattr(stored.event, "biz_step", None),
            harvest=stages.is_harvest(ilmd_of(stored.event)),
            transformation=stored.event.type == "TransformationEvent",
            land=grown,
            lots=bool(things) and all(is_lot(thing) for thing in things),
        )
        speaker = self.speakers.recorder(relation, stored)
        return Recorded(
            relation, stored, speaker, stage, known, known[0] if grown or read else None
        )

    def _behind(self, one: Recorded) -> Behind:
        stored = one.stored
        things = (item.key for item in stored.items if item.role in _THINGS)
        return Behind(
            stored.event.event_time.astimezone(HANOI).date(),
            frozenset(one.codes),
            stored.submitter,
            frozenset("/".join(thing.split("/")[:2]) for thing in things),
        )

    def _items(self) -> set[str]:
        """The thing, its lot, and the lots that its records name."""
        named = {item.key for one in self.records for item in one.stored.items}
        return {self.key, *gs1.memberships(self.key), *filter(is_lot, named)}

    def _things(self) -> set[str]:
        """What its records move."""
        named = {item.key for one in self.records for item in one.stored.items}
        return {key for key in named if key.startswith(("00/", "01/")) and not is_product(key)}

    def _issued(self, store: Store) -> tuple[Issued, ...]:
        maker = self.maker()
        if self.product is None or maker is None:
            return ()
        day = self.moment.astimezone(HANOI).date()
        found = (
            issuing.product(store, self.product.key, self.product.maker, maker.code, day),
            issuing.piece(store, self.key, maker.code),
        )
        return tuple(one for one in found if one is not None)


def _product(store: Store, audience: Audience, key: str) -> Product | None:
    gtin = next((one for one in (key, *gs1.memberships(key)) if is_product(one)), None)
    return queries.products(store, audience, [gtin]).get(gtin) if gtin else None


def _in_order(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda one: (one.stored.event.event_time, one.stored.seq))
