# SPDX-License-Identifier: Apache-2.0
"""What people call columns and values, read from ``words.toml``; pure apart from that file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from nguon.registry.model import Register
from nguon.vn.text import fold


def column(register: Register, header: str) -> str | None:
    """The field that a column's heading means."""
    return _columns(register).get(fold(header))


def value(register: Register, field: str, word: str) -> str | None:
    """The stored word that an entry means, e.g. ``household``."""
    return _values(register, field).get(fold(word))


def value_at_start(register: Register, field: str, text: str) -> str | None:
    """The stored word of the longest known name that an entry begins with."""
    folded, known = f"{fold(text)} ", _values(register, field)
    names = [name for name in known if folded.startswith(f"{name} ")]
    return known[max(names, key=len)] if names else None


def known(register: Register, field: str) -> str:
    """The first name of every word that a field may hold, for a message."""
    values: Mapping[str, list[str]] = _file()[register]["values"][field]
    return ", ".join(names[0] for names in values.values())


def choices(register: Register, field: str) -> tuple[str, ...]:
    """Every stored word that a field may hold."""
    return tuple(_file()[register]["values"][field])


def headings(register: Register) -> str:
    """The first name of every column, for a message."""
    columns: Mapping[str, list[str]] = _file()[register]["columns"]
    return ", ".join(names[0] for names in columns.values())


def names(register: Register) -> Mapping[str, list[str]]:
    """What people call the columns, by field, the usual name first."""
    found: Mapping[str, list[str]] = _file()[register]["columns"]
    return found


def listed(register: Register, field: str) -> str:
    """What `known` gives; empty for a field of free text."""
    return known(register, field) if field in _file()[register].get("values", {}) else ""


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("nguon.registry") / "words.toml").read_text("utf-8"))


def _by_name(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {fold(name): word for word, names in words.items() for name in (word, *names)}


@cache
def _columns(register: Register) -> dict[str, str]:
    return _by_name(_file()[register]["columns"])


@cache
def _values(register: Register, field: str) -> dict[str, str]:
    return _by_name(_file()[register]["values"][field])
