# SPDX-License-Identifier: Apache-2.0
"""Make ``src/nguon/vn/data/former_units.tsv``: the units before July 2025 and what became of them.

    python tools/vn_former_units.py CONVERSION.csv UNITS.tsv > src/nguon/vn/data/former_units.tsv

CONVERSION.csv: the map of old to new wards of tranngocminhhieu/vietnamadminunits (MIT;
``src/nguon/vn/data/NOTICE`` carries its notice). UNITS.tsv: ``src/nguon/vn/data/units.tsv``.
"""

import csv
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

KINDS = {
    "Tỉnh": "t",
    "Thành phố": "c",
    "Quận": "q",
    "Huyện": "h",
    "Thị xã": "s",
    "Phường": "p",
    "Xã": "x",
    "Thị trấn": "m",
    "Đặc khu": "d",
}
RENUMBERED = {"06970": "06978"}  # in the map: another code of the commune Ba Chẽ
HEAD = """\
# Administrative units of Viet Nam before 1 July 2025: 63 provinces, 696 districts, 10,035 wards,
# and the communes of today that took them over, whole (one code) or divided (several).
# Source, MIT (see NOTICE): tranngocminhhieu/vietnamadminunits, August 2025.
# Province: code of two digits, kind (t province, c city), name.
# District, after its province: three digits, kind (q urban, h rural, s town, c city), name;
#   and the commune that it became where it had no wards.
# Ward, after its district: five digits, kind (x commune, p ward, m township), name, communes.
# The map names the units as of August 2025; what changed since stands first:
# change: today's code, "=", kind before, the first day of today's kind.
"""
CITY_SINCE = "2026-04-30"  # Resolution 30/2026/QH16: Đồng Nai a city, some of its communes wards


def split(full: str) -> tuple[str, str]:
    """The kind's letter and the name of a unit."""
    full = unicodedata.normalize("NFC", full)
    kind = next(kind for kind in KINDS if full.lower().startswith(f"{kind.lower()} "))
    return KINDS[kind], full[len(kind) + 1 :].strip()


def lines(rows: list[dict[str, str]], today: dict[str, str]) -> Iterator[str]:
    """Changes since, then the former units in the order of codes."""
    before = {r["newWardCode"].zfill(5): split(r["newWard"])[0] for r in rows}
    before |= {r["newProvinceCode"].zfill(2): split(r["newProvince"])[0] for r in rows}
    for code, kind in sorted(before.items()):
        if today[RENUMBERED.get(code, code)] != kind:
            yield f"{code}\t=\t{kind}\t{CITY_SINCE}"
    old: dict[tuple[str, str, str], list[str]] = {}
    named: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        ward = row["wardCode"].partition(".")[0]
        key = (row["provinceCode"].zfill(2), row["districtCode"].zfill(3), ward and ward.zfill(5))
        new = row["newWardCode"].zfill(5)
        old.setdefault(key, []).append(RENUMBERED.get(new, new))
        named[key] = row
    province = district = ""
    for key in sorted(old):
        row, became = named[key], ",".join(sorted(old[key]))
        if key[0] != province:
            province = key[0]
            yield "\t".join((province, *split(row["province"])))
        if key[1] != district:
            district = key[1]
            whole = () if key[2] else (became,)
            yield "\t".join((district, *split(row["district"]), *whole))
        if key[2]:
            yield "\t".join((key[2], *split(row["ward"]), became))


def main(conversion: str, units: str) -> None:
    """Write the file to standard output."""
    with Path(conversion).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = (line.split("\t") for line in Path(units).read_text("utf-8").splitlines())
    today = {code: rest[0] for code, *rest in fields if not code.startswith("#")}
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(HEAD)
    sys.stdout.writelines(f"{line}\n" for line in lines(rows, today))


if __name__ == "__main__":
    main(*sys.argv[1:])
