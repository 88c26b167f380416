# SPDX-License-Identifier: Apache-2.0
"""The form of a ring as sent: closed, enough corners, none twice, sides that do not cross; pure.

Nothing is converted or put right here, so that corners keep the numbers that
their author gave them. Geographic corners count as equal where their first six
decimals are: so much is left of them in the EU's register.
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from nguon.registry.land.model import Fault, Point, Ring, error

_SIX = Decimal("0.000001")
_TEN_CENTIMETRES = Decimal("0.1")


def faults_of(ring: Ring, part: int | None, *, geographic: bool) -> list[Fault]:
    """Everything wrong with the form of one outer ring."""
    if ring[0].x != ring[-1].x or ring[0].y != ring[-1].y:
        return [error("land.open-ring", len(ring), part, first=1, last=len(ring))]
    own = ring[:-1]
    places = _places(own, geographic)
    if len(ring) < 4 or len(set(places)) < 3:
        return [error("land.few-corners", None, part, count=len(set(places)))]
    twice = list(_twice(places, part))
    if twice:
        return twice
    points = [corner.point for corner in own]
    if _straight(points):
        return [error("land.straight", None, part)]
    return list(_crossings(points, part))


def closed(ring: Ring) -> Ring:
    """The ring with its first corner again at the end."""
    same = ring[0].x == ring[-1].x and ring[0].y == ring[-1].y
    return ring if same and len(ring) > 1 else (*ring, ring[0])


def _places(ring: Ring, geographic: bool) -> list[tuple[Decimal, Decimal]]:
    step = _SIX if geographic else _TEN_CENTIMETRES
    return [(_cut(corner.x, step), _cut(corner.y, step)) for corner in ring]


def _cut(number: Decimal, step: Decimal) -> Decimal:
    return number.quantize(step, rounding=ROUND_DOWN)


def _twice(places: Sequence[tuple[Decimal, Decimal]], part: int | None) -> Iterator[Fault]:
    seen: dict[tuple[Decimal, Decimal], int] = {}
    for number, place in enumerate(places, start=1):
        if place in seen:
            yield error("land.corner-twice", number, part, first=seen[place])
        seen.setdefault(place, number)


def _straight(points: Sequence[Point]) -> bool:
    (x0, y0), *rest = points
    length = max(abs(x - x0) + abs(y - y0) for x, y in rest)
    x1, y1 = max(rest, key=lambda point: abs(point[0] - x0) + abs(point[1] - y0))
    off = (abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) for x, y in rest)
    return max(off) <= 1e-9 * length * length


def _crossings(points: Sequence[Point], part: int | None) -> Iterator[Fault]:
    from shapely import LinearRing, LineString, STRtree

    ring = [*points, points[0]]
    if LinearRing(ring).is_simple:
        return
    sides = [LineString(side) for side in pairwise(ring)]
    one, other = STRtree(sides).query(sides, predicate="intersects")
    last = len(sides) - 1
    pairs = sorted({(int(a), int(b)) for a, b in zip(one, other, strict=True) if a < b})
    for a, b in pairs:
        neighbours = b - a == 1 or (a == 0 and b == last)
        if neighbours and not sides[a].overlaps(sides[b]) and not sides[a].covers(sides[b]):
            continue
        # A side is named by its two corners, as it is on a land paper.
        first, second = f"{a + 1}-{a + 2}", f"{b + 1}-{(b + 1) % len(points) + 1}"
        yield error("land.crossing", a + 1, part, first=first, second=second)
        return
