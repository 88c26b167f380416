# SPDX-License-Identifier: Apache-2.0
"""A shipment or receipt that a program recorded, read from its event: who, whom, what; pure.

What our own forms record names its hand-over and is left to them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from nguon.entries.handover import State
from nguon.entries.markets import NAMESPACE
from nguon.entries.model import Line
from nguon.entries.nonces import HANDOVER, MOST, NONCE, OFFER
from nguon.epcis.items import ItemRef, Role

_PARTY = "/r/organisation/"
_STEPS = {"shipping": State.OFFERED, "receiving": State.CLAIMED}


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of goods that change hands; parties as item keys, in their order."""

    kind: State
    """Offered or claimed."""
    seq: int
    recorded: datetime
    submitter: int
    lines: tuple[Line, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    place: str | None
    invoice: str | None
    nonce: str | None
    offer: str | None


def read(
    seq: int, recorded: datetime, submitter: int, event: Any, items: Sequence[ItemRef]
) -> Reported | None:
    """What a program's event says; None for one of our forms, or without goods."""
    kind = _STEPS.get(str(event.biz_step).rpartition("-")[2].rpartition("/")[2])
    members = event.extensions
    if kind is None or _member(members, HANDOVER) is not None:
        return None
    lines = tuple(
        Line(item.key, item.amount if item.quantity is not None else None)
        for item in items
        if item.role in (Role.EPC, Role.PARENT)
    )
    if not lines:
        return None
    return Reported(
        kind=kind,
        seq=seq,
        recorded=recorded,
        submitter=submitter,
        lines=lines,
        sources=tuple(item.key for item in items if item.role is Role.SOURCE),
        destinations=tuple(item.key for item in items if item.role is Role.DESTINATION),
        place=next((item.key for item in items if item.role is Role.BIZ_LOCATION), None),
        invoice=_invoice(event),
        nonce=_member(members, NONCE),
        offer=_member(members, OFFER),
    )


def other(one: Reported, known: Mapping[str, int]) -> int | None:
    """The organisation on the other side, of those that stand behind the keys."""
    keys = one.destinations if one.kind is State.OFFERED else one.sources
    found = (known[key] for key in keys if key in known)
    return next((number for number in found if number != one.submitter), None)


def code_in(key: str) -> str | None:
    """The code of an organisation that is named by its address."""
    _, _, code = key.partition(_PARTY)
    return unquote(code) if key.startswith("uri:") and code else None


def parties(some: Collection[Reported]) -> set[str]:
    """Every key that names a party or its place."""
    return {key for one in some for key in (*one.sources, *one.destinations)}


def _member(members: Mapping[str, Any], name: str) -> str | None:
    """A member of ours by its short name or in full; one that is too long is none."""
    short = name.partition(":")[2]
    found = members.get(name, members.get(f"{NAMESPACE}{short}"))
    return found if isinstance(found, str) and 0 < len(found) <= MOST else None


def _invoice(event: Any) -> str | None:
    """The number of the invoice, without who wrote it."""
    for paper in event.biz_transaction_list:
        if str(paper.type).rpartition("-")[2].rpartition("/")[2] == "inv":
            return unquote(str(paper.biz_transaction).rpartition(":")[2].rpartition("#")[2])[:60]
    return None
