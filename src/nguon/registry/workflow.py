# SPDX-License-Identifier: Apache-2.0
"""Who may decide what on an entry, and what it becomes: pure decisions over ``workflow.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from nguon.base.audience import NATIONAL, Mandate
from nguon.base.time import HANOI
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import crops
from nguon.registry.errors import NotInChargeError, StepRefusedError
from nguon.registry.history import Standing, Status
from nguon.registry.model import Register

MOST_WORDS = 2000


class Step(StrEnum):
    """What a body does with an entry."""

    CHECK = "check"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    REVOKE = "revoke"
    REINSTATE = "reinstate"


class CaseState(StrEnum):
    """Where a case stands; the last four are closed."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Position(msgspec.Struct, frozen=True):
    """Where an entry stands: ``at`` the time a decision holds from; ``case`` where one waits."""

    at: Status
    case: CaseState | None
    seen: int
    """The number of the last row of its history."""


_ON_CASES = {
    Step.CHECK: ((CaseState.SUBMITTED,), CaseState.CHECKED),
    Step.APPROVE: ((CaseState.SUBMITTED, CaseState.CHECKED), CaseState.APPROVED),
    Step.RETURN: ((CaseState.SUBMITTED, CaseState.CHECKED), CaseState.RETURNED),
    Step.REFUSE: ((CaseState.SUBMITTED, CaseState.CHECKED), CaseState.REFUSED),
}
_ON_STANDINGS = {
    Step.SUSPEND: ((Status.APPROVED,), Status.SUSPENDED),
    Step.REINSTATE: ((Status.SUSPENDED,), Status.APPROVED),
    Step.REVOKE: ((Status.APPROVED, Status.SUSPENDED), Status.REVOKED),
}
_BECOMES = {
    Step.CHECK: Status.CHECKED,
    Step.APPROVE: Status.APPROVED,
    Step.RETURN: Status.DECLARED,
    Step.REFUSE: Status.REFUSED,
    **{step: status for step, (_, status) in _ON_STANDINGS.items()},
}
IN_USE = frozenset({Status.APPROVED, Status.SUSPENDED})
"""Standings under which what an approval covers is not changed without the body."""


def possible(position: Position) -> tuple[Step, ...]:
    """The steps that may be taken now."""
    return tuple(step for step in Step if _allowed(step, position))


def becomes(step: Step) -> Status:
    """What an entry stands as after a step."""
    return _BECOMES[step]


def case_after(step: Step) -> CaseState | None:
    """Where its case stands after a step; None for a step that needs no case."""
    return _ON_CASES[step][1] if step in _ON_CASES else None


def check_step(step: Step, position: Position, reason: str | None, note: str | None) -> None:
    """Raise `StepRefusedError` for a step that is not possible or lacks its reason."""
    if not _allowed(step, position):
        raise StepRefusedError("approvals.not-possible", step=step.value, status=position.at.value)
    known = reasons(step)
    if known and reason not in known:
        raise StepRefusedError("approvals.reason-missing", known=", ".join(known))
    if reason == "other" and not note:
        raise StepRefusedError("approvals.note-missing")
    if note is not None and len(note) > MOST_WORDS:
        raise StepRefusedError("approvals.note-long", most=MOST_WORDS)


def check_charge(principal: Principal, province: str | None, sector: str, holder: int) -> None:
    """Raise `NotInChargeError` for whoever may not decide on an entry there."""
    if not in_charge(principal, province, sector):
        raise NotInChargeError("approvals.not-in-charge")
    if principal.organisation == holder:
        raise NotInChargeError("approvals.own-entry")


def in_charge(principal: Principal, province: str | None, sector: str) -> bool:
    """Whether a principal is an officer whose mandate covers a province and a sector."""
    if principal.kind is not KeyKind.INSPECTOR or not principal.may(Scope.SUPERVISE):
        return False
    return mandate_of(principal).covers(province, sector)


def mandate_of(principal: Principal) -> Mandate:
    """What a principal is in charge of today, its branches spelt out.

    An officer without a mandate is in charge everywhere; a mandate that does not run, and whoever
    is no officer, of nothing. The operator looks at everything.
    """
    if principal.kind is KeyKind.OPERATOR:
        return NATIONAL
    mandate = principal.mandate or NATIONAL
    officer = principal.kind is KeyKind.INSPECTOR
    if not officer or not mandate.in_force(datetime.now(HANOI).date()):
        return _NOTHING
    return replace(mandate, sectors=looked_after(mandate.sectors))


_NOTHING = Mandate(frozenset(), frozenset())


def looked_after(branches: frozenset[str] | None) -> frozenset[str] | None:
    """The sectors of entries that branches of administration look after; None is all."""
    if branches is None:
        return None
    table: Mapping[str, list[str]] = _file()["branch"]
    return branches.union(*(table.get(branch, ()) for branch in branches))


def due(register: Register, opened: datetime) -> datetime:
    """When a decision is due."""
    return opened + timedelta(days=_file()["days"][register])


def covered(register: Register) -> frozenset[str]:
    """The columns that an approval speaks of."""
    return frozenset(_file()["covered"][register])


def reasons(step: Step) -> tuple[str, ...]:
    """The reasons that a step may give."""
    return tuple(_file()["reasons"][step])


def needs_approval(register: Register, content: Mapping[Any, Any]) -> bool:
    """Whether entries like this are laid before a body at all."""
    if register is Register.PRODUCT:
        return content.get("risk_group") == "high"
    return register in (Register.PLACE, Register.CERTIFICATE)


def sector(register: Register, content: Mapping[Any, Any]) -> str:
    """Whose it is to look after an entry: that of its crop, else of its kind, else food."""
    crop = crops.crops().get(content.get("crop") or "")
    if crop is not None:
        return crop.sector
    table = _file()["sector"]
    by = {"place": "kind", "certificate": "scheme", "product": "ministry"}.get(register, "")
    found: str = table.get(register, {}).get(content.get(by) or "", table["other"]["sector"])
    return found


def sectors() -> tuple[str, ...]:
    """Every sector that an entry can be of."""
    table = _file()["sector"]
    named = {sector for part in table.values() for sector in part.values()}
    return tuple(sorted(named | {crop.sector for crop in crops.crops().values()}))


def last_number(rows: list[Standing]) -> int:
    """What a decision must have seen."""
    return rows[-1].number if rows else 0


def _allowed(step: Step, position: Position) -> bool:
    if step in _ON_CASES:
        return position.case in _ON_CASES[step][0]
    return position.at in _ON_STANDINGS[step][0]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("nguon.registry") / "workflow.toml").read_text("utf-8"))
