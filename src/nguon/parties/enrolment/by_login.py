# SPDX-License-Identifier: Apache-2.0
"""Enrolment by signing in with an organisation's account at an identity provider."""

from collections.abc import Mapping
from typing import Any

from nguon.base.canonical_json import canonical
from nguon.identity.model import Principal
from nguon.parties.enrolment import checking, permitting, queries, standing, steps
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.model import Enrolment, State, Way
from nguon.parties.enrolment.office import DECISION, LASTS, office_of
from nguon.parties.enrolment.steps import Active
from nguon.store import Store

_LEVEL = "acr"
"""The claim that says how well the account's holder was identified (OpenID Connect Core, 2)."""


def enrol(
    store: Store,
    principal: Principal,
    *,
    issuer: str,
    subject: str,
    organisation_code: str | None,
    claims: Mapping[str, Any],
) -> Enrolment:
    """Enrol the principal's organisation as the one whose account signed in.

    Of the account nothing is kept but who vouches for it: what proves it is an HMAC, since an
    account's name may be a personal number. A name unlike the register's goes to the officers.

    Raises:
        EnrolmentForbiddenError: not a manager of an organisation.
        EnrolmentError, RegisterError: no organisation's account, one of too low a level, of
            another organisation; the register's word.
        EnrolmentConflictError: the code is another organisation's.
    """
    office = office_of(store)
    if organisation_code is None:
        raise EnrolmentError("enrolment.login-no-organisation")
    level = str(claims.get(_LEVEL, ""))
    if office.levels and level not in office.levels:
        raise EnrolmentError("enrolment.login-level", wanted=", ".join(sorted(office.levels)))
    own = permitting.applicant(store, principal, organisation_code)
    found = checking.demanded(office, own.code, own.name)
    at, number, who = steps.now(), steps.new_id(), steps.by(principal)
    told = canonical({"code": own.code, "issuer": issuer, "subject": subject})
    with store.transaction() as connection:
        evidence = office.numbers.tell(connection, told).hex()
        values = {
            "id": number,
            "organisation": own.organisation,
            "way": Way.OIDC.value,
            "code": own.code,
            "name": own.name,
            "deadline": at + DECISION,
            "evidence": evidence,
            "details": {"issuer": issuer, "level": level[:64], "likeness": found.likeness},
        }
        state = State.OPEN if found.alike else State.WAITING
        steps.begin(connection, values, who, at, state)
        if found.alike:
            rests = Active(at + LASTS[Way.OIDC], evidence, {}, entry=found.entry)
            begun = queries.find_in(connection, number)
            steps.activate(connection, begun, who, at, rests)
    queries.forget(store, own.organisation)
    if found.alike and found.entry is not None:
        standing.follow(store, own.organisation, found.entry.state)
    return queries.find(store, number)
