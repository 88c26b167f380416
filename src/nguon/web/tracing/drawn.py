# SPDX-License-Identifier: Apache-2.0
"""Drawings as a page shows them: boxes with their words and where each of them leads."""

from collections.abc import Mapping

import msgspec

from nguon.trace import lanes
from nguon.trace.drawing import Box, Drawing, draw
from nguon.trace.labels import ThingKind
from nguon.trace.model import Mode
from nguon.web.tracing.asked import View
from nguon.web.tracing.found import Found
from nguon.web.tracing.words import Words


class DrawnBox(msgspec.Struct, frozen=True):
    """A box with its words; ``names`` are the first of the things that it stands for."""

    box: Box
    kind: ThingKind
    above: str
    below: str
    names: tuple[str, ...]
    link: str


class Drawn(msgspec.Struct, frozen=True):
    """A drawing with its words; ``bands`` are the lanes of one that has them."""

    drawing: Drawing
    boxes: list[DrawnBox]
    bands: tuple[lanes.Band, ...] = ()
    collapsed: bool = False


_NAMED = 20


def relations(found: Found, words: Words) -> Drawn | None:
    """How things hang together, step by step; None for more than can be drawn so."""
    if len(found.lineage.nodes) > lanes.DRAWN:
        return None
    made = draw(found.lineage)
    return Drawn(made, [_box(one, found, words, {}) for one in made.boxes])


def in_lanes(found: Found, words: Words, by_key: Mapping[str, str]) -> Drawn:
    """The same by the stages of the chain; any number of things."""
    made = lanes.drawn(found.lineage, by_key)
    boxes = [_box(one, found, words, by_key) for one in made.drawing.boxes]
    return Drawn(made.drawing, boxes, made.bands, made.collapsed)


def _box(box: Box, found: Found, words: Words, by_key: Mapping[str, str]) -> DrawnBox:
    one = words.label(box.keys[0])
    above, below = words.lines(box)
    names = tuple(words.name(key) for key in box.keys[:_NAMED])
    return DrawnBox(box, one.kind, above, below, names, _link(box, found, words, by_key))


def _link(box: Box, found: Found, words: Words, by_key: Mapping[str, str]) -> str:
    """A thing leads to what is beside the page, a stack to its part of the list."""
    asked, key = found.asked, box.keys[0]
    if box.mode is Mode.PROCESS:
        return asked.link(view=View.TIME)
    if box.count == 1:
        return asked.link(thing=key)
    one = words.label(key)
    lane = by_key.get(key, lanes.UNKNOWN) if by_key else ""
    narrowed = {"lane": lane, "kind": one.kind.value, "product": one.product or ""}
    return asked.link(view=View.LIST, page=1, thing="", **narrowed)
