# SPDX-License-Identifier: Apache-2.0
"""Enrolment by certificate, by officers, by login; what is refused changes nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509

from nguon.base.errors import NguonError
from nguon.identity.model import Principal, Role
from nguon.parties.enrolment import by_login, certified, officers, queries
from nguon.parties.enrolment.certified import OwnKey
from nguon.parties.enrolment.errors import EnrolmentConflictError
from nguon.parties.enrolment.model import Enrolment, State, Way
from nguon.parties.enrolment.office import LASTS, Unknown
from nguon.parties.keys import handing
from nguon.parties.keys import queries as keys
from nguon.parties.keys.model import KeyScope
from nguon.parties.keys.proving import prove
from nguon.parties.register.model import RegisterState
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.signing.keys import Algorithm, generate
from tests.integration.parties.enrolled import (
    NAME,
    PDF,
    World,
    cms,
    jws,
    manager,
    officer,
)
from tests.pki_made import OTHER_TAX_CODE, TAX_CODE, Pki, subject

Signing = Callable[[World, Enrolment], bytes]


def refused(wrong: str, act: Callable[[], object]) -> NguonError:
    """Makes sure that it is refused for this reason."""
    with pytest.raises(NguonError) as caught:
        act()
    assert caught.value.code == wrong
    return caught.value


def test_a_signed_statement_enrols(place: World) -> None:
    begun = place.begin()
    assert (begun.state, begun.way, begun.code) == (State.OPEN, Way.CERTIFICATE, TAX_CODE)
    told = json.loads(begun.statement or b"")
    assert told["enterprise_code"] == TAX_CODE
    assert told["name"] == NAME
    assert told["platform"] == "https://nguon.example"
    before = place.store.log.head().seq
    found = place.answer(begun, cms(begun, place.pki.good))
    assert found.state is State.ACTIVE
    not_after = place.pki.good.certificate.not_valid_after_utc
    assert found.until == not_after
    assert found.details["revocation"] == "good"
    assert found.details["likeness"] == 1.0
    entity = place.entity()
    assert (entity.way, entity.code) == (Way.CERTIFICATE, TAX_CODE)
    assert entity.register_state is RegisterState.ACTIVE
    assert entity.evidence == found.evidence
    assert len(entity.evidence) == 64
    assert queries.may_sign(place.store, place.organisation, datetime.now(UTC)) is None
    # The enrolment, its step and the register's word.
    assert place.store.log.head().seq == before + 3


def test_as_jws_and_with_an_rsa_certificate(small: World) -> None:
    begun = small.begin()
    assert small.answer(begun, jws(begun, small.pki.good)).state is State.ACTIVE
    again = small.begin()
    assert small.answer(again, cms(again, small.pki.rsa)).state is State.ACTIVE
    assert small.state(begun) == "replaced"


_WRONG: dict[str, tuple[Signing, str]] = {
    "expired": (lambda w, b: cms(b, w.pki.expired), "signing.certificate-expired"),
    "not yet": (lambda w, b: cms(b, w.pki.not_yet), "signing.certificate-not-yet"),
    "revoked by CRL": (lambda w, b: cms(b, w.pki.revoked), "signing.certificate-revoked"),
    "another company's": (lambda w, b: cms(b, w.pki.wrong_subject), "enrolment.certificate-code"),
    "for servers": (lambda w, b: cms(b, w.pki.wrong_usage), "signing.certificate-usage"),
    "unknown issuer": (
        lambda w, b: cms(b, Pki(w.pki.now).good),
        "signing.certificate-unknown-issuer",
    ),
    "a person's": (
        lambda w, b: cms(b, w.pki.issue(name=_person())),
        "enrolment.certificate-no-code",
    ),
    "a household's": (
        lambda w, b: cms(b, w.pki.issue(name=_household())),
        "enrolment.certificate-code",
    ),
    "other content": (lambda w, b: cms(b, w.pki.good, b"{}"), "enrolment.other-content"),
    "a statement with another code": (
        lambda w, b: cms(b, w.pki.good, _changed(b, enterprise_code=OTHER_TAX_CODE)),
        "enrolment.other-content",
    ),
    "nothing": (lambda w, b: b"", "signing.cms-form"),
    "a picture": (lambda w, b: b"\x89PNG\r\n", "signing.cms-form"),
    "a byte changed": (lambda w, b: _bent(cms(b, w.pki.good)), "signing.signature"),
}


def _person() -> x509.Name:
    return subject("Trần Văn Mẫu", uid="CCCD:001085123456")


def _household() -> x509.Name:
    return subject("Hộ Trần Văn Mẫu", uid="MST:001085123456")


def _changed(begun: Enrolment, **changes: str) -> bytes:
    return msgspec.json.encode({**json.loads(begun.statement or b""), **changes})


def _bent(octets: bytes) -> bytes:
    return octets[:-1] + bytes([octets[-1] ^ 1])


@pytest.mark.parametrize("kind", _WRONG)
def test_a_file_that_does_not_enrol(small: World, kind: str) -> None:
    signing, wrong = _WRONG[kind]
    begun = small.begin()
    before = small.store.log.head().seq
    error = refused(wrong, lambda: small.answer(begun, signing(small, begun)))
    assert "001085123456" not in str(error)
    assert small.store.log.head().seq == before
    assert small.state(begun) == "open"
    assert small.entity().way is None
    # The challenge may still be answered.
    assert small.answer(begun, cms(begun, small.pki.good)).state is State.ACTIVE


def test_a_challenge_counts_once(place: World) -> None:
    begun = place.begin()
    signed = cms(begun, place.pki.good)
    place.answer(begun, signed)
    refused("enrolment.answered", lambda: place.answer(begun, signed))
    again = place.begin()
    refused("enrolment.replayed", lambda: place.answer(again, signed))
    assert place.state(again) == "open"


def test_a_challenge_has_its_time(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = small.begin()
    signed = cms(begun, small.pki.good)
    later = begun.deadline + timedelta(seconds=1)
    monkeypatch.setattr("nguon.parties.enrolment.steps.now", lambda: later)
    refused("enrolment.challenge-over", lambda: small.answer(begun, signed))


def test_nobody_says_whether_it_was_revoked(small: World) -> None:
    small.crls([])
    begun = small.begin()
    found = small.answer(begun, cms(begun, small.pki.good))
    assert found.state is State.WAITING
    assert small.entity().way is None
    [*_, step] = queries.steps(small.store, [begun.id])[begun.id]
    assert step.reason == "revocation-unknown"
    officers.confirm(small.store, officer(1), begun.id)
    assert small.entity().way is Way.CERTIFICATE
    assert small.entity().until == small.pki.good.certificate.not_valid_after_utc


def test_or_is_refused_where_the_operator_has_it_so(small: World) -> None:
    small.crls([])
    small.office(unknown_revocation=Unknown.REFUSE)
    begun = small.begin()
    refused(
        "signing.certificate-revocation-unknown",
        lambda: small.answer(begun, cms(begun, small.pki.good)),
    )
    assert small.state(begun) == "open"


def test_a_name_unlike_the_registers_goes_to_an_officer(small: World) -> None:
    small.register.say(TAX_CODE, name="Công ty Cổ phần Cà phê Buôn Hồ")
    begun = small.begin()
    found = small.answer(begun, cms(begun, small.pki.good))
    assert found.state is State.WAITING
    assert queries.steps(small.store, [begun.id])[begun.id][-1].reason == "name-unlike"


@pytest.mark.parametrize("state", ["suspended", "dissolved", "unknown"])
def test_a_business_that_is_not_active_cannot_begin(small: World, state: str) -> None:
    small.register.say(TAX_CODE, state, since="2026-01-05")
    before = small.store.log.head().seq
    error = refused(f"enrolment.register-{state}", small.begin)
    assert error.params["since"] == "2026-01-05"
    assert small.store.log.head().seq == before
    assert queries.of(small.store, small.organisation) == []


def test_nor_one_that_is_not_registered(small: World) -> None:
    small.register.entries.clear()
    refused("enrolment.register-none", small.begin)


def test_a_silent_register_changes_nothing(small: World) -> None:
    begun = small.begin()
    small.register.silent = True
    with small.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM register_answer")
    refused("register.unreachable", lambda: small.answer(begun, cms(begun, small.pki.good)))
    assert small.state(begun) == "open"
    small.register.silent = False
    assert small.answer(begun, cms(begun, small.pki.good)).state is State.ACTIVE


def test_an_own_key_is_bound_with_the_statement(place: World) -> None:
    secret = generate(Algorithm.ES256)
    proof = prove(secret, handing.challenge(place.store, place.company))
    scope = KeyScope(("8931234",), ("vn-area:VN-DLOR-0017",))
    begun = place.begin(OwnKey(proof=proof, scope=scope))
    assert begun.key == secret.public.thumbprint
    told = json.loads(begun.statement or b"")["key"]
    assert told["thumbprint"] == secret.public.thumbprint
    assert told["scope"] == {"places": ["vn-area:VN-DLOR-0017"], "prefixes": ["8931234"]}
    assert keys.of(place.store, place.organisation) == []
    place.answer(begun, cms(begun, place.pki.good))
    [key] = keys.of(place.store, place.organisation)
    assert (key.kid, key.scope) == (secret.public.thumbprint, scope)
    assert key.valid_to == place.pki.good.certificate.not_valid_after_utc
    proof = prove(secret, handing.challenge(place.store, place.company))
    refused("enrolment.key-bound", lambda: place.begin(OwnKey(proof=proof)))


def test_a_key_without_its_secret_half_is_not_named(small: World) -> None:
    stranger = ensure_organisation(small.store, "khac", OrganisationKind.ENTERPRISE, "Khác")
    theirs = handing.challenge(small.store, manager(stranger))
    proof = prove(generate(Algorithm.EDDSA), theirs)
    refused("party-keys.proof-challenge", lambda: small.begin(OwnKey(proof=proof)))
    assert queries.of(small.store, small.organisation) == []


def test_one_code_enrols_one_organisation(place: World) -> None:
    begun = place.begin()
    place.answer(begun, cms(begun, place.pki.good))
    other = manager(ensure_organisation(place.store, "gia", OrganisationKind.ENTERPRISE, NAME))
    refused("enrolment.code-taken", lambda: certified.begin(place.store, other, code=TAX_CODE))
    files = [("a.pdf", PDF)]
    refused(
        "enrolment.code-taken",
        lambda: officers.ask(place.store, other, code=TAX_CODE, files=files),
    )


def test_households_and_clerks_cannot_enrol(small: World) -> None:
    house = ensure_organisation(small.store, "ho-1", OrganisationKind.HOUSEHOLD, "Hộ")
    refused(
        "enrolment.through-cooperative",
        lambda: certified.begin(small.store, manager(house), code=TAX_CODE),
    )
    role = Role.CLERK
    clerk = Principal(small.organisation, "c", role.kind, role.scopes, strict=False)
    refused("enrolment.managers-only", lambda: certified.begin(small.store, clerk, code=TAX_CODE))
    begun = small.begin()
    stranger = manager(house)
    refused(
        "enrolment.unknown",
        lambda: certified.answer(small.store, stranger, begun.id, cms(begun, small.pki.good)),
    )


def test_two_officers(place: World) -> None:
    asked = place.lay_before()
    assert asked.state is State.WAITING
    assert [one.name for one in officers.papers(place.store, asked)] == ["giay-phep.pdf"]
    first, second = officer(1), officer(2)
    assert officers.confirm(place.store, first, asked.id).state is State.PROPOSED
    assert place.entity().way is None
    refused("enrolment.same-officer", lambda: officers.confirm(place.store, first, asked.id))
    assert place.state(asked) == "proposed"
    found = officers.confirm(place.store, second, asked.id, "đã xem bản gốc")
    assert found.state is State.ACTIVE
    assert found.since is not None
    assert found.until == found.since + LASTS[Way.OFFICERS]
    steps = queries.steps(place.store, [asked.id])[asked.id]
    assert [one.person for one in steps] == [None, 1, 2]
    assert steps[-1].note == "đã xem bản gốc"
    refused("enrolment.moved-on", lambda: officers.confirm(place.store, second, asked.id))


def test_who_may_not_decide(small: World) -> None:
    asked = small.lay_before()
    role = Role.OPERATOR
    machine = Principal(900, "machine", role.kind, role.scopes, strict=False)
    refused("enrolment.persons-only", lambda: officers.confirm(small.store, machine, asked.id))
    role = Role.MANAGER
    own = Principal(small.organisation, "p", role.kind, role.scopes, strict=False, person=5)
    refused("enrolment.not-in-charge", lambda: officers.confirm(small.store, own, asked.id))
    assert small.state(asked) == "waiting"


def test_an_officer_refuses_with_the_reason(small: World) -> None:
    asked = small.lay_before()
    one = officer(1)
    refused(
        "enrolment.reason-missing",
        lambda: officers.refuse(small.store, one, asked.id, reason="ugly"),
    )
    refused(
        "enrolment.note-missing",
        lambda: officers.refuse(small.store, one, asked.id, reason="other"),
    )
    found = officers.refuse(small.store, one, asked.id, reason="papers", note="mờ")
    assert found.state is State.REFUSED
    assert small.entity().way is None
    assert small.lay_before().state is State.WAITING


def test_the_register_is_asked_again_when_an_officer_decides(small: World) -> None:
    asked = small.lay_before()
    with small.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM register_answer")
    small.register.say(TAX_CODE, "dissolved", since="2026-01-01")
    refused(
        "enrolment.register-dissolved",
        lambda: officers.confirm(small.store, officer(1), asked.id),
    )
    assert small.state(asked) == "waiting"


def test_papers_are_needed_and_kept_once(small: World) -> None:
    refused(
        "enrolment.papers-none",
        lambda: officers.ask(small.store, small.company, code=TAX_CODE, files=[]),
    )
    refused(
        "approvals.document-kind",
        lambda: officers.ask(small.store, small.company, code=TAX_CODE, files=[("a.exe", b"MZ")]),
    )
    assert queries.of(small.store, small.organisation) == []


def _login(place: World, **changes: object) -> Enrolment:
    given: dict[str, object] = {
        "issuer": "https://id.example",
        "subject": "hashed",
        "organisation_code": TAX_CODE,
        "claims": {"acr": "2"},
        **changes,
    }
    return by_login.enrol(place.store, place.company, **given)  # type: ignore[arg-type]


def test_an_organisations_account_enrols(small: World) -> None:
    found = _login(small)
    assert found.state is State.ACTIVE
    assert found.details["issuer"] == "https://id.example"
    assert small.entity().way is Way.OIDC
    assert found.since is not None
    assert found.until == found.since + LASTS[Way.OIDC]
    assert "hashed" not in json.dumps(found.details)


def test_accounts_that_do_not_enrol(small: World) -> None:
    refused("enrolment.login-level", lambda: _login(small, claims={"acr": "1"}))
    refused("enrolment.login-level", lambda: _login(small, claims={}))
    refused("enrolment.login-no-organisation", lambda: _login(small, organisation_code=None))
    refused("register.personal", lambda: _login(small, organisation_code="001085123456"))
    refused("enrolment.register-none", lambda: _login(small, organisation_code=OTHER_TAX_CODE))
    assert queries.of(small.store, small.organisation) == []


def test_enrolling_anew_withdraws_what_waited_by_the_same_way(small: World) -> None:
    first, paper = small.begin(), small.lay_before()
    second = small.begin()
    assert (small.state(first), small.state(second), small.state(paper)) == (
        "withdrawn",
        "open",
        "waiting",
    )
    assert officers.withdraw(small.store, small.company, second.id).state is State.WITHDRAWN
    with pytest.raises(EnrolmentConflictError):
        officers.withdraw(small.store, small.company, second.id)


def test_an_office_without_roots_says_so(small: World) -> None:
    (small.folder / "roots" / "root.pem").unlink()
    begun = small.begin()
    refused("enrolment.roots-none", lambda: small.answer(begun, cms(begun, small.pki.good)))
    (small.folder / "roots" / "root.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nx\n")
    error = refused("enrolment.roots-file", lambda: small.answer(begun, cms(begun, small.pki.good)))
    assert error.params["file"] == "root.pem"
