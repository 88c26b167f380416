# SPDX-License-Identifier: Apache-2.0
"""Who has a checked licence of the number in a key: nobody else registers that key.

A licence is a company prefix, one GTIN (with the numbers of its cartons) or one
GLN (with its extensions); the room that issues codes keeps them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from nguon.base.time import HANOI
from nguon.gs1.check_digits import check_digit
from nguon.store.licensing import standing

_CHECKED = "checked"
_PREFIXES = range(4, 13)
_KINDS = {"01": "gtin", "414": "gln", "417": "gln"}


def holders(connection: Connection, keys: Iterable[str]) -> Mapping[str, frozenset[int]]:
    """The organisations whose checked licence covers a key today, by key."""
    wanted = {key: frozenset(_covering(key)) for key in keys}
    values = sorted({value for covering in wanted.values() for _, value in covering})
    if not values:
        return {}
    today = datetime.now(HANOI).date().isoformat()
    had: dict[tuple[str, str], set[int]] = {}
    for row in standing(connection, values, _CHECKED):
        if row["valid_to"] is None or row["valid_to"] >= today:
            had.setdefault((row["kind"], row["value"]), set()).add(row["organisation"])
    return {
        key: frozenset(number for one in covering for number in had.get(one, ()))
        for key, covering in wanted.items()
    }


def _covering(key: str) -> Iterator[tuple[str, str]]:
    """The licences that a key's number falls under, as kind and value."""
    ai, _, rest = key.partition("/")
    kind, number = _KINDS.get(ai), rest.partition("/")[0]
    if kind is None:
        return
    if kind == "gtin":
        body = f"0{number[1:13]}"
        number, digits = body + check_digit(body), number[1:13]
    else:
        digits = number[:12]
    yield kind, number
    yield from (("prefix", digits[:length]) for length in _PREFIXES)
