# SPDX-License-Identifier: Apache-2.0
"""The form of a boundary: from its fields to a draft, its choices, and the preview in words."""

from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.errors import NguonError
from nguon.base.messages import Language, text
from nguon.registry.land import reading
from nguon.registry.land.errors import LandError
from nguon.registry.land.listing import Listed, degrees, listed
from nguon.registry.land.measures import local
from nguon.registry.land.model import Fault, Severity
from nguon.registry.land.service import Draft, Looked
from nguon.registry.model import Place
from nguon.vn.coordinates import number
from nguon.vn.errors import CoordinateError
from nguon.vn.geodesy import WGS84, System, SystemKind, system, systems, zones
from nguon.web.formats import number as written
from nguon.web.forms import Form
from nguon.web.work.land_drawing import drawing

SOURCES = ("phone", "receiver", "paper", "map", "other")
Options = list[tuple[str, str]]


class Filled(msgspec.Struct, frozen=True):
    """A form filled in: the draft, where one could be made, and what is wrong with fields."""

    draft: Draft | None
    wrong: dict[str, NguonError | str] = {}
    notes: tuple[Fault, ...] = ()
    guesses: tuple[System, ...] = ()
    """Systems that the numbers may be in, where none was chosen."""
    content: str = ""
    """The file's text, to be sent again with the confirmation."""


def filled(form: Form, place: Place) -> Filled:
    """The draft of a form."""
    wrong: dict[str, NguonError | str] = {}
    area = _area(form.text("area"), wrong)
    source = form.text("source") if form.text("source") in SOURCES else "other"
    common: dict[str, Any] = {"place": place.key, "declared": area, "source": source}
    common["accuracy"] = form.text("accuracy")[:40] or None
    upload = form.file("file")
    content = form.text("content")
    if upload is not None and upload.content:
        content = upload.content.decode("utf-8", errors="replace")
    try:
        if content:
            return _of_file(content, place, common, wrong)
        found = listed(form.text("list"), _chosen(form.text("system")), place.unit)
    except (LandError, CoordinateError) as refused:
        field = "file" if content else "list"
        return Filled(None, {**wrong, field: refused}, content=content)
    if found.system is None:
        return Filled(None, {**wrong, "system": _which(found)}, found.faults, found.systems)
    draft = Draft(shape=found.shape, system=found.system, **common)
    return Filled(None if wrong else draft, wrong, found.faults)


def _of_file(
    content: str, place: Place, common: dict[str, Any], wrong: dict[str, NguonError | str]
) -> Filled:
    plots = reading.read(content)
    names = {place.key, place.national_code, place.extension}
    named = [plot for plot in plots if plot.label in names]
    if len(plots) > 1 and len(named) != 1:
        raise LandError("land.which-plot", count=len(plots))
    plot = named[0] if named else plots[0]
    faults = [one for one in plot.faults if one.code != "land.plot-id-missing"]
    if faults and plot.shape is None:
        raise LandError(faults[0].code, **faults[0].params)
    declared = common["declared"] if common["declared"] is not None else plot.area
    draft = Draft(shape=plot.shape, **{**common, "declared": declared, "source": "geojson"})
    return Filled(None if wrong else draft, wrong, content=content)


def _which(found: Listed) -> LandError:
    return LandError("land.choose-system" if found.systems else "land.no-system")


def _area(cell: str, wrong: dict[str, NguonError | str]) -> Decimal | None:
    if not cell:
        return None
    try:
        area = number(cell).value
    except CoordinateError:
        area = Decimal(0)
    if not 0 < area <= 1_000_000:
        wrong["area"] = LandError("land.area-number", text=cell[:40])
        return None
    return area


def _chosen(epsg: str) -> System | None:
    return system(int(epsg)) if epsg.isascii() and epsg.isdigit() and len(epsg) < 9 else None


def system_options(place: Place, language: Language) -> Options:
    """The systems offered: of phones and papers, then the province's zones, then the rest."""
    near = zones(place.unit.province.code) if place.unit else ()
    rest = [one for one in systems() if one not in near]
    ordered = [*rest[:2], *near, *rest[2:]]
    own = {one: text("land.system-here", language) for one in near}
    return [
        ("", text("land.system-ask", language)),
        *((str(one.epsg), named(one, language) + own.get(one, "")) for one in ordered),
    ]


def named(one: System, language: Language) -> str:
    """A system as land papers and phones call it."""
    if one == WGS84:
        return text("land.system-wgs84", language)
    kind = {SystemKind.GEOGRAPHIC: "vn2000", SystemKind.TM3: "tm3", SystemKind.UTM: "utm"}[one.kind]
    meridian = degrees(one) if one.meridian is not None else ""
    return text(f"land.system-{kind}", language, datum=one.datum, meridian=meridian)


def source_options(language: Language) -> Options:
    """How corners were found."""
    return [(one, text(f"land.source-{one}", language)) for one in SOURCES]


def told(faults: tuple[Fault, ...] | list[Fault], language: Language) -> list[dict[str, Any]]:
    """Faults in words, the gravest first."""
    order = list(Severity)
    return [
        {"severity": one.severity.value, "text": one.text(language), "hint": one.hint(language)}
        for one in sorted(faults, key=lambda one: order.index(one.severity))
    ]


def preview(looked: Looked, place: Place, language: Language) -> dict[str, Any]:
    """The examined draft as the page shows it."""
    found = looked.examined
    if not found.parts:
        return {"picture": None, "area": None, "local": None}
    size = area_words(found.area, place, language)
    title = picture_words(place, size[0], language)
    drawn = drawing(found.sent, looked.neighbours, title, numbered=True)
    return {"picture": drawn, "area": size[0], "local": size[1]}


def picture_words(place: Place, area: str, language: Language) -> str:
    """What a drawing shows, in words."""
    return text("land.picture", language, name=place.name.in_language(language), area=area)


def area_words(area: Decimal | None, place: Place, language: Language) -> tuple[str, str | None]:
    """An area in hectares, and in the unit of the region."""
    if area is None:
        return text("land.no-area", language), None
    hectares = f"{written(area, language)} ha"
    size = local(area, place.unit.province.code) if place.unit else None
    if size is None:
        return hectares, None
    amount, metres = written(size.amount, language), written(size.metres, language)
    return hectares, text("land.local", language, amount=amount, unit=size.unit, metres=metres)
