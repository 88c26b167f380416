# SPDX-License-Identifier: Apache-2.0
"""Element strings, links and scan data against GS1's syntax engine and against BWIPP."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError
from nguon.gs1.characters import percent_decoded, uri_encoded
from nguon.gs1.elements import (
    Element,
    Scan,
    check,
    read_bracketed,
    read_raw,
    read_scan,
    write_raw,
    write_scan,
)
from nguon.gs1.links import read_link, write_link

NO_SUCH_AI = "the dictionary has no AI 89; the case tests a switch that lets unknown ones through"

OTHERWISE = {
    "991234": "FNC1 in first position is sent as symbology identifier, not as a character "
    "(General Specifications 7.8.5): a raw element string begins with its first AI",
    "(89)ABC(89)ABC(89)ABC": NO_SUCH_AI,
    "(01)12312312312326(99)000001(89)XXX(95)INT": NO_SUCH_AI,
    "(401)12": "linter gcppos1: a company prefix has at least four digits",
    "(8010)12#-/0123456789ABCDEFGHIJK": "linter gcppos1: its first four characters are digits",
    "https://example.com/01/02345673": "URI Syntax 1.6: a GTIN has fourteen digits",
    "https://id.gs1.org/01/9520123456788?3103=000195&3922=0299&17=201225": "the same",
    "https://example.com/01/9520123456788?3103=000195&3922=0299&17=201225": "the same",
    "https://brand.example.com/01/9520123456788": "the same",
}
"""Cases that we refuse or accept unlike their source, each with the clause that decides."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def tried(work: Callable[..., Any], *given: Any) -> Any:
    """The result, or None where it is refused."""
    try:
        return work(*given)
    except IdentifierError:
        return None


@pytest.fixture(scope="module")
def engine(conformance: Path) -> Callable[[str], list[dict[str, Any]]]:
    return lambda name: lines(conformance / "gs1-syntax-engine" / f"{name}.jsonl")


Engine = Callable[[str], list[dict[str, Any]]]


def unlike(cases: list[dict[str, Any]], name: str, judge: Callable[[str], Any]) -> set[str]:
    """The inputs on which the verdicts differ."""
    return {case[name] for case in cases if (tried(judge, case[name]) is None) == case["ok"]}


def listed(cases: list[dict[str, Any]], name: str) -> set[str]:
    """Those of the inputs that the table says we judge otherwise."""
    return {case[name] for case in cases} & OTHERWISE.keys()


def both(text: str) -> tuple[Element, ...]:
    elements = read_bracketed(text)
    check(elements)
    return elements


def raw_of(text: str) -> str:
    return "^" + write_raw(read_bracketed(text), "^")


def link_of(text: str, stem: str) -> str:
    return write_link(read_bracketed(text), stem)


def test_raw_element_strings(engine: Engine) -> None:
    cases = engine("ai_element_string")
    assert len(cases) == 40
    assert unlike(cases, "element_string", read_raw) == listed(cases, "element_string")


def test_bracketed_element_strings_become_raw_ones(engine: Engine) -> None:
    cases = engine("ai_bracketed_parse")
    assert len(cases) == 14
    found = {case["ai"]: tried(raw_of, case["ai"]) for case in cases}
    assert found == {case["ai"]: case["element_string"] for case in cases}


def test_relations(engine: Engine) -> None:
    cases = engine("ai_associations")
    assert len(cases) == 39
    assert unlike(cases, "ai", both) == listed(cases, "ai")


def test_every_fault_of_a_value_is_found(engine: Engine) -> None:
    cases = engine("ai_linter_errors")
    assert len(cases) == 49
    for case in cases:
        assert (tried(read_bracketed, case["ai"]) is None) == bool(case["error"]), case


def test_links_are_written_alike(engine: Engine) -> None:
    cases = engine("dl_generate")
    assert len(cases) == 11
    found = {case["ai"]: tried(link_of, case["ai"], case["stem"]) for case in cases}
    expected = {case["ai"]: case["uri"] for case in cases}
    differing = {text for text in found if found[text] != expected[text]}
    assert differing == listed(cases, "ai")


@pytest.mark.parametrize("relations", [True, False])
def test_links_are_read_alike(engine: Engine, relations: bool) -> None:
    cases = [case for case in engine("dl_parse") if not case["options"]]
    assert len(cases) == 51
    found = {}
    for case in cases:
        link = tried(partial(read_link, relations=relations), case["uri"])
        found[case["uri"]] = link and "^" + write_raw(link.elements, "^")
    assert found == {case["uri"]: case["element_string"] for case in cases}


def test_values_in_uris_are_encoded_alike(engine: Engine) -> None:
    """A space, written ``+`` in a query, is in no character set: we never write one."""
    for case in engine("uri_escape"):
        assert uri_encoded(case["input"]) == case["path"]
        assert case["path"].replace("%20", "+") == case["query"]
    for case in engine("uri_unescape"):
        assert percent_decoded(case["input"]) == case["path"] == case["query"]


def shown(scan: Scan) -> str:
    """As the engine writes what it has scanned; of a free message, ``\\^`` for ``^``."""
    if scan.plain is not None:
        return scan.plain.replace("\\^", "\\\\^")
    if scan.link is not None:
        return write_link(scan.link.elements, scan.link.stem)
    length = {"]E0": 13, "]E4": 8}.get(scan.symbology)
    if length is None:
        return "^" + write_raw(scan.elements, "^")
    more = write_raw(scan.elements[1:], "^")
    return scan.elements[0].value[-length:] + (f"|^{more}" if more else "")


def test_scan_data_is_read_and_written_back(engine: Engine) -> None:
    cases = engine("scandata_process")
    assert len(cases) == 27
    for case in cases:
        scan = tried(read_scan, case["scandata"])
        assert (scan is not None) == case["ok"], case
        if scan is not None:
            assert shown(scan) == case["data"]
            assert write_scan(scan) == case["scandata"]


def test_scan_data_of_others_is_understood(engine: Engine) -> None:
    """What the engine sends is read, and written alike but for separators at the end."""
    cases = [case for case in engine("scandata_generate") if case["scandata"]]
    assert len(cases) == 19
    for case in cases:
        written = write_scan(read_scan(case["scandata"]))
        assert written == case["scandata"].removesuffix("\x1d")


def test_bwipp_on_element_strings(conformance: Path) -> None:
    cases = lines(conformance / "bwipp/ai_elements.jsonl")
    related = [case for case in cases if case["flags"]["lintreqs"]]
    assert (len(cases), len(related)) == (443, 442)
    (alone,) = (case for case in cases if not case["flags"]["lintreqs"])
    assert (tried(read_bracketed, alone["input"]) is not None) == alone["ok"]
    assert unlike(related, "input", both) == listed(related, "input")


def test_bwipp_on_links(conformance: Path) -> None:
    cases = lines(conformance / "bwipp/dl_uris.jsonl")
    assert len(cases) == 38
    assert unlike(cases, "input", read_link) == listed(cases, "input")
