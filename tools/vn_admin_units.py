# SPDX-License-Identifier: Apache-2.0
"""Make ``src/nguon/vn/data/units.tsv`` from two open data sets of administrative units.

    python tools/vn_admin_units.py UNITS.json LOCATIONS.csv > src/nguon/vn/data/units.tsv

UNITS.json: the full JSON export of thanglequoc/vietnamese-provinces-database.
LOCATIONS.csv: the ward locations of tranngocminhhieu/vietnamadminunits.
Both are MIT; ``src/nguon/vn/data/NOTICE`` carries their notices.
"""

import csv
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = {"Xã": "x", "Phường": "p", "Đặc khu": "d", "Tỉnh": "t", "Thành phố": "c"}
RENUMBERED = {"06970": "06978"}  # in the locations: the commune's code before 2026
HEAD = """\
# Administrative units of Viet Nam: 34 provinces, 3,321 communes, as of 30 April 2026.
# Sources, both MIT (see NOTICE): thanglequoc/vietnamese-provinces-database, export of
# 25 July 2026 (codes, names); tranngocminhhieu/vietnamadminunits, August 2025 (centroids, areas).
# Province: code, kind (t province, c city), name, English name where it is not the plain letters.
# Commune, after its province: code, kind (x commune, p ward, d special zone), name,
#   latitude and longitude of the centroid (degrees, WGS 84), area (km2, where known).
"""


def plain(name: str) -> str:
    """The name without diacritics."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def locations(path: Path) -> dict[str, tuple[str, str, str]]:
    """Latitude, longitude and area by commune code."""
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["wardCode"].zfill(5)
            where = (row["wardLat"], row["wardLon"])
            latitude, longitude = (f"{float(text):.3f}" for text in where)
            area = row["wardAreaKm2"] and f"{float(row['wardAreaKm2']):g}"
            found[RENUMBERED.get(code, code)] = (latitude, longitude, area)
    return found


def lines(units: list[dict[str, Any]], where: dict[str, tuple[str, str, str]]) -> Iterator[str]:
    """The rows, communes after their province, in the order of codes."""
    for province in sorted(units, key=lambda unit: unit["Code"]):
        name = unicodedata.normalize("NFC", province["Name"])
        kind = KINDS[province["AdministrativeUnitShortName"]]
        english = "" if province["NameEn"] == plain(name) else province["NameEn"]
        yield "\t".join((province["Code"], kind, name, english)).rstrip("\t")
        for ward in sorted(province["Wards"], key=lambda unit: unit["Code"]):
            name = unicodedata.normalize("NFC", ward["Name"])
            kind = KINDS[ward["AdministrativeUnitShortName"]]
            yield "\t".join((ward["Code"], kind, name, *where[ward["Code"]])).rstrip("\t")


def main(units: str, places: str) -> None:
    """Write the file to standard output."""
    data = json.loads(Path(units).read_text("utf-8"))
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(HEAD)
    sys.stdout.writelines(f"{line}\n" for line in lines(data, locations(Path(places))))


if __name__ == "__main__":
    main(*sys.argv[1:])
