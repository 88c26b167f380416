# SPDX-License-Identifier: Apache-2.0
"""RFID tags against GS1's artefacts and translator, and against a library's cases."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError
from nguon.gs1.rfid import codings, decode, encode, encode_bits
from nguon.gs1.rfid.characters import digits_bits
from nguon.gs1.rfid.values import code_lengths, formats

WRONG_IN_THE_ARTEFACTS = {
    "GDTI-113": "serial as a plain integer; standard 14.3.6 and 14.6: digits behind a one",
    "USDOD-96": "filter value of a tag URI one digit; standard 10: 0 to 15",
    "ADI-var": "text element 7 with SER= for SER; ATA Spec 2000 as in the other seven",
    "SGLN-96, SGLN-195, SGLN+": "254/0 in element strings and links; standard 7: the place as "
    "a whole has no (254)",
    "21 schemes": 'a bare " in Digital Links; RFC 3986 section 2: %22',
}
"""Where what we do follows the standard and not the artefact, and what decides."""

OF_THE_TRANSLATOR = "contains extra data beyond terminator"
"""GS1's translator cannot read back a GIAI or CPI of digits alone when something follows the
terminator; standard 14.5.5.2: the terminator ends the value, not the tag."""


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


@pytest.fixture(scope="module")
def plus(conformance: Path) -> list[dict[str, Any]]:
    return _lines(conformance / "gs1-tdt" / "plus_scheme_vectors_generated.jsonl")


@pytest.fixture(scope="module")
def library(conformance: Path) -> list[dict[str, Any]]:
    folder = conformance / "epcpy"
    return [*_lines(folder / "schemes.jsonl"), *_lines(folder / "summary.jsonl")]


def _tables(conformance: Path, name: str) -> list[dict[str, str]]:
    path = conformance / "gs1-tdt" / "artefacts" / "JSON" / f"TDT_Table{name}.json"
    rows: list[dict[str, str]] = json.loads(path.read_text("utf-8"))["rows"]
    return rows


def _schemes(conformance: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((conformance / "gs1-tdt" / "artefacts" / "JSON").glob("*[-+]*.json")):
        yield json.loads(path.read_text("utf-8"))["tdt:epcTagDataTranslation"]["scheme"]


def test_plus_schemes_are_written_bit_by_bit_as_gs1_does(plus: list[dict[str, Any]]) -> None:
    assert len(plus) == 360
    for row in plus:
        written = encode_bits(
            row["digital_link"], row["scheme"], filter=row["filter"], relations=False
        )
        assert (written.binary, written.hexadecimal) == (row["binary"], row["hex"])


def test_plus_schemes_are_read_back(plus: list[dict[str, Any]]) -> None:
    unread = 0
    for row in plus:
        tag = decode(row["hex"])
        assert (tag.scheme, tag.filter, bool(tag.data)) == (
            row["scheme"], row["filter"], bool(row["aidc_toggle"]),
        )  # fmt: skip
        link = tag.digital_link or ""
        again = encode_bits(link, row["scheme"], filter=row["filter"], relations=False)
        assert again.hexadecimal == row["hex"]
        if OF_THE_TRANSLATOR in row.get("roundtrip", ""):
            unread += 1
            assert tag.elements[0].value.isdigit()
        else:
            expected = row["digital_link"] if row["roundtrip_ok"] else row["roundtrip"]
            assert link == expected.replace('"', "%22")
    assert unread == 15


def test_data_that_does_not_belong_to_the_key_is_refused(plus: list[dict[str, Any]]) -> None:
    """Standard 15.3: AIDC data keeps the rules of mandatory associations and invalid pairs."""
    refused = set()
    for row in plus:
        try:
            encode(row["digital_link"], row["scheme"])
        except IdentifierError as error:
            refused.add((error.code, row["scheme"], row["digital_link"].partition("?")[2]))
    of_products = {"SGTIN+", "DSGTIN+", "ITIP+"}
    assert {code for code, *_ in refused} == {"gs1.relation.requires"}
    assert {tuple(row) for _, *row in refused} == {
        (row["scheme"], row["digital_link"].partition("?")[2])
        for row in plus
        if row["aidc_toggle"] and row["scheme"] not in of_products
    } - {("SGCN+", "17=281231")} | {("ITIP+", "3103=001250")}


def test_the_library_reads_and_writes_the_same(library: list[dict[str, Any]]) -> None:
    cases = [row for row in library if "hex" in row]
    assert len(cases) == 45
    for row in cases:
        tag = decode(row["hex"])
        assert (tag.tag_uri, tag.pure_identity) == (row["tag_uri"], row["uri"])
        if "gs1_element_string" in row:
            assert tag.element_string == row["gs1_element_string"]
        for form in (row["uri"], row["tag_uri"]):
            written = encode(form, tag.scheme, filter=tag.filter).hex().upper()
            assert written.rstrip("0") == row["hex"].rstrip("0")


def test_what_the_library_cannot_write_is_refused(library: list[dict[str, Any]]) -> None:
    cases = [row for row in library if row.get("kind") == "TagEncodable" and not row["ok"]]
    codes = {}
    for row in cases:
        scheme = row["kwargs"]["binary_coding_scheme"].replace("_", "-").replace("VAR", "var")
        with pytest.raises(IdentifierError) as refused:
            encode(row["uri"], scheme)
        codes[refused.value.text[refused.value.start : refused.value.end]] = refused.value.code
    assert codes == {
        "01": "rfid.integer",
        "0123": "rfid.integer",
        "01234567890123456789": "rfid.integer",
        "11ABc%2FD": "rfid.integer",
        "12-456": "rfid.integer",
        ".%25:.13%26": "rfid.integer",
        "123467890": "rfid.range",
        "274877906944": "rfid.range",
        "2199023255552": "rfid.range",
    }


def test_where_gs1s_translator_differs_from_the_library(library: list[dict[str, Any]]) -> None:
    """Standard 6.3: a reference of no digits is empty; 14.6.15: the space before a CAGE code is
    no part of it. GS1's translator writes 0 and the space."""
    differing = [
        (row["gs1_tdt_js_tag_uri"], decode(row["hex"]).tag_uri)
        for row in library
        if row.get("gs1_tdt_js_tag_uri") not in (None, row.get("tag_uri"))
    ]
    assert len(differing) == 6
    for theirs, ours in differing:
        assert ours in {theirs.replace(".0.", "..", 1), theirs.replace(" ", "")}


def test_the_layouts_are_those_of_the_artefacts(conformance: Path) -> None:
    seen = set()
    for scheme in _schemes(conformance):
        coding = codings()[scheme["name"]]
        seen.add(coding.name)
        binary = next(level for level in scheme["level"] if level["type"] == "BINARY")
        assert coding.header == int(binary["prefixMatch"], 2)
        assert coding.bits == scheme.get("tagLength")
        fields = binary["option"][0]["field"]
        widths = [field["bitLength"] for field in fields if field["name"] == "filter"]
        assert widths == ([coding.filter_bits] if coding.filter_bits else [])
        if coding.codes:
            encoded = [part["ai"] for part in binary["option"][0]["encodedAI"]]
            assert tuple(encoded) == coding.codes
    assert seen == set(codings())


def test_the_formats_are_those_of_tables_f_and_k(conformance: Path) -> None:
    rows = _tables(conformance, "F")
    assert [row["a"] for row in rows] == list(formats())
    assert {row["a"]: int(row["b"]) for row in _tables(conformance, "K")} == code_lengths()
    for row in _tables(conformance, "B"):
        assert digits_bits(int(row["a"])) == int(row["b"])
