# SPDX-License-Identifier: Apache-2.0
"""Whose hands a thing went through, as far as records show it; pure.

Recording an event about a thing is not enough: anybody could claim another's
goods so. An organisation has a thing in its chain of custody when it recorded
an event about it (or about a piece of it) and either was the first to record it,
or is named (as a party or by a place that it holds) in another organisation's
event about it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nguon.epcis.items import ItemRef, Role

PARTIES = frozenset({Role.SOURCE, Role.DESTINATION, Role.READ_POINT, Role.BIZ_LOCATION})
"""Roles that name somebody."""
_HANDLED = frozenset({Role.EPC, Role.PARENT, Role.CHILD, Role.INPUT, Role.OUTPUT})


class Handling(NamedTuple):
    """What custody is judged by: a record's place in the log, its sender, its items."""

    seq: int
    submitter: int
    items: tuple[ItemRef, ...]


def things(items: Iterable[ItemRef]) -> set[str]:
    """The pieces and lots that an event is directly about; whole products give nobody custody."""
    return {
        item.key
        for item in items
        if item.role in _HANDLED
        and not (item.key.startswith(("01/", "8010/")) and item.key.count("/") == 1)
    }


def _touched(items: Iterable[ItemRef]) -> set[str]:
    """What an event is about, and the lots of its pieces."""
    lots = {item.key for item in items if item.role is Role.MEMBER and "/10/" in item.key}
    return things(items) | lots


def party_keys(records: Iterable[Handling]) -> set[str]:
    """The keys of parties and places named, whose holders `in_custody` needs."""
    return {item.key for record in records for item in record.items if item.role in PARTIES}


def in_custody(
    organisation: int, records: Iterable[Handling], holders: Mapping[str, int]
) -> set[str]:
    """The things that went through an organisation's hands.

    ``records`` are all records about them; ``holders`` the organisations behind
    party and place keys.
    """
    own: set[str] = set()
    named: set[str] = set()
    first: dict[str, tuple[int, int]] = {}
    for record in records:
        about = _touched(record.items)
        if record.submitter == organisation:
            own |= about
        elif any(
            holders.get(item.key) == organisation for item in record.items if item.role in PARTIES
        ):
            named |= about
        for thing in about:
            place = (record.seq, record.submitter)
            first[thing] = min(first.get(thing, place), place)
    return {thing for thing in own if thing in named or first[thing][1] == organisation}
