# SPDX-License-Identifier: Apache-2.0
"""Compression against Solidsoft's rows, the constrained subset against RalphTro's.

Rows that differ are listed with the clause that decides. Short names (``/gtin/``) left
the syntax with version 1.2; rows that want them are not of the current rule.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError
from nguon.gs1.compression import compress, compress_link, decompress
from nguon.gs1.compression.packing import pack
from nguon.gs1.constrained import CLASSES, INSTANCES, PLACES, constrained
from nguon.gs1.links import read_link

FOLDER = "solidsoft-gs1digitallinklib"
STEM = "https://id.gs1.org"
ITIP = "/8006/054123450000130201"

REFUSED = {
    "gs1.piece": "piece 02 of 01: GS1's syntax dictionary, linter pieceoftotal of (8006)",
    "gs1.no-primary-key": "(410)-(413), (416) are attributes: GS1's syntax dictionary, dlpkey",
    "gs1.length": "a GTIN has 14 digits: URI Syntax 1.6; shorter ones were taken before 1.4",
    "gs1.not-attribute": "the row writes (253) and compresses (235), which belongs to (01)",
    "gs1.compressed-code": "(410)-(413), (416) are attributes, so the path holds no key",
}
"""Why a row is not taken."""

DIFFERENT = {
    "https://id.gs1.org/patientinfo/01/05060917510011?context=UK&11=241016&7004=3",
    "https://id.gs1.org/patientinfo/01/05060917510011?11=241016&context=UK&7004=3",
    "https://id.gs1.org/patientinfo/01/05060917510011?context=UK&11=241016&7004=3#chapter1",
}
"""Rows that lose what they compress: see `test_nothing_of_the_query_is_lost`."""


def rows(conformance: Path, name: str) -> list[dict[str, Any]]:
    lines = (conformance / FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [row for row in found if not re.search("short (names|text)", row["scenario"])]


def elements(text: str) -> list[tuple[str, str]]:
    return re.findall(r"\(([0-9]{2,4})\)([^(]*)", text)


def done(work: Any, *args: Any, **options: Any) -> str:
    try:
        return str(work(*args, **options))
    except IdentifierError as error:
        return error.code


def test_links_are_compressed_as_the_rows_have_it(conformance: Path) -> None:
    found = rows(conformance, "compress_gs1_digital_link")
    assert len(found) == 50
    other = {}
    for row in found:
        link, partial = row["decompressedDigitalLink"], "Partially" in row["scenario"]
        got = done(compress_link, link, partial=partial, optimise=False)
        if got != row["expectedDigitalLink"]:
            other[(link, partial)] = got
    taken = {key: got for key, got in other.items() if got not in REFUSED}
    assert {link for link, _ in taken} <= DIFFERENT
    assert set(other.values()) - set(taken.values()) <= set(REFUSED)
    assert len(other) == 17


def test_nothing_of_the_query_is_lost() -> None:
    """The rows leave out (7004)=3 after a name that is no application identifier."""
    link = f"{STEM}/patientinfo/01/05060917510011?11=241016&7004=3&context=UK"
    assert decompress(compress_link(link, optimise=False)) == link


def test_links_are_decompressed_as_the_rows_have_it(conformance: Path) -> None:
    found = rows(conformance, "decompress_gs1_digital_link")
    assert len(found) == 44
    other = {}
    for row in found:
        sent = row.get("compressedDigitalLink") or row["partiallyCompressedDigitalLink"]
        got = done(decompress, sent)
        if got != row["expectedDigitalLink"]:
            other[sent] = got
    assert set(other.values()) <= set(REFUSED)
    assert len(other) == 12


def test_element_strings_are_compressed_as_the_rows_have_it(conformance: Path) -> None:
    found = rows(conformance, "gs1_element_strings_to_compressed_gs1_digital_link")
    found = [row for row in found if row["elementString"].startswith("(")]
    assert len(found) == 156
    other = []
    for row in found:
        partial = "partially" in row["scenario"]
        got = done(compress, elements(row["elementString"]), STEM, partial=partial, optimise=False)
        if got != row["digitalLink"]:
            other.append(got)
    assert set(other) <= set(REFUSED)
    assert len(other) == 58


def test_refused_values_would_be_written_with_the_same_bits(conformance: Path) -> None:
    found = rows(conformance, "gs1_element_strings_to_compressed_gs1_digital_link")
    compared = 0
    for row in found:
        given = dict(elements(row["elementString"]))
        if "8006" not in given:
            continue
        head, _, segment = row["digitalLink"].rpartition("/")
        if head.endswith(ITIP):
            del given["8006"]
        elif head != STEM:
            continue
        assert pack(given, optimise=False) == segment
        compared += 1
    assert compared == 53


def test_compressed_links_say_the_elements_of_the_rows(conformance: Path) -> None:
    found = rows(conformance, "gs1_compressed_digital_link_to_gs1_element_strings")
    found = [row for row in found if "brackets" in row["scenario"]]
    assert len(found) == 66
    refused = []
    for row in found:
        got = done(decompress, row["digitalLink"])
        if got in REFUSED:
            refused.append(got)
            continue
        assert sorted(read_link(got, relations=False).elements) == sorted(
            elements(row["elementString"])
        )
    assert len(refused) == 20


LEVELS = {
    "location_party": PLACES,
    "object_class_quantityList": CLASSES,
    "object_instance_epcList": INSTANCES,
}


def test_every_uri_of_the_constrained_subset(conformance: Path) -> None:
    path = conformance / "ralphtro-epcis-dl-verifier/constrained_dl_uris.jsonl"
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(found) == 30
    for row in found:
        if row["valid_constrained_dl_uri"]:
            constrained(row["uri"], LEVELS[row["list"]])
            continue
        with pytest.raises(IdentifierError) as refused:
            constrained(row["uri"], LEVELS[row["list"]])
        assert 0 <= refused.value.start <= refused.value.end <= len(row["uri"])
