# SPDX-License-Identifier: Apache-2.0
"""Files as they are printed: PDF drawn by another program, SVG, PNG; every symbol is scanned."""

import io
import re
import zipfile
from collections import Counter
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from nguon.labels import service
from nguon.labels.model import Label
from nguon.labels.templates import Template, template, templates
from tests.unit.labels.goods import label
from tests.unit.tables.pdf import texts

NAMES = tuple(templates())


def _labels(one: Template) -> list[Label]:
    """A full sheet, each label another."""
    piece = one.purposes[0] == "piece" or "piece" in one.purposes
    return [
        label(one, lot=f"LO-{at:03}", serial=f"S{at:05}" if piece else "")
        for at in range(one.on_page)
    ]


def _asked(proof: service.Proof) -> Counter[bytes]:
    return Counter(
        drawn.symbol.content.encode() for made in proof.layouts for drawn in made.symbols
    )


def _scanned(image: Image.Image) -> Counter[bytes]:
    return Counter(one.bytes for one in zxingcpp.read_barcodes(image))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_symbol_on_a_drawn_page_is_scanned(name: str, dpi: int) -> None:
    proof = service.prove(name, _labels(template(name)), "vi")
    made = service.written(proof, "pdf", "vi")
    document = pypdfium2.PdfDocument(made.content)
    assert len(document) == made.pages == 1
    page: Any = document[0]
    wide, high = (side / 72 * 25.4 for side in page.get_size())
    assert (round(wide, 1), round(high, 1)) == pytest.approx(template(name).page, abs=0.06)
    image = page.render(scale=dpi / 72).to_pil().convert("L")
    document.close()
    assert _scanned(image) == _asked(proof)


@pytest.mark.parametrize("name", ["a4-65", "carton-100x70"])
def test_the_words_are_in_the_file(name: str) -> None:
    proof = service.prove(name, _labels(template(name))[:2], "vi")
    made = service.written(proof, "pdf", "vi")
    document = pypdfium2.PdfDocument(made.content)
    written = document[0].get_textpage().get_text_bounded()
    for layout in proof.layouts:
        for words in layout.texts:
            assert words.words.replace("\N{NO-BREAK SPACE}", " ") in " ".join(
                written.replace("\N{NO-BREAK SPACE}", " ").split()
            )
    assert texts(made.content)


def test_chinese_letters_are_drawn_where_no_font_is() -> None:
    one = template("china-100x70")
    made = service.sheet("china-100x70", [label(one)], "pdf", "vi")
    image = pypdfium2.PdfDocument(made.content)[0].render(scale=4).to_pil().convert("L")
    # The line of destination, in the middle below the rule.
    box = image.crop((100 * 4, 163 * 4, 185 * 4, 180 * 4))
    dark = sum(1 for light in box.tobytes() if light < 128)
    assert 0.05 < dark / (box.width * box.height) < 0.4


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_scanned(name: str) -> None:
    proof = service.prove(name, _labels(template(name)), "vi")
    made = service.written(proof, "png", "vi")
    image: Image.Image = Image.open(io.BytesIO(made.content))
    assert image.mode == "1"
    assert round(image.info["dpi"][0]) == template(name).dpi
    assert _scanned(image.convert("L")) == _asked(proof)


def test_several_pages_of_pictures_come_as_a_zip() -> None:
    some = [label(template("50x30"), lot=f"LO-{at}") for at in range(3)]
    for output in ("png", "svg"):
        made = service.sheet("50x30", some, output, "vi")
        assert made.media_type == "application/zip"
        with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
            assert archive.namelist() == [f"000{at}.{output}" for at in (1, 2, 3)]


_MATRIX = re.compile(r'matrix\(([0-9.]+) 0 0 ([0-9.]+) ([0-9.]+) ([0-9.]+)\)" d="([^"]*)"')
_RUN = re.compile(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z")


@pytest.mark.parametrize("name", ["70x50", "carton-148x105", "datamatrix-50x30"])
def test_a_drawing_is_scanned(name: str) -> None:
    """The paths of the SVG, filled ten dots a point."""
    one = template(name)
    proof = service.prove(name, [label(one)], "vi")
    written = service.written(proof, "svg", "vi").content.decode()
    wide, high = (round(side / 25.4 * 720) for side in one.size)
    image = Image.new("L", (wide, high), 255)
    for across, down, x, y, path in _MATRIX.findall(written):
        for column, row, long in _RUN.findall(path):
            left = float(x) + int(column) * float(across)
            top = float(y) + int(row) * float(down)
            right, bottom = left + int(long) * float(across), top + float(down)
            corner = (round(left * 10), round(top * 10))
            image.paste(0, (*corner, round(right * 10), round(bottom * 10)))
    assert _scanned(image) == _asked(proof)
    assert written.count("<text ") == len(proof.layouts[0].texts)
    assert "textLength=" in written
