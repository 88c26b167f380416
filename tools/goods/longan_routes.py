# SPDX-License-Identifier: Apache-2.0
"""Where the longan went: by air to Rotterdam, treated and by sea to Tokyo, to shops at home."""

from goods import keys
from goods.book import Book, Document, at, climate, later, papers, some, transfer
from goods.longan import (
    BOX_2,
    COOP_GLN,
    DANANG,
    DOMESTIC_1,
    DOMESTIC_2,
    EUROPE,
    HANOI,
    JAPAN,
    PACKING_HOUSE,
    Packing,
    pallet,
)

EXPORTER, IMPORTER_NL, IMPORTER_JP, SHOPS, TREATMENT = (
    "9521102",
    "9521103",
    "9521104",
    "9521105",
    "9521106",
)
EXPORTER_GLN, NOI_BAI = keys.gln(EXPORTER, 0), keys.gln(EXPORTER, 1)
MAAS_GLN, ROTTERDAM, ROTTERDAM_SHOP = (keys.gln(IMPORTER_NL, ref) for ref in (0, 1, 2))
SUMIDA_GLN, TOKYO, TOKYO_SHOP = (keys.gln(IMPORTER_JP, ref) for ref in (0, 1, 2))
TREATMENT_GLN, COLD_ROOM = keys.gln(TREATMENT, 0), keys.gln(TREATMENT, 1)
SHOPS_GLN, WAREHOUSE, HOAN_KIEM, CAU_GIAY, TU_LIEM, DA_NANG = (
    keys.gln(SHOPS, ref) for ref in range(6)
)
CEST, JST = "+02:00", "+09:00"
AIR, AIR_UNITS = keys.crate(EXPORTER, 7, "PMC001"), [pallet(n) for n in (11, 12, 13)]
AIR_LOGGER = keys.asset(EXPORTER, "NK-0311")
SEA, SEA_UNITS = keys.asset(TREATMENT, "CONT-4410"), [pallet(21), pallet(22)]
SEA_LOGGER = keys.asset(TREATMENT, "NK-4410")


def build(book: Book) -> None:
    """The documents of exporter, importers and shops."""
    _to_rotterdam(book.document("nhan-hung-yen/3-xuat-rotterdam.jsonld"))
    _in_rotterdam(book.document("nhan-hung-yen/4-rotterdam.jsonld"))
    _to_tokyo(book.document("nhan-hung-yen/5-xu-ly-lanh.jsonld"))
    _in_tokyo(book.document("nhan-hung-yen/6-tokyo.jsonld"))
    home = book.document("nhan-hung-yen/7-cua-hang.jsonld")
    _home_by_lot(home)
    _home_by_box(home)


def _boxes(packing: Packing, first: int, last: int) -> list[str]:
    return keys.pieces(packing.box, packing.serials()[first - 1 : last])


def _handed(
    doc: Document, sent: str, got: str, units: list[str], way: tuple[str, str, str, str], bill: str
) -> None:
    """Shipping here, receiving there, under one dispatch advice."""
    sender, receiver, whence, whither = way
    hands = transfer(sender, receiver, whence, whither)
    doc.seen(
        sent,
        keys.place(whence),
        "shipping/in_transit",
        *units,
        **papers(sender, desadv=bill),
        **hands,
    )
    doc.seen(
        got,
        keys.place(whither),
        "receiving/in_progress",
        *units,
        **papers(sender, desadv=bill),
        **hands,
    )


def _to_rotterdam(doc: Document) -> None:
    here, air, units = keys.place(NOI_BAI), AIR, AIR_UNITS
    _handed(
        doc,
        at("2026-07-31 15:40"),
        at("2026-07-31 18:10"),
        units,
        (COOP_GLN, EXPORTER_GLN, PACKING_HOUSE, NOI_BAI),
        "XK-2607-31",
    )
    doc.seen(
        at("2026-08-01 09:00"),
        here,
        "inspecting/conformant",
        *units,
        **papers(EXPORTER_GLN, cert="KDTV-952-0731", testres="DL-952-0731"),
    )
    doc.attached(at("2026-08-01 19:00"), here, "installing", air, AIR_LOGGER)
    doc.packed(at("2026-08-01 19:30"), here, "loading/container_closed", air, *units)
    doc.seen(
        at("2026-08-02 00:40"),
        here,
        "departing/in_transit",
        air,
        **papers(EXPORTER_GLN, desadv="AWB-952-0802", inv="HD-0311"),
        **transfer(EXPORTER_GLN, MAAS_GLN, NOI_BAI, ROTTERDAM),
    )


def _in_rotterdam(doc: Document) -> None:
    there, air, logger, units = keys.place(ROTTERDAM), AIR, AIR_LOGGER, AIR_UNITS
    landed = at("2026-08-02 17:30", CEST)
    doc.seen(
        landed,
        there,
        "receiving/in_progress",
        air,
        sensorElementList=[
            climate(logger, at("2026-08-01 19:30"), at("2026-08-02 00:40"), (4.1, 5.0, 6.8)),
            climate(logger, at("2026-08-02 00:40"), landed, (3.2, 4.6, 8.3)),
        ],
        **papers(EXPORTER_GLN, desadv="AWB-952-0802"),
        **transfer(EXPORTER_GLN, MAAS_GLN, NOI_BAI, ROTTERDAM),
    )
    doc.unpacked(later(landed, hours=1), there, "unloading", air, *units)
    doc.attached(later(landed, hours=1.2), there, "removing", air, logger, action="DELETE")
    for index, unit in enumerate(units):
        boxes = _boxes(EUROPE, 40 * index + 1, 40 * index + 40)
        doc.unpacked(later(landed, hours=2, minutes=20 * index), there, "unpacking", unit, *boxes)
    shelf = _boxes(EUROPE, 11, 30)
    shop = keys.place(ROTTERDAM_SHOP)
    doc.seen(
        at("2026-08-03 07:00", CEST),
        there,
        "shipping/in_transit",
        *shelf,
        **papers(MAAS_GLN, desadv="LB-80311"),
    )
    doc.seen(at("2026-08-03 09:10", CEST), shop, "stocking/sellable_accessible", *shelf)
    for index in range(6):
        doc.seen(
            at(f"2026-08-03 1{index + 1}:2{index}", CEST),
            shop,
            "retail_selling/retail_sold",
            shelf[index],
        )


def _to_tokyo(doc: Document) -> None:
    room, units = keys.place(COLD_ROOM), SEA_UNITS
    _handed(
        doc,
        at("2026-08-04 15:30"),
        at("2026-08-04 18:00"),
        units,
        (COOP_GLN, TREATMENT_GLN, PACKING_HOUSE, COLD_ROOM),
        "XL-2608-04",
    )
    _treated(doc)
    doc.seen(
        at("2026-08-19 09:00"),
        room,
        "inspecting/conformant",
        *units,
        **papers(TREATMENT_GLN, cert="KDTV-952-0819", testres="XL-952-0819"),
    )
    doc.attached(at("2026-08-19 13:00"), room, "installing", SEA, SEA_LOGGER)
    doc.packed(at("2026-08-19 14:00"), room, "loading/container_closed", SEA, *units)
    doc.seen(
        at("2026-08-20 05:00"),
        room,
        "departing/in_transit",
        SEA,
        **papers(EXPORTER_GLN, desadv="BL-952-0820", inv="HD-0320"),
        **transfer(EXPORTER_GLN, SUMIDA_GLN, COLD_ROOM, TOKYO),
    )


def _treated(doc: Document) -> None:
    """Fourteen days of cold treatment, reported each morning."""
    probe = keys.asset(TREATMENT, "DO-01")
    for day in range(5, 19):
        start = at(f"2026-08-{day:02d} 06:00")
        celsius = (0.2 + day % 3 / 10, 0.6, 0.8 + day % 2 / 10)
        doc.seen(
            later(start, days=1),
            keys.place(COLD_ROOM),
            "storing/in_progress",
            *SEA_UNITS,
            sensorElementList=[climate(probe, start, later(start, days=1), celsius)],
        )


def _in_tokyo(doc: Document) -> None:
    box, logger, units = SEA, SEA_LOGGER, SEA_UNITS
    there, landed = keys.place(TOKYO), at("2026-08-29 10:00", JST)
    doc.seen(
        landed,
        there,
        "receiving/in_progress",
        box,
        sensorElementList=[climate(logger, at("2026-08-19 14:00"), landed, (0.4, 1.2, 2.9))],
        **papers(EXPORTER_GLN, desadv="BL-952-0820"),
        **transfer(EXPORTER_GLN, SUMIDA_GLN, COLD_ROOM, TOKYO),
    )
    doc.unpacked(later(landed, hours=3), there, "unloading", box, *units)
    doc.attached(later(landed, hours=3.2), there, "removing", box, logger, action="DELETE")
    for index, unit in enumerate(units):
        boxes = _boxes(JAPAN, 48 * index + 1, 48 * index + 48)
        doc.unpacked(later(landed, hours=5, minutes=30 * index), there, "unpacking", unit, *boxes)
    shop, shelf = keys.place(TOKYO_SHOP), _boxes(JAPAN, 13, 24)
    doc.seen(at("2026-08-31 08:00", JST), shop, "stocking/sellable_accessible", *shelf)
    for index in range(4):
        doc.seen(
            at(f"2026-08-31 1{index}:40", JST), shop, "retail_selling/retail_sold", shelf[index]
        )


def _home_by_lot(doc: Document) -> None:
    for numbers, packing, each, shop in (
        ((1, 2), DOMESTIC_1, 255, WAREHOUSE),
        ((3, 4), DANANG, 250, DA_NANG),
        ((5, 6), DOMESTIC_2, 200, WAREHOUSE),
    ):
        units, day = [pallet(n) for n in numbers], at(packing.start)
        _handed(
            doc,
            later(day, hours=8.5),
            later(day, hours=11 if shop == WAREHOUSE else 26),
            units,
            (COOP_GLN, SHOPS_GLN, PACKING_HOUSE, shop),
            f"PX-{packing.lot}",
        )
        for unit in units:
            doc.unpacked(
                later(day, hours=30),
                keys.place(shop),
                "unpacking",
                unit,
                some(keys.lot(packing.box, packing.lot), each),
            )


def _home_by_box(doc: Document) -> None:
    for numbers, shop in (((31, 32), HOAN_KIEM), ((33, 34), CAU_GIAY), ((35,), TU_LIEM)):
        units = [pallet(n) for n in numbers]
        _handed(
            doc,
            at("2026-08-06 16:30"),
            at(f"2026-08-06 19:{numbers[0]}"),
            units,
            (COOP_GLN, SHOPS_GLN, PACKING_HOUSE, shop),
            f"PX-TH260806H-{numbers[0]}",
        )
        for number in numbers:
            last = 30 * (number - 30)
            boxes = _boxes(HANOI, last - 29, last)
            opened = at(f"2026-08-07 06:{number}")
            doc.unpacked(opened, keys.place(shop), "unpacking", pallet(number), *boxes)
            doc.seen(
                later(opened, minutes=40), keys.place(shop), "stocking/sellable_accessible", *boxes
            )
            for index, box in enumerate(boxes[2::3]):
                doc.seen(
                    later(opened, hours=3 + 4 * index, minutes=11 * index % 60),
                    keys.place(shop),
                    "retail_selling/retail_sold",
                    box,
                )
    doc.seen(
        at("2026-08-14 20:00"),
        keys.place(TU_LIEM),
        "stock_taking/sellable_accessible",
        some(keys.lot(BOX_2, HANOI.lot), 20),
    )
