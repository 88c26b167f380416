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
    if part and is_valid(part):
        return None
    expected = {"expected": check_digit(part[:-1])}
    return Flaw("gs1.check-digit", max(len(part) - 1, 0), len(part), expected)


def _check_pair(part: str) -> Flaw | None:
    body = part[:-2]
    expected = check_pair(body)
    if body and part[-2:] == expected:
        return None
    return Flaw("gs1.check-pair", len(body), len(part), {"expected": expected})


def _prefix(part: str) -> Flaw | None:
    head = part[:_LEAST_PREFIX]
    if len(head) == _LEAST_PREFIX and head.isdigit():
        return None
    return Flaw("gs1.prefix-digits", 0, len(head), {"least": _LEAST_PREFIX})


def _no_leading_zero(part: str) -> Flaw | None:
    return Flaw("gs1.leading-zero", 0, 1) if len(part) > 1 and part[0] == "0" else None


def _positive(part: str) -> Flaw | None:
    return Flaw("gs1.leading-zero", 0, 1) if part == "0" else None


def _zero(part: str) -> Flaw | None:
    return Flaw("gs1.not-zero", 0, len(part)) if part.strip("0") else None


def _piece(part: str) -> Flaw | None:
    middle = len(part) // 2
    piece, total = part[:middle], part[middle:]
    params = {"piece": piece, "total": total}
    if not piece or len(piece) != len(total):
        return Flaw("gs1.piece", 0, len(part), params)
    if not piece.strip("0"):
        return Flaw("gs1.piece", 0, middle, params)
    if not total.strip("0"):
        return Flaw("gs1.piece", middle, len(part), params)
    return Flaw("gs1.piece", 0, len(part), params) if piece > total else None


CHECKS = {
    "check-digit": Check(_check_digit),
    "check-pair": Check(_check_pair),
    "no-leading-zero": Check(_no_leading_zero),
    "piece": Check(_piece, Rigour.FULL),
    "positive": Check(_positive, Rigour.FULL),
    "prefix": Check(_prefix),
    "zero": Check(_zero),
}
"""By the names that the table of application identifiers uses."""
