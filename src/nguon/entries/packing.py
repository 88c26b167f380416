# SPDX-License-Identifier: Apache-2.0
"""Packing as events: lots become packed lots, which may go on pallets."""

from nguon import gs1
from nguon.base.time import HANOI
from nguon.entries import parts
from nguon.entries.book import Book
from nguon.entries.model import Line, Output, Pack, Pallet
from nguon.epcis import model as epcis


def pack(entry: Pack, book: Book) -> list[epcis.Event]:
    """One transformation, then one aggregation a pallet that has its number."""
    pallets = (_pallet(entry, one.item, one) for one in entry.pallets if one.item)
    return [_transformation(entry, book), *pallets]


def _transformation(entry: Pack, book: Book) -> epcis.Event:
    outputs = [Line(output.item, output.quantity) for output in entry.outputs]
    order = book.document(entry.order) if entry.order else None
    return epcis.TransformationEvent(
        type="TransformationEvent",
        input_epc_list=parts.pieces(entry.inputs),
        input_quantity_list=parts.quantities(entry.inputs),
        output_quantity_list=parts.quantities(outputs),
        # Where nothing is put on pallets, this event is the packing.
        biz_step="creating_class_instance" if entry.pallets else "packing",
        disposition="active",
        **parts.common(entry),
        **parts.where(entry.place),
        **parts.papers([("prodorder", order)]),
        ilmd=_said(entry, entry.outputs[0], book),
    )


def _said(entry: Pack, main: Output, book: Book) -> dict[str, object]:
    day = entry.at.astimezone(HANOI).date()
    country = book.countries.get(entry.place)
    return parts.lot_data(main.lot, country, productionDate=day, bestBeforeDate=main.best_before)


def _pallet(entry: Pack, item: str, pallet: Pallet) -> epcis.Event:
    return epcis.AggregationEvent(
        type="AggregationEvent",
        action="ADD",
        parent_id=gs1.digital_link(item),
        child_epcs=parts.pieces(pallet.contents),
        child_quantity_list=parts.quantities(pallet.contents),
        biz_step="packing",
        disposition="container_closed",
        **parts.common(entry),
        **parts.where(entry.place),
    )
