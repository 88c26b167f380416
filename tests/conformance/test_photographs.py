# SPDX-License-Identifier: Apache-2.0
"""Photographs of codes, and of none, from another project's samples."""

from pathlib import Path

import pytest

from nguon.scans.reading import read
from nguon.web import scan_photo

NOTHING = {"ean13-4/17.webp": "240 × 240 pixels, blurred"}
"""Samples on which no code is found, and why."""
DOUBLE = {"ean13-1/35.webp": "7034759003930"}
"""Samples on which a second code is seen that is not there: people choose."""
BINARY = ("datamatrix-3/dm-c.jpg", "qrcode-7/01-03.png")
"""Samples whose content is not given as text: something is read."""


@pytest.fixture(scope="module")
def samples(conformance: Path) -> dict[str, Path]:
    folder = conformance / "zxing-cpp-samples"
    pictures = [*folder.glob("*/*.png"), *folder.glob("*/*.webp"), *folder.glob("*/*.jpg")]
    return {str(one.relative_to(folder)): one for one in sorted(pictures)}


def _plain(text: str) -> str:
    """Without the symbology identifier, with one sort of line ends."""
    bare = text[3:] if text[:1] == "]" else text
    return bare.replace("\r\n", "\n")


def test_codes_on_photographs_are_read(samples: dict[str, Path]) -> None:
    wrong = {}
    for name, path in samples.items():
        if name.startswith("falsepositives") or name in BINARY:
            continue
        expected = {path.with_suffix(".txt").read_text("utf-8")}
        found = {_plain(one.text) for one in scan_photo.read(path.read_bytes())}
        if name in NOTHING:
            expected = set()
        if name in DOUBLE:
            expected.add(DOUBLE[name])
        if found != expected:
            wrong[name] = found
    assert wrong == {}
    assert len(samples) == 40


def test_contents_that_are_no_text_are_read_too(samples: dict[str, Path]) -> None:
    for name in BINARY:
        [found] = scan_photo.read(samples[name].read_bytes())
        assert read(found.text, "nguon.gov.vn").content is not None


def test_no_code_is_seen_where_none_is(samples: dict[str, Path]) -> None:
    negative = [path for name, path in samples.items() if name.startswith("falsepositives")]
    assert len(negative) == 4
    assert [scan_photo.read(path.read_bytes()) for path in negative] == [[]] * 4


def test_codes_of_goods_on_photographs_are_identifiers(samples: dict[str, Path]) -> None:
    for name, key in (
        ("ean13-1/4.webp", "01/"),
        ("ean8-1/2.png", "01/00000"),
        ("datamatrix-5/issue794-3-2.webp", "01/08903819987659/21/Y2GNX9ZR37SE0DAAT436"),
    ):
        [found] = scan_photo.read(samples[name].read_bytes())
        identifier = read(found.text, "nguon.gov.vn").identifier
        assert identifier is not None, name
        assert identifier.key.startswith(key), name


def test_an_element_that_cannot_be_is_named(samples: dict[str, Path]) -> None:
    [found] = scan_photo.read(samples["rssexpanded-1/10-corrected.png"].read_bytes())
    error = read(found.text, "nguon.gov.vn").error
    assert error is not None
    assert error.text[error.start : error.end] == "123", "(422): no country has this number"
