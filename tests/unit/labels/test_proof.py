# SPDX-License-Identifier: Apache-2.0
"""The proof: a spoiled symbol, text in a quiet zone or a module too small stops the sheet."""

from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from nguon.labels import service, symbols
from nguon.labels.errors import LabelError
from nguon.labels.geometry import Box, check
from nguon.labels.layout import Words, lay_out
from nguon.labels.model import Symbol
from nguon.labels.raster import modules
from nguon.labels.symbols import QUIET, symbol
from nguon.labels.templates import template
from nguon.labels.verifying import compare, read_back
from tests.unit.labels.goods import label

KINDS = ("70x50", "datamatrix-50x30", "logistic-100x150")


def _spoiled(made: Symbol) -> Symbol:
    """The same symbol with a third of its modules turned over."""
    dark = bytes(one ^ (at % 3 == 0) for at, one in enumerate(made.dark))
    return msgspec.structs.replace(made, dark=dark)


@pytest.mark.parametrize("name", KINDS)
def test_a_spoiled_symbol_stops_the_whole_sheet(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = template(name)
    some = [label(one, lot=f"LO-{at}") for at in range(3)]
    assert service.sheet(name, some, "pdf", "vi").verified == 3 * len(one.symbol)
    written = symbols.written
    made: list[Symbol] = []

    def spoiling(*args: Any, **options: Any) -> Symbol:
        made.append(written(*args, **options))
        return _spoiled(made[-1]) if len(made) == 2 * len(one.symbol) else made[-1]

    monkeypatch.setattr(symbols, "written", spoiling)
    with pytest.raises(LabelError) as refused:
        service.sheet(name, some, "pdf", "vi")
    assert refused.value.code == "labels.not-read"
    assert refused.value.label == "LO-1"


def test_a_symbol_of_something_else_stops_it() -> None:
    asked = symbol("qr", "https://x.vn/01/09521101000016")
    other = symbol("qr", "https://x.vn/01/09521101000023")
    with pytest.raises(LabelError) as refused:
        compare(modules(other, 4, other.rows * 4), asked, "7")
    assert refused.value.code == "labels.reads-otherwise"
    assert refused.value.params["read"] == "https://x.vn/01/09521101000023"
    plain = symbol("code128", "(00)395211010000000017")
    with pytest.raises(LabelError) as refused:
        compare(Image.new("L", (400, 100), 255), plain, "7")
    assert refused.value.code == "labels.not-read"


def test_a_picture_that_does_not_read_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    one = template("50x30")
    proof = service.prove("50x30", [label(one)], "vi")
    blank = Image.new("L", (400, 240), 255)
    monkeypatch.setattr("nguon.labels.png.page_of", lambda _: blank)
    monkeypatch.setattr("nguon.labels.png.draw", lambda *_: None)
    with pytest.raises(LabelError) as refused:
        service.written(proof, "png", "vi")
    assert refused.value.code == "labels.not-read"


def test_text_over_a_symbol_is_seen_by_the_reader_and_by_the_ruler() -> None:
    one = template("70x50")
    made = lay_out(one, label(one), "vi", 203)
    over = Words("x", 10, 80, 60, 80, bold=False)
    covered = msgspec.structs.replace(made, texts=(over,))
    with pytest.raises(LabelError) as refused:
        read_back(covered)
    assert refused.value.code == "labels.not-read"
    quiet = made.symbols[0].box(203, QUIET[made.symbols[0].symbol.kind])
    with pytest.raises(LabelError) as refused:
        check(Box(0, 0, 200, 150), [(quiet, "qr")], [(over.box, "x")], label="7")
    assert refused.value.code == "labels.quiet-zone"
    assert refused.value.params == {"label": "7", "symbol": "qr", "what": "x"}


def test_quiet_zones_end_where_text_begins() -> None:
    page, zone = Box(0, 0, 100, 50), Box(10, 10, 40, 40)
    check(page, [(zone, "qr")], [(Box(40, 10, 90, 20), "beside")], label="7")
    for box, code in (
        (Box(39, 10, 90, 20), "labels.quiet-zone"),
        (Box(60, 10, 101, 20), "labels.outside"),
        (Box(60, 45, 90, 51), "labels.outside"),
    ):
        with pytest.raises(LabelError) as refused:
            check(page, [(zone, "qr")], [(box, "text")], label="7")
        assert refused.value.code == code
    with pytest.raises(LabelError) as refused:
        check(page, [(Box(-1, 0, 20, 20), "qr")], [], label="7")
    assert refused.value.code == "labels.outside"


def test_modules_that_are_too_small_are_refused_with_what_to_change() -> None:
    small = msgspec.structs.replace(
        template("70x50"), symbol=(msgspec.structs.replace(
            template("70x50").symbol[0], at=(1.5, 7.5), room=(10.0, 10.0)
        ),),
    )  # fmt: skip
    with pytest.raises(LabelError) as refused:
        lay_out(small, label(small), "vi", 203)
    assert refused.value.code == "labels.modules-too-small"
    told = refused.value.params
    assert (told["label"], told["dpi"], told["least"], told["room"]) == (
        "LO-2026-001", 203, "0.396", "10",
    )  # fmt: skip


def test_bars_that_are_too_low_are_refused() -> None:
    whole = template("logistic-100x150")
    low = tuple(
        msgspec.structs.replace(zone, room=(zone.room[0], 20.0)) if zone.hri else zone
        for zone in whole.symbol
    )
    with pytest.raises(LabelError) as refused:
        lay_out(msgspec.structs.replace(whole, symbol=low), label(whole), "vi", 203)
    assert refused.value.code == "labels.bars-too-low"


MATRICES = ("turned 17", "turned 45", "blur 1.5", "noise 40", "contrast 30", "half")
BARS = ("turned 5", "blur 1.5", "noise 10", "contrast 30", "half")
"""Bars are read along lines: they bear less of being turned, and little noise."""


@pytest.mark.parametrize("name", KINDS)
def test_a_label_reads_in_rough_hands(name: str) -> None:
    """As a phone may see it: askew, blurred, noisy, pale, from afar; four dots a module."""
    one = template(name)
    for drawn in lay_out(one, label(one), "vi", 203).symbols:
        made = drawn.symbol
        image = modules(made, 4, max(drawn.height, 4 * made.rows))
        framed = ImageOps.expand(image, 4 * QUIET[made.kind], 255)
        for harm in MATRICES if made.rows > 1 else BARS:
            found = zxingcpp.read_barcodes(_harmed(framed, harm))
            assert [one.bytes for one in found] == [made.content.encode()], (made.kind, harm)


def _harmed(image: Image.Image, harm: str) -> Image.Image:
    kind, _, amount = harm.partition(" ")
    if kind == "turned":
        return image.rotate(float(amount), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if kind == "blur":
        return image.filter(ImageFilter.GaussianBlur(float(amount)))
    if kind == "noise":
        return ImageChops.add(image, Image.effect_noise(image.size, float(amount)), 1, -128)
    if kind == "contrast":
        share = float(amount) / 100
        return image.point(lambda light: int(128 + (light - 128) * share))
    if kind == "half":
        return image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR)
    return image
