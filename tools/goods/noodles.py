# SPDX-License-Identifier: Apache-2.0
"""Instant noodles: ingredient lots, twelve batches, cartons, pallets, a distribution centre.

Batch *b* makes cartons *b*001-*b*144 and pallets 3b-2 (cartons 1-48), 3b-1 (49-96) and 3b
(97-144). Seasoning lot GV-2608-02 went into batches 3-6 and 9: something for a recall to find.
"""

from goods import keys
from goods.book import Book, Document, at, described, kilos, later, papers, some, transfer

MAKER, FLOUR_MILL, OIL_MILL, SPICES, CENTRE, STORES = (
    "952001",
    "9521501",
    "9521502",
    "9521503",
    "9521505",
    "9521506",
)
FLOUR, OIL, SEASONING = keys.gtin(FLOUR_MILL, 25), keys.gtin(OIL_MILL, 18), keys.gtin(SPICES, 5)
BULK, CARTON = keys.gtin(MAKER, 900), keys.gtin(MAKER, 75, 1)
MAKER_GLN, FACTORY, FACTORY_STORE = (keys.gln(MAKER, ref) for ref in (0, 1, 2))
CENTRE_GLN, CENTRE_PLACE = keys.gln(CENTRE, 0), keys.gln(CENTRE, 1)
STORES_GLN = keys.gln(STORES, 0)
BATCHES = range(1, 13)
FLOUR_LOTS = {
    **{batch: {"BM-2608-11": 270} for batch in (1, 2, 3, 4)},
    5: {"BM-2608-11": 150, "BM-2608-12": 120},
    **{batch: {"BM-2608-12": 270} for batch in (6, 7, 8, 9)},
    **{batch: {"BM-2608-13": 270} for batch in (10, 11, 12)},
}
OIL_LOTS = {batch: "DC-2608-1" if batch <= 6 else "DC-2608-2" for batch in BATCHES}
SEASONING_LOTS = {
    **dict.fromkeys((1, 2), "GV-2608-01"),
    **dict.fromkeys((3, 4, 5, 6, 9), "GV-2608-02"),
    **dict.fromkeys((7, 8, 10, 11, 12), "GV-2608-03"),
}


def cartons(batch: int, first: int, last: int) -> list[str]:
    """Cartons of a batch by their numbers in it."""
    return keys.pieces(CARTON, [f"26{batch:02d}{n:03d}" for n in range(first, last + 1)])


def pallet(number: int) -> str:
    """A pallet of the factory (1-36)."""
    return keys.unit(keys.sscc(MAKER, number, 1))


def started(batch: int) -> str:
    """When a batch is mixed: three shifts a day from 1 September."""
    return later(at("2026-09-01 06:00"), hours=8 * (batch - 1))


def build(book: Book) -> None:
    """The documents of suppliers and factory."""
    _suppliers(book)
    _factory(book)
    _to_centre(book)


def _suppliers(book: Book) -> None:
    doc = book.document("mi-an-lien/1-nguyen-lieu.jsonld")
    for supplier, number, lots in (
        (FLOUR_MILL, FLOUR, {"BM-2608-11": 1230, "BM-2608-12": 1200, "BM-2608-13": 810}),
        (OIL_MILL, OIL, {"DC-2608-1": 312, "DC-2608-2": 312}),
        (SPICES, SEASONING, {"GV-2608-01": 36, "GV-2608-02": 90, "GV-2608-03": 90}),
    ):
        maker, works = keys.gln(supplier, 0), keys.gln(supplier, 1)
        for index, (lot, kg) in enumerate(lots.items()):
            made = later(at("2026-08-20 10:00"), days=index)
            goods = kilos(keys.lot(number, lot), kg)
            doc.made(
                made,
                keys.place(works),
                "commissioning/active",
                goods,
                **described(
                    lotNumber=lot,
                    productionDate=made[:10],
                    bestBeforeDate=later(made, days=270)[:10],
                ),
            )
            for step, days, where in (
                ("shipping/in_transit", 4, works),
                ("receiving/in_progress", 4.3, FACTORY_STORE),
            ):
                doc.seen(
                    later(made, days=days),
                    keys.place(where),
                    step,
                    goods,
                    **papers(maker, desadv=f"PX-{lot}", testres=f"COA-{lot}"),
                    **transfer(maker, MAKER_GLN, works, FACTORY_STORE),
                )


def _factory(book: Book) -> None:
    mixing = book.document("mi-an-lien/2-tron-me.jsonld")
    packing = book.document("mi-an-lien/3-dong-thung.jsonld")
    for batch in BATCHES:
        _mix(mixing, batch)
        _pack(packing, batch)


def _mix(doc: Document, batch: int) -> None:
    inputs = [kilos(keys.lot(FLOUR, lot), kg) for lot, kg in FLOUR_LOTS[batch].items()]
    inputs.append(kilos(keys.lot(OIL, OIL_LOTS[batch]), 52))
    line = f"{keys.place(FACTORY, f'CHUYEN-{1 + batch % 2}')} {keys.place(FACTORY)}"
    doc.turned(
        later(started(batch), hours=2),
        line,
        "creating_class_instance/in_progress",
        inputs,
        [kilos(keys.lot(BULK, f"ME26{batch:02d}"), 306)],
        **papers(MAKER_GLN, prodorder=f"LSX-26{batch:02d}"),
        **described(lotNumber=f"ME26{batch:02d}", productionDate=started(batch)[:10]),
    )


def _pack(doc: Document, batch: int) -> None:
    time, day = later(started(batch), hours=5), started(batch)[:10]
    doc.turned(
        time,
        keys.place(FACTORY),
        "commissioning/active",
        [
            kilos(keys.lot(BULK, f"ME26{batch:02d}"), 306),
            kilos(keys.lot(SEASONING, SEASONING_LOTS[batch]), 18),
        ],
        cartons(batch, 1, 144),
        **described(
            lotNumber=f"MT26{batch:02d}",
            productionDate=day,
            bestBeforeDate=later(time, days=180)[:10],
            countryOfOrigin="VN",
        ),
    )
    for index in range(3):
        doc.packed(
            later(time, minutes=20 + 15 * index),
            keys.place(FACTORY),
            "packing/container_closed",
            pallet(3 * batch - 2 + index),
            *cartons(batch, 48 * index + 1, 48 * index + 48),
        )


def _to_centre(book: Book) -> None:
    doc = book.document("mi-an-lien/4-giao-trung-tam.jsonld")
    hands = transfer(MAKER_GLN, CENTRE_GLN, FACTORY_STORE, CENTRE_PLACE)
    for load in range(4):
        units = [pallet(9 * load + n) for n in range(1, 10)]
        leaves = at(f"2026-09-{6 + load:02d} 05:30")
        bill = {"desadv": f"GH-26{load + 1:02d}"}
        doc.billed(
            later(leaves, hours=-10),
            keys.place(FACTORY_STORE),
            "staging_outbound/in_progress",
            *units,
            **papers(MAKER_GLN, po=f"PO-TT-{load + 1}", inv=f"HD-26{load + 1:02d}", **bill),
        )
        doc.seen(
            leaves,
            keys.place(FACTORY_STORE),
            "shipping/in_transit",
            *units,
            **papers(MAKER_GLN, **bill),
            **hands,
        )
        doc.seen(
            later(leaves, hours=4),
            keys.place(CENTRE_PLACE),
            "receiving/in_progress",
            *units,
            **papers(MAKER_GLN, **bill),
            **hands,
        )
    for batch in BATCHES:
        doc.seen(
            later(started(batch), hours=20),
            keys.place(FACTORY),
            "inspecting/conformant",
            some(keys.lot(CARTON, f"MT26{batch:02d}"), 144),
            **papers(MAKER_GLN, testres=f"KN-26{batch:02d}"),
        )
