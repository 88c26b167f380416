# SPDX-License-Identifier: Apache-2.0
"""What people type into the forms of issuing: days, counts; and refusals by field."""

from collections.abc import Mapping
from datetime import date

from nguon.base.messages import Language, hint, text
from nguon.codes.errors import IssuingError
from nguon.tables import cells
from nguon.tables.errors import TableError

Errors = list[tuple[str, str]]

_FIELDS: Mapping[str, str] = {
    "codes.gtin-shape": "gtin",
    "codes.gtin-check": "gtin",
    "codes.product-unknown": "gtin",
    "codes.no-licence": "gtin",
    "codes.licence-not-in-force": "gtin",
    "codes.quantity": "quantity",
    "codes.count-wrong": "quantity",
    "codes.quota": "quantity",
    "codes.not-left": "quantity",
    "codes.lot-accents": "lot",
    "codes.lot-space": "lot",
    "codes.lot-long": "lot",
    "codes.lot-stray": "lot",
    "codes.prefix-shape": "value",
    "codes.gln-shape": "value",
    "codes.prefix-of-another": "value",
    "codes.source-missing": "source",
    "codes.ends-before": "to",
    "codes.name-missing": "name",
    "codes.printer-missing": "printer",
    "codes.range": "first",
    "codes.range-printed": "first",
    "codes.range-void": "first",
    "codes.reason-missing": "reason",
}


def day(written: str) -> date:
    """A day as people and browsers write it; raises `IssuingError`."""
    try:
        return cells.day(written.strip())
    except TableError as error:
        raise IssuingError("codes.day-wrong", given=written[:40]) from error


def count(written: str) -> int:
    """A number of pieces, also with dots or spaces between thousands; raises `IssuingError`."""
    digits = "".join(sign for sign in written if sign not in ". \u00a0,")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise IssuingError("codes.count-wrong", given=written[:40])
    return int(digits)


def faults(error: IssuingError, language: Language, **instead: str) -> Errors:
    """A refusal beside the field that it is about; ``instead`` names fields by code."""
    said = text(error.code, language, **error.params)
    advice = hint(error.code, language, **error.params)
    name = error.code.partition(".")[2].replace("-", "_")
    field = instead.get(name, _FIELDS.get(error.code, ""))
    return [(field, f"{said} {advice}" if advice else said)]
