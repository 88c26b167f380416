# SPDX-License-Identifier: Apache-2.0
"""Labels on their pages: which place each gets, in dots."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nguon.labels.layout import Layout
from nguon.labels.limits import dots


class Placed(NamedTuple):
    """A label with its corner in dots from the page's upper left."""

    layout: Layout
    left: int
    top: int


def pages(layouts: Sequence[Layout], start: int = 0) -> Iterator[list[Placed]]:
    """The pages in their order; ``start`` places of the first sheet are used already."""
    if not layouts:
        return
    template = layouts[0].template
    room = template.on_page
    page: list[Placed] = []
    place = start % room
    for one in layouts:
        if place == room:
            yield page
            page, place = [], 0
        left, top = template.corner(place)
        page.append(Placed(one, round(dots(left, one.dpi)), round(dots(top, one.dpi))))
        place += 1
    yield page
