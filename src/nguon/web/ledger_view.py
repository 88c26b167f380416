# SPDX-License-Identifier: Apache-2.0
"""Uses and grants as pages show them: names, days and weights in the reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.registry import queries
from nguon.registry.ledger.model import Authorisation, ChangeKind, Drawn
from nguon.registry.ledger.terms import terms
from nguon.store import Store
from nguon.vn.units import province
from nguon.web import code_words
from nguon.web.formats import day, element_string, number


class Row(msgspec.Struct, frozen=True):
    """A use in a list."""

    path: str
    code: str
    consignment: str
    weight: str
    day: str
    party: str
    outcome: tuple[str, str]


class Names:
    """Names of organisations, as far as the reader may know them; one read for a page."""

    def __init__(
        self, store: Store, audience: Audience, ids: Iterable[int | None], language: Language
    ) -> None:
        wanted = {one for one in ids if one is not None}
        self._found = queries.organisations(store, audience, wanted)
        self._language = language

    def __getitem__(self, number: int | None) -> str:
        found = None if number is None else self._found.get(number)
        return "–" if found is None else found.name.in_language(self._language)


def bare(code: str) -> str:
    """A code as people write it."""
    return code.partition(":")[2]


def rows(uses: Sequence[Drawn], folder: str, names: Names, language: Language) -> list[Row]:
    """Uses as a list shows them."""
    return [
        Row(
            f"{folder}/{one.id}",
            bare(one.code),
            one.consignment,
            code_words.kilograms(one.quantity, language),
            code_words.local(one.used_at, language),
            names[one.user],
            code_words.outcome(one),
        )
        for one in uses
    ]


def shown(store: Store, audience: Audience, use: Drawn, language: Language) -> dict[str, Any]:
    """What the page of one use shows."""
    ids = (use.user, use.holder, *(answer.organisation for answer in use.answers))
    names = Names(store, audience, ids, language)
    return {
        "use": use,
        "named": bare(use.code),
        "verdict": f"ledger.verdict-{use.verdict}",
        "outcome": code_words.outcome(use),
        "facts": _facts(use, names, language),
        "found": code_words.said(use.findings, language),
        "sums": code_words.sums(use.arithmetic, language),
        "answers": [
            text(
                "ledger.answered",
                language,
                when=code_words.local(one.recorded, language),
                who=names[one.organisation],
                kind=text(f"ledger.answer-{one.kind}", language),
                reason=one.reason,
            )
            for one in use.answers
        ],
    }


def changes(grant: Authorisation, language: Language) -> list[str]:
    """What was changed of a grant, in words."""
    told = []
    for one in grant.changes:
        held = terms(grant, max(one.effective, one.recorded), one.recorded)
        params = {
            "since": code_words.local(one.effective, language),
            "reason": one.reason,
            "quantity": number(held.quantity, language),
            "valid_to": day(held.valid_to, language),
        }
        narrowed = one.kind is ChangeKind.NARROWED
        code = "ledger.change-narrowed" if narrowed else "ledger.change-withdrawn"
        told.append(text(code, language, **params))
    return told


def _facts(use: Drawn, names: Names, language: Language) -> list[tuple[str, str]]:
    place = province(use.province) if use.province else None
    entries = (
        ("weight", code_words.kilograms(use.quantity, language)),
        ("consignment", use.consignment),
        ("lots", ", ".join(map(element_string, use.lots))),
        ("user", names[use.user]),
        ("holder", names[use.holder]),
        ("crop", code_words.crop(use.crop, language)),
        ("market", code_words.market(use.market, language)),
        ("used-at", code_words.local(use.used_at, language)),
        ("recorded", code_words.local(use.recorded, language)),
        ("number", use.authorisation),
        ("shown", use.shown if use.shown != use.authorisation else None),
        ("reason", use.reason),
        ("filter-province", place.label(language) if place else None),
    )
    return [(text(f"ledger.{name}", language), value) for name, value in entries if value]
