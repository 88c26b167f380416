# SPDX-License-Identifier: Apache-2.0
"""The primary keys: their kinds, their qualifiers in order, and which of them names the thing.

Facts of GS1 Digital Link URI Syntax 1.6 section 4 and of CBV 2.0 section 8.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of key names the thing."""

    GTIN = "gtin"
    LGTIN = "lgtin"
    SGTIN = "sgtin"
    UPUI = "upui"
    ITIP = "itip"
    SSCC = "sscc"
    GLN = "gln"
    SGLN = "sgln"
    PGLN = "pgln"
    GRAI = "grai"
    GIAI = "giai"
    GSRN = "gsrn"
    GSRNP = "gsrnp"
    GDTI = "gdti"
    GCN = "gcn"
    CPI = "cpi"
    GINC = "ginc"
    GSIN = "gsin"
    GMN = "gmn"
    PAYMENT = "payment"
    VN_AREA = "vn-area"
    VN_PACK = "vn-pack"


class Level(StrEnum):
    """What the key stands for."""

    CLASS = "class"
    LOT = "lot"
    INSTANCE = "instance"
    PLACE = "place"
    PARTY = "party"
    DOCUMENT = "document"
    SHIPMENT = "shipment"


@dataclass(frozen=True, slots=True)
class Finer:
    """A qualifier that names something finer than the key alone."""

    ai: str
    kind: Kind
    level: Level


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """A primary key.

    ``sequences`` are the alternative orders of its qualifiers, ``finer`` those of
    them that are part of the item key, finest first. In a key of more than
    ``serial_at`` characters the rest is a serial number, of level ``serial``.
    """

    kind: Kind
    level: Level
    sequences: tuple[tuple[str, ...], ...] = ()
    finer: tuple[Finer, ...] = ()
    serial_at: int | None = None
    serial: Level = Level.INSTANCE


PRIMARY_KEYS: dict[str, PrimaryKey] = {
    "00": PrimaryKey(Kind.SSCC, Level.INSTANCE),
    "01": PrimaryKey(
        Kind.GTIN,
        Level.CLASS,
        sequences=(("22", "10", "21"), ("235",)),
        finer=(
            Finer("235", Kind.UPUI, Level.INSTANCE),
            Finer("21", Kind.SGTIN, Level.INSTANCE),
            Finer("10", Kind.LGTIN, Level.LOT),
        ),
    ),
    "253": PrimaryKey(Kind.GDTI, Level.CLASS, serial_at=13, serial=Level.DOCUMENT),
    "255": PrimaryKey(Kind.GCN, Level.CLASS, serial_at=13, serial=Level.DOCUMENT),
    "401": PrimaryKey(Kind.GINC, Level.SHIPMENT),
    "402": PrimaryKey(Kind.GSIN, Level.SHIPMENT),
    "414": PrimaryKey(
        Kind.GLN,
        Level.PLACE,
        sequences=(("254",), ("7040",)),
        finer=(Finer("254", Kind.SGLN, Level.PLACE),),
    ),
    "415": PrimaryKey(
        Kind.PAYMENT,
        Level.PARTY,
        sequences=(("8020",),),
        finer=(Finer("8020", Kind.PAYMENT, Level.DOCUMENT),),
    ),
    "417": PrimaryKey(Kind.PGLN, Level.PARTY, sequences=(("7040",),)),
    "8003": PrimaryKey(Kind.GRAI, Level.CLASS, serial_at=14),
    "8004": PrimaryKey(Kind.GIAI, Level.INSTANCE, sequences=(("7040",),)),
    "8006": PrimaryKey(
        Kind.ITIP,
        Level.CLASS,
        sequences=(("22", "10", "21"),),
        finer=(
            Finer("21", Kind.ITIP, Level.INSTANCE),
            Finer("10", Kind.ITIP, Level.LOT),
        ),
    ),
    "8010": PrimaryKey(
        Kind.CPI,
        Level.CLASS,
        sequences=(("8011",),),
        finer=(Finer("8011", Kind.CPI, Level.INSTANCE),),
    ),
    "8013": PrimaryKey(Kind.GMN, Level.CLASS),
    "8017": PrimaryKey(
        Kind.GSRNP,
        Level.PARTY,
        sequences=(("8019",),),
        finer=(Finer("8019", Kind.GSRNP, Level.PARTY),),
    ),
    "8018": PrimaryKey(
        Kind.GSRN,
        Level.PARTY,
        sequences=(("8019",),),
        finer=(Finer("8019", Kind.GSRN, Level.PARTY),),
    ),
}

QUALIFIERS: dict[str, tuple[str, ...]] = {
    ai: tuple(code for sequence in key.sequences for code in sequence)
    for ai, key in PRIMARY_KEYS.items()
}
"""All application identifiers that may follow a primary key in a path, in order."""

SHORT_NAMES = {
    "gtin": "01",
    "itip": "8006",
    "gmn": "8013",
    "cpid": "8010",
    "gln": "414",
    "payto": "415",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "tpx": "235",
    "cpsn": "8011",
    "glnx": "254",
    "refno": "8020",
    "srin": "8019",
}
"""Names that Digital Links had in place of numbers before version 1.2 of the syntax."""
