# SPDX-License-Identifier: Apache-2.0
"""What a page says of an area or packing-house code: its approval, what it proves and what not."""

from nguon.base.messages import Language, text
from nguon.registry import crops
from nguon.registry.lookup import Approval, State
from nguon.registry.model import Place, PlaceKind
from nguon.web.code_words import market
from nguon.web.formats import day, opening

_CODED = frozenset({PlaceKind.PLANTING_AREA, PlaceKind.PACKING_HOUSE})


def approval_rows(
    place: Place, approval: Approval, language: Language
) -> list[tuple[str, str | None]]:
    """Crop, markets, issuer and validity as rows: code of the label, value."""
    paper = approval.paper
    crop = (paper.crop if paper else None) or place.crop
    named = crops.name(crop, language)
    rows = [("search.crop", opening(named) if named else None)]
    if paper is None:
        return rows
    markets = ", ".join(market(code, language) for code in paper.markets)
    return [
        *rows,
        ("search.markets", markets or text("search.markets-all", language)),
        ("search.issuer", paper.issuer),
        ("search.valid-from", day(paper.valid_from, language) if paper.valid_from else None),
        ("search.valid-to", day(paper.valid_to, language) if paper.valid_to else None),
    ]


def proves(place: Place, approval: Approval, language: Language) -> list[str]:
    """What the code says and what it does not; nothing for places without one."""
    if place.kind not in _CODED or place.national_code is None:
        return []
    codes = ["search.proves", "search.proves-not"]
    if approval.told.state is State.DECLARED:
        codes.append("search.proves-declared")
    return [text(code, language) for code in codes]
