# SPDX-License-Identifier: Apache-2.0
"""What an entry must be: its fields, which are required, and how they agree; pure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from nguon.registry import codes, fields
from nguon.registry.errors import RegistryError
from nguon.registry.masking import discreet, is_masked, masked
from nguon.registry.model import PRIVATE_KINDS, OrganisationKind, PlaceKind, Register, Scheme
from nguon.registry.shapes import SHAPES, STANDING, Shape
from nguon.registry.sheet import RowFault, Sheet, SheetRow
from nguon.vn.codes import CodeKind, item_key
from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import TaxCodeKind, parse_tax_code

Values = dict[str, Any]
"""Stored values by column; references still as the codes that people write."""


class Entry(msgspec.Struct, frozen=True):
    """One row, converted; ``values`` has the columns that the sheet has."""

    number: int
    values: Values


def entries(register: Register, sheet: Sheet) -> tuple[list[Entry], list[RowFault]]:
    """The rows that can be read, and everything wrong with the others."""
    shape, found, faults = SHAPES[register], list[Entry](), list[RowFault]()
    missing = [name for name in shape.required if name not in sheet.headings]
    faults += [
        RowFault(sheet.number, name, "registry.column-missing", {"column": name})
        for name in missing
    ]
    seen: dict[tuple[Any, ...], int] = {}
    for row in sheet.rows:
        values, wrong = _values(shape, sheet, row)
        if not wrong and not missing:
            wrong = [*_disagreements(register, sheet, row, values)]
            key = tuple(values.get(name) for name in shape.key)
            if not wrong and key in seen:
                where = _fault(sheet, row, shape.key[-1], "registry.repeated-row", first=seen[key])
                wrong = [where]
            seen.setdefault(key, row.number)
        faults += wrong
        if not wrong:
            found.append(Entry(row.number, values))
    return found, faults


def _values(shape: Shape, sheet: Sheet, row: SheetRow) -> tuple[Values, list[RowFault]]:
    values: Values = {}
    faults = []
    for name, cell in row.cells.items():
        try:
            values[name] = shape.converters[name](cell) if cell else None
        except (RegistryError, NationalCodeError) as error:
            told = discreet(error.params)
            faults.append(RowFault(row.number, sheet.headings[name], error.code, told))
    empty = (name for name in shape.required if row.cells.get(name) == "")
    faults += [_fault(sheet, row, name, "registry.required") for name in empty]
    return values, faults


def _fault(sheet: Sheet, row: SheetRow, field: str, code: str, **params: Any) -> RowFault:
    return RowFault(row.number, sheet.headings.get(field, field), code, discreet(params))


def _disagreements(
    register: Register, sheet: Sheet, row: SheetRow, values: Values
) -> Iterator[RowFault]:
    yield from _standing(sheet, row, values)
    match register:
        case Register.ORGANISATION:
            yield from _organisation(sheet, row, values)
        case Register.PLACE:
            yield from _place(sheet, row, values)
        case Register.CERTIFICATE:
            yield from _certificate(sheet, row, values)
        case Register.PRODUCT:
            pass


def _standing(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    if values.get("status") is None and any(values.get(name) for name in STANDING):
        yield _fault(sheet, row, "status", "registry.status-missing")


def _organisation(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    """Also takes a personal number out of ``tax_code`` into ``personal``, which no table has."""
    if "tax_code" not in values:
        return
    tax_code = values["tax_code"]
    if tax_code is not None and is_masked(tax_code):
        del values["tax_code"]
        return
    values["personal"] = None
    if tax_code is None or parse_tax_code(tax_code).kind is not TaxCodeKind.PERSON:
        return
    if OrganisationKind(values["kind"]) in PRIVATE_KINDS:
        values.update(personal=tax_code, tax_code=masked(tax_code))
    else:
        yield _fault(sheet, row, "tax_code", "registry.tax-of-person")


def _place(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    """Also fills ``national_key``, and ``key`` for a place that has a national code or is a part.

    A part of a place with a GLN has the GLN's key with its extension.
    """
    issued = values.get("national_code")
    if "national_code" in values:
        values["national_key"] = None
    if issued is not None:
        try:
            values["national_key"] = codes.comparable(PlaceKind(values["kind"]), issued)
        except (NationalCodeError, RegistryError) as error:
            yield _fault(sheet, row, "national_code", error.code, **error.params)
            return
    if values.get("key") is None:
        values["key"] = _key_of_part(values) or codes.own_key(values.get("national_key"))
    if values["key"] is None:
        part = values.get("parent") or values.get("extension")
        yield _fault(sheet, row, "key", "registry.part-key" if part else "registry.place-key")
    elif values["key"] == values.get("parent"):
        yield _fault(sheet, row, "parent", "registry.part-of-itself")
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        yield _fault(sheet, row, "longitude", "registry.half-position")


def _key_of_part(values: Values) -> str | None:
    parent, extension = values.get("parent"), values.get("extension")
    if parent is None or extension is None or not parent.startswith("414/"):
        return None
    whole: str = parent.partition("/254/")[0]
    return fields.place(f"{whole}/254/{quote(extension, safe='')}")


def _certificate(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    """Also keeps the name of the paper as written in ``title``."""
    if not values.get("title"):
        values["title"] = row.cells["scheme"]
    if not any(values.get(name) for name in ("organisation", "place", "product")):
        yield _fault(sheet, row, "organisation", "registry.holder-missing")
    begin, end = values.get("valid_from"), values.get("valid_to")
    if begin and end and end < begin:
        yield _fault(sheet, row, "valid_to", "registry.ends-before", begin=begin)
    if values.get("unit") and not values.get("quantity"):
        yield _fault(sheet, row, "quantity", "registry.quantity-missing")
    kinds = {Scheme.PLANTING_AREA: CodeKind.AREA, Scheme.PACKING_HOUSE: CodeKind.PACK}
    if values["scheme"] in kinds:
        try:
            item_key(kinds[values["scheme"]], values["number"])
        except NationalCodeError as error:
            yield _fault(sheet, row, "number", error.code, **error.params)
