# SPDX-License-Identifier: Apache-2.0
"""How long the GS1 Company Prefix of a number is.

The table is a file of runs over all twelve-digit numbers: a line that says its
source and date, then (deflated) the length of each run as a significand of four
bytes, stored plane by plane, and a byte of decimal exponent and prefix length.
``tools/gcp_table.py`` makes it.
"""

import zlib
from array import array
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import accumulate
from operator import mul

_DIGITS = 12
_PLANES = 4


def prefix_length(number: str) -> int | None:
    """The length (6 to 12) of the company prefix that this number begins with.

    ``number`` is digits, twelve of them or the part of a key that is known to be
    digits. None when GS1 has published no length for it.
    """
    starts, lengths = _runs()
    place = bisect_right(starts, int(number[:_DIGITS].ljust(_DIGITS, "0"))) - 1
    length = lengths[place]
    return length if 0 < length <= len(number) else None


@cache
def _runs() -> tuple["array[int]", bytes]:
    stored = (files("nguon.gs1") / "data" / "company_prefixes.bin").read_bytes()
    _, _, deflated = stored.partition(b"\n")
    planes = zlib.decompress(deflated)
    count = len(planes) // (_PLANES + 1)
    significands = bytearray(count * _PLANES)
    for plane in range(_PLANES):
        significands[plane::_PLANES] = planes[plane * count : (plane + 1) * count]
    packed = planes[_PLANES * count :]
    scales = packed.translate(bytes(byte >> 4 for byte in range(256)))
    powers = [10**exponent for exponent in range(16)]
    numbers = memoryview(significands).cast("I") if _little_endian() else _swapped(significands)
    sizes = map(mul, numbers, map(powers.__getitem__, scales))
    starts = array("q", accumulate(sizes, initial=0))
    return starts, packed.translate(bytes(byte & 15 for byte in range(256)))


def _little_endian() -> bool:
    return array("H", [1]).tobytes()[0] == 1


def _swapped(stored: bytearray) -> "array[int]":
    numbers = array("I", bytes(stored))
    numbers.byteswap()
    return numbers
