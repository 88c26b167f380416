# SPDX-License-Identifier: Apache-2.0
"""What people type into the ledger's forms: days, weights, parties; and refusals by field."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from nguon.base.audience import Audience
from nguon.base.errors import NguonError
from nguon.base.messages import Language, hint, text
from nguon.base.time import HANOI
from nguon.registry.ledger.errors import LedgerError
from nguon.store import Store
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.web import code_words
from nguon.web.work import parties

FIELDS: Mapping[str, str] = {
    "ledger.quantity": "quantity",
    "ledger.below-drawn": "quantity",
    "ledger.not-narrower": "quantity",
    "ledger.nothing-narrowed": "quantity",
    "ledger.number-wrong": "quantity",
    "ledger.grantee-unknown": "party",
    "ledger.grantee-holder": "party",
    "ledger.ends-before": "to",
    "ledger.crop-missing": "crop",
    "ledger.market-missing": "market",
    "ledger.code-shape": "code",
    "ledger.not-holder": "code",
    "ledger.reason-missing": "reason",
    "ledger.rate": "rate",
}
"""The field that an error is about."""


class FieldError(LedgerError):
    """A field that cannot be read; ``field`` says which."""

    def __init__(self, code: str, field: str, /, **params: object) -> None:
        super().__init__(code, **params)
        self.field = field


def day(written: str, field: str) -> date:
    """A day as people and browsers write it."""
    try:
        return cells.day(written.strip())
    except TableError as error:
        raise FieldError("ledger.date-wrong", field, text=written[:40]) from error


def moment(written: str, field: str) -> datetime | None:
    """The beginning of a day in Viet Nam; None where nothing was written."""
    if not written.strip():
        return None
    return datetime.combine(day(written, field), time(), HANOI)


def weight(written: str, field: str = "quantity") -> Decimal:
    """Kilograms: ``50000``, ``50.000``, ``50 tấn``."""
    try:
        found = cells.measure(written, default="kg")
    except TableError as error:
        raise FieldError("ledger.number-wrong", field, text=written[:40]) from error
    if found.quantity.unit != "KGM":
        raise FieldError("ledger.number-wrong", field, text=written[:40])
    return found.quantity.amount


def amount(written: str, field: str) -> Decimal:
    """A plain number."""
    try:
        return cells.number(written, coarse=True).value
    except TableError as error:
        raise FieldError("ledger.number-wrong", field, text=written[:40]) from error


def party(store: Store, audience: Audience, written: str) -> int:
    """The organisation that a code, a GLN or a full name means: never one that only may be meant.

    Raises:
        FieldError: nobody, or somebody to choose.
    """
    found = parties.matching(store, audience, written)
    if found.certain is not None:
        return found.certain.id
    if found.others:
        params = {"text": written[:40], "count": len(found.others)}
        raise FieldError("ledger.grantee-which", "party", **params)
    raise FieldError("ledger.grantee-unknown", "party")


def fault(error: NguonError, language: Language) -> tuple[str, str]:
    """An error as a form shows it: its field, and what to do."""
    field = error.field if isinstance(error, FieldError) else FIELDS.get(error.code, "")
    params = code_words.errors(error.params, language)
    more = hint(error.code, language, **params)
    told = text(error.code, language, **params)
    return field, f"{told} {more}" if more else told
