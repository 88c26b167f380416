# SPDX-License-Identifier: Apache-2.0
"""What the registers say for the marks on a lot's boxes: codes that hold for a market today."""

from collections.abc import Sequence
from datetime import date

import msgspec

from nguon.base.audience import Audience
from nguon.compliance.facts import Facts
from nguon.compliance.gather import Question, gather_all
from nguon.compliance.model import Market
from nguon.compliance.papers import code
from nguon.compliance.paths import Path, Subject
from nguon.labels.errors import LabelError
from nguon.registry.model import Place
from nguon.store import Store

_ORCHARD = Path(Subject.CODE, ("planting-area",))
_PACKING = Path(Subject.CODE, ("packing-house",))


class BoxMark(msgspec.Struct, frozen=True):
    """The codes of a lot's orchards and packing houses, and those places."""

    orchards: str
    packing: str
    grown: tuple[Place, ...]
    packed: tuple[Place, ...]
    crop: str | None


def box_marks(
    store: Store, audience: Audience, lots: Sequence[str], market: Market, day: date
) -> dict[str, BoxMark]:
    """The marks of lots, read together.

    Raises:
        LabelError: a lot has no such code, or one that does not hold for the
            market on the day: not approved, suspended, expired. It names lot,
            code and reason.
    """
    found = gather_all(store, audience, lots, Question(market, day))
    marks = {}
    for lot, facts in zip(lots, found, strict=True):
        if facts is None:
            raise LabelError("labels.mark-unknown-lot", label=lot)
        marks[lot] = _mark(lot, facts, market)
    return marks


def _mark(lot: str, facts: Facts, market: Market) -> BoxMark:
    codes = []
    for path, what in ((_ORCHARD, "orchard"), (_PACKING, "packing")):
        sought = code(facts, path)
        if not sought.there:
            raise LabelError(
                f"labels.mark-{what}-{sought.reason}",
                label=facts.lot or lot,
                number=sought.shown or "—",
                market=market.value.upper(),
            )
        codes.append(sought.shown or "")
    product = facts.product
    return BoxMark(
        codes[0],
        codes[1],
        _places(facts, facts.areas),
        _places(facts, facts.packing),
        product.crop if product else None,
    )


def _places(facts: Facts, keys: Sequence[str]) -> tuple[Place, ...]:
    return tuple(facts.places[key] for key in keys if key in facts.places)
