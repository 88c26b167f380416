# SPDX-License-Identifier: Apache-2.0
"""Recalls in words: who, where, how much, how long still; as all of their pages say it."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.identity.model import Principal
from nguon.recall import deadlines
from nguon.recall.model import ENDED, Quantities, Recall, Site, SiteState, State
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.web.clocks import clock
from nguon.web.formats import element_string
from nguon.web.work.entries_words import amount

_Value = TypeVar("_Value", int, str)
SITE_TONES = {
    SiteState.UNREACHED: "danger",
    SiteState.TOLD: "gold",
    SiteState.SEEN: "gold",
    SiteState.HELD: "gold",
    SiteState.ANSWERED: "good",
    SiteState.DISPOSED: "good",
    SiteState.NOT_CONCERNED: "",
}


class Line(msgspec.Struct, frozen=True):
    """A case in a list."""

    link: str
    title: str
    about: str
    state: str
    tone: str
    clock: str
    late: bool


class Names(msgspec.Struct, frozen=True):
    """How parties, places and products are called in the reader's language."""

    language: Language
    organisations: dict[int, str]
    places: dict[str, str]
    products: dict[str, str]

    def party(self, organisation: int | None, key: str | None = None) -> str:
        """An organisation's name, else the key of a party without account."""
        known = self.organisations.get(organisation or 0)
        return known or (element_string(key) if key else text("recalls.no-maker", self.language))

    def place(self, key: str | None) -> str:
        """A place's name, else its key."""
        if key is None:
            return text("recalls.unknown-place", self.language)
        return self.places.get(key) or element_string(key)

    def product(self, key: str | None) -> str:
        """A product's name, else its key; empty where no record says which."""
        return "" if key is None else self.products.get(key) or element_string(key)

    def amounts(self, some: Quantities) -> list[str]:
        """How much of what, a line each."""
        return [
            f"{amount(quantity, self.language)} {self.product(key)}".strip()
            for key, quantity in some
        ]

    def total(self, some: Quantities) -> str:
        """How much in all, by unit."""
        units = totals(some)
        return ", ".join(amount(Quantity(n, unit), self.language) for unit, n in units.items())


def totals(some: Quantities) -> dict[str, Decimal]:
    """The sum by unit; what is none is not there."""
    found: Counter[str] = Counter()
    for _, quantity in some:
        found[quantity.unit] += quantity.amount  # type: ignore[assignment]  # decimals add up too
    return {unit: Decimal(n) for unit, n in found.items() if n}


def named(
    store: Store,
    by: Principal,
    language: Language,
    *,
    organisations: Iterable[int | None] = (),
    places: Iterable[str | None] = (),
    products: Iterable[str | None] = (),
) -> Names:
    """The names behind these numbers and keys, as far as the reader may see them."""
    parties = registry.organisations(store, by.audience, _some(organisations))
    spots = registry.places(store, by.audience, _some(places))
    goods = registry.products(store, by.audience, _some(products))
    return Names(
        language,
        {number: one.name.in_language(language) for number, one in parties.items()},
        {key: one.name.in_language(language) for key, one in spots.items()},
        {key: one.name.in_language(language) for key, one in goods.items()},
    )


def of_sites(store: Store, by: Principal, language: Language, sites: Collection[Site]) -> Names:
    """The names that a list of sites takes."""
    return named(
        store,
        by,
        language,
        organisations=(one.organisation for one in sites),
        places=(one.place for one in sites),
        products=(
            key
            for one in sites
            for some in (one.told, one.sold_before, one.found)
            for key, _ in some
        ),
    )


def _some(values: Iterable[_Value | None]) -> list[_Value]:
    return list(dict.fromkeys(value for value in values if value is not None))


def clause(one: Recall, language: Language) -> str:
    """What the due date of the next step follows from: a legal clause, or our own term."""
    step, since = ("open", one.opened)
    if one.determined:
        step, since = "determine", one.determined
    terms = deadlines.Terms(sector=one.sector, origin=one.origin, level=one.level)
    found = deadlines.applying(step, terms, since)
    legal = found is not None and found.legal
    code = f"recalls.clause-{found.id}" if legal and found else "recalls.clause-ours"
    return text(code, language)


def lines(
    cases: Collection[Recall], names: Names, base: str, now: datetime, language: Language
) -> list[Line]:
    """Cases as a list shows them, what is due first at its head."""
    ordered = sorted(cases, key=lambda one: (one.state in ENDED, one.due is None, one.due or now))
    return [
        Line(
            link=f"{base}/{one.id}",
            title=one.title,
            about=names.party(one.maker),
            state=text(f"recalls.state-{one.state}", language),
            tone=tone(one, now),
            clock="" if one.state in ENDED else clock(one.due, now, language),
            late=one.late(now),
        )
        for one in ordered
    ]


def tone(one: Recall, now: datetime) -> str:
    """The colour of a case's tag; words say the same."""
    if one.late(now) or one.state is State.RUNNING:
        return "danger"
    return "" if one.state in ENDED else "gold"


def site_lines(
    sites: Collection[Site], names: Names, base: str, now: datetime, language: Language
) -> list[dict[str, Any]]:
    """Sites as a list shows them, the late ones first, what is done last."""
    ordered = sorted(
        sites,
        key=lambda one: (not one.late(now), SITE_TONES[one.state] == "good", one.due or now),
    )
    return [
        {
            "link": f"{base}/{one.id}",
            "place": names.place(one.place),
            "party": names.party(one.organisation, one.party),
            "state": text(f"recalls.site-{one.state}", language),
            "tone": "danger" if one.late(now) else SITE_TONES[one.state],
            "told": names.total(one.told),
            "sold": names.total(one.sold_before),
            "clock": clock(one.due, now, language) if SITE_TONES[one.state] != "good" else "",
            "late": one.late(now),
            "reminded": one.reminded,
            "escalated": one.escalated,
        }
        for one in ordered
    ]
