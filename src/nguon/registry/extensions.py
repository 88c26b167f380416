# SPDX-License-Identifier: Apache-2.0
"""The next free extension (AI 254) of the GLN of an organisation's own site, for a plot."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from nguon.registry.model import LAND
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store.registry_tables import place

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")
_LONGEST = 20
_TRIED = 50
_SITES = 3


class Free(NamedTuple):
    """A number that no plot has: the site's key and name, and the extension."""

    parent: str
    name: str
    extension: str


def next_free(store: Store, holder: int) -> list[Free]:
    """For each of the first fields and ponds with a GLN, what follows the highest number in use."""
    with store.reading() as connection:
        held = rows.rows(connection, place, "holder", [holder])
        named = [row for row in held if row["key"].startswith("414/") and "/254/" not in row["key"]]
        sites = [row for row in named if row["kind"] in LAND][:_SITES]
        parts = rows.rows(connection, place, "parent", [row["key"] for row in sites])
        tried = {
            row["key"]: list(
                _following([one["extension"] for one in parts if one["parent"] == row["key"]])
            )
            for row in sites
        }
        keys = [_key(parent, one) for parent, some in tried.items() for one in some]
        taken = {row["key"] for row in rows.rows(connection, place, "key", keys)}
    found = []
    for row in sites:
        free = (one for one in tried[row["key"]] if _key(row["key"], one) not in taken)
        if (extension := next(free, None)) is not None:
            found.append(Free(row["key"], row["name_vi"], extension))
    return found


def _key(parent: str, extension: str) -> str:
    return f"{parent}/254/{quote(extension, safe='')}"


def _following(used: Sequence[str | None]) -> Iterator[str]:
    """Extensions after the highest number, written as it is."""
    split = [match.groups() for one in used if one and (match := _NUMBERED.fullmatch(one))]
    head, digits = max(split, key=lambda one: int(one[1])) if split else ("LO-", "00")
    for number in range(int(digits) + 1, int(digits) + 1 + _TRIED):
        text = f"{head}{number:0{len(digits)}}"
        if len(text) <= _LONGEST:
            yield text
