# SPDX-License-Identifier: Apache-2.0
"""Every refusal of these rooms has its words, and gives them all that they ask for."""

import ast
import string
from importlib import import_module
from pathlib import Path

import pytest

from nguon.base.messages import LANGUAGES, catalogue

ROOMS = ("signing", "transparency")


def raised(room: str) -> dict[str, list[set[str]]]:
    found: dict[str, list[set[str]]] = {}
    file = import_module(f"nguon.{room}").__file__
    assert file is not None
    for path in Path(file).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                code = node.args[0].value
                if isinstance(code, str) and code.startswith(f"{room}."):
                    names = {each.arg for each in node.keywords if each.arg}
                    found.setdefault(code, []).append(names)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_words_and_refusals_are_the_same(room: str) -> None:
    for language in LANGUAGES:
        ours = {code for code in catalogue(language) if code.startswith(f"{room}.")}
        assert ours == set(raised(room))
        assert ours


@pytest.mark.parametrize("room", ROOMS)
def test_each_refusal_fills_its_words(room: str) -> None:
    for code, places in raised(room).items():
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
