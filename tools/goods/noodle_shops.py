# SPDX-License-Identifier: Apache-2.0
"""Where the noodles went: whole pallets to two big stores, mixed pallets to six shops.

The distribution centre breaks every second pallet of a batch (cartons 49-96). Shop pallet *q*
(0-12) holds cartons 73-96 of batch q and cartons 49-72 of batch q + 1, as far as they exist.
Carton 2602100 is moved from pallet 6 to pallet 9 before both leave on different lorries.
"""

from goods import keys
from goods.book import Book, at, later, papers, transfer
from goods.noodles import (
    BATCHES,
    CENTRE,
    CENTRE_GLN,
    CENTRE_PLACE,
    STORES,
    STORES_GLN,
    cartons,
    pallet,
)

HERE = keys.place(CENTRE_PLACE)
MOVED = cartons(2, 100, 100)[0]


def shop(number: int) -> str:
    """The GLN of a shop (1-6) or big store (7-8)."""
    return keys.gln(STORES, number)


def shop_pallet(number: int) -> str:
    """A pallet of the distribution centre (0-12)."""
    return keys.unit(keys.sscc(CENTRE, number + 1))


def content(number: int) -> list[str]:
    """The cartons of a shop pallet."""
    left = cartons(number, 73, 96) if number in BATCHES else []
    right = cartons(number + 1, 49, 72) if number + 1 in BATCHES else []
    return left + right


def lorry(name: str) -> str:
    """A lorry of the distribution centre."""
    return keys.asset(CENTRE, name)


def build(book: Book) -> None:
    """The documents of distribution centre and shops."""
    _whole_pallets(book)
    _mixed_pallets(book)
    _shops(book)


def _whole_pallets(book: Book) -> None:
    doc = book.document("mi-an-lien/5-pallet-nguyen.jsonld")
    moving = at("2026-09-11 14:00")
    doc.unpacked(moving, HERE, "repackaging/container_open", pallet(6), MOVED)
    doc.packed(later(moving, minutes=20), HERE, "repackaging/container_closed", pallet(9), MOVED)
    trips = (
        ("XE-51H-01", "2026-09-12 05:00", 7, (1, 4, 6, 7, 10)),
        ("XE-51H-02", "2026-09-12 06:00", 8, (9, 13, 16, 19)),
        ("XE-51H-01", "2026-09-13 05:00", 8, (22, 25, 28)),
        ("XE-51H-02", "2026-09-13 06:00", 7, (31, 34)),
    )
    for name, leaves, store, numbers in trips:
        units, there, start = [pallet(n) for n in numbers], keys.place(shop(store)), at(leaves)
        bill = papers(CENTRE_GLN, desadv=f"GH-{name[-2:]}-{start[8:10]}")
        hands = transfer(CENTRE_GLN, STORES_GLN, CENTRE_PLACE, shop(store))
        doc.packed(
            later(start, minutes=-40), HERE, "loading/container_closed", lorry(name), *units, **bill
        )
        doc.seen(start, HERE, "departing/in_transit", lorry(name), **bill, **hands)
        doc.seen(later(start, hours=3), there, "arriving/in_progress", lorry(name), **bill, **hands)
        doc.unpacked(later(start, hours=3.5), there, "unloading", lorry(name), *units)
        doc.seen(later(start, hours=4), there, "receiving/in_progress", *units, **bill, **hands)


def _mixed_pallets(book: Book) -> None:
    doc = book.document("mi-an-lien/6-chia-hang.jsonld")
    for batch in BATCHES:
        doc.unpacked(
            later(at("2026-09-11 07:00"), minutes=15 * batch),
            HERE,
            "unpacking",
            pallet(3 * batch - 1),
            *cartons(batch, 49, 96),
        )
    for number in range(13):
        picked = later(at("2026-09-11 15:00"), minutes=20 * number)
        target = shop(1 + number % 6)
        bill = {"desadv": f"GC-26{number:02d}"}
        unit = shop_pallet(number)
        doc.packed(picked, HERE, "packing/container_closed", unit, *content(number))
        doc.billed(
            later(picked, minutes=10),
            HERE,
            "staging_outbound/in_progress",
            unit,
            **papers(CENTRE_GLN, po=f"PO-CH-{number:02d}", inv=f"HD-CH-{number:02d}", **bill),
        )
        doc.seen(
            at(f"2026-09-{12 + number // 6:02d} 06:{10 + number:02d}"),
            HERE,
            "shipping/in_transit",
            unit,
            **papers(CENTRE_GLN, **bill),
            **transfer(CENTRE_GLN, STORES_GLN, CENTRE_PLACE, target),
        )


def _shops(book: Book) -> None:
    doc = book.document("mi-an-lien/7-cua-hang.jsonld")
    for number in range(13):
        place, unit = shop(1 + number % 6), shop_pallet(number)
        came = at(f"2026-09-{12 + number // 6:02d} 09:{10 + number:02d}")
        goods, here = content(number), keys.place(place)
        doc.seen(
            came,
            here,
            "receiving/in_progress",
            unit,
            **papers(CENTRE_GLN, desadv=f"GC-26{number:02d}"),
            **transfer(CENTRE_GLN, STORES_GLN, CENTRE_PLACE, place),
        )
        doc.unpacked(later(came, hours=1), here, "unpacking", unit)
        doc.seen(later(came, hours=1.5), here, "stocking/sellable_accessible", *goods)
        for index, carton in enumerate(goods[::3]):
            hours = 4 + 24 * (index // 5) + index % 5 * 1.7
            doc.seen(later(came, hours=hours), here, "retail_selling/retail_sold", carton)
