# SPDX-License-Identifier: Apache-2.0
"""A sheet of households as values, from which every personal number has gone."""

from datetime import date
from typing import Any

import msgspec

from nguon.base import messages
from nguon.base.messages import Language
from nguon.identity.consents import Means, Purpose


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``mac`` stands for the personal number; ``known`` is the household's code where
    it is one that the cooperative has already.
    """

    row: int
    name: str
    mac: bytes
    purposes: tuple[Purpose, ...]
    means: Means
    given: date
    phone: str | None = None
    plot: str | None = None
    code: str | None = None
    commune: str | None = None


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong: the row as a spreadsheet counts, the column; never a cell's digits."""

    row: int
    column: str
    code: str
    params: dict[str, Any] = {}

    def text(self, language: Language) -> str:
        """What is wrong."""
        return messages.text(self.code, language, **self.params)

    def hint(self, language: Language) -> str | None:
        """What to do about it."""
        return messages.hint(self.code, language, **self.params)


class Read(msgspec.Struct, frozen=True):
    """A sheet as it was understood: with faults nothing of it is kept."""

    households: tuple[Household, ...] = ()
    faults: tuple[Fault, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """What taking a sheet does, or did; with faults it did nothing."""

    new: int = 0
    known: int = 0
    consents: int = 0
    faults: tuple[Fault, ...] = ()
