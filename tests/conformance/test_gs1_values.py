# SPDX-License-Identifier: Apache-2.0
"""Check digits, check pairs, character sets and company prefixes against GS1's data."""

import gzip
import json
from pathlib import Path

import pytest

from nguon.gs1.characters import stray_character
from nguon.gs1.prefixes import prefix_length
from nguon.gs1.dictionary.checks import CHECKS

LINTERS = {
    "csum": ("n", ["check-digit"]),
    "csumalpha": ("x", ["check-pair"]),
    "nozeroprefix": ("n", ["no-leading-zero", "positive"]),
    "pieceoftotal": ("n", ["piece"]),
    "zero": ("n", ["zero"]),
    "csetnumeric": ("n", []),
    "cset82": ("x", []),
    "cset39": ("y", []),
    "cset64": ("z", []),
}
"""Each linter as this engine does it: the character set first, then checks."""

NARROWER = {
    "1===", "12===", "12====", "12=====", "123==",
    "12345678901234567890123 T", "12345678901234567890123N ", "1" + "2345678901" * 9 + "2345678ZZ",
}  # fmt: skip
"""Refused alike, but here the mark is on the first wrong character, not on all of them;
the last is longer than the linter takes and has a wrong check pair besides."""


def span(linter: str, text: str) -> tuple[int, int] | None:
    characters, checks = LINTERS[linter]
    if (stray := stray_character(characters, text)) is not None:
        return stray, stray + 1
    flaws = (CHECKS[name].judge(text) for name in checks)
    return next(((flaw.start, flaw.end) for flaw in flaws if flaw), None)


def marked(linter: str, text: str) -> str | None:
    found = span(linter, text)
    if found is None:
        return None
    start, end = found
    return f"{text[:start]}*{text[start:end]}*{text[end:]}"


@pytest.mark.parametrize("linter", LINTERS)
def test_linters_agree_to_the_character(linter: str, conformance: Path) -> None:
    text = (conformance / "gs1-syntax-dictionary/linters.jsonl").read_text("utf-8")
    cases = [json.loads(line) for line in text.split("\n") if line]
    expected = {case["input"]: case.get("markup") for case in cases if case["linter"] == linter}
    assert expected
    found = {text: marked(linter, text) for text in expected}
    assert {text for text in found if found[text] is None} == {
        text for text in expected if expected[text] is None
    }
    assert {text for text in found if found[text] != expected[text]} <= NARROWER


def test_every_company_prefix_length(conformance: Path) -> None:
    with gzip.open(conformance / "gs1-gcp-length/gcp_length.tsv.gz", "rt") as table:
        rows = [line.split("\t") for line in table.read().splitlines()[1:]]
    assert len(rows) == 170_843
    expected = {prefix: int(length) or None for prefix, length in rows}
    for fill in "09":
        assert {p: prefix_length(p.ljust(12, fill)) for p in expected} == expected
