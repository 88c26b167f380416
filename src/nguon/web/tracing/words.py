# SPDX-License-Identifier: Apache-2.0
"""The things, parties, places and amounts of an answer in the reader's words."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import Language, catalogue, text
from nguon.base.quantity import PIECE, Quantity
from nguon.base.time import HANOI, from_microseconds
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.trace.asking.facts import main_place
from nguon.trace.drawing import BOX_WIDTH, Box
from nguon.trace.labels import Label, ThingKind, cut, label
from nguon.trace.model import Mode, Node
from nguon.web.formats import element_string, number
from nguon.web.work.entries_words import amount

_FIRST_LINE, _SECOND_LINE = (BOX_WIDTH - 24) / 13, (BOX_WIDTH - 24) / 12
"""Room for a box's words: pixels inside it by the type size of `trace.css`."""
_MIDDLE = frozenset({ThingKind.UNIT, ThingKind.ASSET, ThingKind.PLACE, ThingKind.AREA})
"""Kinds whose numbers differ at their end: a long one is cut in its middle."""


class Row(msgspec.Struct, frozen=True):
    """A thing as the page lists it."""

    key: str
    label: Label
    name: str
    product: str | None
    mode: Mode
    depth: int
    first: date | None
    last: date | None
    lane: str = ""


class Words:
    """The words of one answer; names are looked up once, as far as the reader may know them."""

    def __init__(self, store: Store, audience: Audience, language: Language) -> None:
        self.language = language
        self._store, self._audience = store, audience
        self._labels: dict[str, Label] = {}
        self._products: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._parties: dict[str, str] = {}
        self._codes: dict[str, str] = {}

    def learn(
        self,
        things: Iterable[str] = (),
        places: Iterable[str | None] = (),
        parties: Iterable[str | None] = (),
    ) -> "Words":
        """Look up the names behind these keys."""
        found = sorted({one.product for key in things if (one := self.label(key)).product})
        for key, product in registry.products(self._store, self._audience, found).items():
            self._products[key] = product.name.in_language(self.language)
        spots = sorted({main_place(key) for key in places if key})
        if spots:
            for key, place in registry.places(self._store, self._audience, spots).items():
                self._places[key] = place.name.in_language(self.language)
        named = sorted({key for key in parties if key})
        if named:
            numbers = registry.named_organisations(self._store, named)
            people = registry.organisations(self._store, self._audience, set(numbers.values()))
            for key, holder in numbers.items():
                if holder in people:
                    self._parties[key] = people[holder].name.in_language(self.language)
                    self._codes[key] = people[holder].code
        return self

    def label(self, key: str) -> Label:
        """Kind, short name and product of a thing."""
        found = self._labels.get(key)
        if found is None:
            found = self._labels[key] = label(key)
        return found

    def row(self, node: Node, lane: str = "") -> Row:
        """A thing found."""
        one = self.label(node.key)
        days = (day(node.first_time), day(node.last_time))
        name, product = self.name(node.key), self.product(node.key)
        return Row(node.key, one, name, product, node.mode, node.depth, *days, lane)

    def product(self, key: str) -> str | None:
        """The product's name, else its GTIN."""
        product = self.label(key).product
        if product is None:
            return None
        return self._products.get(product) or product.partition("/")[2]

    def name(self, key: str) -> str:
        """Kind and number, as in the list."""
        one = self.label(key)
        return f"{self.kind(one.kind)} {one.short}"

    def kind(self, kind: ThingKind) -> str:
        """What kind of thing."""
        return text(f"trace.kind.{kind}", self.language)

    def counted(self, kind: ThingKind, count: int) -> str:
        """So many of a kind."""
        if count == 1:
            return f"1 {self.kind(kind).lower()}"
        return f"{number(count, self.language)} {text(f'trace.kinds.{kind}', self.language)}"

    def place(self, key: str | None) -> str:
        """A place's name, else its number as labels show it."""
        return self._named(self._places, None if key is None else main_place(key))

    def party(self, key: str | None) -> str:
        """A party's name, else its number as labels show it."""
        return self._named(self._parties, key)

    def code(self, key: str | None) -> str:
        """A party's code in the register; empty for one that is not known."""
        return self._codes.get(key or "", "")

    def _named(self, known: dict[str, str], key: str | None) -> str:
        return "" if key is None else known.get(key) or element_string(key)

    def step(self, step: str) -> str:
        """A business step."""
        code = f"passport.step-{step}"
        return text(code, self.language) if code in catalogue(self.language) else step

    def held(self, keys: Iterable[str], some: Iterable[tuple[str | None, Quantity]]) -> str:
        """How much of what there is, and which containers and other things without a product."""
        bare = Counter(one.kind for key in keys if (one := self.label(key)).product is None)
        goods = [(key, much) for key, much in some if key is not None or much.unit != PIECE]
        parts = [self.amounts(goods), *(self.counted(kind, n) for kind, n in bare.items())]
        return "; ".join(part for part in parts if part)

    def amounts(self, some: Iterable[tuple[str | None, Quantity]]) -> str:
        """How much of what."""
        return "; ".join(
            f"{amount(quantity, self.language)} {self.product(key) if key else ''}".strip()
            for key, quantity in some
        )

    def lines(self, box: Box) -> tuple[str, str]:
        """The two lines of a box, cut to its width."""
        one = self.label(box.keys[0])
        above, below = self._whole(box, one)
        middle = one.product is None and one.kind in _MIDDLE
        return cut(above, _FIRST_LINE), cut(below, _SECOND_LINE, middle=middle)

    def _whole(self, box: Box, one: Label) -> tuple[str, str]:
        product = self.product(box.keys[0])
        if box.mode is Mode.PROCESS:
            return text("trace.process", self.language), one.short
        if box.count > 1:
            shorts = sorted(self.label(key).short for key in box.keys)
            run = f"{shorts[0]} – {shorts[-1]}"
            return f"{self.counted(one.kind, box.count)} ▸ {product or ''}".rstrip(), run
        if product is None or one.kind is ThingKind.PRODUCT:
            return self.kind(one.kind), product or one.short
        return self.name(box.keys[0]), product


def day(value: int | None) -> date | None:
    """The day in Viet Nam of a time in microseconds."""
    return None if value is None else from_microseconds(value).astimezone(HANOI).date()


def moment(value: int) -> datetime:
    """A time in microseconds."""
    return from_microseconds(value)
