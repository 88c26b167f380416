# SPDX-License-Identifier: Apache-2.0
"""Drills in words: their figures, each with its name."""

from nguon.base.messages import Language, catalogue, text
from nguon.base.time import HANOI
from nguon.identity.model import Principal
from nguon.recall.drills.model import Kind
from nguon.recall.drills.queries import View
from nguon.store import Store
from nguon.web.formats import measured, moment, number
from nguon.web.recalls import words as recall_words
from nguon.web.recalls.words import Names


def names(store: Store, by: Principal, language: Language, found: View) -> Names:
    """How what a drill names is called."""
    sites = found.sites
    return recall_words.named(
        store,
        by,
        language,
        organisations=(one.organisation for one in sites),
        places=(one.place for one in sites),
        products=(key for one in sites for some in (one.told, one.found) for key, _ in some),
    )


def figures(found: View, called: Names, language: Language) -> list[tuple[str, str]]:
    """The figures of a drill; those that its kind does not have are left out."""
    drill, said, result = found.drill, found.figures, found.drill.result
    ready = [
        ("started", moment(drill.started.astimezone(HANOI), language)),
        ("ended-at", moment(drill.ended.astimezone(HANOI), language) if drill.ended else ""),
        ("seconds-to-trace", _seconds(said.seconds_to_trace, language)),
        ("things", number(result.things, language) if result.things else ""),
        ("lots", number(result.lots, language) if result.lots else ""),
    ]
    if drill.kind is Kind.MOCK_RECALL:
        of = {"count": said.reached, "whole": said.told}
        share = said.recovered
        ready += [
            ("sites", number(result.sites, language)),
            ("reached", text("drills.of", language, **of) if drill.notices else ""),
            ("missing", number(found.missing, language)),
            ("first", _seconds(said.seconds_to_first, language)),
            ("last", _seconds(said.seconds_to_last, language)),
            ("shipped", called.total(result.shipped)),
            ("sold", called.total(result.sold)),
            ("found", called.total(said.found)),
            ("recovered", _percent(share, language)),
        ]
    return [(text(f"drills.{name}", language), value) for name, value in ready if value]


def _seconds(value: float | None, language: Language) -> str:
    return (
        "" if value is None else text("drills.seconds", language, count=measured(value, language))
    )


def _percent(share: float | None, language: Language) -> str:
    return (
        "" if share is None else text("drills.percent", language, value=measured(share, language))
    )


def unit_of(unit: str, language: Language) -> str:
    """A unit as people call it, else its code."""
    code = f"entries.unit-{unit}"
    return text(code, language) if code in catalogue(language) else unit
