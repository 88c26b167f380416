# SPDX-License-Identifier: Apache-2.0
"""A cosmetic: two lots of a cream from maker to two shops; jars come back and are destroyed."""

from goods import keys
from goods.book import Book, Document, at, described, kilos, later, papers, some, transfer

MAKER, SHOPS, SUPPLIER = "9521801", "9521802", "9521803"
EXTRACT, BASE = keys.gtin(SUPPLIER, 1), keys.gtin(SUPPLIER, 2)
BULK, JAR = keys.gtin(MAKER, 900), keys.gtin(MAKER, 50)
MAKER_GLN, WORKS = keys.gln(MAKER, 0), keys.gln(MAKER, 1)
SHOPS_GLN, SUPPLIER_GLN, SUPPLIER_WORKS = (
    keys.gln(SHOPS, 0),
    keys.gln(SUPPLIER, 0),
    keys.gln(SUPPLIER, 1),
)
LOTS = {
    "SH2608A": ("2026-08-10", "KD2608A", "CG-2607-1", 0, 1),
    "SH2608B": ("2026-08-12", "KD2608B", "CG-2607-2", 20, 2),
}
"""Made, cream lot, extract lot, cartons before the first, shop."""


def carton(number: int) -> str:
    """A carton of 50 jars (1-40)."""
    return keys.unit(keys.sscc(MAKER, number))


def build(book: Book) -> None:
    """All documents of this scenario."""
    _maker(book)
    _shops(book)


def _maker(book: Book) -> None:
    doc = book.document("my-pham/1-nha-san-xuat.jsonld")
    here = keys.place(WORKS)
    for number, lot, kg in (
        (EXTRACT, "CG-2607-1", 6),
        (EXTRACT, "CG-2607-2", 6),
        (BASE, "NN-2607-4", 96),
    ):
        doc.seen(
            at("2026-08-03 09:00"),
            here,
            "receiving/in_progress",
            kilos(keys.lot(number, lot), kg),
            **papers(SUPPLIER_GLN, desadv=f"PX-{lot}", testres=f"COA-{lot}"),
            **transfer(SUPPLIER_GLN, MAKER_GLN, SUPPLIER_WORKS, WORKS),
        )
    for lot in LOTS:
        _lot(doc, lot)


def _lot(doc: Document, lot: str) -> None:
    here = keys.place(WORKS)
    day, cream, extract, _, _ = LOTS[lot]
    made = at(f"{day} 11:00")
    doc.turned(
        made,
        here,
        "creating_class_instance/in_progress",
        [kilos(keys.lot(EXTRACT, extract), 6), kilos(keys.lot(BASE, "NN-2607-4"), 48)],
        [kilos(keys.lot(BULK, cream), 52.5)],
        **papers(MAKER_GLN, prodorder=f"LSX-{lot}"),
        **described(lotNumber=cream, productionDate=day),
    )
    doc.turned(
        later(made, hours=5),
        here,
        "creating_class_instance/active",
        [kilos(keys.lot(BULK, cream), 52.5)],
        [some(keys.lot(JAR, lot), 1000)],
        **described(
            lotNumber=lot,
            productionDate=day,
            itemExpirationDate=f"2029-{day[5:]}",
            countryOfOrigin="VN",
        ),
    )
    _cartons(doc, lot, made)


def _cartons(doc: Document, lot: str, made: str) -> None:
    here = keys.place(WORKS)
    _, _, _, before, shop = LOTS[lot]
    units = [carton(before + number) for number in range(1, 21)]
    for index, unit in enumerate(units):
        doc.packed(
            later(made, hours=6, minutes=4 * index),
            here,
            "packing/container_closed",
            unit,
            some(keys.lot(JAR, lot), 50),
        )
    target = keys.gln(SHOPS, shop)
    doc.seen(
        later(made, days=4),
        here,
        "shipping/in_transit",
        *units[:12],
        **papers(MAKER_GLN, po=f"DH-{lot}", desadv=f"GH-{lot}", inv=f"HD-{lot}"),
        **transfer(MAKER_GLN, SHOPS_GLN, WORKS, target),
    )


def _shops(book: Book) -> None:
    doc = book.document("my-pham/2-cua-hang.jsonld")
    for lot, (day, _, _, before, shop) in LOTS.items():
        target = keys.gln(SHOPS, shop)
        here, jars = keys.place(target), keys.lot(JAR, lot)
        units = [carton(before + number) for number in range(1, 13)]
        came = later(at(f"{day} 15:00"), days=5)
        doc.seen(
            came,
            here,
            "receiving/in_progress",
            *units,
            **papers(MAKER_GLN, desadv=f"GH-{lot}"),
            **transfer(MAKER_GLN, SHOPS_GLN, WORKS, target),
        )
        for index, unit in enumerate(units):
            doc.unpacked(
                later(came, hours=1, minutes=5 * index), here, "unpacking", unit, some(jars, 50)
            )
        doc.seen(later(came, hours=3), here, "stocking/sellable_accessible", some(jars, 600))
        for index in range(30):
            doc.seen(
                later(came, days=index, hours=5.5),
                here,
                "retail_selling/retail_sold",
                some(jars, 4 + (7 * index + shop) % 9),
            )
        doc.seen(later(came, days=31), here, "receiving/returned", some(jars, 3))
        doc.seen(later(came, days=33), here, "destroying/destroyed", some(jars, 3), action="DELETE")
