# SPDX-License-Identifier: Apache-2.0
"""Durian of Đắk Lắk: five coded orchards mixed in a packing house, one container to the border.

Packing lot SR260817 is first recorded with a wrong orchard and then corrected.
"""

from typing import NamedTuple

from goods import keys
from goods.book import (
    Book,
    Document,
    Event,
    at,
    climate,
    described,
    kilos,
    later,
    papers,
    some,
    transfer,
)

GROWERS, PACKER, HAULIER, BUYER, LABORATORY, BORDER = (
    "9521201",
    "9521202",
    "9521203",
    "9521204",
    "9521205",
    "9521206",
)
RAW, BOX, SECOND_GRADE = (keys.gtin(PACKER, ref) for ref in (1, 18, 9))
PACKER_GLN, PACKING_HOUSE = keys.gln(PACKER, 0), keys.gln(PACKER, 1)
HAULIER_GLN, BUYER_GLN, PINGXIANG = (
    keys.gln(HAULIER, 0),
    keys.gln(BUYER, 0),
    keys.gln(BUYER, 1),
)
LAB_GLN, LAB = keys.gln(LABORATORY, 0), keys.gln(LABORATORY, 1)
GATE_GLN, GATE = keys.gln(BORDER, 0), keys.gln(BORDER, 1)
LINE = f"{keys.place(PACKING_HOUSE, 'CHUYEN-1')} {keys.place(PACKING_HOUSE)}"
CONTAINER, LOGGER = keys.asset(HAULIER, "CONT-2208"), keys.asset(HAULIER, "NK-2208")
OWNERS = {
    "9521": keys.gln(GROWERS, 0),
    "9522": keys.gln(PACKER, 102),
    "9523": keys.gln(PACKER, 103),
    "9524": keys.gln(PACKER, 104),
    "9525": keys.gln(PACKER, 105),
}
"""Who grows in each planting area VN-DLOR-…"""

HARVEST = {
    "DL9521-260815": 2800,
    "DL9522-260815": 2400,
    "DL9523-260816": 3900,
    "DL9524-260816": 2900,
    "DL9525-260817": 4400,
    "DL9521-260818": 3100,
}
"""Kilograms of each harvest lot; the name says planting area and day."""


class Packing(NamedTuple):
    """A packing lot: harvest lots in; boxes of 18 kg and second grade out; the rest is lost."""

    lot: str
    start: str
    inputs: dict[str, int]
    boxes: int
    second: int


PACKINGS = (
    Packing(
        "SR260816", "2026-08-16 08:00", {"DL9521-260815": 2800, "DL9522-260815": 2400}, 264, 340
    ),
    Packing(
        "SR260817", "2026-08-17 13:00", {"DL9523-260816": 3900, "DL9525-260817": 2000}, 300, 380
    ),
    Packing(
        "SR260818",
        "2026-08-18 13:00",
        {"DL9524-260816": 2900, "DL9525-260817": 2400, "DL9521-260818": 3100},
        426,
        540,
    ),
)
PALLETS = {
    **{n: {"SR260816": 66} for n in (1, 2, 3, 4)},
    **{n: {"SR260817": 66} for n in (5, 6, 7, 8)},
    9: {"SR260817": 36, "SR260818": 30},
    **{n: {"SR260818": 66} for n in (10, 11, 12, 13, 14, 15)},
}
"""Boxes of each packing lot on each pallet."""


def pallet(number: int) -> str:
    """A pallet of the packing house."""
    return keys.unit(keys.sscc(PACKER, number))


def build(book: Book) -> None:
    """All documents of this scenario."""
    _harvest(book)
    _packing(book)
    _laboratory(book)
    _road(book)
    _border(book)
    _pingxiang(book)


def _harvest(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/1-thu-hoach.jsonld")
    for index, (lot, kg) in enumerate(HARVEST.items()):
        code, day = lot[2:6], f"2026-{lot[9:11]}-{lot[11:13]}"
        cut = at(f"{day} 0{5 + index % 2}:{15 * (index % 4):02d}")
        doc.made(
            later(cut, hours=4),
            keys.area(f"VN-DLOR-{code}"),
            "commissioning/active",
            kilos(keys.lot(RAW, lot), kg),
            **described(
                lotNumber=lot, harvestStartDate=day, harvestEndDate=day, countryOfOrigin="VN"
            ),
        )
        doc.seen(
            later(cut, hours=6),
            keys.place(PACKING_HOUSE),
            "receiving/in_progress",
            kilos(keys.lot(RAW, lot), kg),
            **papers(PACKER_GLN, po=f"HDMB-{code}", recadv=f"PN-{lot}"),
            **transfer(OWNERS[code], PACKER_GLN, "", PACKING_HOUSE),
        )


def _pack(doc: Document, packing: Packing, inputs: dict[str, int]) -> Event:
    start = at(packing.start)
    return doc.turned(
        later(start, hours=4),
        LINE,
        "creating_class_instance/active",
        [kilos(keys.lot(RAW, lot), kg) for lot, kg in inputs.items()],
        [
            some(keys.lot(BOX, packing.lot), packing.boxes),
            kilos(keys.lot(SECOND_GRADE, packing.lot), packing.second),
        ],
        **papers(PACKER_GLN, prodorder=f"LSX-{packing.lot}"),
        **described(
            lotNumber=packing.lot,
            productionDate=packing.start[:10],
            bestBeforeDate=later(start, days=21)[:10],
            countryOfOrigin="VN",
        ),
    )


def _packing(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/2-dong-goi.jsonld")
    first, second, third = PACKINGS
    _pack(doc, first, first.inputs)
    wrong = _pack(doc, second, {"DL9523-260816": 3900, "DL9524-260816": 2000})
    right = _pack(doc, second, second.inputs)
    doc.withdrawn(wrong, at("2026-08-17 19:30"), right)
    _pack(doc, third, third.inputs)
    times = {packing.lot: at(packing.start) for packing in PACKINGS}
    for number, content in PALLETS.items():
        latest = max(times[lot] for lot in content)
        doc.packed(
            later(latest, hours=5, minutes=12 * (number % 7)),
            LINE,
            "packing/container_closed",
            pallet(number),
            *(some(keys.lot(BOX, lot), boxes) for lot, boxes in content.items()),
        )


def _laboratory(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/3-kiem-nghiem.jsonld")
    for index, packing in enumerate(PACKINGS):
        taken = later(at(packing.start), hours=4.5)
        goods = some(keys.lot(BOX, packing.lot), packing.boxes)
        name = f"TN-952-{packing.lot}"
        doc.seen(
            taken,
            keys.place(PACKING_HOUSE),
            "sampling/in_progress",
            some(keys.lot(BOX, packing.lot), 2),
            **papers(LAB_GLN, testprd=name),
        )
        doc.seen(
            later(taken, hours=20 + index),
            keys.place(LAB),
            "inspecting/conformant",
            goods,
            **papers(LAB_GLN, testprd=name, testres=f"KQ-952-{packing.lot}"),
        )


def _road(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/4-van-chuyen.jsonld")
    house, pallets = keys.place(PACKING_HOUSE), [pallet(n) for n in PALLETS]
    doc.attached(at("2026-08-19 14:30"), house, "installing", CONTAINER, LOGGER)
    doc.packed(
        at("2026-08-19 16:00"),
        house,
        "loading/container_closed",
        CONTAINER,
        *pallets,
        **papers(PACKER_GLN, desadv="XK-SR-2208", cert="KDTV-952-2208"),
    )
    doc.seen(
        at("2026-08-19 17:00"),
        house,
        "departing/in_transit",
        CONTAINER,
        **papers(PACKER_GLN, desadv="XK-SR-2208", inv="HD-2208", po="PO-PX-77"),
        **transfer(PACKER_GLN, BUYER_GLN, PACKING_HOUSE, PINGXIANG),
    )
    start = at("2026-08-19 17:00")
    for index in range(14):
        begin = later(start, hours=4 * index)
        celsius = (13.1 + index % 3 / 10, 13.8 + index % 4 / 10, 14.6 + index % 5 / 10)
        reading = climate(LOGGER, begin, later(begin, hours=4), celsius)
        if index == 9:
            reading["sensorReport"][0] |= {"maxValue": 18.2, "exception": "ALARM_CONDITION"}
        doc.seen(
            later(begin, hours=4),
            keys.place(HAULIER_GLN, "XE-29H"),
            "sensor_reporting",
            CONTAINER,
            sensorElementList=[reading],
        )


def _border(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/5-cua-khau.jsonld")
    gate = keys.place(GATE)
    doc.seen(
        at("2026-08-22 02:10"),
        gate,
        "arriving/in_progress",
        CONTAINER,
        **papers(PACKER_GLN, desadv="XK-SR-2208"),
    )
    doc.seen(
        at("2026-08-22 09:40"),
        gate,
        "inspecting/conformant",
        CONTAINER,
        **papers(GATE_GLN, cert="KDTV-952-2208", testres="KTCK-952-2208"),
    )
    doc.seen(
        at("2026-08-22 13:00"),
        gate,
        "departing/in_transit",
        CONTAINER,
        **transfer(PACKER_GLN, BUYER_GLN, GATE, PINGXIANG),
    )


def _pingxiang(book: Book) -> None:
    doc = book.document("sau-rieng-dak-lak/6-bang-tuong.jsonld")
    there = keys.place(PINGXIANG)
    landed = at("2026-08-22 16:20", "+08:00")
    doc.seen(
        landed,
        there,
        "receiving/in_progress",
        CONTAINER,
        **papers(PACKER_GLN, desadv="XK-SR-2208"),
        **transfer(PACKER_GLN, BUYER_GLN, PACKING_HOUSE, PINGXIANG),
    )
    doc.unpacked(later(landed, hours=2), there, "unloading", CONTAINER)
    doc.attached(later(landed, hours=2.2), there, "removing", CONTAINER, LOGGER, action="DELETE")
    for number, content in PALLETS.items():
        doc.seen(
            later(landed, hours=3, minutes=5 * number),
            there,
            "storing/sellable_not_accessible",
            pallet(number),
        )
        if number % 5 == 4:
            doc.unpacked(
                later(landed, days=1, minutes=30 * number),
                there,
                "unpacking",
                pallet(number),
                *(some(keys.lot(BOX, lot), boxes) for lot, boxes in content.items()),
            )
