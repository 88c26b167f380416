# SPDX-License-Identifier: Apache-2.0
"""Enrolment that officers decide: two of them on papers, one on what a certificate leaves open.

The organisation lays papers before them; one officer proposes, another confirms.
The same person never does both, nobody decides on an organisation of his own,
and the register's word is looked up again at each step.
"""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from nguon.base.canonical_json import canonical
from nguon.identity.model import Principal
from nguon.parties.enrolment import (
    certified,
    checking,
    permitting,
    queries,
    records,
    standing,
    steps,
)
from nguon.parties.enrolment.errors import (
    EnrolmentConflictError,
    EnrolmentError,
    EnrolmentForbiddenError,
)
from nguon.parties.enrolment.model import Enrolment, State, Way
from nguon.parties.enrolment.office import DECISION, LASTS, office_of
from nguon.parties.enrolment.steps import Active
from nguon.parties.register.model import RegisterEntry
from nguon.registry import documents
from nguon.registry.documents import Document
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import enrolment as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

REASONS = ("papers", "name", "register", "not-them", "other")
"""Why officers refuse; the words are ``enrolment.reason-…``."""


def ask(
    store: Store, principal: Principal, *, code: str, files: Sequence[tuple[str, bytes]]
) -> Enrolment:
    """Lay papers before the officers, who have thirty days.

    Raises:
        EnrolmentForbiddenError: not a manager of an organisation.
        EnrolmentError, RegisterError: no papers, not its code, the register's word.
        DocumentRefusedError: a file that is none of those taken.
    """
    office = office_of(store)
    own = permitting.applicant(store, principal, code)
    if not files:
        raise EnrolmentError("enrolment.papers-none")
    checking.demanded(office, own.code, own.name)
    with store.reading() as connection:
        entry = Register.ORGANISATION, _code(connection, own.organisation)
        steps.free(connection, own.code, own.organisation)
    kept = [documents.attach(store, office.documents, principal, entry, one) for one in files]
    at, number = steps.now(), steps.new_id()
    values = {
        "id": number,
        "organisation": own.organisation,
        "way": Way.OFFICERS.value,
        "code": own.code,
        "name": own.name,
        "deadline": at + DECISION,
        "evidence": _evidence(kept),
    }
    with store.transaction() as connection:
        steps.begin(connection, values, steps.by(principal), at, State.WAITING)
        rows.add_papers(connection, number, [one.id for one in kept])
    return queries.find(store, number)


def papers(store: Store, found: Enrolment) -> list[Document]:
    """The files that officers look at."""
    with store.reading() as connection:
        named = set(rows.papers(connection, found.id))
        code = _code(connection, found.organisation)
    listed = documents.of_entry(store, Register.ORGANISATION, code) if named else []
    return [one for one in listed if one.id in named]


def confirm(store: Store, principal: Principal, number: str, note: str = "") -> Enrolment:
    """An officer says yes: to papers the first proposes, and another one's yes enrols.

    Whoever calls has made sure of a fresh second factor.

    Raises:
        EnrolmentUnknownError, EnrolmentForbiddenError: not his to decide; he proposed it.
        EnrolmentConflictError: it is not waiting, or the code was taken meanwhile.
        EnrolmentError, RegisterError: the register's word.
    """
    found = _waiting(store, principal, number)
    compared = checking.demanded(office_of(store), found.code, found.name)
    if found.way is Way.OFFICERS and found.state is State.WAITING:
        with store.transaction() as connection:
            at, who = steps.now(), steps.by(principal)
            steps.move(connection, found, State.PROPOSED, who, at, note=note)
        return queries.find(store, number)
    if found.state is State.PROPOSED and proposer(store, found) == principal.person:
        raise EnrolmentForbiddenError("enrolment.same-officer")
    _enrol(store, principal, found, compared.entry, note)
    return queries.find(store, number)


def refuse(
    store: Store, principal: Principal, number: str, *, reason: str, note: str = ""
) -> Enrolment:
    """An officer says no, with the reason; the organisation may begin anew.

    Raises as `confirm`, and `EnrolmentError` without a reason, or without words for ``other``.
    """
    found = _waiting(store, principal, number)
    if reason not in REASONS:
        raise EnrolmentError("enrolment.reason-missing")
    if reason == "other" and not note.strip():
        raise EnrolmentError("enrolment.note-missing")
    with store.transaction() as connection:
        at, who = steps.now(), steps.by(principal)
        steps.move(connection, found, State.REFUSED, who, at, reason=reason, note=note)
    return queries.find(store, number)


def withdraw(store: Store, principal: Principal, number: str) -> Enrolment:
    """The organisation takes back what it asked for.

    Raises `EnrolmentForbiddenError`, `EnrolmentUnknownError`, `EnrolmentConflictError`.
    """
    found = permitting.own(store, principal, number)
    if not found.running:
        raise EnrolmentConflictError("enrolment.moved-on")
    with store.transaction() as connection:
        steps.move(connection, found, State.WITHDRAWN, steps.by(principal), steps.now())
    return queries.find(store, number)


def _waiting(store: Store, principal: Principal, number: str) -> Enrolment:
    found = queries.find(store, number)
    permitting.officer(store, principal, found.organisation)
    if found.state not in {State.WAITING, State.PROPOSED}:
        raise EnrolmentConflictError("enrolment.moved-on")
    if steps.now() >= found.deadline:
        raise EnrolmentConflictError("enrolment.decision-over")
    return found


def _enrol(
    store: Store, principal: Principal, found: Enrolment, entry: RegisterEntry | None, note: str
) -> None:
    at, who = steps.now(), steps.by(principal)
    by_certificate = found.way is Way.CERTIFICATE
    until = certified.ends(found) if by_certificate else at + LASTS[found.way]
    if until <= at:
        raise EnrolmentConflictError("enrolment.certificate-over")
    rests = Active(until, found.evidence or "", {}, entry=entry)
    with store.transaction() as connection:
        steps.activate(connection, found, who, at, rests, note=note)
        if by_certificate:
            certified.bind(store, connection, found, until, who)
    queries.forget(store, found.organisation)
    if entry is not None:
        standing.follow(store, found.organisation, entry.state)


def proposer(store: Store, found: Enrolment) -> int | None:
    """The person who proposed an enrolment last."""
    with store.reading() as connection:
        said = [records.step(row) for row in rows.steps(connection, [found.id])]
    return next((one.person for one in reversed(said) if one.state is State.PROPOSED), None)


def _evidence(kept: Sequence[Document]) -> str:
    return sha256(canonical(sorted(one.digest for one in kept))).hexdigest()


def _code(connection: Connection, organisation: int) -> str:
    [row] = registers.rows(connection, tables.organisation, "id", [organisation])
    code: str = row["code"]
    return code
