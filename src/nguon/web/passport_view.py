# SPDX-License-Identifier: Apache-2.0
"""A passport in words: what the templates need besides the value itself."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from nguon.base.messages import Language, catalogue, hint, text
from nguon.gs1 import Kind
from nguon.passport.journey import FIRST_STEPS
from nguon.passport.model import (
    DateKind,
    Passport,
    PlaceLine,
    Product,
    Step,
    Unknown,
)
from nguon.trace import stages
from nguon.vn.dotted import dotted_map
from nguon.web.formats import day, element_string, opening, span
from nguon.web.issuer_words import issued

_EXPIRY = (DateKind.EXPIRES, DateKind.BEST_BEFORE)
_MADE = (DateKind.PRODUCED, DateKind.PACKED)
_DECLARED_AREAS = 4
_MAP = (172, 190)
_MARKS = 12
_NO_GOODS = frozenset({Kind.GIAI, Kind.GRAI, Kind.GDTI})
"""What carries or describes goods; with nothing inside, it need not declare what goods must."""


def helpers(language: Language) -> dict[str, Callable[..., Any]]:
    """Functions of the templates that need the language."""

    def between(first: datetime, last: datetime) -> Markup:
        return span(first, last, language)

    def advice(code: str) -> str:
        return hint(code, language) or ""

    def legal_names(fields: Iterable[str]) -> str:
        return ", ".join(text(f"requirement.{field}", language) for field in fields)

    def stage_names(names: Iterable[str]) -> str:
        return ", ".join(text(f"passport.stage-{name}", language) for name in names)

    return {
        "span": between,
        "advice": advice,
        "stage_names": stage_names,
        "legal_names": legal_names,
        "stage_name": lambda step: stage_name(step, language),
        "stage_icon": stages.icon,
        "kind_name": lambda kind: kind_name(kind, language),
        "ai_name": lambda ai: ai_name(ai, language),
        "step_where": lambda step: step_where(step, language),
    }


def passport_context(passport: Passport, language: Language, link: str) -> dict[str, Any]:
    """What ``passport/page.html`` takes; ``link`` is the Digital Link of the item here."""
    return {
        "p": passport,
        "title": title_of(passport.product, passport.kind, language),
        "linkset": link,
        "goods": passport.product is not None or passport.kind not in _NO_GOODS,
        "expiry": _first_date(passport, _EXPIRY),
        "declared": _declared(passport, language),
        "drawings": [stages.icon(step.stage) for step in passport.journey],
        **_origin(passport, language),
        **helpers(language),
    }


def unknown_context(unknown: Unknown, language: Language) -> dict[str, Any]:
    """What ``passport/unknown.html`` takes."""
    return {
        "u": unknown,
        "title": title_of(unknown.product, unknown.kind, language),
        "issuer": None if unknown.product else issued(unknown.key, language),
        **helpers(language),
    }


def title_of(product: Product | None, kind: str, language: Language) -> str:
    """The name that stands at the top of a page."""
    return product.name if product else kind_name(kind, language)


def kind_name(kind: str, language: Language) -> str:
    """A kind of identifier in plain words."""
    code = f"passport.kind-{kind}"
    return text(code if code in catalogue(language) else "passport.kind-other", language)


def ai_name(ai: str, language: Language) -> str:
    """An application identifier in plain words."""
    code = f"passport.ai-{ai}"
    if code in catalogue(language):
        return text(code, language)
    return text("passport.ai-other", language, ai=ai)


def stage_name(step: str, language: Language) -> str:
    """A business step in plain words; one of another vocabulary by its own word."""
    code = f"passport.step-{step}"
    if code in catalogue(language):
        return text(code, language)
    return step.replace("_", " ").replace("-", " ").capitalize()


def step_where(step: Step, language: Language) -> str:
    """Where, and by whom, in one line."""
    places = _distinct(record.place for record in step.records)
    if not places:
        who = _distinct(record.who.name for record in step.records if record.who)
        return " · ".join([*who[:1], text("passport.where-unknown", language)])
    if len(places) == 1:
        return opening(place_words(places[0]))
    areas = _distinct(place.area for place in places)
    if len(areas) == 1:
        return text("passport.where-many", language, count=len(places), area=areas[0])
    return text("passport.where-spread", language, count=len(places))


def place_words(place: PlaceLine) -> str:
    """Name and area of a place; its code where nothing else may be said."""
    if place.name and place.area and place.area not in place.name:
        return f"{place.name}, {place.area}"
    return place.name or place.area or place.code or ""


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(value for value in values if value is not None))


def _origin(passport: Passport, language: Language) -> dict[str, Any]:
    areas = Counter(place.area or place_words(place) for place in passport.origin)
    points = _distinct(place.point for place in passport.origin)
    named = ", ".join(areas)
    marks = points[:_MARKS]
    title = text("passport.map-title", language, places=named)
    return {
        "origin_areas": [{"name": opening(name), "count": n} for name, n in areas.items()],
        "first_steps": FIRST_STEPS,
        "origin_map": Markup(dotted_map(*_MAP, more=marks, title=title)) if marks else "",  # noqa: S704
    }


def _first_date(passport: Passport, kinds: tuple[DateKind, ...]) -> Any:
    found = {entry.kind: entry.day for entry in passport.dates}
    return next((found[kind] for kind in kinds if kind in found), None)


def _days(passport: Passport, kinds: tuple[DateKind, ...], language: Language) -> str | None:
    """The first of these dates that is known, or its span."""
    found = {entry.kind: entry for entry in passport.dates}
    entry = next((found[kind] for kind in kinds if kind in found), None)
    if entry is None:
        return None
    last = day(entry.day, language)
    return f"{day(entry.since, language)} – {last}" if entry.since else last


def _declared(passport: Passport, language: Language) -> list[tuple[str, str | None]]:
    """The items of Circular 02/2024/TT-BKHCN with their values, in its order."""
    product, maker, packer = passport.product, passport.maker, passport.packer
    codes = {code.ai: code.value for code in passport.codes}
    return [
        (text(f"passport.declared-{item}", language), value)
        for item, value in (
            ("name", product.name if product else None),
            ("image", _image(product, language)),
            ("maker", maker.name if maker else None),
            ("address", maker.address if maker else None),
            ("packer", packer.name if packer else None),
            ("packing-code", ", ".join(passport.packing_codes)),
            ("origin", _areas(passport)),
            ("area-code", ", ".join(passport.area_codes[:_DECLARED_AREAS])),
            ("stages", _stages(passport, language)),
            ("code", _tracing_code(passport)),
            ("brand", product.brand if product else None),
            ("model", product.model if product else None),
            ("lot", codes.get("10") or ", ".join(passport.lots[:_DECLARED_AREAS])),
            ("serial", codes.get("21")),
            ("harvested", _days(passport, (DateKind.HARVESTED,), language)),
            ("made", _days(passport, _MADE, language)),
            ("expiry", _days(passport, _EXPIRY, language)),
            ("shelf-life", product.shelf_life if product else None),
            ("standards", ", ".join(_distinct(paper.standard for paper in passport.standards))),
            ("warning", product.warning if product else None),
        )
    ]


def _tracing_code(passport: Passport) -> str:
    """The code as scanned: with the lot, where a serial number alone would do."""
    if passport.codes[0].ai != "01":
        return element_string(passport.key)
    parts = (f"({code.ai}){code.value}" for code in passport.codes if code.ai != "22")
    return Markup("<wbr>").join(parts)


def _image(product: Product | None, language: Language) -> str | None:
    return text("passport.declared-image-yes", language) if product and product.image else None


def _areas(passport: Passport) -> str:
    areas = _distinct(place.area or place.name for place in passport.origin)
    more = "…" if len(areas) > _DECLARED_AREAS else ""
    return opening("; ".join(areas[:_DECLARED_AREAS])) + more


def _stages(passport: Passport, language: Language) -> str | None:
    if not passport.journey:
        return None
    count = len(passport.journey) + passport.skipped
    return text("passport.declared-stages-value", language, count=count)
