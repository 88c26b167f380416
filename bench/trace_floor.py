# SPDX-License-Identifier: Apache-2.0
"""The floor of recalls: a plain search through the same goods in a dictionary."""

import time
from collections import defaultdict, deque
from collections.abc import Iterable

from bench.trace_goods import BAD_LOT, Made, chain
from nguon.epcis.items import Role
from nguon.store.values import EventType


def in_memory(total: int) -> float:
    """Seconds of the processor for what the one lot went into, among all goods of so many events.

    It knows neither times nor who left a container: it only follows.
    """
    ways = _ways(chain(total))
    return min(_search(ways) for _ in range(5))


def _search(ways: dict[str, list[str]]) -> float:
    begin = time.process_time()
    seen, waiting = {BAD_LOT}, deque([BAD_LOT])
    while waiting:
        for key in ways.get(waiting.popleft(), ()):
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    return time.process_time() - begin


def _ways(goods: Iterable[Made]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for made in goods:
        keys: dict[Role, list[str]] = defaultdict(list)
        for item in made.items:
            keys[item.role].append(item.key)
        if made.type is EventType.TRANSFORMATION:
            for key in keys[Role.INPUT]:
                found[key] += keys[Role.OUTPUT]
        for parent in keys[Role.PARENT]:
            for child in keys[Role.CHILD]:
                found[child].append(parent)
    return found
