# SPDX-License-Identifier: Apache-2.0
"""Text in its room: smaller, then on more lines, then smaller still; never cut off."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.labels.errors import LabelError
from nguon.labels.fitting import LEADING, fit
from nguon.labels.letters import clean, width
from nguon.labels.templates import FieldLine, TextZone

POINT = 72 / 25.4
ZONE = TextZone((0, 0), (30, 20), 8, 5, ())
LINE = FieldLine("product")


def _said(words: str) -> str:
    return clean(words, field="product", label="x")


def test_a_short_text_keeps_its_size() -> None:
    [row] = fit(ZONE, [(LINE, "Nhãn lồng")], label="x")
    assert (row.words, row.size) == ("Nhãn lồng", 8)


def test_a_little_too_wide_gets_smaller_much_too_wide_gets_a_second_line() -> None:
    [row] = fit(ZONE, [(LINE, "Nhãn lồng Hưng Yên 2026")], label="x")
    assert 8 * 0.8 <= row.size < 8
    rows = fit(ZONE, [(LINE, "Nhãn lồng Hưng Yên đặc sản Phố Hiến")], label="x")
    assert [row.words for row in rows] == ["Nhãn lồng Hưng Yên", "đặc sản Phố Hiến"]
    assert {row.size for row in rows} == {8}


def test_what_does_not_fit_is_refused_by_the_name_of_its_field() -> None:
    with pytest.raises(LabelError) as refused:
        fit(ZONE, [(LINE, "R" * 60)], label="7")
    assert refused.value.code == "labels.too-long"
    assert refused.value.params == {"label": "7", "field": "product", "text": "R" * 60}
    lines = [(FieldLine(f"f{at}"), "Nhãn") for at in range(12)]
    with pytest.raises(LabelError) as refused:
        fit(ZONE, lines, label="7")
    assert (refused.value.code, refused.value.params["field"]) == ("labels.no-room", "f9")


def test_a_code_may_go_on_at_any_letter() -> None:
    [first, second] = fit(ZONE, [(FieldLine("serial", anywhere=True), "7W" * 12)], label="x")
    assert first.words + second.words == "7W" * 12
    assert first.size == second.size == 8
    with pytest.raises(LabelError):
        fit(ZONE, [(FieldLine("serial", anywhere=True), "7W" * 40)], label="x")


def test_a_number_stays_with_its_unit() -> None:
    assert _said("túi 500 g") == "túi 500\N{NO-BREAK SPACE}g"
    assert _said("1,5 tấn") == "1,5\N{NO-BREAK SPACE}tấn"
    assert _said("lô 5 gạo") == "lô 5 gạo"


def test_letters_are_composed_and_those_that_no_font_has_are_named() -> None:
    assert _said("Nha\u0303n  lo\u0302\u0300ng\n") == "Nhãn lồng"
    assert _said("龙眼 ẶỮ Đđ") == "龙眼 ẶỮ Đđ"
    with pytest.raises(LabelError) as refused:
        _said("nhãn \N{PILE OF POO}")
    assert refused.value.params == {
        "label": "x", "field": "product", "letter": "\N{PILE OF POO}",
    }  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyỒẶỮ 0123456789.", min_size=1, max_size=60),
        min_size=1,
        max_size=5,
    )
)
def test_everything_is_there_and_inside_or_refused(texts: list[str]) -> None:
    lines = [(LINE, said) for words in texts if (said := _said(words))]
    try:
        rows = fit(ZONE, lines, label="x")
    except LabelError as error:
        refused = error.code
    else:
        refused = ""
    if refused:
        assert refused in {"labels.too-long", "labels.no-room"}
        return
    assert " ".join(row.words for row in rows) == " ".join(said for _, said in lines)
    for row in rows:
        assert ZONE.least <= row.size <= ZONE.size
        assert width(row.words, bold=row.bold) * row.size <= ZONE.room[0] * POINT + 0.01
    assert sum(row.size * LEADING for row in rows) <= ZONE.room[1] * POINT + 0.01
