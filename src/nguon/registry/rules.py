# SPDX-License-Identifier: Apache-2.0
"""What an entry must be: its fields, which are required, and how they agree; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nguon.registry import fields
from nguon.registry.errors import RegistryError
from nguon.registry.fields import Convert
from nguon.registry.model import PRIVATE_KINDS, OrganisationKind, PlaceKind, Register, Scheme
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


class Shape(msgspec.Struct, frozen=True):
    """The fields of a register: how a cell is read, which must be there, the natural key."""

    converters: Mapping[str, Convert]
    required: tuple[str, ...]
    key: tuple[str, ...]


def _texts(*names: str) -> dict[str, Convert]:
    return dict.fromkeys(names, fields.text)


SHAPES: Mapping[Register, Shape] = {
    Register.ORGANISATION: Shape(
        {
            "code": fields.code,
            "kind": fields.word(Register.ORGANISATION, "kind"),
            **_texts("name_vi", "name_en", "public_name", "address"),
            "commune": fields.commune,
            "tax_code": fields.tax_code,
            "gln": fields.gln,
            "member_of": fields.code,
        },
        ("code", "kind", "name_vi"),
        ("code",),
    ),
    Register.PLACE: Shape(
        {
            "key": fields.place,
            "kind": fields.word(Register.PLACE, "kind"),
            **_texts("name_vi", "name_en", "address", "national_code"),
            "holder": fields.code,
            "commune": fields.commune,
            "latitude": fields.latitude,
            "longitude": fields.longitude,
        },
        ("kind", "name_vi", "holder"),
        ("key",),
    ),
    Register.PRODUCT: Shape(
        {
            "key": fields.gtin,
            **_texts("name_vi", "name_en", "brand", "model", "variety"),
            "maker": fields.code,
            "image": fields.image,
            **_texts("description_vi", "description_en", "net_content", "net_unit"),
            "hs_code": fields.hs_code,
            "origin": fields.country,
            "standards": fields.several,
            **_texts("storage_vi", "storage_en", "warnings_vi", "warnings_en"),
            **_texts("shelf_life_vi", "shelf_life_en"),
        },
        ("key", "name_vi", "maker"),
        ("key",),
    ),
    Register.CERTIFICATE: Shape(
        {
            "number": fields.text,
            "scheme": fields.scheme,
            **_texts("title", "issuer"),
            "organisation": fields.code,
            "place": fields.place,
            "product": fields.gtin,
            "valid_from": fields.day,
            "valid_to": fields.day,
            "url": fields.url,
        },
        ("number", "scheme", "issuer"),
        ("scheme", "number"),
    ),
}


def entries(register: Register, sheet: Sheet) -> tuple[list[Entry], list[RowFault]]:
    """The rows that can be read, and everything wrong with the others."""
    shape, found, faults = SHAPES[register], list[Entry](), list[RowFault]()
    missing = [name for name in shape.required if name not in sheet.headings]
    faults += [RowFault(1, name, "registry.column-missing", {"column": name}) for name in missing]
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
            faults.append(RowFault(row.number, sheet.headings[name], error.code, error.params))
    empty = (name for name in shape.required if row.cells.get(name) == "")
    faults += [_fault(sheet, row, name, "registry.required") for name in empty]
    return values, faults


def _fault(sheet: Sheet, row: SheetRow, field: str, code: str, **params: Any) -> RowFault:
    return RowFault(row.number, sheet.headings.get(field, field), code, params)


def _disagreements(
    register: Register, sheet: Sheet, row: SheetRow, values: Values
) -> Iterator[RowFault]:
    match register:
        case Register.ORGANISATION:
            yield from _organisation(sheet, row, values)
        case Register.PLACE:
            yield from _place(sheet, row, values)
        case Register.CERTIFICATE:
            yield from _certificate(sheet, row, values)
        case Register.PRODUCT:
            pass


def _organisation(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    kind, tax_code = OrganisationKind(values["kind"]), values.get("tax_code")
    if tax_code is None or kind in PRIVATE_KINDS:
        return
    if parse_tax_code(tax_code).kind is TaxCodeKind.PERSON:
        yield _fault(sheet, row, "tax_code", "registry.tax-of-person")


_NATIONAL = {PlaceKind.PACKING_HOUSE: CodeKind.PACK}


def _place(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    """Also fills ``national_key``, and ``key`` for a place that has a national code alone."""
    issued = values.get("national_code")
    if "national_code" in values:
        values["national_key"] = None
    if issued is not None:
        kind = _NATIONAL.get(PlaceKind(values["kind"]), CodeKind.AREA)
        try:
            values["national_key"] = item_key(kind, issued)
        except NationalCodeError as error:
            yield _fault(sheet, row, "national_code", error.code, **error.params)
            return
        values["key"] = values.get("key") or values["national_key"]
    if values.get("key") is None:
        yield _fault(sheet, row, "key", "registry.place-key")
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        yield _fault(sheet, row, "longitude", "registry.half-position")


def _certificate(sheet: Sheet, row: SheetRow, values: Values) -> Iterator[RowFault]:
    """Also keeps the name of the paper as written in ``title``."""
    if not values.get("title"):
        values["title"] = row.cells["scheme"]
    if not any(values.get(name) for name in ("organisation", "place", "product")):
        yield _fault(sheet, row, "organisation", "registry.holder-missing")
    begin, end = values.get("valid_from"), values.get("valid_to")
    if begin and end and end < begin:
        yield _fault(sheet, row, "valid_to", "registry.ends-before", begin=begin)
    kinds = {Scheme.PLANTING_AREA: CodeKind.AREA, Scheme.PACKING_HOUSE: CodeKind.PACK}
    if values["scheme"] in kinds:
        try:
            item_key(kinds[values["scheme"]], values["number"])
        except NationalCodeError as error:
            yield _fault(sheet, row, "number", error.code, **error.params)
