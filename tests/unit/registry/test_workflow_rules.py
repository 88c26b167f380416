# SPDX-License-Identifier: Apache-2.0
"""The decision table of the workflow, who is in charge, and that every word has its words."""

import pytest

from nguon.base.audience import Mandate
from nguon.base.messages import LANGUAGES, catalogue
from nguon.identity.mandates import Sector
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import workflow
from nguon.registry.errors import NotInChargeError, StepRefusedError
from nguon.registry.history import Status
from nguon.registry.model import PlaceKind, Register, Scheme
from nguon.registry.workflow import CaseState, Position, Step
from nguon.store.schema import metadata
from nguon.web.work.register_forms import GROUPS

ON_CASE = (Step.CHECK, Step.APPROVE, Step.RETURN, Step.REFUSE)


@pytest.mark.parametrize(
    ("at", "case", "steps"),
    [
        (Status.DECLARED, None, ()),
        (Status.SUBMITTED, CaseState.SUBMITTED, ON_CASE),
        (Status.CHECKED, CaseState.CHECKED, ON_CASE[1:]),
        (Status.APPROVED, None, (Step.SUSPEND, Step.REVOKE)),
        (Status.APPROVED, CaseState.SUBMITTED, (*ON_CASE, Step.SUSPEND, Step.REVOKE)),
        (Status.SUSPENDED, None, (Step.REVOKE, Step.REINSTATE)),
        (Status.REVOKED, None, ()),
        (Status.REFUSED, None, ()),
    ],
)
def test_steps(at: Status, case: CaseState | None, steps: tuple[Step, ...]) -> None:
    position = Position(at, case, 0)
    assert workflow.possible(position) == steps
    for step in Step:
        reasons = workflow.reasons(step)
        reason = reasons[0] if reasons else None
        if step in steps:
            workflow.check_step(step, position, reason, None)
        else:
            with pytest.raises(StepRefusedError):
                workflow.check_step(step, position, reason, None)


def _officer(mandate: Mandate | None, *scopes: Scope) -> Principal:
    granted = frozenset(scopes or (Scope.SUPERVISE,))
    return Principal(9, "o", KeyKind.INSPECTOR, granted, strict=False, mandate=mandate)


def test_who_is_in_charge() -> None:
    agriculture = Mandate(frozenset({"66"}), frozenset({Sector.AGRICULTURE.value}))
    assert workflow.in_charge(_officer(None), "66", "plant")
    assert workflow.in_charge(_officer(agriculture), "66", "plant")
    assert workflow.in_charge(_officer(agriculture), "66", "fishery")
    assert not workflow.in_charge(_officer(agriculture), "33", "plant")
    assert not workflow.in_charge(_officer(agriculture), None, "plant")
    assert not workflow.in_charge(_officer(agriculture), "66", "medicine")
    assert not workflow.in_charge(_officer(None, Scope.READ), "66", "plant")
    with pytest.raises(NotInChargeError):
        workflow.check_charge(_officer(None), "66", "plant", 9)


@pytest.mark.parametrize(
    ("register", "content", "sector"),
    [
        (Register.PLACE, {"kind": "factory", "crop": "black_tiger_shrimp"}, "fishery"),
        (Register.PLACE, {"kind": "pond", "crop": None}, "fishery"),
        (Register.PLACE, {"kind": "shop", "crop": None}, "food"),
        (Register.CERTIFICATE, {"scheme": "planting-area", "crop": None}, "plant"),
        (Register.PRODUCT, {"ministry": "moh", "crop": None}, "medicine"),
    ],
)
def test_sectors(register: Register, content: dict[str, str | None], sector: str) -> None:
    assert workflow.sector(register, content) == sector


def test_what_the_file_names_is_there() -> None:
    for register in Register:
        columns = set(metadata.tables[register.value].columns.keys())
        assert workflow.covered(register) <= columns
    for kind in PlaceKind:
        assert workflow.sector(Register.PLACE, {"kind": kind.value}) in workflow.sectors()
    for scheme in Scheme:
        content = {"scheme": scheme.value}
        assert workflow.sector(Register.CERTIFICATE, content) in workflow.sectors()
    assert (workflow.looked_after(frozenset(Sector)) or frozenset()) >= set(workflow.sectors())


def test_everything_has_words() -> None:
    codes = [
        *(f"approvals.reason-{reason}" for step in Step for reason in workflow.reasons(step)),
        *(f"approvals.{part}-{step}" for step in Step for part in ("step", "ask", "did")),
        *(f"approvals.status-{status}" for status in Status),
        *(f"approvals.sector-{sector}" for sector in workflow.sectors()),
        *(f"registry.place-{kind}" for kind in PlaceKind),
        *(f"passport.scheme-{scheme}" for scheme in Scheme if scheme is not Scheme.OTHER),
        *(
            f"approvals.field-{name}"
            for groups in GROUPS.values()
            for _, names in groups
            for name in names
        ),
        *(f"approvals.group-{group}" for groups in GROUPS.values() for group, _ in groups),
    ]
    for language in LANGUAGES:
        assert [code for code in codes if code not in catalogue(language)] == []
