# SPDX-License-Identifier: Apache-2.0
"""Labels: proven and written, beside the writing and reading of bare symbols and beside treepoem.

Unlike most benches this one asks of CPU time: one core, however busy the machine.
"""

import shutil
from collections.abc import Iterator
from time import perf_counter, process_time
from typing import Any

import zxingcpp
from PIL import Image

from bench.report import Row
from nguon.labels import service
from nguon.labels.model import Label

LABELS = 1_500
_SHOWN = 8
_FLOOR = "zxing-cpp writes and reads back the bare QR code"
STEM = "https://nguon.example.vn/01/09521101000016/10/LO-2026-001/21/"
FACTS = {
    "product": "Nhãn lồng Hưng Yên túi lưới 500 g",
    "lot": "LO-2026-001",
    "quantity": "500 g",
    "maker": "Hợp tác xã Nông nghiệp Hồng Nam",
}


def _labels() -> list[Label]:
    """Pieces of a block: a link of 71 characters, four facts and a serial."""
    some = []
    for at in range(LABELS):
        serial = f"A{at * 7919 % 10**9:09}"
        elements = (("01", "09521101000016"), ("10", "LO-2026-001"), ("21", serial))
        facts = {**FACTS, "serial": serial}
        some.append(Label(name=serial, link=STEM + serial, elements=elements, facts=facts))
    return some


def rows() -> Iterator[Row]:
    """Labels a second of one core."""
    labels = _labels()
    floor = _bare(labels)
    service.sheet("a4-65", labels[:65], "pdf", "vi")
    begun = process_time()
    proof = service.prove("a4-65", labels, "vi")
    proven = process_time()
    service.written(proof, "pdf", "vi")
    done = process_time()
    yield _row("labels proven (65 on a sheet)", LABELS / (proven - begun), "", floor)
    yield _row("labels proven and written as PDF", LABELS / (done - begun), "", floor)
    begun = process_time()
    rolls = service.prove("50x30", labels, "vi")
    service.written(rolls, "zpl", "vi")
    yield _row("labels proven and written as ZPL", LABELS / (process_time() - begun), "", floor)
    yield _row("symbols alone by treepoem (wall time)", *_treepoem(labels), floor)


def _row(what: str, rate: float, note: str, floor: float) -> Row:
    return Row(what, rate, "labels/s", floor, _FLOOR, note)


def _bare(labels: list[Label]) -> float:
    """The floor: zxing-cpp writes a QR code and reads it back; no rule, no text, no file."""
    form: Any = zxingcpp.BarcodeFormat.QRCode
    begun = process_time()
    for label in labels:
        made = zxingcpp.create_barcode(label.link, form, ec_level="M")
        image: Any = zxingcpp.write_barcode_to_image(made, scale=5)
        assert zxingcpp.read_barcode(image, formats=form)
    return len(labels) / (process_time() - begun)


def _treepoem(labels: list[Label]) -> tuple[float, str]:
    """The peer starts Ghostscript for each symbol, so its time passes outside this process."""
    if shutil.which("gs") is None:
        return 0.0, "not measured: no Ghostscript on this machine"
    import treepoem

    begun = perf_counter()
    for label in labels[:_SHOWN]:
        made: Image.Image = treepoem.generate_barcode("qrcode", label.link)
        assert made.size[0] > 20
    return _SHOWN / (perf_counter() - begun), ""
