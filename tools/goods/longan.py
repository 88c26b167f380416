# SPDX-License-Identifier: Apache-2.0
"""Longan of Hưng Yên: 17 households, a packing house, boxes to Rotterdam, Tokyo and Hanoi."""

from typing import NamedTuple

from goods import keys
from goods.book import Book, Document, at, climate, described, kilos, later, papers, some, transfer

COOP = "9521101"
FRESH, BOX_2, BOX_5 = (keys.gtin(COOP, ref) for ref in (1, 2, 5))
SECOND_GRADE, DRIED = keys.gtin(COOP, 9), keys.gtin(COOP, 20)
COOP_GLN, PACKING_HOUSE = keys.gln(COOP, 0), keys.gln(COOP, 1)
DRYER = keys.gln(COOP, 2)
LINE = f"{keys.place(PACKING_HOUSE, 'CHUYEN-1')} {keys.place(PACKING_HOUSE)}"

HARVEST = {
    "H01-260727": 420, "H02-260727": 380, "H03-260727": 350, "H04-260730": 210, "H05-260730": 190,
    "H06-260730": 160, "H07-260730": 170, "H08-260803": 180, "H09-260803": 150, "H10-260803": 145,
    "H05-260803": 120, "H11-260805": 140, "H12-260805": 260, "H13-260805": 120, "H14-260807": 400,
    "H15-260807": 330, "H16-260807": 290, "H17-260811": 370, "H01-260811": 300, "H12-260811": 250,
}  # fmt: skip
"""Kilograms of each harvest lot; the name says household and day."""


class Packing(NamedTuple):
    """A packing lot: harvest lots in; boxes and second grade out; the rest is lost."""

    lot: str
    start: str
    inputs: dict[str, int]
    box: str
    boxes: int
    second: int
    serial: int | None = None

    def serials(self) -> list[str]:
        """The box labels, numbered through."""
        first = self.serial or 0
        return [str(first + n) for n in range(1, self.boxes + 1)]


PACKINGS = (
    Packing(
        "TH260728",
        "2026-07-28 08:00",
        {"H01-260727": 420, "H02-260727": 380, "H03-260727": 350},
        BOX_2,
        510,
        80,
    ),
    Packing(
        "TH260731E",
        "2026-07-31 07:30",
        {"H04-260730": 210, "H05-260730": 190, "H06-260730": 160, "H07-260730": 170},
        BOX_5,
        120,
        95,
        26070000,
    ),
    Packing(
        "TH260804J",
        "2026-08-04 07:30",
        {"H08-260803": 180, "H09-260803": 150, "H10-260803": 145, "H05-260803": 120},
        BOX_5,
        96,
        88,
        26080500,
    ),
    Packing(
        "TH260806H",
        "2026-08-06 08:00",
        {"H11-260805": 140, "H12-260805": 150, "H13-260805": 120},
        BOX_2,
        150,
        90,
        26080000,
    ),
    Packing(
        "TH260808D",
        "2026-08-08 08:00",
        {"H14-260807": 400, "H15-260807": 330, "H16-260807": 290, "H12-260805": 110},
        BOX_2,
        500,
        85,
    ),
    Packing(
        "TH260812H",
        "2026-08-12 08:00",
        {"H17-260811": 370, "H01-260811": 300, "H12-260811": 250},
        BOX_2,
        400,
        78,
    ),
)
DOMESTIC_1, EUROPE, JAPAN, HANOI, DANANG, DOMESTIC_2 = PACKINGS


def pallet(number: int) -> str:
    """A pallet of the packing house."""
    return keys.unit(keys.sscc(COOP, number))


def build(book: Book) -> None:
    """The documents of households and packing house."""
    _harvest(book)
    _packing(book)


def _household(lot: str) -> tuple[str, str]:
    number = int(lot[1:3])
    return keys.gln(COOP, 100 + number), keys.gln(COOP, 200 + number)


def _harvest(book: Book) -> None:
    doc = book.document("nhan-hung-yen/1-thu-hoach.jsonld")
    for index, (lot, kg) in enumerate(HARVEST.items()):
        day = f"20{lot[4:6]}-{lot[6:8]}-{lot[8:10]}"
        household, plot = _household(lot)
        picked = at(f"{day} {5 + index % 3:02d}:{7 * index % 60:02d}")
        doc.made(
            later(picked, hours=3),
            f"{keys.area('VN-HYOR-9521')} {keys.place(plot)}",
            "commissioning/active",
            kilos(keys.lot(FRESH, lot), kg),
            **described(
                lotNumber=lot, harvestStartDate=day, harvestEndDate=day, countryOfOrigin="VN"
            ),
        )
        doc.seen(
            later(picked, hours=5),
            keys.place(PACKING_HOUSE),
            "receiving/in_progress",
            kilos(keys.lot(FRESH, lot), kg),
            **papers(COOP_GLN, recadv=f"PN-{lot}"),
            **transfer(household, COOP_GLN, plot, PACKING_HOUSE),
        )


def _packing(book: Book) -> None:
    doc = book.document("nhan-hung-yen/2-dong-goi.jsonld")
    for packing in PACKINGS:
        _pack(doc, packing)
    _pallets(doc)
    _dry(doc)


def _pack(doc: Document, packing: Packing) -> None:
    cooler = keys.asset(COOP, "NK-LANH-01")
    start, day = at(packing.start), packing.start[:10]
    expiry = later(start, days=21 if packing.box == BOX_5 else 12)[:10]
    doc.turned(
        later(start, hours=3),
        LINE,
        "creating_class_instance/active",
        [kilos(keys.lot(FRESH, lot), kg) for lot, kg in packing.inputs.items()],
        [
            some(keys.lot(packing.box, packing.lot), packing.boxes),
            kilos(keys.lot(SECOND_GRADE, packing.lot), packing.second),
        ],
        **described(
            lotNumber=packing.lot,
            productionDate=day,
            bestBeforeDate=expiry,
            countryOfOrigin="VN",
        ),
    )
    if packing.serial is not None:
        doc.made(
            later(start, hours=3, minutes=20),
            LINE,
            "commissioning/active",
            *keys.pieces(packing.box, packing.serials()),
            **described(lotNumber=packing.lot, bestBeforeDate=expiry),
        )
    doc.seen(
        later(start, hours=8),
        keys.place(PACKING_HOUSE),
        "storing/in_progress",
        some(keys.lot(packing.box, packing.lot), packing.boxes),
        sensorElementList=[
            climate(cooler, later(start, hours=3.5), later(start, hours=8), (3.6, 4.4, 6.1))
        ],
    )


def _dry(doc: Document) -> None:
    doc.turned(
        at("2026-08-15 16:00"),
        keys.place(DRYER),
        "creating_class_instance/active",
        [kilos(keys.lot(SECOND_GRADE, p.lot), p.second) for p in PACKINGS],
        [some(keys.lot(DRIED, "LN260815"), 104)],
        **described(
            lotNumber="LN260815",
            productionDate="2026-08-15",
            bestBeforeDate="2027-08-15",
            countryOfOrigin="VN",
        ),
    )


def _pallets(doc: Document) -> None:
    """The pallets: 1-3 Hanoi and Da Nang by lot only, the others with each box's number."""
    for number, packing, boxes in (
        (1, DOMESTIC_1, 255), (2, DOMESTIC_1, 255), (3, DANANG, 250), (4, DANANG, 250),
        (5, DOMESTIC_2, 200), (6, DOMESTIC_2, 200),
    ):  # fmt: skip
        doc.packed(
            later(at(packing.start), hours=5 + number % 2),
            LINE,
            "packing/container_closed",
            pallet(number),
            some(keys.lot(packing.box, packing.lot), boxes),
        )
    for first, packing, size in ((11, EUROPE, 40), (21, JAPAN, 48), (31, HANOI, 30)):
        serials = packing.serials()
        for index in range(packing.boxes // size):
            doc.packed(
                later(at(packing.start), hours=5, minutes=15 * index),
                LINE,
                "packing/container_closed",
                pallet(first + index),
                *keys.pieces(packing.box, serials[index * size : (index + 1) * size]),
            )
