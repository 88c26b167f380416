# SPDX-License-Identifier: Apache-2.0
"""Digital Links against GS1's syntax engine and the event hash's normalisation pairs."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1 import IdentifierError, Mode, canonical_digital_link, item_key, parse

LEGACY_SWITCHES = {"zero_suppressed_gtin", "convenience_alphas"}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def element_string(uri: str, mode: Mode) -> str | None:
    """As the syntax engine writes it: no ^ after values of a predefined length."""
    try:
        identifier = parse(uri, mode=mode)
    except IdentifierError:
        return None
    fixed = ("00", "01", "02", "11", "13", "15", "17", "20", "31", "32", "33", "34", "35", "36",
             "41")  # fmt: skip
    text = "^"
    for ai, value in identifier.parts + identifier.attributes:
        text += f"{ai}{value}" + ("" if ai.startswith(fixed) else "^")
    return text.removesuffix("^")


def test_every_pair_of_the_event_hash_normaliser(conformance: Path) -> None:
    pairs = json.loads((conformance / "event-hash-vectors/dl_normaliser_pairs.json").read_bytes())
    assert len(pairs) == 35
    found = {pair["input"]: canonical_digital_link(pair["input"]) for pair in pairs}
    assert found == {pair["input"]: pair["expected"] for pair in pairs}


def test_strict_mode_judges_as_the_syntax_engine(conformance: Path) -> None:
    cases = lines(conformance / "gs1-syntax-engine/dl_parse.jsonl")
    plain = [case for case in cases if not case["options"]]
    assert (len(plain), len(cases)) == (51, 58)
    found = {case["uri"]: element_string(case["uri"], Mode.STRICT) for case in plain}
    assert found == {case["uri"]: case["element_string"] for case in plain}


def test_lenient_mode_is_the_engine_with_its_legacy_switches(conformance: Path) -> None:
    cases = lines(conformance / "gs1-syntax-engine/dl_parse.jsonl")
    legacy = [case for case in cases if case["options"]]
    assert {switch for case in legacy for switch in case["options"]} == LEGACY_SWITCHES
    for case in legacy:
        path = case["element_string"]
        key = parse(case["uri"]).parts[0]
        assert path.startswith("^" + "".join(key))
        with pytest.raises(IdentifierError):
            parse(case["uri"], mode=Mode.STRICT)


def test_every_valid_sequence_of_a_path(conformance: Path) -> None:
    values = {
        "00": "006141411234567890", "01": "12312312312333", "253": "1231231231232",
        "255": "1231231231232", "401": "12345678", "402": "12345678901234560",
        "414": "9520123456788", "415": "9520123456788", "417": "9520123456788",
        "7040": "1ABC", "8003": "09520123456788", "8004": "9520614141234567",
        "8006": "123123123123330102", "8010": "95201234", "8011": "12",
        "8013": "1987654Ad4X4bL5ttr2310c2K",
        "8017": "795260646688514634", "8018": "795260646688514634", "8019": "1", "8020": "A",
    }  # fmt: skip
    sequences = [case["ais"] for case in lines(
        conformance / "gs1-syntax-engine/dl_path_sequences_valid.jsonl"
    )]  # fmt: skip
    for ais in sequences:
        parts = tuple((ai, values.get(ai, "X1")) for ai in ais)
        path = "/".join(f"{ai}/{value}" for ai, value in parts)
        assert parse(f"https://a/{path}", mode=Mode.STRICT).parts == parts
    longer = [ais for ais in sequences if len(ais) > 2]
    assert longer
    for ais in longer:
        turned = [ais[0], *reversed(ais[1:])]
        path = "/".join(f"{ai}/{values.get(ai, 'X1')}" for ai in turned)
        with pytest.raises(IdentifierError) as refused:
            parse(f"https://a/{path}", mode=Mode.STRICT)
        assert refused.value.code == "gs1.qualifier-order"


def test_constrained_links_for_epcis(conformance: Path) -> None:
    """Constrained: strictly right, and nothing in it that the item key leaves out.

    The lists also sort keys by where EPCIS may use them, which is no matter of
    syntax: cases of that sort are known by their list and level.
    """
    cases = lines(conformance / "ralphtro-epcis-dl-verifier/constrained_dl_uris.jsonl")
    assert len(cases) == 30
    levels = {
        "object_instance_epcList": {"instance", "document", "shipment", "party"},
        "object_class_quantityList": {"class", "lot"},
        "location_party": {"place", "party"},
    }
    unlike = []
    for case in cases:
        try:
            identifier = parse(case["uri"], mode=Mode.STRICT)
        except IdentifierError:
            constrained = False
        else:
            fits = identifier.level in levels[case["list"]]
            whole = case["uri"].endswith(f"/{identifier.digital_link('')[1:]}")
            constrained = fits and whole
        if constrained != case["valid_constrained_dl_uri"]:
            unlike.append(case["uri"])
    assert unlike == []


def test_a_wrong_check_digit_keeps_its_hash_form_but_gets_no_key() -> None:
    wrong = "https://id.gs1.org/01/09521234543210/21/A"
    assert canonical_digital_link(wrong) == wrong
    assert item_key(wrong) == f"uri:{wrong}"
