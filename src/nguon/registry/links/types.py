# SPDX-License-Identifier: Apache-2.0
"""The link types of the GS1 Web vocabulary, from a dated data file, in all their spellings."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from nguon.base.messages import Language

NAMESPACE = "https://gs1.org/voc/"
"""How link types are written in a linkset."""
SPELLINGS = ("gs1:", NAMESPACE, "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/")
"""All of these mean the same vocabulary (Resolver 1.2 section 2.14)."""


def name_of(link_type: str) -> str | None:
    """The name behind a link type in any of its spellings; None for another vocabulary."""
    for head in SPELLINGS:
        if link_type.startswith(head):
            return link_type[len(head) :]
    return None


def known(link_type: str) -> str | None:
    """The name of a link type of the vocabulary, also without any prefix; None for no such type."""
    name = name_of(link_type) or link_type
    return name if name in titles() else None


def title(name: str, language: Language) -> str:
    """What a link type is called; its name where the vocabulary has no such type."""
    words = titles().get(name)
    return name if words is None else words[language]


def offered() -> tuple[str, ...]:
    """The link types that holders may give links of."""
    data = _data()
    kept = {*data["reserved"], *data["deprecated"]}
    return tuple(name for name in titles() if name not in kept)


def titles() -> Mapping[str, Mapping[Language, str]]:
    """Every link type with its title in each language."""
    found: Mapping[str, Mapping[Language, str]] = _data()["types"]
    return found


@cache
def _data() -> Mapping[str, Any]:
    file = files("nguon.registry.links") / "link_types.toml"
    return tomllib.loads(file.read_text("utf-8"))
