# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a value, and the checks that find it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nguon.gs1.mode import Rigour


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a value, and where in it."""

    code: str
    start: int
    end: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a component, and the rigour from which on it is made."""

    judge: Callable[[str], Flaw | None]
    rigour: Rigour = Rigour.FULL
