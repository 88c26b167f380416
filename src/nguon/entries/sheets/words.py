# SPDX-License-Identifier: Apache-2.0
"""The kinds of tables and what people head their columns with, from ``columns.toml``."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from nguon.vn.text import fold

_BRACKETS = re.compile(r"\s*[(\[,]\s*([^)\],]{1,20}?)\s*[)\]]?\s*$")


class Kind(StrEnum):
    """What the rows of a table are."""

    DELIVERIES = "deliveries"
    HARVEST = "harvest"
    RECEIVE = "receive"
    PACK = "pack"
    SHIP = "ship"
    SELL = "sell"
    WITHDRAW = "withdraw"


class Columns(msgspec.Struct, frozen=True):
    """The columns of a kind, in the order of its template.

    ``required`` columns must be there; ``filled`` cells must be in every row,
    those of a part in ``parts`` all or none, and one part in every row.
    """

    fields: Sequence[str]
    required: Sequence[str]
    filled: Sequence[str]
    parts: Sequence[Sequence[str]] = ()


def columns(kind: Kind) -> Columns:
    """The columns of a kind of table."""
    return _columns()[kind]


def column(kind: Kind, heading: str) -> str | None:
    """The field that a heading means in a kind of table; ``amount (kg)`` says its unit besides."""
    known = _by_heading(kind)
    return known.get(fold(heading)) or known.get(fold(_BRACKETS.sub("", heading)))


def unit_in(heading: str) -> str:
    """The unit that a heading names in brackets, or empty."""
    found = _BRACKETS.search(heading)
    return "" if found is None else found[1].strip()


def words(field: str) -> Sequence[str]:
    """What people call a field, the template's name first."""
    found: Sequence[str] = _file()["words"][field]
    return found


def value(field: str, word: str) -> str | None:
    """The stored word that an entry means."""
    return _values(field).get(fold(word))


def known(field: str) -> str:
    """The first word for each value of a field, for a message; empty for a field of free text."""
    listed: Mapping[str, Sequence[str]] = _file()["values"].get(field, {})
    return ", ".join(names[0] for names in listed.values())


def example(field: str) -> str:
    """What the template shows in a column."""
    found: str = _file()["example"][field]
    return found


@cache
def _columns() -> Mapping[str, Columns]:
    kinds: Mapping[str, Any] = _file()["kinds"]
    return {
        kind: msgspec.convert({"filled": told["required"]} | told, Columns)
        for kind, told in kinds.items()
    }


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("nguon.entries.sheets") / "columns.toml").read_text("utf-8"))


@cache
def _by_heading(kind: Kind) -> Mapping[str, str]:
    return {fold(name): field for field in columns(kind).fields for name in (field, *words(field))}


@cache
def _values(field: str) -> Mapping[str, str]:
    listed: Mapping[str, Sequence[str]] = _file()["values"][field]
    return {fold(name): word for word, names in listed.items() for name in (word, *names)}
