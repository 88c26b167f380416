# SPDX-License-Identifier: Apache-2.0
"""Marks on boxes of fruit to China, from the registers; refused where a code does not hold."""

from collections.abc import Sequence
from datetime import date, datetime

from nguon.base.time import HANOI
from nguon.compliance.box_marks import BoxMark, box_marks
from nguon.compliance.model import Market
from nguon.identity.model import Principal
from nguon.labels import china
from nguon.labels.errors import LabelError
from nguon.labels.model import Label
from nguon.store import Store
from nguon.web.work.label_facts import Thing, label


def labels(store: Store, principal: Principal, some: Sequence[Thing], base_url: str) -> list[Label]:
    """The marks of lots, one each.

    Raises:
        LabelError: no such fruit may go to China, or a code is missing or does
            not hold for that market today.
    """
    today = datetime.now(HANOI).date()
    items = [one.item for one in some]
    marks = box_marks(store, principal.audience, items, Market.CN, today)
    return [_label(one, marks[one.item], base_url) for one in some]


def _label(one: Thing, mark: BoxMark, base_url: str) -> Label:
    plain = label(one, "china", base_url, "en")
    fruit = china.fruit(mark.crop or "")
    if fruit is None:
        raise LabelError("labels.mark-no-protocol", label=one.code)
    provinces = {
        place.unit.province.code: place.unit.province.name_en
        for place in mark.grown
        if place.unit is not None
    }
    facts: dict[str, str | date] = {
        **plain.facts,
        **china.destination(),
        "fruit": fruit,
        "place": "; ".join(china.origin(code, name) for code, name in provinces.items()),
        "orchard": mark.orchards,
        "packing-house": mark.packing,
        "packing-house-name": next((p.name.in_language("en") for p in mark.packed), ""),
    }
    return Label(name=plain.name, link=plain.link, elements=plain.elements, facts=facts)
