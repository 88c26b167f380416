# SPDX-License-Identifier: Apache-2.0
"""As whom somebody stands in a case; who stands on no side of it may not know that it is there."""

from collections.abc import Collection

from sqlalchemy import Connection

from nguon.disputes.errors import DisputeForbiddenError, UnknownDisputeError
from nguon.disputes.model import Case, Origin, Side, Step
from nguon.disputes.reading import case_of
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.registry import workflow
from nguon.store import disputes as rows

_TAKING = {Step.ANSWER: (Side.PARTY,), Step.APPEAL: (Side.PARTY, Side.REPORTER)}


def opened(connection: Connection, by: Principal, number: str) -> tuple[Case, frozenset[Side]]:
    """A case and as whom somebody stands in it.

    The operator looks on without a side. The party learns of a case once an officer opened it.

    Raises:
        UnknownDisputeError: none that he may know of.
    """
    row = rows.find(connection, number)
    if row is None:
        raise UnknownDisputeError("disputes.unknown")
    case = case_of(row)
    reporting = {
        one["organisation"]
        for one in rows.reports(connection, number)
        if one["origin"] == Origin.PARTNER
    }
    found = sides_in(by, case, reporting)
    if not found and by.kind is not KeyKind.OPERATOR:
        raise UnknownDisputeError("disputes.unknown")
    return case, found


def sides_in(by: Principal, case: Case, reporting: Collection[int | None]) -> frozenset[Side]:
    """The sides of a principal; an officer in his own organisation's case is not one."""
    found = set[Side]()
    if by.organisation == case.party:
        found |= {Side.PARTY} if case.opened else set()
    elif by.organisation in reporting:
        found.add(Side.REPORTER)
    elif workflow.in_charge(by, case.province, case.sector):
        found.add(Side.OFFICER)
    return frozenset(found)


def taking(step: Step, own: Collection[Side]) -> Side:
    """As whom somebody takes a step; raises `DisputeForbiddenError`."""
    for side in _TAKING.get(step, (Side.OFFICER,)):
        if side in own:
            return side
    raise DisputeForbiddenError("disputes.not-yours", step=step.value)
