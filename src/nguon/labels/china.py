# SPDX-License-Identifier: Apache-2.0
"""Names for boxes of fruit to China, in Chinese and English (``china.toml``)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def fruit(crop: str) -> str | None:
    """A fruit in both languages; None where no protocol names it."""
    found = _table()["fruit"].get(crop)
    return None if found is None else f"{found['zh']} {found['en']}"


def origin(province: str, english: str) -> str:
    """Country and province in both languages, by the province's code and English name."""
    country, chinese = _table()["country"], _table()["province"].get(province, "")
    return f"{country['zh']} {chinese} / {english}, {country['en']}".replace("  ", " ")


def destination() -> Mapping[str, str]:
    """The words of destination as facts of a label."""
    return {f"destination-{language}": said for language, said in _table()["destination"].items()}


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("nguon.labels") / "china.toml").read_text("utf-8"))
