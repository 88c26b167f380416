# SPDX-License-Identifier: Apache-2.0
"""Lot numbers that a code can carry, and the next one after yesterday's; pure.

A lot number has at most 20 characters of GS1's character set 82; what people
write beyond that is offered again without it (``LÔ-01`` becomes ``LO-01``).
"""

import re
from collections.abc import Collection
from datetime import date

from nguon.vn.text import plain

MOST = 20
_STRAY = re.compile(r"""[^!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]""")
_GAPS = re.compile(r"\s+")
_SIX = re.compile(r"(?<![0-9])([0-9]{6})(?![0-9])")
_COUNT = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


def offered(text: str) -> str:
    """The nearest lot number that a code can carry; the text itself where it can."""
    return carried(text.strip())[:MOST]


def carried(text: str) -> str:
    """A part of a lot number with letters that a code can carry, whatever its length."""
    return _STRAY.sub("", plain(_GAPS.sub("-", text)))


def usable(text: str) -> bool:
    """Whether a code can carry this lot number."""
    return bool(text) and offered(text) == text


def why(text: str) -> str:
    """The code of the message that says why a lot number is offered differently."""
    if plain(text) != text:
        return "codes.lot-accents"
    if _GAPS.search(text):
        return "codes.lot-space"
    return "codes.lot-long" if len(text) > MOST else "codes.lot-stray"


def stamp(day: date) -> str:
    """A day as lot numbers have it: ``260728``."""
    return f"{day:%y%m%d}"


def following(last: str | None, day: date, taken: Collection[str], *, start: str = "LO") -> str:
    """A new lot number in the manner of the last one.

    A date in it (six digits) becomes the day; else its last figure is counted up.
    Where that number is taken, a letter or the next figure follows.
    """
    if last is None:
        return _free(f"{start}-{stamp(day)}", taken)
    dates = [found for found in _SIX.finditer(last) if _is_day(found[1])]
    if dates:
        begin, end = dates[-1].span()
        return _free(_without_letter(last[:begin] + stamp(day), last[end:]), taken)
    counted = _COUNT.fullmatch(last)
    if counted is None:
        return _free(offered(f"{last}-{stamp(day)}"), taken)
    return _counted(counted[1], counted[2], counted[3], taken)


def _is_day(digits: str) -> bool:
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True


def _without_letter(head: str, tail: str) -> str:
    """A letter that parted several lots of one day is not carried to the next."""
    return head if re.fullmatch(r"-?[B-Z]", tail) else head + tail


def _free(lot: str, taken: Collection[str]) -> str:
    if lot not in taken:
        return lot
    for number in range(2, 1000):
        more = f"{lot[: MOST - 1 - len(str(number))]}-{number}"
        if more not in taken:
            return more
    return lot


def _counted(head: str, figure: str, tail: str, taken: Collection[str]) -> str:
    number = int(figure)
    for _ in range(1000):
        number += 1
        lot = f"{head}{number:0{len(figure)}}{tail}"[:MOST]
        if lot not in taken:
            return lot
    return head + figure + tail
