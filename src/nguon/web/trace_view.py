# SPDX-License-Identifier: Apache-2.0
"""A lineage as its page shows it: rows of the list, boxes of the drawing, in the reader's words."""

from collections import Counter
from datetime import date
from os.path import commonprefix

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.base.time import HANOI, from_microseconds
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.trace.drawing import BOX_WIDTH, Box, Drawing, draw
from nguon.trace.labels import Label, ThingKind, cut, label
from nguon.trace.model import Lineage, Mode, Node

DRAWN = 400
"""A lineage of more things than this is listed, not drawn."""
_FIRST_LINE, _SECOND_LINE = (BOX_WIDTH - 24) / 13, (BOX_WIDTH - 24) / 12
"""Room for a box's words: pixels inside it by the type size of `trace.css`."""
_MIDDLE = frozenset({ThingKind.UNIT, ThingKind.ASSET, ThingKind.PLACE, ThingKind.AREA})
"""Kinds whose numbers differ at their end: a long one is cut in its middle."""


class Row(msgspec.Struct, frozen=True):
    """A thing as the page lists it."""

    key: str
    label: Label
    product: str | None
    mode: Mode
    depth: int
    first: date | None
    last: date | None


class DrawnBox(msgspec.Struct, frozen=True):
    """A box with its words; ``names`` are all the things that it stands for."""

    box: Box
    kind: ThingKind
    above: str
    below: str
    names: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """All that the page shows of one answer; no drawing where there is too much to draw."""

    lineage: Lineage
    rows: list[Row]
    counts: list[str]
    drawing: Drawing | None
    boxes: list[DrawnBox]


def found(store: Store, audience: Audience, lineage: Lineage, language: Language) -> Found:
    """The page's content for a lineage that this reader was given."""
    things = [node for node in lineage.nodes if node.mode is not Mode.PROCESS]
    words = _Words(store, audience, lineage, language)
    drawing = draw(lineage) if len(lineage.nodes) <= DRAWN else None
    kinds = Counter(words.labels[node.key].kind for node in things if node.depth)
    return Found(
        lineage=lineage,
        rows=[words.row(node) for node in things],
        counts=[words.counted(kind, n) for kind, n in kinds.most_common()],
        drawing=drawing,
        boxes=[words.drawn(box) for box in (drawing.boxes if drawing else ())],
    )


class _Words:
    """The words of one answer."""

    def __init__(
        self, store: Store, audience: Audience, lineage: Lineage, language: Language
    ) -> None:
        self.language = language
        self.labels = {node.key: label(node.key) for node in lineage.nodes}
        products = sorted({one.product for one in self.labels.values() if one.product})
        self.products = {
            product: entry.name.in_language(language)
            for product, entry in registry.products(store, audience, products).items()
        }

    def row(self, node: Node) -> Row:
        return Row(
            node.key,
            self.labels[node.key],
            self.product(node.key),
            node.mode,
            node.depth,
            _day(node.first_time),
            _day(node.last_time),
        )

    def product(self, key: str) -> str | None:
        """The product's name, else its GTIN."""
        product = self.labels[key].product
        if product is None:
            return None
        return self.products.get(product) or product.partition("/")[2]

    def name(self, key: str) -> str:
        """Kind and number, as in the list."""
        one = self.labels[key]
        return f"{self.kind(one.kind)} {one.short}"

    def kind(self, kind: ThingKind) -> str:
        return text(f"trace.kind.{kind}", self.language)

    def counted(self, kind: ThingKind, number: int) -> str:
        if number == 1:
            return f"1 {self.kind(kind).lower()}"
        return f"{number} {text(f'trace.kinds.{kind}', self.language)}"

    def drawn(self, box: Box) -> DrawnBox:
        one = self.labels[box.keys[0]]
        above, below = self._lines(box, one)
        middle = one.product is None and one.kind in _MIDDLE
        return DrawnBox(
            box,
            one.kind,
            cut(above, _FIRST_LINE),
            cut(below, _SECOND_LINE, middle=middle),
            tuple(self.name(key) for key in box.keys),
        )

    def _lines(self, box: Box, one: Label) -> tuple[str, str]:
        product = self.product(box.keys[0])
        if box.mode is Mode.PROCESS:
            return text("trace.process", self.language), one.short
        if box.count > 1:
            shared = commonprefix([self.labels[key].short for key in box.keys])  # noqa: RUF071 - of numbers
            return self.counted(one.kind, box.count), product or f"{shared}…"
        if product is None or one.kind is ThingKind.PRODUCT:
            return self.kind(one.kind), product or one.short
        return self.name(box.keys[0]), product


def _day(value: int | None) -> date | None:
    return None if value is None else from_microseconds(value).astimezone(HANOI).date()
