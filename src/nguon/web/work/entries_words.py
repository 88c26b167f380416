# SPDX-License-Identifier: Apache-2.0
"""Entries in words: amounts as people say them, faults with what to do next."""

from decimal import Decimal
from typing import Any

from nguon.base.messages import Language, catalogue, hint, text
from nguon.base.quantity import Quantity
from nguon.entries.errors import FieldFault
from nguon.entries.hand import lot_of
from nguon.entries.markets import MARKETS
from nguon.entries.model import Reason
from nguon.web.formats import number


def amount(quantity: Quantity | None, language: Language) -> str:
    """``420 kg``, ``1.250,5 kg`` in the reader's language."""
    if quantity is None:
        return ""
    code = f"entries.unit-{quantity.unit}"
    unit = text(code, language) if code in catalogue(language) else quantity.unit
    return f"{number(quantity.amount, language)} {unit}".strip()


def helpers(language: Language) -> dict[str, Any]:
    """Functions of the templates that need the language."""

    def markets() -> list[tuple[str, str]]:
        none = ("", text("entries.market-none", language))
        return [none, *((code, text(f"entries.market-{code}", language)) for code in MARKETS)]

    def market(code: str) -> str:
        return text(f"entries.market-{code}", language) if code in MARKETS else code

    def reasons() -> list[tuple[str, str]]:
        return [(one.value, text(f"entries.reason-{one}", language)) for one in Reason]

    return {
        "amount": lambda quantity: amount(quantity, language),
        "said_amounts": lambda some: [amount(quantity, language) for quantity in some],
        "kilograms": lambda figure: amount(Quantity(figure, "KGM"), language),
        "market": market,
        "markets": markets,
        "reasons": reasons,
        "lot_of": lot_of,
    }


def said(fault: FieldFault, language: Language) -> str:
    """What is wrong, and what to do."""
    params = {name: _plain(name, value, fault, language) for name, value in fault.params.items()}
    words = text(fault.code, language, **params)
    more = hint(fault.code, language, **params)
    return f"{words} {more}" if more else words


def _plain(name: str, value: Any, fault: FieldFault, language: Language) -> str:
    if isinstance(value, Decimal):
        return amount(Quantity(value, str(fault.params.get("unit", "KGM"))), language)
    if name == "item":
        return lot_of(value) if "/" in str(value) else str(value)
    return str(value)
