# SPDX-License-Identifier: Apache-2.0
"""Labels as PDF: the drawn modules can be scanned, the text fits; and how PDF tables read."""

import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from nguon.tables import paper
from nguon.tables.stickers import FORMS, ON_SHEET, Sticker, pdf
from nguon.tables.writing import Page, Value
from nguon.web.work.labels import symbol
from tests.unit.tables.pdf import Rectangle, pages, rectangles, texts

LINK = "https://nguon.example/01/09521101000023/10/TH260728"
LINES = (
    "Nhãn lồng Tân Hưng hộp 2 kg", "Lô: TH260728", "200 hộp",
    "Hợp tác xã Nhãn lồng Tân Hưng",
)  # fmt: skip
MILLIMETRE = 72 / 25.4


def _scanned(drawn: list[Rectangle], width: float, height: float) -> list[Any]:
    """What a scanner reads of the rectangles, drawn eight dots a point."""
    image = Image.new("L", (round(width * 8), round(height * 8)), 255)
    pen = ImageDraw.Draw(image)
    for x, y, w, h in drawn:
        left, top = x * 8, (height - y - h) * 8
        pen.rectangle((round(left), round(top), round(left + w * 8) - 1, round(top + h * 8) - 1), 0)
    return list(zxingcpp.read_barcodes(image))


@pytest.mark.parametrize("form", ["50x30", "70x50"])
def test_a_label_a_page_whose_symbol_can_be_scanned(form: str) -> None:
    data = pdf([Sticker(symbol(LINK), LINES)] * 2, form, "vi", title="Nh\u00e3n")
    assert data == pdf([Sticker(symbol(LINK), LINES)] * 2, form, "vi", title="Nh\u00e3n")
    size = FORMS[form]
    [box, _] = re.findall(rb"/MediaBox \[ 0 0 ([0-9.]+) ([0-9.]+)", data)
    assert [round(float(side) / MILLIMETRE) for side in box] == [int(s) for s in form.split("x")]
    drawn = [rectangles(page) for page in pages(data)]
    assert len(drawn) == 2
    for some in drawn:
        assert [code.text for code in _scanned(some, size.width, size.height)] == [LINK]
        assert min(x for x, _, _, _ in some) > 0
        assert max(x + w for x, _, w, _ in some) < size.symbol + size.margin
    for written in texts(data):
        assert " ".join(written) == " ".join(LINES)


def test_twenty_four_on_a_sheet() -> None:
    data = pdf([Sticker(symbol(LINK), LINES)] * (ON_SHEET + 1), "a4", "vi", title="Nh\u00e3n")
    first, second = pages(data)
    codes = _scanned(rectangles(first), 210 * MILLIMETRE, 297 * MILLIMETRE)
    assert [code.text for code in codes] == [LINK] * ON_SHEET
    assert len(_scanned(rectangles(second), 210 * MILLIMETRE, 297 * MILLIMETRE)) == 1
    assert [" ".join(written) for written in texts(data)][1] == " ".join(LINES)


def test_a_long_text_stays_on_its_label() -> None:
    lines = ("R" * 300, *["H\u1ee3p t\u00e1c x\u00e3 " * 9] * 9)
    [written] = texts(pdf([Sticker(symbol(LINK), lines)], "50x30", "vi", title="x"))
    assert 3 <= len(written) <= 12


def test_a_table_reads_row_by_row() -> None:
    headings = ("H\u1ed9", "L\u00f4", "Kh\u1ed1i l\u01b0\u1ee3ng (kg)")
    rows: list[list[Value]] = [
        [f"H\u1ed9 \u00f4ng \u0110\u1ed7 V\u0103n L\u1ea1c {at}", f"LO-{at:02}", at]
        for at in range(60)
    ]
    data = paper.pdf(Page("S\u1ed5", headings, rows, title="Giao h\u00e0ng 28/07"), "vi")
    whole = texts(data)
    assert len(whole) == 2
    assert [page[:4] for page in whole] == [["Giao h\u00e0ng 28/07", *headings]] * 2
    cells = [text for page in whole for text in page[4:-1]]
    assert cells == [cell for name, lot, at in rows for cell in (name, lot, str(at))]
    assert [page[-1] for page in whole] == ["Trang 1 / 2", "Trang 2 / 2"]
