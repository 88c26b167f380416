# SPDX-License-Identifier: Apache-2.0
"""How PDF tables read."""

from nguon.tables import paper
from nguon.tables.writing import Page, Value
from tests.unit.tables.pdf import texts


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
