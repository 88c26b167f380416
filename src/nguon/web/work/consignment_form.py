# SPDX-License-Identifier: Apache-2.0
"""The form of a consignment: rows as typed, and the plan that they mean, or what is wrong."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from nguon.base.errors import Fault, FaultyInputError
from nguon.base.messages import Language
from nguon.base.quantity import Quantity
from nguon.compliance import access
from nguon.compliance.consignments.model import CodeShare, Consignment, Load, Plan
from nguon.compliance.errors import ConsignmentError
from nguon.compliance.model import Market
from nguon.registry.ledger import asked as ledger
from nguon.registry.ledger.errors import LedgerError
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.web.forms import Form
from nguon.web.problems import words

SPARE = 2
"""Empty rows below those filled in."""
_KILOGRAMS = {"KGM": Decimal(1), "TNE": Decimal(1000)}
_OPTIONAL = ("consignee", "consignee_name", "packing", "vehicle", "seal")
_TEXTS = ("number", "market", "planned", *_OPTIONAL)


@dataclass
class Typed:
    """What stands in the form."""

    texts: dict[str, str] = field(default_factory=dict)
    lots: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Code, kilograms, number of the authorisation, the user's reason."""

    def padded(self) -> dict[str, Any]:
        """For the template: with spare rows."""
        lots = [*self.lots, *[("", "")] * SPARE]
        codes = [*self.codes, *[("", "", "", "")] * SPARE]
        return {"typed": self.texts, "lots": lots, "codes": codes}


def typed(form: Form) -> Typed:
    """The form as it was sent."""
    lots = zip(form.all("lot"), form.all("lot_amount"), strict=False)
    codes = zip_longest(
        form.all("code"),
        form.all("code_amount"),
        form.all("code_authorisation"),
        form.all("code_reason"),
        fillvalue="",
    )
    return Typed(
        {name: form.text(name) for name in _TEXTS},
        [row for row in lots if any(row)],
        [row for row in codes if any(row)],
    )


def stored(consignment: Consignment, consignee: str, packing: str) -> Typed:
    """A draft as it is entered already."""
    lots = [
        (load.lot, f"{load.quantity.text} {_said(load.quantity.unit)}")
        for load in consignment.loads
    ]
    codes = [
        (
            share.code.partition(":")[2],
            f"{share.quantity:f} kg",
            share.authorisation or "",
            share.reason or "",
        )
        for share in consignment.codes
    ]
    planned = consignment.planned
    texts = {
        "number": consignment.number,
        "market": consignment.market.value,
        "planned": f"{planned.day:02}/{planned.month:02}/{planned.year}",
        "consignee": consignee,
        "consignee_name": consignment.consignee_name or "",
        "packing": packing,
        "vehicle": consignment.vehicle or "",
        "seal": consignment.seal or "",
    }
    return Typed(texts, lots, codes)


def _said(unit: str) -> str:
    return {"KGM": "kg", "TNE": "t"}.get(unit, "kg")


def plan_of(entered: Typed) -> Plan:
    """The plan that a form means.

    Raises `ConsignmentError` with every part that cannot be read.
    """
    faults: list[Fault] = []
    loads = [_load(number, row, faults) for number, row in enumerate(entered.lots)]
    codes = [_share(number, row, faults) for number, row in enumerate(entered.codes)]
    planned = _day(entered.texts.get("planned", ""), faults)
    market = entered.texts.get("market", "")
    if market not in set(Market):
        faults.append(Fault("/market", "compliance.unknown-market"))
    if faults:
        raise ConsignmentError("compliance.consignment-faults", faults, count=len(faults))
    return Plan(
        number=entered.texts.get("number", ""),
        market=Market(market),
        planned=planned,
        loads=tuple(load for load in loads if load is not None),
        codes=tuple(share for share in codes if share is not None),
        **{name: entered.texts.get(name) or None for name in _OPTIONAL},
    )


def told(error: FaultyInputError, language: Language) -> list[tuple[str, str]]:
    """The faults for the summary, each linked to its field."""
    return [(_field(fault.pointer), _message(fault, language)) for fault in error.faults]


def _field(pointer: str) -> str:
    name, _, row = pointer.strip("/").partition("/")
    heads = {"lots": "lot", "codes": "code"}
    return f"{heads.get(name, name)}-{row or 0}" if name in heads else name


def _message(fault: Fault, language: Language) -> str:
    said = words(fault.code, language, fault.params)
    name, _, row = fault.pointer.strip("/").partition("/")
    if name in {"lots", "codes"} and row.isdigit():
        heading = words(f"compliance.{name}", language, {})
        return f"{heading}, {int(row) + 1}: {said}"
    return said


def _load(number: int, row: tuple[str, str], faults: list[Fault]) -> Load | None:
    lot = access.lot_key(row[0])
    if lot is None:
        text = row[0][:60]
        faults.append(Fault(f"/lots/{number}", "compliance.lot-shape", {"text": text}))
    quantity = _quantity(row[1], f"/lots/{number}", faults)
    return None if lot is None or quantity is None else Load(lot, quantity)


def _share(number: int, row: tuple[str, str, str, str], faults: list[Fault]) -> CodeShare | None:
    at = f"/codes/{number}"
    quantity = _quantity(row[1], at, faults)
    if quantity is not None and quantity.unit not in _KILOGRAMS:
        faults.append(Fault(at, "compliance.unknown-unit", {"unit": quantity.unit}))
        return None
    try:
        code = ledger.code(row[0])
    except LedgerError:
        faults.append(Fault(at, "compliance.code-shape", {"text": row[0][:60]}))
        return None
    if quantity is None:
        return None
    amount = quantity.amount * _KILOGRAMS[quantity.unit]
    return CodeShare(
        code=code, quantity=amount, authorisation=row[2] or None, reason=row[3] or None
    )


def _quantity(text: str, at: str, faults: list[Fault]) -> Quantity | None:
    try:
        return cells.measure(text, default="kg").quantity
    except TableError:
        faults.append(Fault(at, "compliance.quantity-shape", {"text": text[:60]}))
        return None


def _day(text: str, faults: list[Fault]) -> date:
    try:
        return cells.day(text)
    except TableError:
        faults.append(Fault("/planned", "compliance.day-shape", {"text": text[:60]}))
        return date.min
