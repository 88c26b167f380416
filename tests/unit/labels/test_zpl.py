# SPDX-License-Identifier: Apache-2.0
"""ZPL as a printer reads it: the same symbols at the same dots, letters as text or as pictures."""

import pytest
from hypothesis import given, settings
from PIL import Image, ImageChops

from nguon.labels import service
from nguon.labels.letters import runs, width
from nguon.labels.model import Kind, Label
from nguon.labels.raster import draw, page_of
from nguon.labels.templates import template, templates
from nguon.labels.zpl_data import code_128, data_matrix, field
from tests.unit.labels.goods import label, values
from tests.unit.labels.zpl_reader import Printed, codewords, of_bars, of_matrix, read

ROLLS = tuple(name for name, one in templates().items() if one.paper is None)


def _symbols(printed: list[Printed]) -> list[Printed]:
    return [one for one in printed if one.kind in {*Kind}]


@pytest.mark.parametrize("name", ROLLS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_printer_makes_what_was_proven(name: str, dpi: int) -> None:
    one = template(name)
    some = [label(one, lot=f"LO_{at}>A") for at in range(2)]
    proof = service.prove(name, some, "vi", dpi=dpi)
    labels = read(service.written(proof, "zpl", "vi").content)
    assert len(labels) == 2
    for made, written in zip(proof.layouts, labels, strict=True):
        assert (written.copies, written.width) == (1, round(one.size[0] * dpi / 25.4))
        found = _symbols(written.printed)
        assert [(p.kind, p.x, p.y, p.data, p.size[0]) for p in found] == [
            (d.symbol.kind.value, d.x, d.y, d.symbol.content, d.module) for d in made.symbols
        ]
        for bars, drawn in zip(found, made.symbols, strict=True):
            if bars.kind == "code128":
                assert bars.size[1] == drawn.height
            if bars.kind == "datamatrix":
                assert bars.size[1:] == (drawn.symbol.columns, drawn.symbol.rows)
        said = [words.words.replace("\N{NO-BREAK SPACE}", " ") for words in made.texts]
        plain = [_plain(words) for words in said]
        assert [one.data for one in written.printed if one.kind == "text"] == list(
            filter(None, plain)
        )
        pictures = [one for one in written.printed if one.kind == "picture"]
        assert len(pictures) == sum(not words.isascii() for words in said)


def _plain(words: str) -> str:
    """What the printer's own font writes of a line: all of it, or what follows its caption."""
    if words.isascii():
        return words
    value = words.partition(": ")[2]
    return value if value.isascii() else ""


def test_only_what_changes_is_written_anew() -> None:
    """Captions in Vietnamese are pictures made once; serials are the printer's letters."""
    one = template("50x30")
    some = [
        Label(
            name=serial,
            link=f"https://nguon.example.vn/01/09521101000016/21/{serial}",
            facts={"product": "Nhãn lồng", "lot": "Lô-1", "serial": serial},
        )
        for serial in ("A1", "B2")
    ]
    proof = service.prove(one.name, some, "vi")
    first, second = read(service.written(proof, "zpl", "vi").content)
    pictures = [[p.picture for p in w.printed if p.kind == "picture"] for w in (first, second)]
    assert len(pictures[0]) == 3
    assert pictures[0] == pictures[1]
    [line] = [words for words in proof.layouts[1].texts if "B2" in words.words]
    [written] = [p for p in second.printed if p.kind == "text"]
    assert written.data == "B2"
    before = width(line.words.removesuffix("B2"), bold=line.bold) * line.size
    assert written.x == round((line.x + before) * proof.layouts[1].dpi / 72)


def test_pictures_of_text_are_the_dots_that_were_proven() -> None:
    one = template("china-100x70")
    proof = service.prove("china-100x70", [label(one)], "vi")
    [written] = read(service.written(proof, "zpl", "vi").content)
    page = page_of(proof.layouts[0])
    draw(proof.layouts[0], page, 0, 0)
    pictures = [one for one in written.printed if one.picture is not None]
    assert pictures
    for found in pictures:
        assert found.picture is not None
        alone = Image.new("L", page.size, 255)
        alone.paste(found.picture.convert("L"), (found.x, found.y))
        assert alone.getextrema() == (0, 255)
        assert ImageChops.subtract(page, alone).getextrema() == (0, 0)
    assert any(run.chinese for words in proof.layouts[0].texts for run in runs(words.words))


def test_golden_file() -> None:
    """A label in plain letters, line by line."""
    plain = Label(
        name="x",
        link="https://nguon.example.vn/01/09521101000016/10/A1",
        facts={"product": "Longan 500 g", "lot": "A_1"},
    )
    made = service.sheet("50x30", [plain], "zpl", "en")
    assert made.content.decode().split("\n") == [
        "^XA", "^CI28", "^PW400", "^LL240", "^LH0,0",
        "^FO35,37^BQN,2,5,M^FDMA,https://nguon.example.vn/01/09521101000016/10/A1^FS",
        "^FO209,24^A0N,20,18^FDLongan 500 g^FS",
        "^FO209,48^A0N,18,16^FDLot: A_1^FS",
        "^PQ1", "^XZ", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("00395211010000000017", ">;>800395211010000000017"),
        ("010952110100001610AB", ">;>8010952110100001610>6AB"),
        ("010952110100001610A1\x1d2112345", ">;>8010952110100001610>6A1>8>5211234>65"),
        ("10>", ">:>810>0"),
    ],
)
def test_bars_change_subsets_where_that_is_shorter(content: str, written: str) -> None:
    assert code_128(content) == written


def test_fields_hide_what_printers_take_for_commands() -> None:
    assert field("A_1") == "^FDA_1^FS"
    assert field("A^B~_") == "^FH_^FDA_5EB_7E_5F^FS"
    assert field("Lô") == "^FH_^FDL_C3_B4^FS"
    assert data_matrix("01_\x1d21") == "_101___121"


@settings(max_examples=100, deadline=None)
@given(values(20), values(20))
def test_any_elements_come_back_from_bars_and_matrix(lot: str, serial: str) -> None:
    content = f"010952110100001610{lot}\x1d21{serial}"
    assert of_bars(codewords(code_128(content))) == content
    assert of_matrix(data_matrix(content)) == content
