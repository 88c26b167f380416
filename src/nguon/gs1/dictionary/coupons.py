# SPDX-License-Identifier: Apache-2.0
"""Checks of North American coupon codes: AI 8110, and AI 8112 of the positive offer file.

Facts of the North American Coupon Application Guideline and of the GS1 AI (8112) Coupon
Data Specification: fields follow one another, many with a digit before them that says
how long they are; optional fields begin with their own digit, in ascending order.
"""

from collections.abc import Callable

from nguon.gs1.characters import CHARACTER_SET_NAMES, stray_character
from nguon.gs1.dictionary.dates import DATE_CHECKS
from nguon.gs1.dictionary.flaws import Check, Flaw

_DIGITS = "0123456789"
_REQUIREMENT_CODES = "012349"
_NO_PREFIX = "9"


class _RefusedError(Exception):
    """Carries the flaw out of the field that has it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.code)
        self.flaw = flaw


class _Fields:
    """What is left of a coupon code; each method takes a field off it or refuses it."""

    def __init__(self, data: str) -> None:
        self.data = data
        self.at = 0

    def begins(self, digit: str) -> bool:
        """Whether the optional field of this digit is next; if so, its digit is taken."""
        found = self.data.startswith(digit, self.at)
        self.at += found
        return found

    def digit(self, field: str, allowed: str = _DIGITS) -> str:
        """One digit."""
        if self.at == len(self.data):
            raise self.refusal("missing", field, 0, self.at)
        digit = self.data[self.at]
        if digit not in allowed:
            raise self.refusal("digit", field, self.at, self.at + 1)
        self.at += 1
        return digit

    def take(self, length: int, field: str) -> str:
        """A field of known length."""
        start, end = self.at, len(self.data)
        if end - start < length:
            raise self.refusal("short", field, 0 if start == end else start, end)
        self.at += length
        return self.data[start : self.at]

    def measured(self, field: str, allowed: str, more: int = 0) -> str:
        """A field behind the digit of its length (less ``more``)."""
        return self.take(int(self.digit(field, allowed)) + more, field)

    def date(self, field: str) -> str:
        """A date of six digits."""
        day = self.take(6, field)
        if DATE_CHECKS["date"].judge(day):
            raise self.refusal("date", field, self.at - 6, self.at)
        return day

    def end(self) -> None:
        """Nothing is left."""
        if self.at != len(self.data):
            raise self.refusal("excess", "", self.at, len(self.data))

    def refusal(self, reason: str, field: str, start: int, end: int) -> _RefusedError:
        """That a field is wrong, and where."""
        return _RefusedError(Flaw(f"gs1.coupon.{reason}", start, end, {"field": field}))


def _judge(walk: Callable[[_Fields], None]) -> Callable[[str], Flaw | None]:
    def judge(part: str) -> Flaw | None:
        stray = stray_character("n", part)
        if stray is not None:
            return Flaw(
                "gs1.character", stray, stray + 1, {"character_set": CHARACTER_SET_NAMES["n"]}
            )
        try:
            walk(_Fields(part))
        except _RefusedError as refused:
            return refused.flaw
        return None

    return judge


def _coupon(fields: _Fields) -> None:
    fields.measured("company prefix", "0123456", 6)
    fields.take(6, "offer code")
    fields.measured("save value", "12345")
    _purchase(fields, "1st purchase")
    if fields.begins("1"):
        fields.digit("additional purchase rules", "0123")
        _purchase(fields, "2nd purchase")
        _prefix(fields, "2nd purchase company prefix")
    if fields.begins("2"):
        _purchase(fields, "3rd purchase")
        _prefix(fields, "3rd purchase company prefix")
    _validity(fields)
    if fields.begins("5"):
        fields.measured("serial number", _DIGITS, 6)
    if fields.begins("6"):
        fields.measured("retailer prefix", "1234567", 6)
    if fields.begins("9"):
        fields.digit("save value code", "01256")
        fields.digit("save value applies to", "012")
        fields.digit("store coupon flag")
        fields.digit("don't multiply flag", "01")
    fields.end()


def _purchase(fields: _Fields, which: str) -> None:
    fields.measured(f"{which} requirement", "12345")
    fields.digit(f"{which} requirement code", _REQUIREMENT_CODES)
    fields.take(3, f"{which} family code")


def _prefix(fields: _Fields, field: str) -> None:
    length = fields.digit(field, "01234569")
    fields.take(0 if length == _NO_PREFIX else int(length) + 6, field)


def _validity(fields: _Fields) -> None:
    expires = fields.date("expiration date") if fields.begins("3") else None
    if not fields.begins("4"):
        return
    starts = fields.date("start date")
    if expires is not None and starts > expires:
        raise fields.refusal("order", "start date", fields.at - 14, fields.at)


def _offer(fields: _Fields) -> None:
    fields.digit("format", "01")
    fields.measured("funder", "0123456", 6)
    fields.take(6, "offer code")
    fields.measured("serial number", _DIGITS, 6)
    fields.end()


COUPON_CHECKS = {"coupon": Check(_judge(_coupon)), "coupon-offer": Check(_judge(_offer))}
