# SPDX-License-Identifier: Apache-2.0
"""Enrolment by a statement signed with the organisation's own certificate.

The platform gives a statement with a challenge that counts once; what comes back
is judged as a whole before anything is written. A certificate of which nobody
says whether it was revoked, and a name unlike the register's, go to an officer
or are refused, as the operator has it.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import rfc3339
from nguon.identity.model import Principal
from nguon.parties.enrolment import (
    checking,
    permitting,
    queries,
    revocation,
    roots,
    standing,
    statement,
    steps,
)
from nguon.parties.enrolment.checking import Compared
from nguon.parties.enrolment.errors import EnrolmentConflictError, EnrolmentError
from nguon.parties.enrolment.model import Enrolment, State, Way
from nguon.parties.enrolment.office import CHALLENGE, DECISION, Office, Unknown, office_of
from nguon.parties.enrolment.statement import Asked, Terms
from nguon.parties.enrolment.steps import Active, By
from nguon.parties.keys import proving, service
from nguon.parties.keys import queries as keys
from nguon.parties.keys.model import KeyScope
from nguon.signing.certificates import Certified, judge
from nguon.signing.cms import SignedStatement, read_statement
from nguon.signing.errors import CertificateError
from nguon.signing.keys import public_key
from nguon.store import Store
from nguon.store import enrolment as rows
from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import parse_tax_code

_NONCE = 24
_WHOLE = KeyScope()


class OwnKey(msgspec.Struct, frozen=True, kw_only=True):
    """An operational key to be bound with the enrolment: the proof that one has it
    (`nguon.parties.keys.proving`), and what it is for.
    """

    proof: str
    key: str = ""
    scope: KeyScope = _WHOLE
    valid_to: datetime | None = None


class Judged(msgspec.Struct, frozen=True):
    """What an answer comes to, before anything is written."""

    certified: Certified
    compared: Compared

    @property
    def details(self) -> dict[str, Any]:
        """What is kept of it; nothing of a person."""
        return {
            "serial": self.certified.serial,
            "issuer": self.certified.issuer,
            "not_after": rfc3339(self.certified.not_after),
            "revocation": self.certified.revocation,
            "likeness": self.compared.likeness,
            "register_name": self.compared.entry.name if self.compared.entry else None,
        }


def begin(
    store: Store, principal: Principal, *, code: str, own_key: OwnKey | None = None
) -> Enrolment:
    """A statement for an organisation to sign, good for seven days and one use.

    With a key of its own the statement names it, and it is bound once the statement is signed.

    Raises:
        EnrolmentForbiddenError: not a manager of an organisation.
        EnrolmentError, RegisterError: the code is not the organisation's, or the register
            says that it may not enrol.
        EnrolmentConflictError: the code is another's, or the key was bound before.
        PartyKeyError, SigningError: the key or its proof.
    """
    office = office_of(store)
    own = permitting.applicant(store, principal, code)
    checking.demanded(office, own.code, own.name)
    at, nonce = steps.now(), secrets.token_urlsafe(_NONCE)
    terms = None if own_key is None else _terms(store, own.organisation, own_key, at)
    asked = Asked(
        platform=office.base_url,
        code=own.code,
        name=own.name,
        nonce=nonce,
        begun=at,
        deadline=at + CHALLENGE,
    )
    number = steps.new_id()
    values = {
        "id": number,
        "organisation": own.organisation,
        "way": Way.CERTIFICATE.value,
        "code": own.code,
        "name": own.name,
        "deadline": asked.deadline,
        "nonce": nonce,
        "statement": statement.text(asked, terms),
        "key": terms.key.thumbprint if terms else None,
    }
    with store.transaction() as connection:
        steps.begin(connection, values, steps.by(principal), at, State.OPEN)
    return queries.find(store, number)


def answer(store: Store, principal: Principal, number: str, octets: bytes) -> Enrolment:
    """Take the signed statement: the enrolment counts, or waits for an officer.

    On a refusal nothing is written; the challenge can still be answered.

    Raises:
        EnrolmentUnknownError: no enrolment of the organisation's.
        EnrolmentConflictError: it was answered before, or its time is over.
        SigningError: the file, its signature or its certificate.
        EnrolmentError, RegisterError: another content, another code, the register's word.
    """
    found = permitting.own(store, principal, number)
    at = steps.now()
    if found.state is not State.OPEN or found.way is not Way.CERTIFICATE:
        raise EnrolmentConflictError("enrolment.answered")
    if at >= found.deadline:
        raise EnrolmentConflictError("enrolment.challenge-over")
    signed = read_statement(octets)
    assert found.statement is not None
    _same(store, signed.payload, found)
    office = office_of(store)
    judged = _judge(office, found, signed, at)
    straight = judged.compared.alike and judged.certified.revocation == "good"
    if judged.certified.revocation != "good" and office.unknown_revocation is Unknown.REFUSE:
        raise CertificateError("signing.certificate-revocation-unknown")
    with store.transaction() as connection:
        if straight:
            rests = Active(
                until=judged.certified.not_after,
                evidence=sha256(octets).hexdigest(),
                details=judged.details,
                proof=octets,
                entry=judged.compared.entry,
            )
            steps.activate(connection, found, steps.by(principal), at, rests)
            bind(store, connection, found, judged.certified.not_after, steps.by(principal))
        else:
            _lay_before(connection, found, steps.by(principal), at, judged, octets)
    _settle(store, found.organisation, judged, straight=straight)
    return queries.find(store, number)


def bind(store: Store, connection: Connection, found: Enrolment, until: datetime, who: By) -> None:
    """Bind the operational key that a statement names, no longer than the certificate."""
    told = _told(found).get("key")
    if told is None:
        return
    key = public_key(told["jwk"])
    ends = datetime.fromisoformat(told["valid_to"]) if "valid_to" in told else until
    scope = KeyScope(tuple(told["scope"]["prefixes"]), tuple(told["scope"]["places"]))
    terms = service.Terms(name="", scope=scope, valid_to=min(ends, until))
    service.bind_in(store, connection, found.organisation, key, terms, who.actor)


def ends(found: Enrolment) -> datetime:
    """When the certificate of an enrolment ends."""
    return datetime.fromisoformat(found.details["not_after"])


def _terms(store: Store, organisation: int, sent: OwnKey, at: datetime) -> Terms:
    with store.reading() as connection:
        key = proving.proved(store, connection, organisation, sent.proof, at, key=sent.key)
    if keys.find(store, key.thumbprint) is not None:
        raise EnrolmentConflictError("enrolment.key-bound")
    scope = sent.scope
    return Terms(key=key, prefixes=scope.prefixes, places=scope.places, valid_to=sent.valid_to)


def _told(found: Enrolment) -> dict[str, Any]:
    assert found.statement is not None
    told: dict[str, Any] = msgspec.json.decode(found.statement)
    return told


def _same(store: Store, payload: bytes, found: Enrolment) -> None:
    assert found.statement is not None
    nonce = statement.challenge(payload)
    with store.reading() as connection:
        other = nonce is not None and rows.by_nonce(connection, nonce) not in {None, found.id}
    statement.same(payload, found.statement, known=other)


def _judge(office: Office, found: Enrolment, signed: SignedStatement, at: datetime) -> Judged:
    trusted = roots.read(office.roots)
    certified = _certified(signed, trusted, at)
    try:
        code = parse_tax_code(certified.tax_code or "")
    except NationalCodeError as error:
        raise EnrolmentError("enrolment.certificate-no-code") from error
    if not code.public or code.text != found.code:
        # The code may be a person's number: it is not repeated.
        raise EnrolmentError("enrolment.certificate-code", number=found.code)
    return Judged(certified, checking.demanded(office, found.code, found.name))


def _certified(signed: SignedStatement, trusted: roots.Roots, at: datetime) -> Certified:
    """First by what lies here; only a path that holds leads to anybody's address."""
    own, chain, top = signed.certificate, signed.chain, trusted.certificates
    found = judge(own, chain, roots=top, crls=trusted.crls, moment=at)
    if found.revocation == "good":
        return found
    heard = revocation.ask(own, chain, top)
    if not (heard.crls or heard.ocsps):
        return found
    crls = (*trusted.crls, *heard.crls)
    return judge(own, chain, roots=top, crls=crls, ocsps=heard.ocsps, moment=at)


def _lay_before(
    connection: Connection, found: Enrolment, who: By, at: datetime, judged: Judged, octets: bytes
) -> None:
    steps.move(
        connection,
        found,
        State.WAITING,
        who,
        at,
        reason="name-unlike" if not judged.compared.alike else "revocation-unknown",
        details={**found.details, **judged.details},
        evidence=sha256(octets).hexdigest(),
        proof=octets,
        deadline=steps.stored(at + DECISION),
    )


def _settle(store: Store, organisation: int, judged: Judged, *, straight: bool) -> None:
    queries.forget(store, organisation)
    if straight and judged.compared.entry is not None:
        standing.follow(store, organisation, judged.compared.entry.state)
