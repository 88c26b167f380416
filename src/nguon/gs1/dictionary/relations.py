# SPDX-License-Identifier: Apache-2.0
"""What application identifiers need beside them, and what may not be beside them.

Both are questions of everything that stands on one item, on all its carriers together
(GS1 General Specifications section 4.14; GS1's syntax dictionary, ``req`` and ``ex``).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from nguon.gs1.dictionary.identifiers import Condition
from nguon.gs1.dictionary.table import table

_REMEMBERED = 4096
_FEW = 12
_SIGNATURE = "8030"
_SERIAL_AT = {"253": 13, "255": 13, "8003": 14}


class Disagreement(NamedTuple):
    """Which application identifier does not get on with the rest, and why."""

    ai: str
    code: str
    params: dict[str, Any]


_answers: dict[tuple[str, ...], Disagreement | None] = {}


def disagreement(codes: tuple[str, ...]) -> Disagreement | None:
    """The first relation that does not hold among these application identifiers.

    All of them must be in the table. Answers are remembered, for few combinations are met;
    those to long lists are not, so that a sender of odd ones cannot fill the memory.
    """
    if len(codes) > _FEW:
        return _disagreement(codes)
    try:
        return _answers[codes]
    except KeyError:
        if len(_answers) >= _REMEMBERED:
            _answers.clear()
        answer = _answers[codes] = _disagreement(codes)
        return answer


def unsigned(values: Mapping[str, str]) -> Disagreement | None:
    """A signature (8030) of a document, coupon or asset type: without a serial it names none."""
    if _SIGNATURE not in values:
        return None
    for ai, start in _SERIAL_AT.items():
        if ai in values and len(values[ai]) <= start:
            return Disagreement(ai, "gs1.relation.unserialised", {"beside": _SIGNATURE})
    return None


def _disagreement(codes: tuple[str, ...]) -> Disagreement | None:
    known, present = table(), frozenset(codes)
    for code in codes:
        barred = known[code].excludes & present
        if barred:
            other = next(each for each in codes if each in barred)
            return Disagreement(code, "gs1.relation.excludes", {"other": other})
    for code in codes:
        for condition, written in zip(known[code].requires, known[code].needs.split(), strict=True):
            if not _holds(condition, present):
                return Disagreement(code, "gs1.relation.requires", {"needed": _shown(written)})
    return None


def _holds(condition: Condition, present: frozenset[str]) -> bool:
    return any(all(piece & present for piece in alternative) for alternative in condition)


def _shown(written: str) -> str:
    """``01+21,8026`` as people read it: ``(01)+(21) / (8026)``."""
    return " / ".join(
        "+".join(f"({ai})" for ai in alternative.split("+")) for alternative in written.split(",")
    )
