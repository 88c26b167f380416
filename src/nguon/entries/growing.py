# SPDX-License-Identifier: Apache-2.0
"""A harvest as an event: the lot comes into being on the land."""

from nguon.base.time import HANOI
from nguon.entries import parts
from nguon.entries.book import Book
from nguon.entries.model import Harvest, Line
from nguon.epcis import model as epcis


def harvest(entry: Harvest, book: Book) -> epcis.Event:
    """The lot is commissioned; read at the planting area, located at the finer plot."""
    day = entry.at.astimezone(HANOI).date()
    place = entry.plot or entry.area
    read_point = book.national.get(entry.area, entry.area)
    country = book.countries.get(place) or book.countries.get(entry.area)
    return epcis.ObjectEvent(
        type="ObjectEvent",
        action="ADD",
        quantity_list=parts.quantities([Line(entry.item, entry.quantity)]),
        biz_step="commissioning",
        disposition="active",
        **parts.common(entry),
        **parts.where(place, read_point),
        ilmd=parts.lot_data(entry.lot, country, harvestStartDate=day, harvestEndDate=day),
    )
