# SPDX-License-Identifier: Apache-2.0
"""Message catalogues: ``locale/<language>/<room>.toml``, one table per code.

A table has ``text`` (what is wrong, or the words of a page) and may have
``hint`` (what to do next). Both are `str.format` templates over the parameters.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "vi"


@cache
def catalogue(language: Language) -> Mapping[str, Mapping[str, str]]:
    """All messages of a language, by code.

    Raises `ValueError` when two files define the same code.
    """
    merged: dict[str, Mapping[str, str]] = {}
    folder = files("nguon") / "locale" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, entry in tomllib.loads(file.read_text("utf-8")).items():
            if code in merged:
                raise ValueError(f"message {code} is defined twice, again in {file.name}")
            merged[code] = entry
    return merged


def text(code: str, language: Language, /, **params: Any) -> str:
    """The words for a code; raises `KeyError` for a code that no catalogue has."""
    return catalogue(language)[code]["text"].format(**params)


def hint(code: str, language: Language, /, **params: Any) -> str | None:
    """What to do next, where the catalogue says it."""
    template = catalogue(language)[code].get("hint")
    return None if template is None else template.format(**params)
