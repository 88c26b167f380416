# SPDX-License-Identifier: Apache-2.0
"""Small files that would unpack to gigabytes or minutes are refused before they are unpacked."""

import re
import time
from io import BytesIO

import pytest
from PIL import Image

from nguon.web import scan_photo
from nguon.web.errors import PhotoError


def _file(mode: str, size: tuple[int, int], form: str, **options: bool) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def _passes(number: int, size: tuple[int, int]) -> bytes:
    """A progressive JPEG whose last scan comes so many times more."""
    whole = _file("L", size, "JPEG", progressive=True)
    end = whole.rindex(b"\xff\xd9")
    last = [found.start() for found in re.finditer(rb"\xff\xda", whole)][-1]
    return whole[:end] + whole[last:end] * number + whole[end:]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_file("1", (1, 21_000), "PNG"), "scans.photo-large"),
        (_file("1", (21_000, 1), "PNG"), "scans.photo-large"),
        (_file("1", (5_100, 5_000), "PNG"), "scans.photo-large"),
        (_passes(40, (6_000, 6_000)), "scans.photo-broken"),
        (_passes(400, (64, 64)), "scans.photo-broken"),
    ],
)
def test_what_would_take_long_is_refused_at_once(content: bytes, code: str) -> None:
    taken = []
    for _ in range(3):
        begun = time.process_time()
        with pytest.raises(PhotoError) as refused:
            scan_photo.read(content)
        taken.append(time.process_time() - begun)
        assert refused.value.code == code
    assert min(taken) < 0.2


def test_scans_are_not_hidden_behind_markers_without_a_length() -> None:
    content = _passes(400, (64, 64))
    start = content.index(b"\xff\xda")
    for hiding in (b"\xff\x01\xff\xff", b"\xff\xff\xff", b"\xff\xd3\xff\xff"):
        with pytest.raises(PhotoError):
            scan_photo.read(content[:start] + hiding + content[start:])


def test_photographs_as_cameras_make_them_are_read() -> None:
    assert scan_photo.read(_passes(4, (4_000, 3_000))) == []
    assert scan_photo.read(_file("RGBA", (400, 300), "PNG")) == []
    assert scan_photo.read(_file("LA", (400, 300), "PNG")) == []
    assert scan_photo.read(_file("P", (400, 300), "PNG")) == []
