# SPDX-License-Identifier: Apache-2.0
"""A medicine: serial-numbered packs (01, 10, 17, 21) from maker to wholesaler to five pharmacies.

The wholesaler's system still writes EPC URNs; all others write Digital Links. Packs are
numbered 1-600 in each lot; case k holds packs 40k-39 to 40k. Cases 1-6 of both lots are
repacked into totes 1-24 of 20 packs; cases 7-15 of the first lot go whole to a hospital.
"""

import base64
import hashlib

from goods import keys
from goods.book import Book, Document, at, described, kilos, later, papers, some, transfer

MAKER, WHOLESALER, PHARMACIES, CHEMICALS = "952002", "9521701", "9521702", "9521703"
ACTIVE, FILLER = keys.gtin(CHEMICALS, 1), keys.gtin(CHEMICALS, 2)
CAPSULES, PACK = keys.gtin(MAKER, 900), keys.gtin(MAKER, 101)
MAKER_GLN, FACTORY = keys.gln(MAKER, 0), keys.gln(MAKER, 1)
WHOLESALER_GLN, DEPOT = keys.gln(WHOLESALER, 0), keys.gln(WHOLESALER, 1)
PHARMACIES_GLN, HOSPITAL_GLN, WARD_STORE = (
    keys.gln(PHARMACIES, 0),
    keys.gln(PHARMACIES, 90),
    keys.gln(PHARMACIES, 91),
)
CHEMICALS_GLN, CHEMICALS_WORKS = keys.gln(CHEMICALS, 0), keys.gln(CHEMICALS, 1)
WHOLESALER_PLACE = f"urn:epc:id:sgln:{WHOLESALER}.00001.0"
LOTS = {
    "AMX2606A": ("2026-06-08", "2028-06-07", "VN2606A", {"API-2605-3": 30}, "TD-2605-9", 0),
    "AMX2607B": (
        "2026-07-06",
        "2028-07-05",
        "VN2607B",
        {"API-2605-3": 10, "API-2606-1": 20},
        "TD-2605-9",
        15,
    ),
}
"""Made, expires, capsule lot, kilograms of active substance, filler lot, cases before the first."""


def serial(lot: str, number: int) -> str:
    """The unguessable serial of a pack: ten characters, the same in every run."""
    digest = hashlib.sha256(f"{lot}/{number}".encode()).digest()
    return base64.b32encode(digest).decode()[:10]


def packs(lot: str, first: int, last: int) -> list[str]:
    """Packs of a lot by their numbers, as Digital Links."""
    return keys.pieces(PACK, [serial(lot, n) for n in range(first, last + 1)])


def urn_packs(lot: str, first: int, last: int) -> list[str]:
    """Packs of a lot by their numbers, as EPC URNs."""
    return [keys.urn_piece(MAKER, 101, serial(lot, n)) for n in range(first, last + 1)]


def case(lot: str, number: int) -> int:
    """The serial reference of a case (1-15) of a lot."""
    return LOTS[lot][5] + number


def tote(number: int) -> int:
    """The serial reference of a tote (1-24) of the wholesaler."""
    return 7000 + number


def build(book: Book) -> None:
    """All documents of this scenario."""
    _maker(book)
    _wholesaler(book)
    _pharmacies(book)
    _hospital(book)


def _maker(book: Book) -> None:
    doc = book.document("thuoc/1-nha-san-xuat.jsonld")
    here = keys.place(FACTORY)
    for number, lot, kg in (
        (ACTIVE, "API-2605-3", 40),
        (ACTIVE, "API-2606-1", 20),
        (FILLER, "TD-2605-9", 13),
    ):
        doc.seen(
            at("2026-05-28 09:00" if "2605" in lot else "2026-06-25 09:00"),
            here,
            "receiving/in_progress",
            kilos(keys.lot(number, lot), kg),
            **papers(CHEMICALS_GLN, desadv=f"PX-{lot}", testres=f"COA-{lot}"),
            **transfer(CHEMICALS_GLN, MAKER_GLN, CHEMICALS_WORKS, FACTORY),
        )
    for lot in LOTS:
        _lot(doc, lot)


def _lot(doc: Document, lot: str) -> None:
    here = keys.place(FACTORY)
    day, expiry, capsules, active, filler, _ = LOTS[lot]
    inputs = [kilos(keys.lot(ACTIVE, name), kg) for name, kg in active.items()]
    inputs.append(kilos(keys.lot(FILLER, filler), 6.5))
    bulk = some(keys.lot(CAPSULES, capsules), 60400)
    doc.turned(
        at(f"{day} 15:00"),
        here,
        "creating_class_instance/in_progress",
        inputs,
        [bulk],
        **papers(MAKER_GLN, prodorder=f"LSX-{lot}"),
        **described(lotNumber=capsules, productionDate=day),
    )
    packed = later(at(f"{day} 08:00"), days=1)
    dates = described(lotNumber=lot, productionDate=day, itemExpirationDate=expiry)
    doc.turned(
        packed,
        here,
        "creating_class_instance/active",
        [some(keys.lot(CAPSULES, capsules), 60000)],
        [some(keys.lot(PACK, lot), 600)],
        **dates,
    )
    doc.made(
        later(packed, hours=1),
        here,
        "commissioning/active",
        *packs(lot, 1, 600),
        **described(lotNumber=lot, itemExpirationDate=expiry),
    )
    _cases(doc, lot, packed)


def _cases(doc: Document, lot: str, packed: str) -> None:
    here = keys.place(FACTORY)
    units = []
    for number in range(1, 16):
        units.append(keys.unit(keys.sscc(MAKER, case(lot, number))))
        doc.packed(
            later(packed, hours=2, minutes=6 * number),
            here,
            "packing/container_closed",
            units[-1],
            *packs(lot, 40 * number - 39, 40 * number),
        )
    doc.seen(
        later(packed, days=6),
        here,
        "inspecting/conformant",
        some(keys.lot(PACK, lot), 600),
        **papers(MAKER_GLN, testres=f"PKN-{lot}"),
    )
    doc.seen(
        later(packed, days=8),
        here,
        "shipping/in_transit",
        *units,
        **papers(MAKER_GLN, desadv=f"GH-{lot}", inv=f"HD-{lot}"),
        **transfer(MAKER_GLN, WHOLESALER_GLN, FACTORY, DEPOT),
    )


def _wholesaler(book: Book) -> None:
    doc = book.document("thuoc/2-nha-phan-phoi.jsonld")
    here = WHOLESALER_PLACE
    for lot, (day, *_) in LOTS.items():
        came = later(at(f"{day} 14:00"), days=9)
        cases = {n: keys.urn_unit(MAKER, case(lot, n)) for n in range(1, 16)}
        doc.seen(
            came,
            here,
            "receiving/in_progress",
            *cases.values(),
            **papers(MAKER_GLN, desadv=f"GH-{lot}"),
            **transfer(MAKER_GLN, WHOLESALER_GLN, FACTORY, DEPOT),
        )
        for number in range(1, 7):
            _broken(doc, lot, number, later(came, days=1, minutes=30 * number))
        if lot == "AMX2606A":
            doc.seen(
                later(came, days=2),
                here,
                "shipping/in_transit",
                *(cases[number] for number in range(7, 16)),
                **papers(WHOLESALER_GLN, po="DT-BV-26", desadv="PX-BV-26"),
                **transfer(WHOLESALER_GLN, HOSPITAL_GLN, DEPOT, WARD_STORE),
            )


def _broken(doc: Document, lot: str, number: int, opened: str) -> None:
    """A case becomes two totes for two pharmacies."""
    here = WHOLESALER_PLACE
    first = 40 * number - 39
    doc.unpacked(
        opened,
        here,
        "unpacking",
        keys.urn_unit(MAKER, case(lot, number)),
        *urn_packs(lot, first, first + 39),
    )
    for half in (0, 1):
        name = 12 * (lot == "AMX2607B") + 2 * number - 1 + half
        unit, start = keys.urn_unit(WHOLESALER, tote(name)), first + 20 * half
        target = keys.gln(PHARMACIES, 1 + name % 5)
        doc.packed(
            later(opened, minutes=8 + 6 * half),
            here,
            "packing/container_closed",
            unit,
            *urn_packs(lot, start, start + 19),
        )
        doc.seen(
            later(opened, hours=5),
            here,
            "shipping/in_transit",
            unit,
            **papers(WHOLESALER_GLN, po=f"DH-{name:02d}", desadv=f"PX-{name:02d}"),
            **transfer(WHOLESALER_GLN, PHARMACIES_GLN, DEPOT, target),
        )


def _pharmacies(book: Book) -> None:
    doc = book.document("thuoc/3-nha-thuoc.jsonld")
    for name in range(1, 25):
        lot = "AMX2606A" if name <= 12 else "AMX2607B"
        place = keys.gln(PHARMACIES, 1 + name % 5)
        here, unit = keys.place(place), keys.unit(keys.sscc(WHOLESALER, tote(name)))
        number = (name - 1) % 12 // 2 + 1
        first = 40 * number - 39 + 20 * ((name - 1) % 2)
        came = later(at(f"{LOTS[lot][0]} 22:00"), days=10, hours=9, minutes=7 * name)
        goods = packs(lot, first, first + 19)
        doc.seen(
            came,
            here,
            "receiving/in_progress",
            unit,
            **papers(WHOLESALER_GLN, desadv=f"PX-{name:02d}"),
            **transfer(WHOLESALER_GLN, PHARMACIES_GLN, DEPOT, place),
        )
        doc.unpacked(later(came, minutes=30), here, "unpacking", unit, *goods)
        doc.seen(later(came, minutes=50), here, "stocking/sellable_accessible", *goods)
        for index, pack in enumerate(goods[5:]):
            hours = 3 + 24 * (index // 3) + 2.3 * (index % 3)
            doc.seen(later(came, hours=hours), here, "dispensing/dispensed", pack, action="DELETE")
    broken = packs("AMX2607B", 1, 1)
    last = keys.place(keys.gln(PHARMACIES, 1 + 13 % 5))
    doc.seen(at("2026-08-03 10:00"), last, "inspecting/damaged", *broken)
    doc.seen(at("2026-08-05 16:00"), last, "destroying/destroyed", *broken, action="DELETE")


def _hospital(book: Book) -> None:
    doc = book.document("thuoc/4-benh-vien.jsonld")
    lot, here = "AMX2606A", keys.place(WARD_STORE)
    came = later(at(f"{LOTS[lot][0]} 08:30"), days=12)
    doc.seen(
        came,
        here,
        "receiving/in_progress",
        *(keys.unit(keys.sscc(MAKER, case(lot, number))) for number in range(7, 16)),
        **papers(WHOLESALER_GLN, desadv="PX-BV-26"),
        **transfer(WHOLESALER_GLN, HOSPITAL_GLN, DEPOT, WARD_STORE),
    )
    for number in range(7, 16):
        goods = packs(lot, 40 * number - 39, 40 * number)
        opened = later(came, days=2 * (number - 6))
        doc.unpacked(
            opened, here, "unpacking", keys.unit(keys.sscc(MAKER, case(lot, number))), *goods
        )
        for index in range(0, 40, 8):
            doc.seen(
                later(opened, hours=2 + index / 2),
                here,
                "dispensing/dispensed",
                *goods[index : index + 8],
                action="DELETE",
            )
