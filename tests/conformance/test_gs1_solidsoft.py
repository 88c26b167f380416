# SPDX-License-Identifier: Apache-2.0
"""Conversions and tables of Solidsoft's Digital Link library, where the rule is current.

The rows are of 2025 and older rules; whatever we do otherwise is counted by the reason,
and each reason has the clause that decides. Compressed links have tests of their own.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError, parse
from nguon.gs1.dictionary import ApplicationIdentifier, table
from nguon.gs1.elements import Element, read_bracketed, read_raw
from nguon.gs1.links import read_link, write_link

DECIDES = {
    "gs1.piece": "dictionary, AI 8006, pieceoftotal: piece 02 of 01 in all the rows",
    "gs1.length": "URI Syntax 1.6: a GTIN in a link has fourteen digits",
    "gs1.no-primary-key": "dictionary: 410-413 and 416 are no dlpkey",
    "gs1.relation.requires": "dictionary, AI 415: req=8020",
    "gs1.brackets": "ISO/IEC 15424: scanners send no brackets",
    "gs1.unknown-ai": "the same: what follows ]C1 is a raw element string",
}
TITLES = (
    "3561 3565 3601 3603 3610 3611 3615 3621 3622 3630 3631 3634 3640 3641 3644 3650 3661 3663 "
    "3664 3665 414 424 4322 4331 4332 7231 7236 8002 8020"
)
"""Data titles that the table has otherwise: the dictionary's are the ones of GS1."""

NO_KEYS = {"410", "412", "413"}
"""Primary keys of the table that are none in the dictionary (no dlpkey)."""

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(conformance: Path) -> Callable[[str], list[Row]]:
    folder = conformance / "solidsoft-gs1digitallinklib"

    def read(name: str) -> list[Row]:
        text = (folder / f"{name}.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    return read


Rows = Callable[[str], list[Row]]


def elements_of(row: Row) -> list[Element]:
    """Of a link; one with short names only lenient reading takes, which asks less."""
    if "short" in row["scenario"]:
        found = parse(row["digitalLink"])
        return [Element(*part) for part in found.parts + found.attributes]
    return list(read_link(row["digitalLink"]).elements)


def refusals(cases: list[Row], judge: Callable[[Row], None]) -> Counter[str]:
    """How many rows are refused, by the reason; all others pass the judge's assertions."""
    found: Counter[str] = Counter()
    for case in cases:
        try:
            judge(case)
        except IdentifierError as error:
            found[error.code] += 1
    assert set(found) <= set(DECIDES)
    return found


def written(text: str) -> tuple[Element, ...]:
    raw = text.replace("<GS>", "\x1d").replace("<gs>", "\x1d")
    return read_bracketed(raw) if raw.startswith("(") else read_raw(raw)


def given(row: Row) -> list[tuple[str, str]]:
    return [(row[f"AI{n}"], row[f"Value{n}"]) for n in range(1, 9) if row.get(f"AI{n}")]


def test_links_are_taken_apart(rows: Rows) -> None:
    cases = [row for row in rows("extract_from_gs1_digital_link") if "digitalLink" in row]
    cases = [row for row in cases if "ompressed" not in row["scenario"]]
    assert len(cases) == 39

    def judge(row: Row) -> None:
        assert elements_of(row) == given(row)

    assert refusals(cases, judge) == {"gs1.piece": 6, "gs1.length": 1, "gs1.no-primary-key": 4}


def test_element_strings_are_taken_apart(rows: Rows) -> None:
    cases = rows("extract_from_gs1_element_strings")
    assert len(cases) == 3

    def judge(row: Row) -> None:
        text = row["elementString"].removeprefix("]C1")
        elements = written(text) if text == row["elementString"] else read_raw(text)
        assert set(given(row)) <= set(elements)

    assert refusals(cases, judge) == {"gs1.unknown-ai": 1}


def test_links_become_element_strings(rows: Rows) -> None:
    cases = rows("gs1_digital_link_to_gs1_element_strings")
    cases = [row for row in cases if "ompressed" not in row["scenario"]]
    assert len(cases) == 84

    def judge(row: Row) -> None:
        assert sorted(elements_of(row)) == sorted(written(row["elementStrings"]))

    assert refusals(cases, judge) == {"gs1.piece": 15, "gs1.length": 1, "gs1.no-primary-key": 12}


def test_element_strings_become_links(rows: Rows) -> None:
    """Short names were taken out of the syntax in 2021: rows that want them are left out."""
    cases = rows("gs1_element_strings_to_gs1_digital_link")
    cases = [row for row in cases if "short" not in row["scenario"]]
    assert len(cases) == 186

    def judge(row: Row) -> None:
        expected = row["digitalLink"]
        stem = row.get("uriStem") or "/".join(expected.split("/")[:3])
        assert write_link(written(row["elementString"]), stem) == expected

    counts = {"gs1.piece": 46, "gs1.no-primary-key": 3, "gs1.relation.requires": 2}
    assert refusals(cases, judge) == counts


def test_what_else_a_link_carries(rows: Rows) -> None:
    cases = [row for row in rows("additional_uri_content") if "gs1DigitalLinkData" in row]
    assert len(cases) == 2
    for row in cases:
        link = read_link(row["digitalLinkUri"])
        assert dict(link.elements) == json.loads(row["gs1DigitalLinkData"])
        other = row["otherQueryStringContent"]
        assert link.ignored == (((other, ""),) if other else ())


def test_its_table_of_application_identifiers(rows: Rows) -> None:
    cases = [row for row in rows("table_tests") if "AI table" in row["scenario"]]
    assert len(cases) == 268
    known = table()
    qualifiers = {
        ai for key in known.values() for sequence in key.sequences or () for ai in sequence
    }
    titles, sorts = set(), set()
    for row in cases:
        identifier = known[row["ai"]]
        assert identifier.predefined_length == (row["predefinedLength"] == "TRUE")
        if identifier.title != row["dataTitle"]:
            titles.add(row["ai"])
        if sort_of(identifier, qualifiers) != row["type"]:
            sorts.add(row["ai"])
    assert (titles, sorts) == (set(TITLES.split()), NO_KEYS)


def sort_of(identifier: ApplicationIdentifier, qualifiers: set[str]) -> str:
    if identifier.sequences is not None:
        return "I"
    return "Q" if identifier.code in qualifiers else "D"


def test_its_table_of_formats(rows: Rows) -> None:
    cases = [row for row in rows("table_tests") if "Format table" in row["scenario"]]
    assert len(cases) == 267
    for row in cases:
        identifier = table()[row["ai"]]
        places = [n for n in (1, 2, 3) if row.get(f"length{n}")]
        assert identifier.most == sum(int(row[f"length{n}"]) for n in places)
        digits = all(part.character_set == "n" for part in identifier.components)
        assert digits == all(row[f"expectedType{n}"] == "Numeric" for n in places)


def test_its_tables_of_lengths(rows: Rows) -> None:
    """AI 18, once in reserve, is not in the dictionary."""
    predefined = [row for row in rows("table_tests") if "predefined length" in row["scenario"]]
    prefixes = [row for row in rows("table_tests") if "prefix length" in row["scenario"]]
    assert (len(predefined), len(prefixes)) == (11, 23)
    for row in predefined:
        some = beginning(row["aiFirstTwoDigits"])
        assert bool(some) == (row["aiFirstTwoDigits"] != "18")
        assert all(each.predefined_length for each in some)
        assert {len(each.code) + each.most for each in some} <= {int(row["numberOfCharacters"])}
    for row in prefixes:
        lengths = {len(each.code) for each in beginning(row["aiFirstTwoDigits"])}
        assert lengths == {int(row["lengthOfAi"])}


def beginning(digits: str) -> list[ApplicationIdentifier]:
    return [each for code, each in table().items() if code.startswith(digits)]
