# SPDX-License-Identifier: Apache-2.0
"""Reads our own PDFs back: the texts of a page in the order in which they are drawn, and its
filled rectangles. Enough for what `reportlab` writes, no more.
"""

import base64
import re
import zlib
from collections.abc import Iterator

Rectangle = tuple[float, float, float, float]
_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\s*endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_RECTANGLE = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(data: bytes) -> list[bytes]:
    """The drawing instructions of each page."""
    objects = dict(_OBJECT.findall(data))
    numbers = [
        re.search(rb"/Contents (\d+) 0 R", body)
        for body in objects.values()
        if b"/Contents" in body
    ]
    return [_content(objects[found[1]]) for found in numbers if found]


def texts(data: bytes) -> list[list[str]]:
    """The texts of each page, in the order of drawing."""
    fonts = _fonts(data)
    return [list(_texts(page, fonts)) for page in pages(data)]


def rectangles(page: bytes) -> list[Rectangle]:
    """The rectangles of a page: left, bottom, width, height."""
    found = _RECTANGLE.findall(page)
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h in found]


def _texts(page: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    letters: dict[int, str] = {}
    for font, written in _SHOWN.findall(page):
        if font:
            letters = fonts[font]
        else:
            yield "".join(letters[code] for code in _plain(written))


def _plain(written: bytes) -> bytes:
    def one(found: "re.Match[bytes]") -> bytes:
        octal = found[1]
        return bytes([int(octal, 8)]) if octal.isdigit() else _ESCAPES.get(octal, octal)

    return re.sub(rb"\\(\d{3}|.)", one, written, flags=re.DOTALL)


def _fonts(data: bytes) -> dict[bytes, dict[int, str]]:
    objects = dict(_OBJECT.findall(data))
    found = {}
    for name, number in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", data):
        named = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        if named is not None:
            pairs = re.findall(
                rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4})>", _content(objects[named[1]])
            )
            found[name] = {int(code, 16): chr(int(letter, 16)) for code, letter in pairs}
    return found


def _content(body: bytes) -> bytes:
    found = _STREAM.search(body)
    raw = b"" if found is None else found[1]
    if b"ASCII85Decode" in body:
        raw = (
            base64.a85decode(raw.strip(), adobe=False)
            if not raw.endswith(b"~>")
            else (base64.a85decode(b"<~" + raw.strip(), adobe=True))
        )
    return zlib.decompress(raw) if b"FlateDecode" in body else raw
