# SPDX-License-Identifier: Apache-2.0
"""Progress of a recall as bars: how much of a whole is done, drawn here, with words beside it."""

from decimal import Decimal

import msgspec
from markupsafe import Markup

from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.recall.model import AWAITED, SETTLED, Quantities, SiteState
from nguon.recall.report import Effectiveness
from nguon.web.formats import number
from nguon.web.recalls.words import totals
from nguon.web.work.entries_words import amount

_HEIGHT = 14


class Progress(msgspec.Struct, frozen=True):
    """A bar and what it says."""

    svg: Markup
    words: str


def drawn(done: Decimal | int, whole: Decimal | int, title: str) -> Progress:
    """So much of a whole; a whole of nothing is done."""
    share = Decimal(100) if not whole else min(Decimal(100), Decimal(done) * 100 / Decimal(whole))
    return Progress(
        Markup(
            '<svg class="progress" width="100%" height="{}" role="img" aria-label="{}">'
            '<rect class="whole" width="100%" height="100%" rx="7"/>'
            '<rect class="done" width="{:.2f}%" height="100%" rx="7"/></svg>'
        ).format(_HEIGHT, title, share),
        title,
    )


def of_report(report: Effectiveness, language: Language) -> list[Progress]:
    """Sites that answered, sites that are done, goods found and disposed of."""
    states = report.states
    waiting = sum(states.get(state, 0) for state in AWAITED)
    settled = sum(states.get(state, 0) for state in SETTLED)
    found = [
        _sites("recalls.progress-answered", report.sites - waiting, report.sites, language),
        _sites("recalls.progress-settled", settled, report.sites, language),
        *_goods("recalls.progress-found", report.found, report.told, language),
    ]
    if states.get(SiteState.HELD, 0) or report.disposed:
        found += _goods("recalls.progress-disposed", report.disposed, report.found, language)
    return found


def _sites(code: str, done: int, whole: int, language: Language) -> Progress:
    said = text(code, language, done=number(done, language), whole=number(whole, language))
    return drawn(done, whole, said)


def _goods(code: str, done: Quantities, whole: Quantities, language: Language) -> list[Progress]:
    had, wanted = totals(done), totals(whole)
    return [
        drawn(
            had.get(unit, Decimal(0)),
            much,
            text(
                code,
                language,
                done=number(had.get(unit, Decimal(0)), language),
                whole=amount(Quantity(much, unit), language),
            ),
        )
        for unit, much in wanted.items()
    ]
