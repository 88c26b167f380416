# SPDX-License-Identifier: Apache-2.0
"""A harvest as an event: the lot comes into being on the land."""

from nguon.base.time import HANOI
from nguon.entries import parts
from nguon.entries.book import Book
from nguon.entries.model import Harvest, Line
from nguon.epcis import model as epcis


def harvest(entry: Harvest, book: Book) -> epcis.Event:
    """The lot is commissioned; read at the planting area, located at the grower's own plot.

    Of a grower without a plot of his own only the area is said: the lot is not its holder's.
    """
    day = entry.at.astimezone(HANOI).date()
    place = entry.plot or entry.area
    located = entry.plot is not None or book.holders.get(entry.area, entry.grower) == entry.grower
    read_point = book.national.get(entry.area, entry.area)
    country = book.countries.get(place) or book.countries.get(entry.area)
    stands = parts.where(place, read_point)
    if not located:
        stands.pop("biz_location")
    return epcis.ObjectEvent(
        type="ObjectEvent",
        action="ADD",
        quantity_list=parts.quantities([Line(entry.item, entry.quantity)]),
        biz_step="commissioning",
        disposition="active",
        **parts.common(entry),
        **stands,
        ilmd=parts.lot_data(entry.lot, country, harvestStartDate=day, harvestEndDate=day),
    )
