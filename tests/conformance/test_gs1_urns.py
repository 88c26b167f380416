# SPDX-License-Identifier: Apache-2.0
"""EPC URNs against a library's cases: which are valid, and which element strings they mean."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError, Mode, parse

WITHOUT_GS1_KEY = {"ADI", "BIC", "GID", "IMOVN", "USDOD"}
"""Schemes that name no GS1 key: `parse` refuses all of them, by one code."""

ZEROS = (".00.00.", ":cpi:0614141.123456.0")
"""Piece 0 of 0 and serial number 0 of a part: the library takes them, and so does lenient
mode; strict mode follows GS1's syntax dictionary, which does not."""

OF_THE_LIBRARY = {
    "urn:epc:class:lgtin:5019265.123588..%25:.13%26",
    "urn:epc:class:lgtin:0000565.023588..%25:.13%26",
    "urn:epc:id:sgtin:1519265.023588..%25:.13%26",
    "urn:epc:id:sgtin:0000565.023588..%25:.13%26",
}
"""Valid URNs; what the cases refuse is to write them as a short GTIN of a given type."""


@pytest.fixture(scope="module")
def cases(conformance: Path) -> list[dict[str, Any]]:
    found = []
    for name in ("schemes.jsonl", "summary.jsonl"):
        text = (conformance / "epcpy" / name).read_text("utf-8")
        found += [json.loads(line) for line in text.split("\n") if line]
    return [case for case in found if "uri" in case and case["uri"] not in OF_THE_LIBRARY]


def is_valid(uri: str, mode: Mode) -> bool:
    try:
        parse(uri, mode=mode)
    except IdentifierError:
        return False
    return True


def test_which_urns_are_valid(cases: list[dict[str, Any]]) -> None:
    judged = [
        case
        for case in cases
        if case.get("kind") == "EPCSchemeInit" and case["scheme"] not in WITHOUT_GS1_KEY
    ]
    assert len(judged) > 60
    expected = {case["uri"]: case["ok"] for case in judged}
    assert {uri: is_valid(uri, Mode.LENIENT) for uri in expected} == expected
    strict = {uri: ok and not any(zero in uri for zero in ZEROS) for uri, ok in expected.items()}
    assert {uri: is_valid(uri, Mode.STRICT) for uri in strict} == strict


def test_schemes_without_a_gs1_key_are_named(cases: list[dict[str, Any]]) -> None:
    valid = [
        case["uri"]
        for case in cases
        if case["scheme"] in WITHOUT_GS1_KEY and case.get("ok") is True
    ]
    assert valid
    for uri in valid:
        with pytest.raises(IdentifierError) as refused:
            parse(uri)
        assert refused.value.code == "gs1.epc-without-key"


def test_urns_and_element_strings_mean_the_same(cases: list[dict[str, Any]]) -> None:
    both = [case for case in cases if case.get("gs1_element_string")]
    assert len(both) > 40
    for case in both:
        from_urn, from_elements = parse(case["uri"]), parse(case["gs1_element_string"])
        assert from_urn.key == from_elements.key, case["uri"]
        assert from_urn.memberships == from_elements.memberships


def test_every_valid_urn_survives_its_digital_link(cases: list[dict[str, Any]]) -> None:
    """Not back to the same URN: the cases invent company prefixes of any length."""
    for case in cases:
        if case.get("ok", True) and case["scheme"] not in WITHOUT_GS1_KEY:
            identifier = parse(case["uri"])
            assert parse(identifier.digital_link()).key == identifier.key
            assert parse(identifier.key).key == identifier.key
