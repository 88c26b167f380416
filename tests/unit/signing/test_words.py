# SPDX-License-Identifier: Apache-2.0
"""Every refusal of this room has its words, and gives them all that they ask for."""

import ast
import string
from pathlib import Path

import nguon.signing
from nguon.base.messages import LANGUAGES, catalogue

ROOM = Path(nguon.signing.__file__).parent


def raised() -> dict[str, list[set[str]]]:
    found: dict[str, list[set[str]]] = {}
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                code = node.args[0].value
                if isinstance(code, str) and code.startswith("signing."):
                    names = {each.arg for each in node.keywords if each.arg}
                    found.setdefault(code, []).append(names)
    return found


def test_words_and_refusals_are_the_same() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        ours = {code for code in words if code.startswith("signing.")}
        assert ours == set(raised())


def test_each_refusal_fills_its_words() -> None:
    for code, places in raised().items():
        for language in LANGUAGES:
            entry = catalogue(language)[code]
            assert set(entry) == {"text", "hint"}
            fields = {
                name
                for template in entry.values()
                for _, name, _, _ in string.Formatter().parse(template)
                if name
            }
            for names in places:
                assert fields <= names, (code, language)
