# SPDX-License-Identifier: Apache-2.0
"""Tables written are read again as they were; no cell becomes a formula; PDF has every letter."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nguon.tables import paper
from nguon.tables.paper import pdf
from nguon.tables.reading import read
from nguon.tables.writing import Page, Value, csv_text, shown, xlsx
from nguon.vn import legacy

HEADINGS = ["mã", "tên", "ngày", "lượng", "lúc"]
ROWS: list[list[Value]] = [
    [
        "007",
        "Hộ ông Đỗ Văn Lạc",
        date(2025, 6, 5),
        Decimal("1.125"),
        datetime(2025, 6, 5, 7, 30, tzinfo=UTC),
    ],
    ["893500173063712345", '=HYPERLINK("http://x")', None, 3, ""],
]
PAGE = Page("Giao hàng [1/2]", HEADINGS, ROWS, title="HỢP TÁC XÃ")


def test_a_workbook_is_read_as_it_was_written() -> None:
    table = read(xlsx([PAGE, Page("Giải thích", ["cột"], [["mã"]])]))
    assert [sheet.name for sheet in table.sheets] == ["Giao hàng  1 2", "Giải thích"]
    assert [row.cells for row in table.sheets[0].rows] == [
        ["HỢP TÁC XÃ"],
        HEADINGS,
        ["007", "Hộ ông Đỗ Văn Lạc", "2025-06-05", "1.125", "2025-06-05 14:30"],
        ["893500173063712345", '=HYPERLINK("http://x")', "", "3"],
    ]
    assert table.remarks == []


def test_no_row_of_a_long_table_is_lost() -> None:
    rows: list[Sequence[Value]] = [[number, "x"] for number in range(450)]
    table = read(xlsx([Page("x", ["a", "b"], (row for row in rows))]))
    assert [row.cells[0] for row in table.sheets[0].rows[1:]] == [str(n) for n in range(450)]


def test_a_csv_is_read_as_it_was_written_and_holds_no_formula() -> None:
    data = csv_text(HEADINGS, ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[1:] == [
        "007,Hộ ông Đỗ Văn Lạc,05/06/2025,1.1250,05/06/2025 14:30",
        """893500173063712345,"'=HYPERLINK(""http://x"")",,3,""",
    ]
    assert [row.cells for row in read(data).sheets[0].rows][2][1] == '=HYPERLINK("http://x")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_csv_begins_a_formula(start: str) -> None:
    line = csv_text(["a"], [[f"{start}cmd"]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.startswith(("'", "\"'"))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)))
def test_any_text_comes_back(texts: list[str]) -> None:
    kept = [text for text in map(str.strip, texts) if text]
    rows: list[list[Value]] = [["a", "b"]]
    rows += [[unicodedata.normalize("NFC", text), "x"] for text in kept]
    guarded = all(not text[0].startswith("'") and "E+" not in text.upper() for text in kept)
    assume(guarded and legacy.recognise(kept) is None)
    assert [row.cells for row in read(csv_text(["a", "b"], rows[1:])).sheets[0].rows] == rows


def test_many_pages_of_paper_with_all_letters() -> None:
    row: Sequence[Value] = ["1", "Nguyễn Thị Thuý Ưng → Đỗ", date(2025, 6, 5), Decimal("1.5")]
    page = Page("x", HEADINGS[:4], [row] * 90, title="Phiếu giao hàng")
    data = pdf(page, "vi", subtitle="Ngày")
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 3
    assert data == pdf(page, "vi", subtitle="Ngày")
    assert pdf(Page("x", HEADINGS, []), "en").count(b"/Type /Page\n") == 1


def test_the_font_has_every_vietnamese_letter_and_others_are_replaced() -> None:
    letters = "ăâđêôơư" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
    assert paper.drawable(letters + letters.upper()) == letters + letters.upper()
    assert paper.drawable("a → b \U0001f600") == "a -> b ?"


def test_values_as_people_read_them() -> None:
    values: list[Value] = [None, "x", 3, Decimal("1.50"), date(2025, 6, 5)]
    values.append(datetime(2025, 6, 5, 14, 30, tzinfo=UTC))
    assert [shown(v) for v in values] == ["", "x", "3", "1,50", "05/06/2025", "05/06/2025 21:30"]
