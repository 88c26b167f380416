# SPDX-License-Identifier: Apache-2.0
"""Symbols beside BWIPP's: its matrices read as what they carry, its codewords of bars are ours."""

import json
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageOps

from nguon.gs1.elements import read_bracketed, write_raw
from nguon.labels.symbols import symbol
from nguon.labels.zpl_data import code_128
from tests.unit.labels.zpl_reader import codewords


def _rows(conformance: Path, name: str) -> list[dict[str, Any]]:
    lines = (conformance / "bwipp" / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _read(side: int, modules: bytes) -> Any:
    light = bytes(0 if one else 255 for one in modules)
    image = Image.frombytes("L", (side, len(modules) // side), light)
    large = image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)
    return zxingcpp.read_barcode(ImageOps.expand(large, 16, 255))


def test_matrices_read_as_what_they_carry(conformance: Path) -> None:
    """The reader that proves our labels agrees with another writer; ours is no larger."""
    rows = _rows(conformance, "symbol_matrices.jsonl")
    assert len(rows) == 4
    compared = 0
    for row in rows:
        side = int(row["n"] ** 0.5)
        found = _read(side, bytes(one == "1" for one in row["modules"]))
        if row["encoder"] == "gs1qrcode":
            assert found.bytes.decode() == write_raw(read_bracketed(row["data"]))
            continue
        assert found.bytes.decode() == row["data"]
        if row["encoder"] == "qrcode":
            ours = symbol("qr", row["data"])
            assert ours.columns <= side
            assert _read(ours.columns, ours.dark).bytes == found.bytes
            compared += 1
    assert compared == 2


def test_bars_have_the_same_codewords(conformance: Path) -> None:
    rows = [
        row for row in _rows(conformance, "symbol_codewords.jsonl") if row["encoder"] == "gs1-128"
    ]
    assert len(rows) == 1
    for row in rows:
        ours = codewords(code_128(write_raw(read_bracketed(row["data"]))))
        weighed = ours[0] + sum(at * word for at, word in enumerate(ours))
        # Check character and stop (ISO/IEC 15417, 4.2.2) end theirs.
        assert [*ours, weighed % 103, 106] == row["codewords"]


def test_matrices_are_as_small_as_theirs(conformance: Path) -> None:
    """Data codewords fill a size (ISO/IEC 16022, table 7): ours needs no larger one."""
    sides = {22: 20, 62: 32}
    rows = [
        row
        for row in _rows(conformance, "symbol_codewords.jsonl")
        if row["encoder"] == "gs1datamatrix" and "rectangle" not in row["options"]
    ]
    assert len(rows) == 3
    for row in rows:
        made = symbol("datamatrix", row["data"])
        assert made.columns == sides[len(row["codewords"])]
