# SPDX-License-Identifier: Apache-2.0
"""The checks made of a component of a value, beyond its length and characters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nguon.gs1.check_digits import check_digit, check_pair, is_valid
from nguon.gs1.mode import Rigour

_LEAST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a value, and where in it."""

    code: str
    start: int
    end: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One check, and the rigour from which on it is made."""

    judge: Callable[[str], Flaw | None]
    rigour: Rigour = Rigour.USUAL


def _check_digit(part: str) -> Flaw | None:
    if is_valid(part):
        return None
    expected = {"expected": check_digit(part[:-1])}
    return Flaw("gs1.check-digit", len(part) - 1, len(part), expected)


def _check_pair(part: str) -> Flaw | None:
    expected = check_pair(part[:-2])
    if part[-2:] == expected and len(part) > 2:
        return None
    return Flaw("gs1.check-pair", max(len(part) - 2, 0), len(part), {"expected": expected})


def _prefix(part: str) -> Flaw | None:
    head = part[:_LEAST_PREFIX]
    if len(head) == _LEAST_PREFIX and head.isdigit():
        return None
    return Flaw("gs1.prefix-digits", 0, len(head), {"least": _LEAST_PREFIX})


def _no_leading_zero(part: str) -> Flaw | None:
    return Flaw("gs1.leading-zero", 0, 1) if len(part) > 1 and part[0] == "0" else None


def _zero(part: str) -> Flaw | None:
    return None if part == "0" else Flaw("gs1.not-zero", 0, 1)


def _piece(part: str) -> Flaw | None:
    piece, total = part[:2], part[2:]
    if "00" in (piece, total) or piece > total:
        return Flaw("gs1.piece", 0, 4, {"piece": piece, "total": total})
    return None


CHECKS = {
    "check-digit": Check(_check_digit),
    "check-pair": Check(_check_pair),
    "no-leading-zero": Check(_no_leading_zero),
    "piece": Check(_piece, Rigour.FULL),
    "prefix": Check(_prefix),
    "zero": Check(_zero),
}
"""By the names that the table of application identifiers uses."""
