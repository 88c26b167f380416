# SPDX-License-Identifier: Apache-2.0
"""Files as offices have them become rows of text; broken and hostile ones are refused by name."""

import time
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.messages import LANGUAGES, hint, text
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.tables.headings import headed
from nguon.tables.model import Limits, Number, Remark, Table, column_name
from nguon.tables.reading import read
from nguon.vn.legacy import Charset
from nguon.vn.text import fold
from tests.corpus.tables import files

FIELDS = {fold(name): name for name in files.HEADINGS}
TIGHT = Limits(unpacked=2_000_000, memory=400_000_000, seconds=10)


def _field(heading: str) -> str | None:
    return FIELDS.get(fold(heading))


of_fields = partial(headed, field_of=_field)


def _texts(table: Table) -> list[list[str]]:
    return [row.cells for row in table.sheets[0].rows]


def _plain(remarks: list[Remark]) -> list[str]:
    return [remark.code for remark in remarks]


@pytest.mark.parametrize("name", files.BROKEN)
def test_what_cannot_be_read_is_refused_by_name(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(TableError) as refused:
        read(files.BROKEN[name], TIGHT)
    assert time.process_time() - begun < 8
    for language in LANGUAGES:
        assert text(refused.value.code, language, **refused.value.params)
        assert hint(refused.value.code, language, **refused.value.params)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nothing", "tables.empty"),
        ("cut", "tables.broken"),
        ("locked", "tables.locked"),
        ("far", "tables.heavy"),
        ("bomb", "tables.unpacked"),
        ("lying bomb", "tables.unpacked"),
        ("one text in many cells", "tables.heavy"),
        ("picture", "tables.kind"),
        ("archive of something else", "tables.kind"),
        ("quote never closed", "tables.csv"),
        ("bytes", "tables.encoding"),
        ("too many columns", "tables.columns"),
    ],
)
def test_the_name_is_the_right_one(name: str, code: str) -> None:
    with pytest.raises(TableError) as refused:
        read(files.BROKEN[name], TIGHT)
    assert refused.value.code == code


def test_an_open_document() -> None:
    rows = "".join(files.ods_row(*row) for row in (files.HEADINGS, *files.ROWS))
    table = read(files.open_document(rows))
    assert (table.format, table.sheets[0].name) == ("ods", "Bảng")
    assert _texts(table) == [list(files.HEADINGS), *map(list, files.ROWS)]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    with suppress(TableError):
        read(data, TIGHT)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_read_or_refused(at: int, damage: bytes) -> None:
    data = bytearray(files.workbook([files.HEADINGS, *files.ROWS]))
    at %= len(data)
    data[at : at + len(damage)] = damage
    with suppress(TableError):
        read(bytes(data), TIGHT)


def test_too_many_rows() -> None:
    few = Limits(rows=3)
    rows = [files.HEADINGS, *files.ROWS, *files.ROWS]
    with pytest.raises(TableError) as refused:
        read(files.workbook(rows), few)
    assert (refused.value.code, refused.value.params) == ("tables.rows", {"most": 3})
    with pytest.raises(TableError) as refused:
        read(b"a\n" * 1_000_000)
    assert (refused.value.code, refused.value.params) == ("tables.rows", {"most": 200_000})
    with pytest.raises(TableError) as refused:
        read(b"<table>" + b"<tr><td>a" * 5, few)
    assert refused.value.code == "tables.rows"
    with pytest.raises(TableError) as refused:
        read(b"a" * 101, Limits(octets=100))
    assert refused.value.code == "tables.octets"


@pytest.mark.parametrize("charset", list(Charset))
def test_text_of_old_fonts(charset: Charset) -> None:
    table = read(files.legacy(charset))
    assert _texts(table) == [list(files.HEADINGS), *map(list, files.ROWS)]
    assert set(_plain(table.remarks)) == {"tables.legacy"}
    assert {remark.params["charset"] for remark in table.remarks} == {charset}
    assert table.remarks[0].text("vi") == (
        f"Cột A: chữ {charset} ở 1 ô đã được đổi sang Unicode, bắt đầu từ dòng 1."
    )


def test_old_text_in_a_csv() -> None:
    line = "Hîp t¸c x· nh·n T©n H­ng,V¶i thiÒu\n"
    table = read(line.encode("latin-1"))
    assert _texts(table) == [["Hợp tác xã nhãn Tân Hưng", "Vải thiều"]]
    assert _plain(table.remarks) == ["tables.encoded", "tables.legacy", "tables.legacy"]


def test_a_workbook_as_excel_keeps_it() -> None:
    rows: list[list[Any]] = [
        ["mã hộ", "mã vạch", "ngày", "khối lượng", "công thức", "đúng"],
        ["007", 8935001730637.0, date(2025, 6, 5), 1.25, "=1+1", True],
        ["", 123456789012345678.0, None, -3, "", False],
    ]
    table = read(files.workbook(rows))
    assert table.format == "xlsx"
    assert _texts(table) == [
        ["mã hộ", "mã vạch", "ngày", "khối lượng", "công thức", "đúng"],
        ["007", "8935001730637", "2025-06-05", "1.25", "0", "true"],
        ["", "123456789012345700", "", "-3", "", "false"],
    ]
    first = table.sheets[0].rows[1].cells
    assert [isinstance(cell, Number) for cell in first] == [False, True, False, True, True, False]
    assert table.remarks == [
        Remark("tables.digits-lost", {"column": "B", "row": 3, "count": 1}, "Bảng")
    ]


def test_numbers_shortened_in_text() -> None:
    table = read(b'a\n8.935001730637E+12\n"8,93E+12"\n')
    assert _texts(table) == [["a"], ["8935001730637"], ["8,93E+12"]]
    assert _plain(table.remarks) == ["tables.exponent", "tables.digits-lost"]


def test_titles_two_heading_rows_numbering_and_totals() -> None:
    rows: list[list[Any]] = [
        ["HỢP TÁC XÃ NHÃN TÂN HƯNG"],
        [],
        ["STT", "Mã hộ", "Tên", "Ngày", "Giao hàng"],
        ["", "", "", "", "Khối lượng"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "ho-01", "A", date(2025, 6, 5), 5],
        [2, "ho-02", "B", date(2025, 6, 5), 6],
        ["Tổng cộng", "", "", "", 11],
    ]
    merged = [(2, column, 3, column, rows[2][column]) for column in range(4)]
    found = of_fields(read(files.workbook(rows, merged=merged)))
    assert found.number == 4
    assert found.headings == ["STT", "Mã hộ", "Tên", "Ngày", "Khối lượng"]
    assert found.fields == ["", "mã hộ", "tên", "ngày", "khối lượng"]
    assert [row.number for row in found.rows] == [6, 7]
    assert found.skipped == [5, 8]


def test_cells_merged_over_rows_stand_in_each() -> None:
    rows: list[list[Any]] = [["mã hộ", "khối lượng"], ["ho-01", 1], ["", 2], ["", 3], ["ho-02", 4]]
    found = of_fields(read(files.workbook(rows, merged=[(1, 0, 3, 0, "ho-01")])))
    assert [row.cells for row in found.rows] == [
        ["ho-01", "1"],
        ["ho-01", "2"],
        ["ho-01", "3"],
        ["ho-02", "4"],
    ]


def test_the_sheet_with_the_headings_is_taken_and_hidden_ones_never() -> None:
    found = of_fields(read(files.workbook([["x"], ["y"]], hidden=files.HEADINGS)))
    assert (found.name, found.headings, found.fields) == ("Bảng", ["x"], [None])
    chosen = of_fields(read(files.workbook([["x"], ["y"]])), chosen={0: "tên"})
    assert chosen.fields == ["tên"]


def test_macros_are_told_and_not_run() -> None:
    table = read(files.patched({"xl/vbaProject.bin": b"Attribute VB_Name"}))
    assert _plain(table.remarks) == ["tables.macros"]
    assert _texts(table)[1][0] == "ho-01"


def test_a_page_saved_as_xls() -> None:
    table = read(files.PAGE)
    assert table.format == "html"
    assert _texts(table) == [list(files.HEADINGS), *map(list, files.ROWS)]
    assert _plain(table.remarks) == ["tables.html"]


@pytest.mark.parametrize("data", [files.SEMICOLONS, b"sep=;\r\n" + files.SEMICOLONS])
def test_semicolons_and_decimal_commas(data: bytes) -> None:
    found = of_fields(read(data))
    assert found.rows[0].cells == ["ho-01", "Hộ ông Lạc", "05/06/2025", "1250,5"]


def test_unreadable_and_decomposed_characters_are_told() -> None:
    table = read("mã\na\0b\nMa\u0303\n\u200bx\n".encode())
    assert _texts(table) == [["mã"], ["ab"], ["Mã"], ["x"]]
    assert [(r.code, r.params["count"]) for r in table.remarks] == [
        ("tables.unreadable", 2),
        ("tables.composed", 1),
    ]


def test_dates_that_a_spreadsheet_may_have_swapped() -> None:
    column = [(2, "2025-05-06"), (3, "2025-07-06"), (4, "25/06/2025"), (5, "")]
    assert cells.mixed(column) == (2, 1, 2, "2025-05-06")
    assert cells.mixed([*column, (6, "2025-07-26")]) is None
    assert cells.mixed([(2, "05/06/2025"), (3, "25/06/2025")]) is None
    assert cells.mixed([(2, "2025-05-06")]) is None


@pytest.mark.parametrize(
    ("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_names_of_columns(position: int, name: str) -> None:
    assert column_name(position) == name
