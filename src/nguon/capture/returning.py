# SPDX-License-Identifier: Apache-2.0
"""Recalled goods on their way back: from a site that was told, to the maker or where it was said.

A place is where the recall wants its goods when its number stands in the instructions to sites.
"""

import re
from collections.abc import Collection, Mapping

import msgspec

from nguon.epcis.items import Role
from nguon.registry.queries import named_organisations
from nguon.store import Store
from nguon.store import recall_returns as rows
from nguon.store.recall_returns import Returns
from nguon.store.values import EventRecord

_FROM = frozenset({Role.SOURCE, Role.READ_POINT})


class Move(msgspec.Struct, frozen=True):
    """Recalled goods that are sent: from which places and parties to which, by their keys."""

    recall: str
    sources: frozenset[str]
    destinations: frozenset[str]


def move_of(record: EventRecord, recall: str) -> Move:
    """From where to where an event sends goods of a recall."""
    keys = {role: {one.key for one in record.items if one.role is role} for role in Role}
    sources = frozenset[str]().union(*(keys[role] for role in _FROM))
    return Move(recall, sources, frozenset(keys[Role.DESTINATION]))


def going_back(store: Store, moves: Collection[Move]) -> frozenset[Move]:
    """Those that go from a site told to the recall's maker, or to a place in its instructions."""
    moves = {one for one in moves if one.destinations}
    if not moves:
        return frozenset()
    keys = frozenset[str]().union(*(one.sources | one.destinations for one in moves))
    numbers = named_organisations(store, sorted(keys))
    with store.reading() as connection:
        told = rows.returns(
            connection,
            sorted({one.recall for one in moves}),
            organisations=sorted(set(numbers.values())),
            places=sorted(keys),
        )
    return frozenset(one for one in moves if one.recall in told and _back(one, told, numbers))


def _back(move: Move, told: Mapping[str, Returns], numbers: Mapping[str, int]) -> bool:
    wanted = told[move.recall]
    known = any(
        key in wanted.places or numbers.get(key) in wanted.organisations for key in move.sources
    )
    return known and all(
        numbers.get(key) in wanted.makers or _named(key, wanted.instructions)
        for key in move.destinations
    )


def _named(key: str, instructions: str) -> bool:
    """Whether a place or a party is named by its number, standing alone."""
    number = key.partition("/")[2] or key
    return re.search(rf"(?<!\w){re.escape(number)}(?!\w)", instructions) is not None


def recall_of(source: str) -> str:
    """The recall that a stop comes from; nothing where it comes from none."""
    kind, _, number = source.partition(":")
    return number if kind == "recall" else ""
