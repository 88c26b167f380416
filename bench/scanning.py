# SPDX-License-Identifier: Apache-2.0
"""Scans: what a request pays for being counted, what the writer pays; photographs of codes."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image

from bench.report import Row
from nguon.scans.recorder import Recorder
from nguon.store import Store, open_store
from nguon.store.scans_tables import scan
from nguon.web import scan_photo

COUNT = 20_000
PHOTOS = 30
_PIECES = [f"01/09521101000023/21/{number % 2000}" for number in range(COUNT)]
_PHONE = b"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile"


def rows(stage: str, url: str) -> Iterator[Row]:
    """Everything beside what it cannot do without; each scan by another device."""
    scopes = [_scope(number) for number in range(COUNT)]
    with open_store(url) as store:
        recorder = Recorder(store, set, most=COUNT)
        noted = max(_rate(lambda: _note(recorder, scopes), COUNT) for _ in range(3))
        plain: deque[tuple[str, dict[str, Any]]] = deque(maxlen=COUNT)
        floor = max(_rate(lambda: _append(plain, scopes), COUNT) for _ in range(3))
        yield Row(f"{stage}: scans taken note of", noted, "scans/s", floor, "a bare append each")
        written = _rate(recorder.flush, COUNT)
        inserted = _rate(lambda: _inserted(store), COUNT)
        floor_is = "bare inserts of as many rows"
        yield Row(f"{stage}: scans written", written, "scans/s", inserted, floor_is)
    picture = _photograph()
    small = Image.open(BytesIO(picture)).convert("L").resize((1600, 1200))
    read = _rate(lambda: [scan_photo.read(picture) for _ in range(PHOTOS)], PHOTOS)
    bare = _rate(lambda: [zxingcpp.read_barcodes(small) for _ in range(PHOTOS)], PHOTOS)
    yield Row(
        "photographs of 12 million pixels read", read, "photographs/s", bare,
        "zxing-cpp on 1600 × 1200 unpacked pixels, all kinds of codes",
    )  # fmt: skip


def _rate(work: Callable[[], object], count: int) -> float:
    """Things a second of processor time."""
    begin = time.process_time()
    work()
    return count / (time.process_time() - begin)


def _scope(number: int) -> dict[str, Any]:
    headers = [(b"host", b"x"), (b"user-agent", _PHONE), (b"accept-language", b"vi")]
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return {"method": "GET", "query_string": b"", "headers": headers, "client": (address, 1)}


def _note(recorder: Recorder, scopes: list[dict[str, Any]]) -> None:
    for piece, scope in zip(_PIECES, scopes, strict=True):
        recorder.saw(piece, scope)


def _append(plain: "deque[tuple[str, dict[str, Any]]]", scopes: list[dict[str, Any]]) -> None:
    for piece, scope in zip(_PIECES, scopes, strict=True):
        plain.append((piece, scope))


def _inserted(store: Store) -> None:
    made = [
        (number, 1, 1, piece, 1, 1, "vi", None, b"0123456789abcdef")
        for number, piece in enumerate(_PIECES, 10**15)
    ]
    with store.transaction() as connection:
        store.fill(connection, scan, made)


def _photograph() -> bytes:
    """A QR code somewhere on a phone's picture."""
    made = zxingcpp.create_barcode(
        "https://id.gs1.org/01/09521101000023/21/7", zxingcpp.BarcodeFormat.QRCode
    )
    whole = Image.new("L", (4000, 3000), 200)
    whole.paste(Image.fromarray(made.to_image(scale=20, add_quiet_zones=True)), (1500, 1000))
    out = BytesIO()
    whole.save(out, "JPEG", quality=85)
    return out.getvalue()
