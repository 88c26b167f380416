# SPDX-License-Identifier: Apache-2.0
"""Who may enrol what, and who decides on it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping

from nguon.identity.model import Principal, Scope
from nguon.parties.enrolment import queries
from nguon.parties.enrolment.errors import (
    EnrolmentError,
    EnrolmentForbiddenError,
    EnrolmentUnknownError,
)
from nguon.parties.enrolment.model import Enrolment
from nguon.parties.register.form import enterprise_code
from nguon.registry import workflow
from nguon.registry.cases import province_of
from nguon.registry.model import PRIVATE_KINDS, OrganisationKind
from nguon.store import Store, accounts
from nguon.store import registry as registers
from nguon.store import registry_tables as tables


class Applicant(NamedTuple):
    """An organisation that enrols: its name, and the enterprise code it enrols under."""

    organisation: int
    name: str
    code: str


def applicant(store: Store, principal: Principal, code: str) -> Applicant:
    """The organisation that a principal may enrol, under an enterprise code.

    Raises:
        EnrolmentForbiddenError: not a manager, or not of an organisation that can enrol.
        EnrolmentError: ``enrolment.code-other``, where its entry has another code.
        RegisterError: the code is no enterprise's.
    """
    row = _row(store, principal.organisation)
    if not principal.may(Scope.REGISTRY) or row is None:
        raise EnrolmentForbiddenError("enrolment.managers-only")
    if OrganisationKind(row["kind"]) in PRIVATE_KINDS:
        raise EnrolmentForbiddenError("enrolment.through-cooperative")
    asked = enterprise_code(code)
    if row["tax_code"] and row["tax_code"] != asked:
        raise EnrolmentError("enrolment.code-other", number=row["tax_code"])
    return Applicant(principal.organisation, row["name_vi"], asked)


def own(store: Store, principal: Principal, number: str) -> Enrolment:
    """An enrolment of the principal's organisation, which it may go on with.

    Raises `EnrolmentForbiddenError`, `EnrolmentUnknownError`.
    """
    if not principal.may(Scope.REGISTRY):
        raise EnrolmentForbiddenError("enrolment.managers-only")
    found = queries.find(store, number)
    if found.organisation != principal.organisation:
        raise EnrolmentUnknownError("enrolment.unknown")
    return found


def officer(store: Store, principal: Principal, organisation: int) -> None:
    """Make sure that a principal is a person who may decide on an organisation.

    Raises `EnrolmentForbiddenError`: a key, an officer elsewhere, or one of its own people.
    """
    if principal.person is None:
        raise EnrolmentForbiddenError("enrolment.persons-only")
    if not charged(store, principal, {organisation}):
        raise EnrolmentForbiddenError("enrolment.not-in-charge")
    with store.reading() as connection:
        if _belongs(connection, principal.person, organisation):
            raise EnrolmentForbiddenError("enrolment.own-organisation")


def charged(store: Store, principal: Principal, organisations: Collection[int]) -> frozenset[int]:
    """Those of the organisations that a principal supervises: where its mandate has them."""
    if not principal.may(Scope.SUPERVISE):
        return frozenset()
    with store.reading() as connection:
        found = registers.rows(connection, tables.organisation, "id", list(organisations))
    mandate = workflow.mandate_of(principal)
    return frozenset(row["id"] for row in found if mandate.covers(province_of(row["commune"])))


def _row(store: Store, organisation: int) -> RowMapping | None:
    with store.reading() as connection:
        found = registers.rows(connection, tables.organisation, "id", [organisation])
    return found[0] if found else None


def _belongs(connection: Connection, person: int, organisation: int) -> bool:
    found = accounts.memberships_of(connection, person)
    return any(row["organisation"] == organisation for row in found)
