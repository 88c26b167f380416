# SPDX-License-Identifier: Apache-2.0
"""Checks of numbers: check digits and pairs, company prefixes, zeros, pieces, places on Earth."""

from collections.abc import Callable

from nguon.gs1.check_digits import check_digit, check_pair, is_valid
from nguon.gs1.dictionary.flaws import Check, Flaw
from nguon.gs1.mode import Rigour

_LEAST_PREFIX = 4


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


def _prefix_second(part: str) -> Flaw | None:
    flaw = _prefix(part[1:])
    return Flaw(flaw.code, 1, 1 + flaw.end, flaw.params) if flaw else None


def _above_zero(part: str) -> Flaw | None:
    return None if part.strip("0") else Flaw("gs1.value.zero", 0, len(part))


def _at_most(limit: int) -> Callable[[str], Flaw | None]:
    """Degrees to seven decimals, counted from one pole or meridian."""

    def judge(part: str) -> Flaw | None:
        if int(part) <= limit:
            return None
        return Flaw("gs1.value.too-great", 0, len(part), {"most": limit})

    return judge


NUMBER_CHECKS = {
    "above-zero": Check(_above_zero),
    "check-digit": Check(_check_digit, Rigour.USUAL),
    "check-pair": Check(_check_pair, Rigour.USUAL),
    "latitude": Check(_at_most(180_0000000)),
    "longitude": Check(_at_most(360_0000000)),
    "no-leading-zero": Check(_no_leading_zero, Rigour.USUAL),
    "piece": Check(_piece),
    "positive": Check(_positive),
    "prefix": Check(_prefix, Rigour.USUAL),
    "prefix-second": Check(_prefix_second),
    "zero": Check(_zero, Rigour.USUAL),
}
