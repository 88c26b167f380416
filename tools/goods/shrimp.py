# SPDX-License-Identifier: Apache-2.0
"""Shrimp of Cà Mau: larvae and feed into ponds, ponds into frozen cartons, a reefer abroad.

A pond's crop is one transformation told in several events, joined by its transformation ID.
"""

from goods import keys
from goods.book import Book, Document, at, climate, described, kilos, later, papers, some, transfer

FARM, PLANT, BUYER, HATCHERY, FEED_MILL = (
    "9521601",
    "9521602",
    "9521603",
    "9521604",
    "9521605",
)
LARVAE, FEED, SHRIMP = keys.gtin(HATCHERY, 1), keys.gtin(FEED_MILL, 25), keys.gtin(FARM, 1)
CARTON, SHELLS = keys.gtin(PLANT, 10), keys.gtin(PLANT, 90)
FARM_GLN, PLANT_GLN, WORKS, COLD_STORE = (
    keys.gln(FARM, 0),
    keys.gln(PLANT, 0),
    keys.gln(PLANT, 1),
    keys.gln(PLANT, 2),
)
BUYER_GLN, LOS_ANGELES = keys.gln(BUYER, 0), keys.gln(BUYER, 1)
PONDS = {
    1: (("PL-2604-1", 400000), (("TA-2605-1", 3900), ("TA-2606-1", 4400)), "T-A1-260720", 6400),
    2: (("PL-2604-1", 320000), (("TA-2605-1", 3100), ("TA-2606-1", 3500)), "T-A2-260721", 5100),
    3: (("PL-2604-2", 230000), (("TA-2605-2", 2200), ("TA-2606-1", 2500)), "T-A3-260722", 3600),
}
"""Larvae and feed into each pond; harvest lot and kilograms out."""
RUNS = {
    "TS260721": ({"T-A1-260720": 6400, "T-A2-260721": 2600}, 500, 3400),
    "TS260723": ({"T-A2-260721": 2500, "T-A3-260722": 3600}, 338, 2300),
}
"""Raw shrimp into each production lot; cartons of 10 kg and kilograms of shells out."""
PALLETS = {
    **dict.fromkeys(range(1, 11), ("TS260721", 50)),
    **dict.fromkeys(range(11, 17), ("TS260723", 50)),
    17: ("TS260723", 38),
}
CONTAINER, LOGGER = keys.asset(PLANT, "CONT-0801"), keys.asset(PLANT, "NK-0801")


def pallet(number: int) -> str:
    """A pallet of the plant."""
    return keys.unit(keys.sscc(PLANT, number))


def build(book: Book) -> None:
    """All documents of this scenario."""
    _inputs(book)
    farm = book.document("tom-ca-mau/2-ao-nuoi.jsonld")
    for pond in PONDS:
        _crop(farm, pond)
    _plant(book)
    _export(book)
    _los_angeles(book)


def _inputs(book: Book) -> None:
    doc = book.document("tom-ca-mau/1-giong-thuc-an.jsonld")
    farm = keys.gln(FARM, 4)
    for supplier, goods, made, lot in (
        (HATCHERY, some(keys.lot(LARVAE, "PL-2604-1"), 720000), "2026-04-08 05:00", "PL-2604-1"),
        (HATCHERY, some(keys.lot(LARVAE, "PL-2604-2"), 230000), "2026-04-10 05:00", "PL-2604-2"),
        (FEED_MILL, kilos(keys.lot(FEED, "TA-2605-1"), 7000), "2026-04-28 08:00", "TA-2605-1"),
        (FEED_MILL, kilos(keys.lot(FEED, "TA-2605-2"), 2200), "2026-04-29 08:00", "TA-2605-2"),
        (FEED_MILL, kilos(keys.lot(FEED, "TA-2606-1"), 10400), "2026-05-30 08:00", "TA-2606-1"),
    ):
        owner, works = keys.gln(supplier, 0), keys.gln(supplier, 1)
        doc.made(
            at(made),
            keys.place(works),
            "commissioning/active",
            goods,
            **described(lotNumber=lot, productionDate=made[:10]),
        )
        for step, hours, where in (
            ("shipping/in_transit", 2, works),
            ("receiving/in_progress", 20, farm),
        ):
            doc.seen(
                later(at(made), hours=hours),
                keys.place(where),
                step,
                goods,
                **papers(owner, desadv=f"PX-{lot}", testres=f"KD-952-{lot}"),
                **transfer(owner, FARM_GLN, works, farm),
            )


def _crop(doc: Document, pond: int) -> None:
    (larvae, pieces), feeds, lot, kg = PONDS[pond]
    here = keys.place(keys.gln(FARM, pond))
    run = {"transformationID": keys.process(FARM, 1, f"VU-2026-A{pond}")}
    stocked = at(f"2026-04-{10 + pond:02d} 06:00")
    doc.turned(
        stocked, here, "stocking/in_progress", [some(keys.lot(LARVAE, larvae), pieces)], [], **run
    )
    for feed, amount in feeds:
        given = at(f"2026-{feed[5:7]}-{15 + pond:02d} 17:00")
        doc.turned(
            given,
            here,
            "other/in_progress",
            [kilos(keys.lot(FEED, feed), amount)],
            [],
            **run,
        )
    day = f"2026-07-{lot[-2:]}"
    doc.turned(
        at(f"{day} 03:30"),
        here,
        "commissioning/active",
        [],
        [kilos(keys.lot(SHRIMP, lot), kg)],
        **run,
        **described(lotNumber=lot, harvestStartDate=day, harvestEndDate=day, countryOfOrigin="VN"),
    )
    hands = transfer(FARM_GLN, PLANT_GLN, keys.gln(FARM, pond), WORKS)
    for step, hours, where in (("shipping/in_transit", 5, ""), ("receiving/in_progress", 8, WORKS)):
        doc.seen(
            at(f"{day} {3 + hours:02d}:10"),
            keys.place(where) if where else here,
            step,
            kilos(keys.lot(SHRIMP, lot), kg),
            **papers(FARM_GLN, desadv=f"PX-{lot}", testres=f"KS-952-{lot}"),
            **hands,
        )


def _plant(book: Book) -> None:
    doc = book.document("tom-ca-mau/3-che-bien.jsonld")
    works, probe = keys.place(WORKS), keys.asset(PLANT, "TU-DONG-02")
    for lot, (raw, boxes, shells) in RUNS.items():
        day = f"2026-07-{lot[-2:]}"
        done = at(f"{day} 19:00")
        frozen = later(done, hours=6)
        doc.turned(
            done,
            works,
            "creating_class_instance/active",
            [kilos(keys.lot(SHRIMP, name), kg) for name, kg in raw.items()],
            [some(keys.lot(CARTON, lot), boxes), kilos(keys.lot(SHELLS, lot), shells)],
            **papers(PLANT_GLN, prodorder=f"LSX-{lot}"),
            **described(
                lotNumber=lot,
                productionDate=day,
                bestBeforeDate=f"2028-07-{lot[-2:]}",
                countryOfOrigin="VN",
            ),
        )
        doc.seen(
            frozen,
            keys.place(COLD_STORE),
            "storing/in_progress",
            some(keys.lot(CARTON, lot), boxes),
            sensorElementList=[climate(probe, done, frozen, (-41.5, -38.2, -24.9))],
        )
    for number, (lot, boxes) in PALLETS.items():
        doc.packed(
            at(f"2026-07-24 {8 + number // 4:02d}:{number % 4 * 15:02d}"),
            keys.place(COLD_STORE),
            "packing/container_closed",
            pallet(number),
            some(keys.lot(CARTON, lot), boxes),
        )


def _export(book: Book) -> None:
    doc = book.document("tom-ca-mau/4-xuat-khau.jsonld")
    here = keys.place(COLD_STORE)
    doc.attached(at("2026-08-01 07:00"), here, "installing", CONTAINER, LOGGER)
    doc.packed(
        at("2026-08-01 08:30"),
        here,
        "loading/container_closed",
        CONTAINER,
        *(pallet(number) for number in PALLETS),
    )
    left = at("2026-08-01 11:00")
    doc.seen(
        left,
        here,
        "departing/in_transit",
        CONTAINER,
        **papers(PLANT_GLN, po="PO-LA-55", desadv="BL-952-0801", inv="HD-0801", cert="HC-952-0801"),
        **transfer(PLANT_GLN, BUYER_GLN, COLD_STORE, LOS_ANGELES),
    )
    for day in range(0, 24, 2):
        begin = later(left, days=day)
        doc.seen(
            later(begin, days=2),
            keys.place(COLD_STORE, "TREN-BIEN"),
            "sensor_reporting",
            CONTAINER,
            sensorElementList=[
                climate(LOGGER, begin, later(begin, days=2), (-20.4, -19.6 + day % 3 / 10, -18.6))
            ],
        )


def _los_angeles(book: Book) -> None:
    doc = book.document("tom-ca-mau/5-los-angeles.jsonld")
    there, landed = keys.place(LOS_ANGELES), at("2026-08-27 09:00", "-07:00")
    doc.seen(
        landed,
        there,
        "receiving/in_progress",
        CONTAINER,
        **papers(PLANT_GLN, desadv="BL-952-0801", cert="HC-952-0801"),
        **transfer(PLANT_GLN, BUYER_GLN, COLD_STORE, LOS_ANGELES),
    )
    doc.unpacked(later(landed, hours=3), there, "unloading", CONTAINER)
    doc.attached(later(landed, hours=3.5), there, "removing", CONTAINER, LOGGER, action="DELETE")
    for number in PALLETS:
        doc.seen(
            later(landed, hours=4, minutes=6 * number),
            there,
            "storing/sellable_not_accessible",
            pallet(number),
        )
