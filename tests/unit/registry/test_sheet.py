# SPDX-License-Identifier: Apache-2.0
"""Tables as people save them: headings in two languages, separators, every fault named."""

import unicodedata

import pytest

from nguon.registry import sheet, words
from nguon.registry.errors import RegistryError
from nguon.registry.model import (
    OrganisationKind,
    PlaceKind,
    Register,
    Scheme,
)
from nguon.registry.shapes import SHAPES
from nguon.registry.sheet import RowFault


@pytest.mark.parametrize("register", list(Register))
def test_every_field_has_a_heading_and_nothing_else(register: Register) -> None:
    for field in SHAPES[register].converters:
        assert words.column(register, field) == field
        assert words.column(register, field.replace("_", " ").upper()) == field
    assert set(words._columns(register).values()) == set(SHAPES[register].converters)


@pytest.mark.parametrize(
    ("register", "field", "kinds"),
    [
        (Register.ORGANISATION, "kind", OrganisationKind),
        (Register.PLACE, "kind", PlaceKind),
        (Register.CERTIFICATE, "scheme", Scheme),
    ],
)
def test_every_word_is_of_its_kind(
    register: Register, field: str, kinds: type[OrganisationKind | PlaceKind | Scheme]
) -> None:
    assert {words.value(register, field, kind) for kind in kinds} == set(kinds)
    assert set(words._values(register, field).values()) == set(kinds)


@pytest.mark.parametrize("register", list(Register))
def test_no_name_means_two_columns(register: Register) -> None:
    columns = words._file()[register]["columns"]
    for field, names in columns.items():
        assert {words.column(register, name) for name in names} == {field}


def test_headings_with_and_without_accents() -> None:
    for heading in ("mã số thuế", "MA SO THUE", "Mã_số_thuế", "tax_code", "Tax Code"):
        assert words.column(Register.ORGANISATION, heading) == "tax_code"
    assert words.column(Register.ORGANISATION, "màu") is None


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_mark(separator: str, line: str, mark: str) -> None:
    text = mark + line.join(
        [separator.join(("mã", "loại", "tên")), separator.join((" a ", "hộ", '"x, ""y"""')), ""]
    )
    table = sheet.read(Register.ORGANISATION, text)
    assert table.faults == []
    assert table.headings == {"code": "mã", "kind": "loại", "name_vi": "tên"}
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (2, {"code": "a", "kind": "hộ", "name_vi": 'x, "y"'})
    ]


def test_empty_rows_are_left_out_but_counted() -> None:
    table = sheet.read(Register.ORGANISATION, "mã\n\na\n \nb\n")
    assert [(row.number, row.cells["code"]) for row in table.rows] == [(3, "a"), (5, "b")]


def test_faults_of_form() -> None:
    table = sheet.read(Register.ORGANISATION, "mã,màu,code\na,b,c,d\ne\n")
    assert [(fault.row, fault.column, fault.code) for fault in table.faults] == [
        (1, "màu", "registry.unknown-column"),
        (1, "code", "registry.repeated-column"),
        (2, "code", "registry.extra-cells"),
    ]
    assert table.rows[1].cells["code"] == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "registry.empty"), ("\n \n", "registry.empty"), ('mã\n"a', "tables.csv")],
)
def test_what_is_no_table(text: str, code: str) -> None:
    with pytest.raises(RegistryError) as refused:
        sheet.read(Register.ORGANISATION, text)
    assert refused.value.code == code


def test_encodings() -> None:
    old = unicodedata.normalize("NFD", "mã\nA").encode("cp1258")
    for data in ("mã\nA".encode("utf-8-sig"), "mã\nA".encode("utf-16"), old):
        assert sheet.read(Register.ORGANISATION, data).headings == {"code": "mã"}
    with pytest.raises(RegistryError) as refused:
        sheet.read(Register.ORGANISATION, b"m\xe3x\xe3,\xff\xfe\n")
    assert refused.value.code == "tables.encoding"


def test_titles_above_ordinals_and_totals_below() -> None:
    text = "HTX NHÃN TÂN HƯNG\n\nSTT,mã,tên\n(1),(2),(3)\n1,a,A\n2,b,B\nTổng cộng,,\n"
    table = sheet.read(Register.ORGANISATION, text)
    assert table.faults == []
    assert table.number == 3
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (5, {"code": "a", "name_vi": "A"}),
        (6, {"code": "b", "name_vi": "B"}),
    ]


def test_a_fault_says_where_what_and_what_to_do() -> None:
    fault = RowFault(3, "mã HS", "registry.hs", {"text": "08"})
    assert fault.text("vi") == "Dòng 3, cột “mã HS”: “08” không phải mã HS."
    assert fault.text("en") == "Row 3, column “mã HS”: “08” is not an HS code."
    assert fault.hint("en") == "An HS code has 4, 6, 8 or 10 digits."
    assert RowFault(2, "", "tables.kind").text("en") == "Row 2: This is no file of a table."
