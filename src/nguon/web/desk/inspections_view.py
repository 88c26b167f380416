# SPDX-License-Identifier: Apache-2.0
"""Inspections in words: checklist, minutes with their proof, what an officer is told of a stamp."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.compliance.gather import MOST_RECORDS
from nguon.compliance.loader import instrument
from nguon.compliance.model import Instrument, Requirement
from nguon.identity.model import Principal
from nguon.inspections import holds, queries
from nguon.inspections.about import About
from nguon.inspections.model import Found, Mark
from nguon.labels.symbols import symbol
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.store import inspections as rows
from nguon.trace.asking.holdings import Holding
from nguon.web import stopped
from nguon.web.formats import element_string
from nguon.web.issuer_words import issued
from nguon.web.receipt_symbols import drawn
from nguon.web.services import Services
from nguon.web.tracing.words import Words
from nguon.web.work.requirement_view import line

PROOF = "/r/minutes"


def checklist_lines(
    found: Iterable[tuple[Instrument, Requirement]], language: Language
) -> list[tuple[str, str, str]]:
    """Lines of the checklist: name, words, clause."""
    return [
        (
            row.id,
            text(f"requirement.{row.field}", language),
            f"{one.number}, {row.clause.in_language(language)}",
        )
        for one, row in found
    ]


def found_choices(language: Language) -> list[tuple[str, str]]:
    """What may be found of a line, in words."""
    return [(one.value, text(f"inspections.found-{one}", language)) for one in Found]


def minutes_context(
    parts: Services, by: Principal, number: str, language: Language
) -> dict[str, Any]:
    """What ``inspections/minutes.html`` takes; raises `UnknownInspectionError`."""
    found = queries.find(parts.store, by, number)
    with parts.store.reading() as connection:
        held = [holds.held(row) for row in rows.holds(connection, number)]
    address = f"{parts.base_url}{PROOF}/{found.digest}"
    return {
        "minutes": found,
        "authority": authority(parts.store, found.organisation, by, language),
        "marks": [_mark(one, language) for one in found.visit.marks],
        "holds": [(one, [element_string(key) for key in one.keys]) for one in held],
        "proof": address,
        "symbol": drawn(symbol("qr", address)),
        "today": datetime.now(HANOI).date(),
    }


def authority(store: Store, number: int, by: Principal, language: Language) -> str:
    """An authority's name, as a reader may see it."""
    found = registry.organisations(store, by.audience, [number]).get(number)
    return "" if found is None else found.name.in_language(language)


def about_context(store: Store, by: Principal, found: About, language: Language) -> dict[str, Any]:
    """What ``inspections/about.html`` takes of a stamp."""
    if found.key is None:
        return {"about": found}
    told = None if found.stop is None else stopped.Told(found.stop)
    said = Words(store, by.audience, language).learn([found.key])
    return {
        "about": found,
        "read": element_string(found.key),
        "name": said.name(found.key),
        "product": said.product(found.key),
        "issuer": issued(found.key, language),
        "missing": [line(one, language, found.key) for one in found.missing],
        "hidden": [line(one, language, found.key) for one in found.hidden],
        "holdings": _holdings(found.holdings.holdings, said),
        "holdings_cut": found.holdings.truncated,
        "most": MOST_RECORDS if found.truncated else 0,
        **stopped.page_context(told, language),
    }


def _mark(one: Mark, language: Language) -> tuple[str, str, str, str]:
    name, _, field = one.rule.partition("/")
    entry = instrument(name)
    row = next(each for each in entry.rows if each.field == field)
    clause = f"{entry.number}, {row.clause.in_language(language)}"
    words = text(f"requirement.{field}", language)
    return words, clause, one.found.value, text(f"inspections.found-{one.found}", language)


def _holdings(found: Sequence[Holding], said: Words) -> list[dict[str, Any]]:
    said.learn(
        [product for one in found for product, _ in one.quantities if product],
        [one.place for one in found],
        [one.party for one in found],
    )
    return [
        {
            "state": text(f"inspections.holding-{one.state}", said.language),
            "who": said.party(one.party),
            "place": said.place(one.place),
            "much": said.held(one.keys, one.quantities),
            "things": len(one.keys),
            "since": one.since,
        }
        for one in found
    ]
