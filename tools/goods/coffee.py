# SPDX-License-Identifier: Apache-2.0
"""Coffee of Đắk Lắk: a collector mixes the cherries of eight plots, a mill, bags to Hamburg."""

from goods import keys
from goods.book import Book, Document, at, climate, described, kilos, later, papers, some, transfer

COLLECTOR, MILL, EXPORTER, BUYER, ROASTER = (
    "9521301",
    "9521302",
    "9521303",
    "9521304",
    "9521305",
)
CHERRY, MIXED = keys.gtin(COLLECTOR, 1), keys.gtin(COLLECTOR, 2)
GREEN, BAG, ROASTED = keys.gtin(MILL, 1), keys.gtin(EXPORTER, 60), keys.gtin(ROASTER, 250)
COLLECTOR_GLN, YARD = keys.gln(COLLECTOR, 0), keys.gln(COLLECTOR, 1)
MILL_GLN, MILL_YARD = keys.gln(MILL, 0), keys.gln(MILL, 1)
EXPORTER_GLN, CAT_LAI = keys.gln(EXPORTER, 0), keys.gln(EXPORTER, 1)
BUYER_GLN, HAMBURG = keys.gln(BUYER, 0), keys.gln(BUYER, 1)
ROASTER_GLN, ROASTERY = keys.gln(ROASTER, 0), keys.gln(ROASTER, 1)

CHERRIES = {
    "P1-260104": 6400, "P1-260110": 6000, "P2-260104": 5200, "P2-260111": 5600,
    "P3-260105": 7400, "P3-260110": 6800, "P4-260105": 8000, "P4-260112": 8000,
    "P5-260106": 4600, "P5-260111": 4400, "P6-260106": 6900, "P6-260113": 6300,
    "P7-260107": 5800, "P7-260113": 5800, "P8-260107": 6600, "P8-260114": 6200,
}  # fmt: skip
"""Kilograms of each cherry lot; the name says plot and day."""
MIXES = {
    "TG260112": (
        ("P1-260104", "P1-260110", "P2-260104", "P2-260111", "P3-260105", "P3-260110",
         "P4-260105", "P5-260106", "P5-260111"), 54000,
    ),
    "TG260114": (
        ("P4-260112", "P6-260106", "P6-260113", "P7-260107", "P7-260113", "P8-260107",
         "P8-260114"), 45000,
    ),
}  # fmt: skip
"""What the collector poured together, and the kilograms left after floating."""
MILLED = {"NX260205": ("TG260112", 54000, 12000), "NX260207": ("TG260114", 45000, 10000)}
"""Green lots: from which mixed lot, kilograms of cherry in and of green coffee out."""
CONTAINER, LOGGER = keys.asset(EXPORTER, "CONT-0319"), keys.asset(EXPORTER, "NK-0319")
EXPORT = "XK260310"


def build(book: Book) -> None:
    """All documents of this scenario."""
    _collecting(book)
    _milling(book)
    _export(book)
    _hamburg(book)
    _roasting(book)


def _collecting(book: Book) -> None:
    doc = book.document("ca-phe-dak-lak/1-thu-mua.jsonld")
    for index, (lot, kg) in enumerate(CHERRIES.items()):
        plot, day = int(lot[1]), f"2026-{lot[5:7]}-{lot[7:9]}"
        farmer, field = keys.gln(COLLECTOR, 100 + plot), keys.gln(COLLECTOR, 200 + plot)
        picked = at(f"{day} 15:{index * 7 % 60:02d}")
        doc.made(
            picked,
            keys.place(field),
            "commissioning/active",
            kilos(keys.lot(CHERRY, lot), kg),
            **described(
                lotNumber=lot, harvestStartDate=day, harvestEndDate=day, countryOfOrigin="VN"
            ),
        )
        doc.seen(
            later(picked, hours=2.5),
            keys.place(YARD),
            "collecting/in_progress",
            kilos(keys.lot(CHERRY, lot), kg),
            **papers(COLLECTOR_GLN, recadv=f"PC-{lot}"),
            **transfer(farmer, COLLECTOR_GLN, field, YARD),
        )
    for lot, (parts, kg) in MIXES.items():
        mixed = at(f"2026-{lot[4:6]}-{lot[6:8]} 20:30")
        doc.turned(
            mixed,
            keys.place(YARD),
            "creating_class_instance/active",
            [kilos(keys.lot(CHERRY, part), CHERRIES[part]) for part in parts],
            [kilos(keys.lot(MIXED, lot), kg)],
            **described(lotNumber=lot, countryOfOrigin="VN"),
        )
        hands = transfer(COLLECTOR_GLN, MILL_GLN, YARD, MILL_YARD)
        for step, hours in (("shipping/in_transit", 9), ("receiving/in_progress", 12)):
            doc.seen(
                later(mixed, hours=hours),
                keys.place(YARD if hours == 9 else MILL_YARD),
                step,
                kilos(keys.lot(MIXED, lot), kg),
                **papers(COLLECTOR_GLN, desadv=f"PX-{lot}"),
                **hands,
            )


def _milling(book: Book) -> None:
    doc = book.document("ca-phe-dak-lak/2-che-bien.jsonld")
    for lot, (cherry, kg, green) in MILLED.items():
        done = at(f"2026-{lot[4:6]}-{lot[6:8]} 16:00")
        doc.turned(
            done,
            keys.place(MILL_YARD),
            "creating_class_instance/active",
            [kilos(keys.lot(MIXED, cherry), kg)],
            [kilos(keys.lot(GREEN, lot), green)],
            **papers(MILL_GLN, prodorder=f"CB-{lot}"),
            **described(lotNumber=lot, productionDate=done[:10], countryOfOrigin="VN"),
        )
        doc.seen(
            later(done, days=1),
            keys.place(MILL_YARD),
            "inspecting/conformant",
            kilos(keys.lot(GREEN, lot), green),
            **papers(MILL_GLN, testres=f"DA-{lot}"),
        )
        doc.seen(
            later(done, days=2),
            keys.place(MILL_YARD),
            "storing/in_progress",
            kilos(keys.lot(GREEN, lot), green),
        )


def _export(book: Book) -> None:
    doc = book.document("ca-phe-dak-lak/3-xuat-khau.jsonld")
    here = keys.place(CAT_LAI)
    parts = {"NX260205": 12000, "NX260207": 7200}
    hands = transfer(MILL_GLN, EXPORTER_GLN, MILL_YARD, CAT_LAI)
    for lot, kg in parts.items():
        for step, when, where in (
            ("shipping/in_transit", "2026-03-05 18:00", MILL_YARD),
            ("receiving/in_progress", "2026-03-06 09:30", CAT_LAI),
        ):
            doc.seen(
                at(when),
                keys.place(where),
                step,
                kilos(keys.lot(GREEN, lot), kg),
                **papers(EXPORTER_GLN, po="DM-0305", desadv=f"PX-{lot}"),
                **hands,
            )
    doc.turned(
        at("2026-03-10 15:00"),
        here,
        "creating_class_instance/active",
        [kilos(keys.lot(GREEN, lot), kg) for lot, kg in parts.items()],
        [some(keys.lot(BAG, EXPORT), 320)],
        **described(
            lotNumber=EXPORT,
            productionDate="2026-03-10",
            bestBeforeDate="2027-09-10",
            countryOfOrigin="VN",
        ),
    )
    _loaded(doc)


def _loaded(doc: Document) -> None:
    here = keys.place(CAT_LAI)
    doc.attached(at("2026-03-18 08:00"), here, "installing", CONTAINER, LOGGER)
    doc.packed(
        at("2026-03-18 10:30"),
        here,
        "loading/container_closed",
        CONTAINER,
        some(keys.lot(BAG, EXPORT), 320),
    )
    doc.seen(
        at("2026-03-19 22:00"),
        here,
        "departing/in_transit",
        CONTAINER,
        **papers(
            EXPORTER_GLN, po="PO-HH-19", desadv="BL-952-0319", inv="HD-0319", cert="DDS-952-0319"
        ),
        **transfer(EXPORTER_GLN, BUYER_GLN, CAT_LAI, HAMBURG),
    )


def _hamburg(book: Book) -> None:
    doc = book.document("ca-phe-dak-lak/4-hamburg.jsonld")
    there, landed = keys.place(HAMBURG), at("2026-04-24 09:15", "+02:00")
    doc.seen(
        landed,
        there,
        "receiving/in_progress",
        CONTAINER,
        sensorElementList=[climate(LOGGER, at("2026-03-18 10:30"), landed, (14.2, 24.8, 33.6))],
        **papers(EXPORTER_GLN, desadv="BL-952-0319", cert="DDS-952-0319"),
        **transfer(EXPORTER_GLN, BUYER_GLN, CAT_LAI, HAMBURG),
    )
    doc.unpacked(
        later(landed, hours=4),
        there,
        "unloading",
        CONTAINER,
        some(keys.lot(BAG, EXPORT), 320),
    )
    doc.attached(later(landed, hours=4.5), there, "removing", CONTAINER, LOGGER, action="DELETE")
    doc.seen(
        later(landed, days=1),
        there,
        "storing/sellable_not_accessible",
        some(keys.lot(BAG, EXPORT), 320),
    )


def _roasting(book: Book) -> None:
    doc = book.document("ca-phe-dak-lak/5-rang-xay.jsonld")
    here, green, packs = (
        keys.place(ROASTERY),
        keys.lot(GREEN, "NX260207"),
        keys.lot(ROASTED, "RX260312"),
    )
    doc.seen(
        at("2026-03-11 08:40"),
        here,
        "receiving/in_progress",
        kilos(green, 2800),
        **papers(ROASTER_GLN, po="DM-0309"),
        **transfer(MILL_GLN, ROASTER_GLN, MILL_YARD, ROASTERY),
    )
    doc.turned(
        at("2026-03-12 17:00"),
        here,
        "creating_class_instance/active",
        [kilos(green, 2800)],
        [some(packs, 9296)],
        **described(
            lotNumber="RX260312",
            productionDate="2026-03-12",
            bestBeforeDate="2027-03-12",
            countryOfOrigin="VN",
        ),
    )
    doc.seen(at("2026-03-13 08:00"), here, "stocking/sellable_accessible", some(packs, 9296))
