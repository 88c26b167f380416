# SPDX-License-Identifier: Apache-2.0
"""One word for each crop and market, whatever people call it; names are in ``goods.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from nguon.vn.text import fold


def crop(name: str) -> str:
    """The crop that a name means: ``durian`` for "Sầu riêng"; an unknown name, folded."""
    folded = fold(name)
    return _names("crops").get(folded, folded.replace(" ", "_"))


def market(name: str) -> str:
    """The market that a name means: ``CN`` for "Trung Quốc"; an unknown name in capitals."""
    folded = fold(name)
    return _names("markets").get(folded, folded.upper())


def crop_name(word: str) -> str | None:
    """What people call a crop in Vietnamese; None for one that is not in the list."""
    names = _file()["crops"].get(word)
    return names[0] if names else None


def crops() -> tuple[str, ...]:
    """The crops with names, for a list to choose from."""
    return tuple(_file()["crops"])


def markets() -> tuple[str, ...]:
    """The markets with names, for a list to choose from."""
    return tuple(_file()["markets"])


@cache
def _file() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((files("nguon.registry.ledger") / "goods.toml").read_text("utf-8"))


@cache
def _names(kind: str) -> dict[str, str]:
    words = _file()[kind].items()
    return {fold(name): word for word, names in words for name in (word, *names)}
