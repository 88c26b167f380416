# SPDX-License-Identifier: Apache-2.0
"""Check digits, check pairs, character sets and company prefixes against GS1's data."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1.characters import stray_character
from nguon.gs1.dictionary import find
from nguon.gs1.dictionary.checks import CHECKS
from nguon.gs1.prefixes import prefix_length

LINTERS = {
    "couponcode": ("", 1, 90, ["coupon"]),
    "couponposoffer": ("", 1, 90, ["coupon-offer"]),
    "cset39": ("y", 1, 90, []),
    "cset64": ("z", 1, 90, []),
    "cset82": ("x", 1, 90, []),
    "csetnumeric": ("n", 0, 90, []),
    "csum": ("n", 1, 90, ["check-digit"]),
    "csumalpha": ("x", 1, 99, ["check-pair"]),
    "gcppos1": ("x", 1, 90, ["prefix"]),
    "gcppos2": ("x", 1, 90, ["prefix-second"]),
    "hasnondigit": ("", 1, 90, ["some-letter"]),
    "hh": ("n", 2, 2, ["hour"]),
    "hhmi": ("n", 4, 4, ["time"]),
    "hyphen": ("", 1, 1, ["hyphen"]),
    "iban": ("", 1, 90, ["iban"]),
    "importeridx": ("", 1, 1, ["importer-index"]),
    "iso3166": ("", 3, 3, ["country"]),
    "iso3166999": ("", 3, 3, ["country-or-999"]),
    "iso3166alpha2": ("", 2, 2, ["country-letters"]),
    "iso4217": ("", 3, 3, ["currency"]),
    "iso5218": ("", 1, 1, ["sex"]),
    "latitude": ("n", 10, 10, ["latitude"]),
    "longitude": ("n", 10, 10, ["longitude"]),
    "mediatype": ("", 2, 2, ["media-type"]),
    "mi": ("n", 2, 2, ["minute"]),
    "nonzero": ("n", 1, 90, ["above-zero"]),
    "nozeroprefix": ("n", 1, 90, ["no-leading-zero", "positive"]),
    "packagetype": ("", 1, 4, ["package-type"]),
    "pcenc": ("", 0, 90, ["percent"]),
    "pieceoftotal": ("n", 1, 90, ["piece"]),
    "posinseqslash": ("", 1, 90, ["position"]),
    "ss": ("n", 2, 2, ["second"]),
    "winding": ("", 1, 1, ["winding"]),
    "yesno": ("", 1, 1, ["yes-no"]),
    "yymmd0": ("n", 6, 6, ["date-or-month"]),
    "yymmdd": ("n", 6, 6, ["date"]),
    "yyyymmd0": ("n", 8, 8, ["long-date-or-month"]),
    "yyyymmdd": ("n", 8, 8, ["long-date"]),
    "zero": ("n", 1, 90, ["zero"]),
}
"""Each linter as this engine does it: length and character set of the component, then checks."""

NEEDS_A_REGISTER = {"INVALID_GCP_PREFIX", "GCP_DATASOURCE_OFFLINE"}
"""Cases of an engine that asks a register of licensed prefixes and gets no answer."""

NARROWER = {
    "12345678901234567890123 T", "12345678901234567890123N ", "1" + "2345678901" * 9 + "2345678ZZ",
}  # fmt: skip
"""Refused alike, but here the mark is on the first wrong character, not on all of them;
the last is longer than the linter takes and has a wrong check pair besides."""


def span(linter: str, text: str) -> tuple[int, int] | None:
    if linter == "cset64":
        signature = find("8030")
        flaw = signature.flaw(text) if signature and text else None
        return (flaw.start, flaw.end) if flaw else None
    characters, least, most, checks = LINTERS[linter]
    stray = stray_character(characters, text) if characters else None
    if stray is not None and len(text) <= most:
        return stray, stray + 1
    if not least <= len(text) <= most:
        return 0, len(text)
    flaws = (CHECKS[name].judge(text) for name in checks)
    return next(((flaw.start, flaw.end) for flaw in flaws if flaw), None)


def marked(linter: str, text: str) -> str | None:
    found = span(linter, text)
    if found is None:
        return None
    start, end = found
    return f"{text[:start]}*{text[start:end]}*{text[end:]}"


@pytest.fixture(scope="module")
def linter_cases(conformance: Path) -> list[dict[str, Any]]:
    text = (conformance / "gs1-syntax-dictionary/linters.jsonl").read_text("utf-8")
    cases = [json.loads(line) for line in text.split("\n") if line]
    assert len(cases) == 2826
    return cases


def test_every_linter_is_here(linter_cases: list[dict[str, Any]]) -> None:
    assert {case["linter"] for case in linter_cases} == set(LINTERS)
    made = {name for _, _, _, checks in LINTERS.values() for name in checks}
    assert made == set(CHECKS)


@pytest.mark.parametrize("linter", LINTERS)
def test_linters_agree_to_the_character(linter: str, linter_cases: list[dict[str, Any]]) -> None:
    expected = {
        case["input"]: case.get("markup")
        for case in linter_cases
        if case["linter"] == linter and case.get("error") not in NEEDS_A_REGISTER
    }
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
