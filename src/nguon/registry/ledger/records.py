# SPDX-License-Identifier: Apache-2.0
"""From the ledger's rows to its values and back; pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.time import from_microseconds, to_microseconds
from nguon.registry.ledger.facts import Sums
from nguon.registry.ledger.model import (
    Answer,
    AnswerKind,
    Authorisation,
    Change,
    ChangeKind,
    Drawn,
    Finding,
    Line,
    State,
    Verdict,
    state,
)

Row = Mapping[Any, Any]


def lots_text(lots: Sequence[str]) -> str:
    """Lots in their one order: what a repeated use is recognised by."""
    return json.dumps(sorted(set(lots)), ensure_ascii=False)


def packed(values: Sequence[Finding] | Sequence[Line]) -> str:
    """Findings or lines as they are kept."""
    return msgspec.json.encode(values).decode()


def plain(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings as they are read back: amounts and days as text."""
    return _findings(packed(findings))


def grant_row(given: Authorisation, actor: str, request: str | None) -> dict[str, Any]:
    """A grant as it is kept."""
    same = ("id", "number", "code", "holder", "grantee", "crop", "market")
    return {
        **{name: getattr(given, name) for name in same},
        "valid_from": given.valid_from.isoformat(),
        "valid_to": given.valid_to.isoformat(),
        "quantity": f"{given.quantity:f}",
        "recorded": to_microseconds(given.recorded),
        "actor": actor,
        "request": request,
        "notices": packed(given.notices),
        "arithmetic": packed(given.arithmetic),
    }


def authorisations(found: Iterable[Row], changes: Iterable[Row]) -> list[Authorisation]:
    """Grants with what was changed of them."""
    by_grant: dict[str, list[Change]] = {}
    for row in changes:
        by_grant.setdefault(row["authorisation"], []).append(_change(row))
    return [_authorisation(row, tuple(by_grant.get(row["id"], ()))) for row in found]


def use_row(drawn: Drawn, actor: str) -> dict[str, Any]:
    """A use as it is kept."""
    same = (
        *("id", "code", "user", "holder", "province", "consignment", "crop", "market"),
        *("authorisation", "shown", "reason"),
    )
    return {
        **{name: getattr(drawn, name) for name in same},
        "lots": lots_text(drawn.lots),
        "quantity": f"{drawn.quantity:f}",
        "used_at": to_microseconds(drawn.used_at),
        "recorded": to_microseconds(drawn.recorded),
        "actor": actor,
        "verdict": drawn.verdict.value,
        "findings": packed(drawn.findings),
        "arithmetic": packed(drawn.arithmetic),
    }


def drawn(found: Iterable[Row], answers: Iterable[Row]) -> list[Drawn]:
    """Uses with what was said of them."""
    said = answers_by_use(answers)
    return [_drawn(row, said.get(row["id"], ())) for row in found]


def answers_by_use(rows: Iterable[Row]) -> dict[str, tuple[Answer, ...]]:
    """Answers by use, in order."""
    found: dict[str, tuple[Answer, ...]] = {}
    for row in rows:
        found[row["use"]] = (*found.get(row["use"], ()), _answer(row))
    return found


def sums(found: Iterable[Row], said: Mapping[str, tuple[Answer, ...]]) -> Sums:
    """What rows of uses add up to: counted and waiting."""
    counted = waiting = Decimal(0)
    for row in found:
        now = state(Verdict(row["verdict"]), said.get(row["id"], ()))
        if now is State.COUNTED:
            counted += Decimal(row["quantity"])
        elif now is State.WAITING:
            waiting += Decimal(row["quantity"])
    return Sums(counted, waiting)


def _authorisation(row: Row, changes: tuple[Change, ...]) -> Authorisation:
    return Authorisation(
        **_same(row, "id", "number", "code", "holder", "grantee", "crop", "market"),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]),
        quantity=Decimal(row["quantity"]),
        recorded=from_microseconds(row["recorded"]),
        changes=changes,
        notices=_findings(row["notices"]),
        arithmetic=_lines(row["arithmetic"]),
    )


def _change(row: Row) -> Change:
    return Change(
        kind=ChangeKind(row["kind"]),
        effective=from_microseconds(row["effective"]),
        recorded=from_microseconds(row["recorded"]),
        reason=row["reason"],
        quantity=None if row["quantity"] is None else Decimal(row["quantity"]),
        valid_to=None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
    )


def _drawn(row: Row, answers: tuple[Answer, ...]) -> Drawn:
    return Drawn(
        **_same(row, "id", "code", "user", "holder", "province", "consignment", "crop", "market"),
        **_same(row, "authorisation", "shown", "reason"),
        verdict=Verdict(row["verdict"]),
        lots=tuple(json.loads(row["lots"])),
        quantity=Decimal(row["quantity"]),
        used_at=from_microseconds(row["used_at"]),
        recorded=from_microseconds(row["recorded"]),
        findings=_findings(row["findings"]),
        arithmetic=_lines(row["arithmetic"]),
        answers=answers,
    )


def _answer(row: Row) -> Answer:
    return Answer(
        kind=AnswerKind(row["kind"]),
        recorded=from_microseconds(row["recorded"]),
        organisation=row["organisation"],
        by=row["actor"],
        reason=row["reason"],
    )


def _findings(text: str) -> tuple[Finding, ...]:
    return msgspec.json.decode(text, type=tuple[Finding, ...])


def _lines(text: str) -> tuple[Line, ...]:
    return msgspec.json.decode(text, type=tuple[Line, ...])


def _same(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
