# SPDX-License-Identifier: Apache-2.0
"""Every finding and every refusal of this room has its words, in both languages."""

import ast
from itertools import product
from pathlib import Path

import nguon.dossier
from nguon.base.messages import LANGUAGES, catalogue
from nguon.dossier.findings import Code

ROOM = Path(nguon.dossier.__file__).parent
NEVER = {"manifest.fails", "manifest.open", "issuer.open", "part.holds"}
"""Findings that are not given: what is wrong with the list is told part by part."""
ELSEWHERE = {"dossier.rules-here"}
"""Said by the page alone."""


def named() -> set[str]:
    return {
        node.value
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("dossier.")
        and node.value != "dossier."
        and " " not in node.value
    }


def test_words_and_refusals_are_the_same() -> None:
    endings = {f"{code}.{end}" for code, end in product(Code, ("holds", "fails", "open"))}
    found = {f"dossier.{one}" for one in endings - NEVER - {"told.fails", "told.open"}}
    for language in LANGUAGES:
        ours = {code for code in catalogue(language) if code.startswith("dossier.")}
        assert ours - ELSEWHERE == found | named()


def test_reasons_say_what_to_do() -> None:
    for language in LANGUAGES:
        for code in named():
            assert set(catalogue(language)[code]) == {"text", "hint"}, code
