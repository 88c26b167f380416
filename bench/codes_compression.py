# SPDX-License-Identifier: Apache-2.0
"""Compressing and decompressing Digital Links, beside writing and reading them as they are."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.report import Row
from nguon.gs1.compression import compress, decompress
from nguon.gs1.element import Element
from nguon.gs1.links import read_link, write_link

_STEM = "https://id.gs1.org"
_TIMES = 300
_RAW = (
    (("01", "05412345000013"),),
    (("01", "05412345000013"), ("10", "ABC123")),
    (("01", "05412345000013"), ("10", "ABC123"), ("21", "72292641703")),
    (("01", "05412345000013"), ("21", "A1b/c%d-e_f"), ("17", "290331")),
    (("01", "09521234543213"), ("3103", "000189"), ("15", "270101")),
    (("00", "006141411234567890"),),
    (("414", "5060917510004"), ("254", "RP56J920471")),
)
_GOODS = tuple(tuple(Element(*pair) for pair in pairs) for pairs in _RAW)


def _rate(work: Callable[[Any], Any], given: tuple[Any, ...]) -> float:
    """Links a second of processor time, best of five."""
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for _ in range(_TIMES):
            for one in given:
                work(one)
        best = max(best, _TIMES * len(given) / (time.process_time() - begin))
    return best


def rows() -> Iterator[Row]:
    """Whole links, partly compressed ones, and the way back with every check."""
    written = _rate(lambda one: write_link(one, relations=False), _GOODS)
    links = tuple(write_link(one, relations=False) for one in _GOODS)
    read = _rate(lambda one: read_link(one, relations=False), links)
    whole = _rate(lambda one: compress(one, _STEM), _GOODS)
    yield Row("compress a Digital Link", whole, "links/s", written, "write it uncompressed")
    part = _rate(lambda one: compress(one, _STEM, partial=True), _GOODS)
    yield Row("compress all but the key", part, "links/s", written, "write it uncompressed")
    short = tuple(compress(one, _STEM) for one in _GOODS)
    note = f"{sum(map(len, short)) / sum(map(len, links)):.0%} of the length"
    back = _rate(decompress, short)
    yield Row("decompress, fully checked", back, "links/s", read, "read it uncompressed", note)
