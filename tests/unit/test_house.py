# SPDX-License-Identifier: Apache-2.0
"""The house keeps its own rules: sizes, headers, words in both languages, honest documents."""

import ast
import re
import statistics
import string
import tomllib
from pathlib import Path

import pytest

from nguon.base.messages import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PYTHON = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
NAMES = {"Nguồn"}


def _lines(path: Path) -> int:
    return sum(1 for line in path.read_text("utf-8").splitlines() if line.strip())


def _functions() -> list[tuple[str, int]]:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(ROOT)}:{node.name}", length))
    return found


def test_modules_stay_small() -> None:
    sizes = {path: _lines(path) for path in SOURCES}
    assert {str(path): size for path, size in sizes.items() if size > 500} == {}
    ordered = sorted(sizes.values())
    assert statistics.median(ordered) <= 80
    assert ordered[int(len(ordered) * 0.9)] <= 300


def test_functions_stay_small() -> None:
    lengths = sorted(length for _, length in _functions())
    assert lengths[int(len(lengths) * 0.95)] <= 45


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_file_says_its_licence_and_what_it_owns(path: Path) -> None:
    source = path.read_text("utf-8")
    if not source and path.name == "__init__.py":
        return
    assert source.startswith("# SPDX-License-Identifier: Apache-2.0\n")
    assert ast.get_docstring(ast.parse(source)), "a paragraph that says what the module owns"


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.parent.name != "vn"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_vietnamese_lives_in_the_catalogues(path: Path) -> None:
    source = path.read_text("utf-8")
    for name in NAMES:
        source = source.replace(name, "")
    strings = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    docstrings = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert [text for text in strings if text not in docstrings and VIETNAMESE.search(text)] == []


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same_things() -> None:
    vi, en = (catalogue(language) for language in LANGUAGES)
    assert set(vi) == set(en)
    for code in vi:
        assert set(vi[code]) == set(en[code]), code
        for part in vi[code]:
            assert _fields(vi[code][part]) == _fields(en[code][part]), f"{code}.{part}"


def test_each_catalogue_file_exists_in_both_languages() -> None:
    names = {
        language: {file.name for file in (ROOT / "src/nguon/locale" / language).glob("*.toml")}
        for language in LANGUAGES
    }
    assert names["vi"] == names["en"]


def test_codes_used_in_the_code_have_words() -> None:
    words = catalogue("en")
    rooms = {code.split(".")[0] for code in words}
    pattern = re.compile(r"^[a-z][a-z0-9]*(\.[a-z0-9][a-z0-9-]*)+$")
    missing = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if (
                name.endswith("Error")
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and pattern.match(first.value)
                and first.value.split(".")[0] in rooms
                and first.value not in words
            ):
                missing.add(first.value)
    assert missing == set()


def test_each_setting_is_documented() -> None:
    source = (ROOT / "src/nguon/settings.py").read_text("utf-8")
    keys = set(re.findall(r"NGUON_[A-Z_]+", source))
    documented = set(re.findall(r"NGUON_[A-Z_]+", (ROOT / "docs/operating.md").read_text("utf-8")))
    assert keys - documented == set()


def test_each_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in listed:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert "#" in line, f"{requirement} has no reason beside it"


def test_the_locks_name_no_registry() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        content = lock.read_text("utf-8")
        assert "://" not in content
        pinned = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==", content, re.MULTILINE)
        assert len(pinned) > (0 if lock.name == "outsiders.txt" else 20)
        assert content.count("--hash=sha256:") >= len(pinned)


def test_links_in_the_documents_lead_somewhere() -> None:
    for page in [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
