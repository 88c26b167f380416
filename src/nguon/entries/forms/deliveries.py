# SPDX-License-Identifier: Apache-2.0
"""The delivery sheet: many households' harvests brought to one packing house, in one form.

The clerk types the kilograms; day, goods, area and house come from the last
sheet, lots are offered. Each row becomes the household's harvest and, a minute
later, its receipt at the house.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import msgspec

from nguon.base.time import HANOI
from nguon.codes import lots
from nguon.entries.desk import Desk, Household
from nguon.entries.errors import FieldFault
from nguon.entries.fields import Fields
from nguon.entries.model import KILOGRAM, Entry, Harvest, Line, Receive
from nguon.registry.model import Place, Product

_KeyedT = TypeVar("_KeyedT", Place, Product)
_BEFORE = timedelta(minutes=1)
DIGITS = 2


class Sheet(msgspec.Struct, frozen=True):
    """What a sheet holds; ``rows`` are the households with kilograms, in order."""

    entries: tuple[Entry, ...]
    rows: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        """The kilograms of all rows."""
        amounts = (entry.quantity.amount for entry in self.entries if isinstance(entry, Harvest))
        return sum(amounts, Decimal())

    def field(self, fault: FieldFault) -> str:
        """The field of the form that a fault of an entry belongs to."""
        if fault.field in {"place", "area"}:
            return fault.field
        if fault.field == "plot":
            return f"plot-{self.rows[fault.entry // 2]}"
        return f"{'lot' if fault.field == 'lot' else 'kg'}-{self.rows[fault.entry // 2]}"


def defaults(desk: Desk) -> dict[str, str]:
    """The fields as they are offered, without kilograms."""
    last = desk.last.get("deliveries")
    harvests = [e for e in last.entries if isinstance(e, Harvest)] if last else []
    receipts = [e for e in last.entries if isinstance(e, Receive)] if last else []
    today = desk.now.astimezone(HANOI).date()
    areas, houses = desk.areas, desk.houses
    found = {
        "day": f"{today:%d/%m/%Y}",
        "product": harvests[0].product if harvests else _first(desk.products),
        "area": harvests[0].area if harvests else _first(areas),
        "place": receipts[0].place if receipts else _first(houses),
    }
    return found | _lots(desk, today) | _plots(desk)


def _first(entries: Iterable[Place | Product]) -> str:
    return next((entry.key for entry in entries), "")


def _lots(desk: Desk, day: date) -> dict[str, str]:
    """A lot for each household in the manner of its last one."""
    return {
        f"lot-{household.id}": lots.following(
            _last_lot(desk, household), day, desk.taken, start=f"H{position:0{DIGITS}}"
        )
        for position, household in enumerate(desk.households, 1)
    }


def _plots(desk: Desk) -> dict[str, str]:
    """For each household with several plots the one that it harvested last."""
    found = {}
    for household in desk.households:
        if len(household.plots) > 1:
            last = _last_harvest(desk, household)
            used = last and (last.plot or last.area)
            keys = [plot.key for plot in household.plots]
            found[f"plot-{household.id}"] = used if used in keys else keys[0]
    return found


def _last_lot(desk: Desk, household: Household) -> str | None:
    last = _last_harvest(desk, household)
    return None if last is None else last.lot


def _last_harvest(desk: Desk, household: Household) -> Harvest | None:
    for form in sorted(desk.last.values(), key=lambda form: form.receipt, reverse=True):
        for entry in form.entries:
            if isinstance(entry, Harvest) and entry.grower == household.id:
                return entry
    return None


def read(fields: Fields, desk: Desk) -> Sheet:
    """The sheet in a form; empty rows are passed over, faults name their row's field."""
    at = fields.moment()
    product = fields.chosen("product", keyed(desk.products), "entries.product-missing")
    area = fields.chosen("area", keyed(desk.areas), "entries.area-missing")
    place = fields.chosen("place", keyed(desk.houses), "entries.place-missing")
    entries: list[Entry] = []
    rows: list[int] = []
    typed = False
    for household in desk.households:
        kilograms = fields.text(f"kg-{household.id}")
        if not kilograms:
            continue
        typed = True
        quantity = fields.quantity(f"kg-{household.id}", KILOGRAM)
        lot = fields.lot(f"lot-{household.id}")
        plots = _chosen(fields, household)
        if not (at and product and area and place and quantity and lot) or plots is None:
            continue
        plot, under = _land(plots, area)
        harvest = Harvest(
            at=at - _BEFORE, grower=household.id, area=under, plot=plot, product=product.key,
            lot=lot, quantity=quantity,
        )  # fmt: skip
        line = Line(harvest.item, quantity)
        entries += [
            harvest,
            Receive(at=at, place=place.key, giver=household.id, origin=plot, lines=(line,)),
        ]
        rows.append(household.id)
    if not typed:
        fields.fault(f"kg-{desk.households[0].id}" if desk.households else "", "entries.no-rows")
    return Sheet(tuple(entries), tuple(rows))


def _chosen(fields: Fields, household: Household) -> tuple[Place, ...] | None:
    """The plot of a row: the chosen one of several, the only one; none where there is none."""
    name = f"plot-{household.id}"
    if len(household.plots) < 2 or not fields.text(name):
        return household.plots[:1]
    plot = fields.chosen(name, keyed(household.plots), "entries.land-missing")
    return None if plot is None else (plot,)


def _land(plots: tuple[Place, ...], area: Place) -> tuple[str | None, str]:
    """The household's plot, and the area under whose code it is harvested."""
    if not plots:
        return None, area.key
    [plot] = plots
    return plot.key, plot.key if plot.national_code else area.key


def keyed(entries: Iterable[_KeyedT]) -> list[tuple[str, _KeyedT]]:
    """Register entries with their keys, as options."""
    return [(entry.key, entry) for entry in entries]
