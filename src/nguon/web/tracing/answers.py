# SPDX-License-Identifier: Apache-2.0
"""Answers to the other questions as lines in the reader's words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from nguon.trace.asking.common import Cause, CauseKind
from nguon.trace.asking.comparing import Comparison
from nguon.trace.asking.dispersion import Dispersion
from nguon.web.formats import number
from nguon.web.tracing.words import Words


class Thing(msgspec.Struct, frozen=True):
    """A thing with its name, and its product's."""

    key: str
    name: str
    product: str | None


class CauseLine(msgspec.Struct, frozen=True):
    """A cause in words; ``others`` of the goods that it touches are no complaints."""

    cause: Cause
    thing: Thing
    score: str
    others: int
    traced: bool


def things_of(keys: Sequence[str], said: Words) -> list[Thing]:
    """Things in words."""
    return [Thing(key, said.name(key), said.product(key)) for key in keys]


def caused(one: Cause, said: Words) -> CauseLine:
    """A cause in words."""
    spot = one.kind in (CauseKind.PLACE, CauseKind.EQUIPMENT)
    if spot or one.kind is CauseKind.PARTY:
        name = said.place(one.key) if spot else said.party(one.key)
        thing = Thing(one.key, name, None)
    else:
        [thing] = things_of([one.key], said)
    score = number(one.score.quantize(Decimal("0.01")), said.language)
    return CauseLine(
        one, thing, score, one.touches - len(one.explains), one.kind is not CauseKind.EQUIPMENT
    )


def met(found: Comparison, said: Words) -> dict[str, list[str]]:
    """Places and parties on both ways."""
    return {
        "places": [said.place(key) for key in found.places],
        "parties": [said.party(key) for key in found.parties],
    }


def percent(share: Decimal | None, said: Words) -> str:
    """A share as percent; nothing where there is none."""
    if share is None:
        return ""
    return f"{number((share * 100).quantize(Decimal('0.1')), said.language)} %"


class ReachLine(msgspec.Struct, frozen=True):
    """What would have to come back of one raw lot, in words."""

    thing: Thing
    lots: int
    amounts: str


def spread(found: Dispersion, said: Words) -> dict[str, Any]:
    """The figures of a lot in words."""
    products = [key for key, _ in (*found.worst, *found.mean) if key]
    said.learn([found.key, *(one.source for one in found.reaches), *products])
    return {
        "thing": things_of([found.key], said)[0],
        "worst": said.amounts(found.worst),
        "mean": said.amounts(found.mean),
        "completeness": percent(found.completeness, said),
        "accounted": percent(found.accounted, said),
        "reaches": [
            ReachLine(things_of([one.source], said)[0], one.lots, said.amounts(one.quantities))
            for one in found.reaches
        ],
    }
