# SPDX-License-Identifier: Apache-2.0
"""Makes the table of company prefix lengths from a list of prefixes.

Usage: gcp_table.py LIST.tsv[.gz] "SOURCE AND DATE" TABLE.bin

The list has a heading and then, tab separated, a prefix and the length of the
company prefixes that begin with it (0: none). The table's form is described in
`nguon.gs1.prefixes`.
"""

import gzip
import sys
import zlib
from array import array
from pathlib import Path

DIGITS = 12
PLANES = 4
Run = tuple[int, int]


def rows(path: Path) -> list[tuple[int, int, int]]:
    """First number, last number and prefix length of each row, in order."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("ascii")
    found = []
    for line in text.splitlines()[1:]:
        prefix, length = line.split("\t")[:2]
        found.append((int(prefix.ljust(DIGITS, "0")), int(prefix.ljust(DIGITS, "9")), int(length)))
    return sorted(found)


def runs(found: list[tuple[int, int, int]]) -> list[Run]:
    """Size and prefix length of each run over all numbers; gaps have length 0."""
    spans: list[list[int]] = []
    at = 0
    for first, last, length in [*found, (10**DIGITS, 10**DIGITS - 1, 0)]:
        if first < at:
            raise SystemExit(f"two rows speak for {first}")
        for size, of in ((first - at, 0), (last + 1 - first, length)):
            if size and spans and spans[-1][1] == of:
                spans[-1][0] += size
            elif size:
                spans.append([size, of])
        at = last + 1
    return [(size, length) for size, length in spans]


def packed(spans: list[Run]) -> bytes:
    """The runs as planes of their significands, then exponents and lengths."""
    significands = array("I")
    tails = bytearray()
    for size, length in spans:
        exponent = len(str(size)) - len(str(size).rstrip("0"))
        significands.append(size // 10**exponent)
        tails.append(exponent << 4 | length)
    if sys.byteorder == "big":
        significands.byteswap()
    stored = significands.tobytes()
    return b"".join(stored[plane::PLANES] for plane in range(PLANES)) + bytes(tails)


def main() -> None:
    source, heading, target = sys.argv[1:]
    found = rows(Path(source))
    table = zlib.compress(packed(runs(found)), 9)
    Path(target).write_bytes(f"# {heading}\n".encode() + table)
    sys.stdout.write(f"{len(found)} prefixes, {Path(target).stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
