# SPDX-License-Identifier: Apache-2.0
"""What people call the columns of a sheet of households, and consents; from ``words.toml``."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from nguon.identity.consents import Means, Purpose
from nguon.vn.text import fold

FIELDS = ("name", "number", "phone", "plot", "code", "commune", "purposes", "means", "given")
REQUIRED = ("name", "number", "purposes", "means", "given")
_BETWEEN = re.compile("[,;+/\n]")


def column(heading: str) -> str | None:
    """The field that a heading means."""
    return _names("columns").get(fold(heading))


def heading(field: str) -> str:
    """The usual heading of a field."""
    return _file()["columns"][field][0]


def example(group: str, word: str) -> str:
    """The usual word for a purpose or a means; under ``example`` a name."""
    return _file()[group][word][0]


def purposes(cell: str) -> list[Purpose] | None:
    """The purposes in a cell, with commas between; None where a word is none."""
    said = [part for part in _BETWEEN.split(cell) if part.strip()]
    found = [_names("purposes").get(fold(part)) for part in said]
    known = [Purpose(one) for one in found if one is not None]
    return known if len(known) == len(said) else None


def means(cell: str) -> Means | None:
    """The way of consenting that a cell names."""
    found = _names("means").get(fold(cell))
    return None if found is None else Means(found)


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    text = (files("nguon.parties.enrolment.households") / "words.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _names(group: str) -> dict[str, str]:
    return {fold(n): word for word, names in _file()[group].items() for n in (word, *names)}
