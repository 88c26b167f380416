# SPDX-License-Identifier: Apache-2.0
"""The units that people write in tables, from ``units.toml``."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from nguon.tables.errors import TableError
from nguon.vn.text import fold

Kind = Literal["amount", "area"]
_REGIONAL = frozenset({"sao", "mau"})
_POWERS = str.maketrans("²³", "23")


class Unit(msgspec.Struct, frozen=True):
    """A unit: UN/ECE code, how many of that code's unit it is, whether it is a coarse one."""

    kind: Kind
    code: str
    factor: Decimal
    words: tuple[str, ...]
    coarse: bool = False


@lru_cache(maxsize=1024)
def unit(word: str, kind: Kind) -> Unit:
    """The unit that a word means; raises `TableError`."""
    name = fold(word.translate(_POWERS))
    found = _units().get(name)
    if found is None and name in _REGIONAL and kind == "area":
        raise TableError("tables.sao", text=word)
    if found is None:
        raise TableError("tables.unit", text=word, known=known(kind))
    if found.kind != kind:
        raise TableError(f"tables.unit-no-{kind}", text=word, known=known(kind))
    return found


def known(kind: Kind) -> str:
    """The first word of every unit of a kind, for a message."""
    return ", ".join(dict.fromkeys(u.words[0] for u in _units().values() if u.kind == kind))


@cache
def _units() -> Mapping[str, Unit]:
    data = tomllib.loads((files("nguon.tables") / "units.toml").read_text("utf-8"))
    units = msgspec.convert(data["unit"], list[Unit], strict=False)
    return {fold(word.translate(_POWERS)): unit for unit in units for word in unit.words}
