# SPDX-License-Identifier: Apache-2.0
"""The words of findings and refusals: each code has them, and their fields are filled."""

import ast
import string
from pathlib import Path

import pytest

import nguon.cli.verify_command
import nguon.evidence
from nguon.base.messages import LANGUAGES, catalogue
from nguon.evidence.findings import Code, Finding, held
from nguon.evidence.verifying import verify
from nguon.evidence.words import words
from tests.evidence_made import CLOCK, LOTS, SmallLog, policy

_SPOKEN = {f"evidence.{code}.{end}" for code in Code for end in ("holds", "fails", "open")}
_VERDICTS = {f"evidence.verdict.{end}" for end in ("holds", "fails", "note")}


def told() -> set[str]:
    """Every code of this room that stands in its source."""
    folder = Path(str(nguon.evidence.__file__)).parent
    files = [*folder.rglob("*.py"), Path(str(nguon.cli.verify_command.__file__))]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("evidence.")
        and " " not in node.value
        and not node.value.endswith(".")
    }


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_code_has_words_in_both_languages_and_no_other_has() -> None:
    codes = told() | _SPOKEN | _VERDICTS
    for language in LANGUAGES:
        ours = {code for code in catalogue(language) if code.startswith("evidence.")}
        assert ours == codes
        for code in ours - _SPOKEN - _VERDICTS:
            assert set(catalogue(language)[code]) == {"text", "hint"}, code


def test_both_languages_take_the_same_fields() -> None:
    vi, en = (catalogue(language) for language in LANGUAGES)
    for code in told() | _SPOKEN:
        assert vi[code].keys() == en[code].keys()
        for part in vi[code]:
            assert fields(vi[code][part]) == fields(en[code][part]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_of_a_package_are_told(language: str) -> None:
    for finding in verify(bytes(SmallLog().package(LOTS[0])), policy(), CLOCK):
        said = words(finding, "vi" if language == "vi" else "en")
        assert "{" not in said.text
        assert (said.reason is None) == (finding.holds is True)


def test_times_are_those_of_viet_nam_and_any_number_is_told() -> None:
    params = {"quorum": "q", "names": "w1", "count": 1}
    assert (
        "15/01/2027 15:00" in words(held(Code.WITNESSES, **params, time=1_800_000_000), "en").text
    )
    for odd in (2**64 - 1, 2**62, -(2**62)):
        assert str(odd) in words(held(Code.WITNESSES, **params, time=odd), "en").text


def test_every_finding_can_be_told_in_each_state() -> None:
    params = {
        "origin": "o", "size": 1, "names": "n", "time": 1, "count": 1, "of": 1, "index": 1,
        "item": "i", "shown": 1, "kind": "k", "quorum": "q", "most": 1,
    }  # fmt: skip
    for code in Code:
        for holds in (True, False, None):
            assert "{" not in words(Finding(code, holds, params), "vi").text
