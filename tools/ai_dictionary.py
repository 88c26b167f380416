# SPDX-License-Identifier: Apache-2.0
"""Makes the table of application identifiers from GS1's syntax dictionary.

Usage: ai_dictionary.py DICTIONARY.txt "SOURCE AND DATE" TABLE.tsv

The table's form is described at its head and in `nguon.gs1.dictionary.table`.
"""

import re
import sys
from pathlib import Path

HEAD = """\
# GS1 application identifiers: which exist, the form of their values, what they need beside
# them and what may not stand beside them, and their place in a Digital Link.
# Facts of {source}.
#
# application identifier(s) <tab> marks <tab> components <tab> needs <tab> bars <tab>
# qualifiers <tab> title; a field that says nothing is "-".
# marks: f predefined length (no separator after the value), l may stand in a link's query.
# component: character set (n digits, x set 82, y set 39, z set 64), length or least-most
# length, "?" when it may be missing, then the checks that are made of it.
# needs: conditions that must all hold, parted by spaces; each is alternatives parted by
# commas; each of those is application identifiers joined by "+". "n" is any digit.
# bars: application identifiers, parted by commas, that may not be there as well.
# qualifiers: of a primary key, alternatives parted by "|"; "key" when it takes none.
"""
CHECKS = {
    "couponcode": "coupon",
    "couponposoffer": "coupon-offer",
    "csum": "check-digit",
    "csumalpha": "check-pair",
    "gcppos1": "prefix",
    "gcppos2": "prefix-second",
    "hasnondigit": "some-letter",
    "hh": "hour",
    "hhmi": "time",
    "hyphen": "hyphen",
    "iban": "iban",
    "importeridx": "importer-index",
    "iso3166": "country",
    "iso3166999": "country-or-999",
    "iso3166alpha2": "country-letters",
    "iso4217": "currency",
    "iso5218": "sex",
    "latitude": "latitude",
    "longitude": "longitude",
    "mediatype": "media-type",
    "mi": "minute",
    "nonzero": "above-zero",
    "nozeroprefix": "no-leading-zero:positive",
    "packagetype": "package-type",
    "pcenc": "percent",
    "pieceoftotal": "piece",
    "posinseqslash": "position",
    "ss": "second",
    "winding": "winding",
    "yesno": "yes-no",
    "yymmd0": "date-or-month",
    "yymmdd": "date",
    "yyyymmd0": "long-date-or-month",
    "yyyymmdd": "long-date",
    "zero": "zero",
}
ENTRY = re.compile(r"([0-9]+(?:-[0-9]+)?)\s+(?:([*?]+)\s+)?(.*?)(?:\s+#\s*(.*))?")


def component(written: str) -> str:
    """One component: ``[X..17],pcenc`` becomes ``x1-17?:percent``."""
    form, *linters = written.split(",")
    optional = "?" if form.startswith("[") else ""
    kind, length = form.strip("[]")[0].lower(), form.strip("[]")[1:]
    counted = f"1-{length[2:]}" if length.startswith("..") else length
    return "".join([kind, counted, optional, *(f":{CHECKS[name]}" for name in linters)])


def row(line: str) -> str:
    """The row of one entry of the dictionary."""
    match = ENTRY.fullmatch(line)
    if match is None:
        raise SystemExit(f"what is {line!r}?")
    ais, flags, rest, title = match.groups()
    words = rest.split()
    components = [component(word) for word in words if re.match(r"\[?[NXYZ][0-9.]", word)]
    needs = [word[4:] for word in words if word.startswith("req=")]
    bars = [word[3:] for word in words if word.startswith("ex=")]
    keys = [word.partition("=")[2] or "key" for word in words if word.startswith("dlpkey")]
    if len(components) + len(needs) + len(bars) + len(keys) != len(words):
        raise SystemExit(f"an unknown attribute in {line!r}")
    marks = "".join(mark for mark, flag in (("f", "*"), ("l", "?")) if flag in (flags or ""))
    fields = [marks, " ".join(components), " ".join(needs), ",".join(bars), "".join(keys)]
    return "\t".join([ais, *(field or "-" for field in (*fields, title))])


def main() -> None:
    """Read the dictionary, write the table."""
    source, said, target = sys.argv[1:]
    lines = Path(source).read_text("utf-8").splitlines()
    rows = [row(line.rstrip()) for line in lines if line[:1].isdigit()]
    Path(target).write_text(HEAD.format(source=said) + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
