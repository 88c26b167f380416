# SPDX-License-Identifier: Apache-2.0
"""Patterns of lot numbers: ``{house}-{yyMMdd}-{n}``; pure.

Fields: ``{house}`` (a house, plot or line as the sender names it), the day as
``{yyMMdd}``, ``{yyyyMMdd}``, ``{yyMM}``, ``{yy}``, ``{MM}``, ``{dd}`` or
``{DDD}`` (day of the year), and the running number ``{n}``, ``{nn}`` … with as
many figures. All else stands as written.
"""

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from nguon.codes import lots
from nguon.codes.errors import IssuingError

_FIELD = re.compile(r"\{([^{}]*)\}")
_DAYS = {
    "yyMMdd": "%y%m%d",
    "yyyyMMdd": "%Y%m%d",
    "yyMM": "%y%m",
    "yy": "%y",
    "MM": "%m",
    "dd": "%d",
    "DDD": "%j",
}
_NUMBER = re.compile(r"n{1,6}")
_LONGEST = 60


class Pattern(msgspec.Struct, frozen=True):
    """A pattern for a day and a house: what stands before and after the running number.

    ``figures`` is 0 where there is none. ``changed``: letters were written anew
    so that codes can carry them.
    """

    before: str
    after: str
    figures: int
    changed: bool

    def lot(self, number: int) -> str:
        """The lot with a running number; raises `IssuingError` where it is too long."""
        counted = f"{number:0{self.figures}}" if self.figures else ""
        lot = f"{self.before}{counted}{self.after}"
        if len(lot) > lots.MOST:
            raise IssuingError("codes.lot-long", lot=lot, offered=lots.offered(lot))
        return lot


def read(pattern: str, day: date, house: str = "") -> Pattern:
    """A pattern made ready.

    Raises:
        IssuingError: an unknown field, two running numbers, an empty or too long pattern.
    """
    text = pattern.strip()
    if not 1 <= len(text) <= _LONGEST:
        raise IssuingError("codes.pattern-empty", most=_LONGEST)
    parts = list(_parts(text, day, house))
    numbers = [at for at, part in enumerate(parts) if isinstance(part, int)]
    if len(numbers) > 1:
        raise IssuingError("codes.pattern-two-numbers", pattern=text)
    at = numbers[0] if numbers else len(parts)
    before = "".join(str(part) for part in parts[:at])
    after = "".join(str(part) for part in parts[at + 1 :])
    shown = Pattern(
        lots.carried(before), lots.carried(after), int(parts[at]) if numbers else 0, False
    )
    changed = (shown.before, shown.after) != (before, after)
    return msgspec.structs.replace(shown, changed=changed)


def _parts(text: str, day: date, house: str) -> Iterator[str | int]:
    """Texts in order; the running number as how many figures it has at least."""
    end = 0
    for found in _FIELD.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        name = found[1]
        if name == "house":
            if not house.strip():
                raise IssuingError("codes.pattern-house", pattern=text)
            yield house.strip()
        elif name in _DAYS:
            yield day.strftime(_DAYS[name])
        elif _NUMBER.fullmatch(name):
            yield len(name)
        else:
            raise IssuingError("codes.pattern-field", field=name[:20])
    yield text[end:]
