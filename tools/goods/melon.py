# SPDX-License-Identifier: Apache-2.0
"""Melons of Ninh Bình: a numbered stamp on each fruit, crates that come back, one shop."""

from typing import NamedTuple

from goods import keys
from goods.book import Book, Document, at, described, later, papers, some, transfer

COOP, SHOP = "95220001", "95220002"
SEED, MELON = keys.gtin(COOP, 900), keys.gtin(COOP, 1)
COOP_GLN, PACKING = keys.gln(COOP, 0), keys.gln(COOP, 3)
SHOP_GLN, STORE = keys.gln(SHOP, 0), keys.gln(SHOP, 1)


class Harvest(NamedTuple):
    """A harvest lot of 60 melons: greenhouse, first stamp, crates of 15, delivery cart."""

    lot: str
    house: int
    day: str
    seed: str
    first: int
    crates: tuple[int, ...]
    cart: str


HARVESTS = (
    Harvest("DL260905-N1", 1, "2026-09-05", "HG-2606-1", 1, (1, 2, 3, 4), "XE-01"),
    Harvest("DL260909-N2", 2, "2026-09-09", "HG-2606-2", 61, (5, 6, 7, 8), "XE-02"),
    Harvest("DL260913-N1", 1, "2026-09-13", "HG-2606-1", 121, (1, 2, 3, 4), "XE-02"),
)


def melons(first: int, count: int) -> list[str]:
    """Melons by the numbers on their stamps."""
    return keys.pieces(MELON, [f"NB{n:06d}" for n in range(first, first + count)])


def _crate(number: int) -> str:
    return keys.crate(COOP, 1, f"K{number:02d}")


def build(book: Book) -> None:
    """All documents of this scenario."""
    grown = book.document("dua-luoi-ninh-binh/1-thu-hoach-dan-tem.jsonld")
    for harvest in HARVESTS:
        _harvest(grown, harvest)
    sold = book.document("dua-luoi-ninh-binh/2-cua-hang.jsonld")
    for harvest in HARVESTS:
        _delivered(sold, harvest)
        _sold(sold, harvest)


def _harvest(doc: Document, harvest: Harvest) -> None:
    cut, here, lot, first = (
        at(f"{harvest.day} 05:30"),
        keys.place(PACKING),
        harvest.lot,
        harvest.first,
    )
    dates = {"harvestStartDate": harvest.day, "harvestEndDate": harvest.day}
    doc.turned(
        cut,
        keys.place(keys.gln(COOP, harvest.house)),
        "creating_class_instance/active",
        [some(keys.lot(SEED, harvest.seed), 66)],
        [some(keys.lot(MELON, lot), 60)],
        **described(lotNumber=lot, countryOfOrigin="VN", **dates),
    )
    doc.made(
        later(cut, hours=2),
        here,
        "commissioning/active",
        *melons(first, 60),
        **described(lotNumber=lot, bestBeforeDate=later(cut, days=14)[:10]),
    )
    for index, crate in enumerate(harvest.crates):
        doc.packed(
            later(cut, hours=3, minutes=10 * index),
            here,
            "packing/container_closed",
            _crate(crate),
            *melons(first + 15 * index, 15),
        )
    cart, boxes = keys.crate(COOP, 2, harvest.cart), [_crate(n) for n in harvest.crates]
    doc.packed(later(cut, hours=4), here, "loading/container_closed", cart, *boxes)
    doc.seen(
        later(cut, hours=4.2),
        here,
        "departing/in_transit",
        cart,
        **papers(COOP_GLN, desadv=f"PX-{lot}"),
        **transfer(COOP_GLN, SHOP_GLN, PACKING, STORE),
    )


def _delivered(doc: Document, harvest: Harvest) -> None:
    here, came = keys.place(STORE), at(f"{harvest.day} 10:45")
    cart, boxes = keys.crate(COOP, 2, harvest.cart), [_crate(n) for n in harvest.crates]
    doc.seen(
        came, here, "receiving/in_progress", cart, **transfer(COOP_GLN, SHOP_GLN, PACKING, STORE)
    )
    doc.unpacked(later(came, minutes=15), here, "unloading", cart, *boxes)
    for index, box in enumerate(boxes):
        fruit = melons(harvest.first + 15 * index, 15)
        opened = later(came, minutes=30 + 10 * index)
        doc.unpacked(opened, here, "unpacking", box, *fruit)
        doc.seen(later(opened, minutes=30), here, "stocking/sellable_accessible", *fruit)


def _sold(doc: Document, harvest: Harvest) -> None:
    here, came = keys.place(STORE), at(f"{harvest.day} 10:45")
    fruit = melons(harvest.first, 60)
    for index, melon in enumerate(fruit[:48]):
        if index % 6 != 2:
            hours = 3 + 22 * (index // 12) + index % 12 * 0.6
            doc.seen(later(came, hours=hours), here, "retail_selling/retail_sold", melon)
    spoilt = fruit[58:]
    doc.seen(later(came, days=6), here, "inspecting/damaged", *spoilt)
    doc.seen(later(came, days=6, hours=1), here, "destroying/destroyed", *spoilt, action="DELETE")
