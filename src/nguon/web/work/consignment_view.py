# SPDX-License-Identifier: Apache-2.0
"""What a consignment's page shows: its readiness as a task list, its codes with their sums."""

from typing import Any

from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.compliance import plots
from nguon.compliance.consignments.model import (
    Consignment,
    ConsignmentState,
    Item,
    PaperKind,
    Readiness,
)
from nguon.compliance.consignments.readiness import areas
from nguon.compliance.gather import MOST_RECORDS
from nguon.compliance.model import Market, State
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.registry.ledger.model import Drawn
from nguon.store import Store
from nguon.web import code_words
from nguon.web.work.requirement_view import ORDER, Line, line

REASON = "reason-"
"""How the fields begin in which the user says why more is used than a code bears."""


def context(
    store: Store, principal: Principal, found: Readiness, language: Language
) -> dict[str, Any]:
    """Everything that the template needs."""
    one = found.consignment
    gates = [line for line in lines(found.gates, language, one) if _plays(line)]
    others = [line for line in lines(found.others, language, one) if _open(line)]
    mine = principal.organisation == one.shipper
    uses = {drawn.code: drawn for drawn in found.drawn}
    changeable = one.state in {ConsignmentState.DRAFT, ConsignmentState.DECLARED}
    return {
        "one": one,
        "ready": found.ready,
        "most": MOST_RECORDS if found.truncated else 0,
        "shut": sum(line.state is State.MISSING for line in gates),
        "gates": gates,
        "others": others,
        "codes": [
            (share, _use(uses[share.code], language) if share.code in uses else None)
            for share in one.codes
        ],
        "papers": [(kind, one.papers.get(kind, "")) for kind in PaperKind],
        "mine": mine and changeable,
        "draft": mine and one.state is ConsignmentState.DRAFT,
        "declared": mine and one.state is ConsignmentState.DECLARED,
        "refused": any(drawn.verdict.value == "refused" for drawn in found.drawn),
        "unexplained": [
            (REASON + drawn.code, drawn.code.partition(":")[2])
            for drawn in found.drawn
            if any(one.code == "ledger.reasons-needed" for one in drawn.findings)
        ],
        "consignee": consignee(store, principal.audience, one, language),
        "packing": _packing(store, principal.audience, one, language),
        "land": _land(store, principal.audience, one, language),
    }


def lines(items: tuple[Item, ...], language: Language, one: Consignment) -> list[Line]:
    """Requirements as lines, what is missing first; lots by their numbers."""
    first = one.loads[0].lot if one.loads else ""
    several = len(one.loads) > 1
    made = [
        line(
            item.judged,
            language,
            item.lots[0] if item.lots else first,
            [lot.rpartition("/")[2] for lot in item.lots] if several else (),
        )
        for item in items
    ]
    return sorted(made, key=lambda found: ORDER.index(found.state))


def consignee(store: Store, audience: Audience, one: Consignment, language: Language) -> str:
    """The consignee's name."""
    if one.consignee is None:
        return one.consignee_name or ""
    found = registry.organisation(store, audience, one.consignee)
    return found.name.in_language(language) if found else ""


def _packing(store: Store, audience: Audience, one: Consignment, language: Language) -> str:
    """The packing house's name with its code."""
    found = registry.place(store, audience, one.packing) if one.packing else None
    if found is None:
        return (one.packing or "").removeprefix("414/")
    code = found.national_code or found.key.removeprefix("414/")
    return f"{found.name.in_language(language)} ({code})"


def _land(
    store: Store, audience: Audience, one: Consignment, language: Language
) -> tuple[int, int, str, int] | None:
    """For the EU: how many of the places where it grew have a boundary, which lack one, and how
    many boundaries their people have not agreed to send.

    None for other markets, and where the reader may not know.
    """
    if one.market is not Market.EU:
        return None
    grown, _ = areas(store, audience, [load.lot for load in one.loads])
    places = registry.places(store, audience, grown)
    drawn = plots.plotted(store, audience, grown, places)
    if not grown or drawn is None:
        return None
    lacking = [
        places[key].name.in_language(language) if key in places else key.partition(":")[2]
        for key in grown
        if key not in drawn
    ]
    kept_back = len(plots.unagreed(store, audience, places) & drawn)
    return len(grown) - len(lacking), len(grown), ", ".join(lacking), kept_back


def _plays(found: Line) -> bool:
    return found.state is not State.NOT_APPLICABLE


def _open(found: Line) -> bool:
    return found.state in {State.MISSING, State.NOT_VISIBLE}


def _use(drawn: Drawn, language: Language) -> dict[str, Any]:
    word, tone = code_words.outcome(drawn)
    return {
        "word": word,
        "tone": tone,
        "findings": code_words.said(drawn.findings, language),
        "sums": code_words.sums(drawn.arithmetic, language),
        "open": drawn.verdict.value in {"refused", "held"},
    }
