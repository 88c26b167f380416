# SPDX-License-Identifier: Apache-2.0
"""The ledger's findings and arithmetic in words: a sum that can be read, for pages and answers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.messages import Language, catalogue, hint, text
from nguon.base.time import HANOI
from nguon.registry.ledger import goods
from nguon.registry.ledger.model import AnswerKind, Drawn, Finding, Level, Line, Verdict
from nguon.web.formats import day, number

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_AS_WRITTEN = frozenset({"number", "reason", "text", "consignment"})
_CROPS = frozenset({"crop", "crops"})
_MARKETS = frozenset({"market", "markets"})
_SIGNS = {
    **dict.fromkeys(("rate",), "×"),
    **dict.fromkeys(("ceiling", "after", "left", "left-after", "over", "free"), "="),
    **dict.fromkeys(("draw", "waiting"), "+"),
    **dict.fromkeys(("drawn", "drawn-waiting", "this-draw", "granted-before", "own-use"), "−"),
}


class Said(msgspec.Struct, frozen=True):
    """A finding in words, with what to do next."""

    code: str
    level: Level
    text: str
    hint: str | None


class Term(msgspec.Struct, frozen=True):
    """A line of a sum: its sign, its words, the amount with its unit, and where it comes from."""

    sign: str
    words: str
    amount: str
    note: str | None
    result: bool


def said(findings: Sequence[Finding], language: Language) -> list[Said]:
    """Findings in words, the gravest first."""
    order = [*reversed(Level)]
    return [
        Said(
            one.code,
            one.level,
            text(one.code, language, **params(one, language)),
            hint(one.code, language, **params(one, language)),
        )
        for one in sorted(findings, key=lambda one: order.index(one.level))
    ]


def sums(lines: Sequence[Line], language: Language) -> list[list[Term]]:
    """The arithmetic as sums: by the code, and by the grant where one was drawn on."""
    words = [(line.code.partition("-")[2], line) for line in lines]
    start = next((at for at, (name, _) in enumerate(words) if name == "granted"), len(words))
    parts = (words[:start], words[start:])
    return [[_term(name, line, language) for name, line in part] for part in parts if part]


def params(finding: Finding, language: Language) -> dict[str, str]:
    """A finding's parameters as a reader writes amounts, days, crops and markets."""
    kind = finding.code.rpartition("-")[2]
    return {
        name: _value(_meaning(name, kind), value, language)
        for name, value in finding.params.items()
    }


def errors(code_params: Mapping[str, Any], language: Language) -> dict[str, str]:
    """An error's parameters likewise."""
    return {name: _value(name, value, language) for name, value in code_params.items()}


def crop(code: str, language: Language) -> str:
    """A crop's name."""
    return goods.crop_name(code, language)


def market(code: str, language: Language) -> str:
    """A market's name; the code of one that has none here."""
    named = f"ledger.market-{code}"
    return text(named, language) if named in catalogue(language) else code


def kilograms(amount: Decimal, language: Language) -> str:
    """A weight as it stands in a table."""
    return f"{number(amount, language)} kg"


def local(moment: datetime, language: Language) -> str:
    """A day in Viet Nam."""
    return day(moment.astimezone(HANOI).date(), language)


def outcome(one: Drawn) -> tuple[str, str]:
    """What became of a use: the code of its word, and the tone of its tag."""
    said_last = one.answers[-1].kind if one.answers else None
    if said_last is AnswerKind.REVERSE:
        return "ledger.short-reversed", ""
    if one.verdict is Verdict.HELD and said_last is not None:
        tone = "good" if said_last is AnswerKind.ACCEPT else "danger"
        return f"ledger.short-answered-{said_last}", tone
    return f"ledger.short-{one.verdict}", _TONES[one.verdict]


_TONES = {
    Verdict.ACCEPTED: "good",
    Verdict.NOTICED: "gold",
    Verdict.QUESTIONED: "gold",
    Verdict.HELD: "danger",
    Verdict.REFUSED: "danger",
}


def _term(name: str, line: Line, language: Language) -> Term:
    unit = text("ledger.unit-rate", language) if name == "rate" else line.unit
    amount = f"{number(line.amount, language)} {unit}"
    note = line.note_en or line.note if language == "en" else line.note
    if name == "area" and note is not None:
        note = text(f"ledger.basis-{note}", language)
    elif name == "rate" and note is not None:
        note = text("ledger.source", language, source=note)
    sign = _SIGNS.get(name, "")
    return Term(sign, text(line.code, language), amount, note, sign == "=")


def _meaning(name: str, kind: str) -> str:
    """What ``shown``, ``registered`` and ``granted`` are is said by the finding's own code."""
    return kind if name in {"shown", "registered", "granted"} else name


def _value(name: str, value: Any, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_value(name, one, language) for one in value)
    if name in _CROPS:
        return crop(str(value), language)
    if name in _MARKETS:
        return market(str(value), language)
    if name == "status":
        return text(f"ledger.status-{value}", language)
    if name == "reason":
        return ": ".join(_reason(part, language) for part in str(value).splitlines())
    if name == "named":
        return str(value).rpartition(":")[2]
    return str(value) if name in _AS_WRITTEN else _plain(value, language)


def _reason(written: str, language: Language) -> str:
    """A body's reason by its code, or in its own words."""
    known = (one for one in (f"approvals.reason-{written}", written) if one in catalogue(language))
    found = next(known, None)
    return written if found is None else text(found, language)


def _plain(value: Any, language: Language) -> str:
    if isinstance(value, date):
        return day(value, language)
    written = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if _DAY.fullmatch(written):
        return day(date.fromisoformat(written), language)
    if _AMOUNT.fullmatch(written):
        return number(Decimal(written), language)
    return written
