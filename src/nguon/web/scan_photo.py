# SPDX-License-Identifier: Apache-2.0
"""Codes on a photograph: bounded in octets, pixels and passes, read in a thread, nothing kept."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import NamedTuple

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from nguon.web.errors import PhotoError

MOST_OCTETS = 16 * 1024 * 1024
_MOST_PIXELS = 64_000_000
"""Of a JPEG, which is unpacked at a fraction of its size."""
_MOST_UNPACKED = 25_000_000
"""Pixels of other kinds, which are unpacked whole: four octets each, and some more to turn grey."""
_MOST_SIDE = 20_000
_MOST_PASSES = 200
_MOST_WORK = 20 * _MOST_PIXELS
"""Pixels times scans of a progressive JPEG, each of which goes over all; encoders write some ten
scans."""
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_START_OF_SCAN, _END = 0xDA, 0xD9
_SIDES = (1600, 3200)
"""Longest sides at which codes are looked for: small is quick, large finds small codes."""
_SMALL = 800
"""Pictures up to this size are looked at once more twice as large."""
FORMATS = ("JPEG", "PNG", "WEBP")
_AT_ONCE = 2
_WAITING = 16
_MOST_CODES = 20
BROKEN = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, MemoryError)
_Kind = zxingcpp.BarcodeFormat
_KINDS = (
    *(_Kind.QRCode, _Kind.MicroQRCode, _Kind.RMQRCode, _Kind.DataMatrix),
    *(_Kind.EAN13, _Kind.EAN8, _Kind.UPCA, _Kind.UPCE, _Kind.Code128, _Kind.ITF),
    *(_Kind.DataBar, _Kind.DataBarExpanded, _Kind.DataBarLimited),
)
"""Kinds of codes that goods carry; others see codes where there are none."""
_threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="photos")
_under_way = 0


class Seen(NamedTuple):
    """A code on a photograph: its kind, and what it carries as a scanner would send it."""

    kind: str
    text: str


async def codes_on(content: bytes) -> list[Seen]:
    """The codes on a photograph, from the top down; each content once.

    Raises:
        PhotoError: ``scans.photo-kind`` for anything but JPEG, PNG and WebP, ``-large`` for too
            many pixels or passes, ``-broken``, and ``-busy`` when too many photographs wait.
    """
    global _under_way  # noqa: PLW0603 - one count a process, touched on the event loop only
    if _under_way >= _WAITING:
        raise PhotoError("scans.photo-busy")
    _under_way += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, read, content)
    finally:
        _under_way -= 1


def read(content: bytes) -> list[Seen]:
    """As `codes_on`, at once."""
    picture, whole = _opened(content, _SIDES[0])
    found = _read(picture)
    if not found and whole <= _SMALL:
        found = _read(picture.resize((2 * picture.width, 2 * picture.height)))
    if not found and whole > _SIDES[0]:
        found = _read(_opened(content, _SIDES[1])[0])
    return found


def _opened(content: bytes, side: int) -> tuple[Image.Image, int]:
    """Grey and upright, with no side longer than this; and how long its longest side was."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            whole = max(picture.size)
            bounded(picture, content)
            picture.draft("L", (side, side))
            grey = _grey(picture)
            grey.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=1.5)
            return ImageOps.exif_transpose(grey), whole
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(_MOST_UNPACKED) from None
    except UnidentifiedImageError:
        raise PhotoError("scans.photo-kind") from None
    except BROKEN:
        raise PhotoError("scans.photo-broken") from None


def bounded(picture: Image.Image, content: bytes) -> None:
    """Raises `PhotoError` for what takes too much memory or time to unpack."""
    width, height = picture.size
    most = _MOST_PIXELS if picture.format == "JPEG" else _MOST_UNPACKED
    if width * height > most or max(width, height) > _MOST_SIDE:
        raise _too_large(most)
    if picture.format == "JPEG":
        passes = _passes(content)
        if passes > _MOST_PASSES or passes * width * height > _MOST_WORK:
            raise PhotoError("scans.photo-broken")


def _too_large(most: int) -> PhotoError:
    return PhotoError("scans.photo-large", most=most // 1_000_000)


def _passes(jpeg: bytes) -> int:
    """How often the pixels of a JPEG are gone over: its scans (ITU-T T.81 annex B)."""
    passes, at = 0, 2
    while (found := _MARKER.search(jpeg, at)) is not None and passes <= _MOST_PASSES:
        kind, at = found[1][0], found.end()
        if kind == _END:
            break
        passes += kind == _START_OF_SCAN
        at += int.from_bytes(jpeg[at : at + 2])
    return passes


def _grey(picture: Image.Image) -> Image.Image:
    """What is transparent is white, as on paper."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("L")
    coloured = picture if picture.mode in {"RGBA", "LA"} else picture.convert("RGBA")
    grey = coloured.convert("L")
    paper = Image.new("L", grey.size, "white")
    return Image.composite(grey, paper, coloured.getchannel("A"))


def _read(picture: Image.Image) -> list[Seen]:
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(_KINDS), text_mode=zxingcpp.TextMode.Plain
    )
    placed = sorted(found, key=lambda one: (one.position.top_left.y, one.position.top_left.x))
    seen = [Seen(_kind(one), _text(one)) for one in placed[:_MOST_CODES] if one.text]
    return list({one.text: one for one in seen}.values())


def _kind(found: zxingcpp.Barcode) -> str:
    return str(found.format).removeprefix("BarcodeFormat.")


def _text(found: zxingcpp.Barcode) -> str:
    """With the symbology identifier where it says how to read the rest."""
    gs1 = found.content_type == zxingcpp.ContentType.GS1
    text: str = found.text
    return found.symbology_identifier + text if gs1 else text
