# SPDX-License-Identifier: Apache-2.0
"""Credentials issued, suspended, resumed and revoked; what their status lists tell then."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from nguon.attesting import accrediting, changing, gs1, issuing, lists, queries, trusted
from nguon.attesting.errors import (
    AttestingConflictError,
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.attesting.model import Accreditation, Standing, State
from nguon.codes import licences
from nguon.codes.model import LicenceAsked, LicenceKind
from nguon.credentials.did import key_of
from nguon.credentials.errors import CredentialError
from nguon.credentials.licences import Judge, verify_chain
from nguon.credentials.untp.reading import attested
from nguon.credentials.verifying import Standing as Found
from nguon.credentials.verifying import verified_list, verify
from nguon.parties.keys import queries as keys
from nguon.parties.keys import service
from nguon.parties.keys.published import did_document
from nguon.store import Store
from nguon.store import attesting as rows
from nguon.store.attesting_tables import status_list
from nguon.store.registry_tables import organisation
from tests.integration.attesting.made import AREA, LOT, World, asked, made
from tests.integration.parties.made import OPERATOR, clerk, manager


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return made(store, tmp_path)


def _verdict(world: World, token: str) -> Found:
    """As an outsider finds it who fetches DID documents and lists from their addresses."""
    resolve = trusted.resolve_of(world.store)

    def statuses(url: str) -> object:
        return verified_list(_list(world, url), resolve, url, _now())

    return verify(token, resolve, statuses, datetime.now(UTC)).standing  # type: ignore[arg-type]


def test_what_is_issued_holds_for_an_outsider(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    assert (one.state, one.holder, one.title) == (
        State.VALID,
        world.farm,
        "Giấy chứng nhận VietGAP VG-0001",
    )
    assert _verdict(world, one.token) is Found.GOOD
    document = did_document(
        "did:web:nguon.example:parties:cn-01", keys.of(world.store, world.body), _now()
    )
    assert key_of(document, f"{document['id']}#{one.kid}").thumbprint == one.kid


def test_it_says_what_was_asked(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    found = verify(one.token, trusted.resolve_of(world.store), lambda url: None, _now())
    told = attested(found.credential)
    assert told.scheme.name == "VietGAP"
    assert told.products == ("https://id.gs1.org/01/08938500001017/10/A1",)
    assert told.facilities == ("https://nguon.example/r/place/vn-area:VN-DL-0001",)
    assert told.organisations == ("did:web:nguon.example:parties:htx-kin",)
    assert str(found.credential.valid_until) == "2028-12-31 16:59:59+00:00"


def test_suspended_resumed_and_revoked(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    for step, state, found in (
        ("suspend", State.SUSPENDED, Found.SUSPENDED),
        ("resume", State.VALID, Found.GOOD),
        ("suspend", State.SUSPENDED, Found.SUSPENDED),
        ("revoke", State.REVOKED, Found.SUSPENDED),
    ):
        changed = changing.change(world.store, world.inspector, one.id, step, f"vì {step}")
        assert (changed.state, changed.steps[-1].reason) == (state, f"vì {step}")
        assert _verdict(world, one.token) is found
    for step in ("suspend", "resume", "revoke"):
        with pytest.raises(AttestingConflictError) as refused:
            changing.change(world.store, world.inspector, one.id, step, "x")
        assert refused.value.code == "attesting.state"
    assert len(changing.one(world.store, one.id).steps) == 5


def test_every_step_is_stated_in_the_log(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    changing.change(world.store, world.inspector, one.id, "revoke", "sai")
    for about in (f"credential/{one.id}", f"attestation/{one.id}"):
        assert len(world.store.log.statements_of(about)) == 2, about
    for about in (f"credential.step/{one.id}/1", f"credential.step/{one.id}/2"):
        assert len(world.store.log.statements_of(about)) == 1, about


def test_the_same_wish_is_met_once(world: World) -> None:
    first = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    again = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    other = issuing.issue(world.store, world.inspector, asked(world, request="r2"), world.keys)
    assert first == again
    assert (other.list, other.id != first.id, other.place != first.place) == (
        first.list,
        True,
        True,
    )
    assert len(queries.issued_by(world.store, world.body)) == 2


def test_places_are_given_once_and_tell_nothing(world: World) -> None:
    with world.store.transaction() as connection:
        taken = [lists.take(connection, world.body, "revocation", _now()) for _ in range(200)]
    places = [place for _, place in taken]
    assert len({number for number, _ in taken}) == 1
    assert len(set(places)) == 200
    assert places != sorted(places)


def test_only_managers_of_the_issuer_may(world: World) -> None:
    with pytest.raises(AttestingForbiddenError):
        issuing.issue(world.store, clerk(world.body), asked(world), world.keys)
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    with pytest.raises(AttestingForbiddenError):
        changing.change(world.store, clerk(world.body), one.id, "revoke", "x")
    for stranger in (world.grower, manager(world.other)):
        with pytest.raises(AttestingUnknownError):
            changing.change(world.store, stranger, one.id, "revoke", "x")
    assert changing.one(world.store, one.id).state is State.VALID
    assert changing.change(world.store, OPERATOR, one.id, "revoke", "x").state is State.REVOKED


def test_without_a_key_nothing_is_issued(world: World) -> None:
    with pytest.raises(AttestingConflictError) as refused:
        issuing.issue(world.store, manager(world.other), asked(world), world.keys)
    assert refused.value.code == "attesting.no-key"
    assert queries.issued_by(world.store, world.other) == []


IMPOSSIBLE: list[tuple[dict[str, object], str, str]] = [
    ({"title": "  "}, "attesting.missing", "title"),
    ({"number": "x" * 301}, "attesting.missing", "number"),
    ({"scheme": ""}, "attesting.missing", "scheme"),
    ({"request": ""}, "attesting.missing", "request"),
    ({"last_day": date(2025, 12, 31)}, "attesting.days", "last_day"),
    (
        {"first_day": date(2020, 1, 1), "last_day": date(2021, 1, 1)},
        "attesting.days-over",
        "last_day",
    ),
    ({"about": ("cam",)}, "attesting.about", "about"),
    ({"about": ("01/08938500001018",)}, "attesting.about", "about"),
    ({"holder": 12345}, "attesting.unknown-party", "holder"),
]


def test_what_cannot_be_is_refused_by_field(world: World) -> None:
    for changed, code, field in IMPOSSIBLE:
        with pytest.raises(AttestingError) as refused:
            issuing.issue(world.store, world.inspector, asked(world, **changed), world.keys)
        assert (refused.value.code, refused.value.params["field"]) == (code, field)
    assert queries.issued_by(world.store, world.body) == []


def test_a_reason_is_needed(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    with pytest.raises(AttestingError) as refused:
        changing.change(world.store, world.inspector, one.id, "revoke", "  ")
    assert refused.value.params["field"] == "reason"


def test_it_attests_at_once_and_no_longer_when_revoked(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)

    def found() -> list[tuple[str, Standing, bool]]:
        told = queries.attestations_for(
            world.store, items=[LOT], places=[AREA], organisations=[world.farm], at=_now()
        )
        return [(each.id, each.status, each.good(_now().date())) for each in told]

    assert found() == [(one.id, Standing.GOOD, True)]
    told = queries.attestations_for(world.store, items=[LOT], at=_now())[0]
    assert told.about == (LOT,)
    assert (told.attester, told.accredited, told.scheme) == (
        f"organisation/{world.body}",
        False,
        "VietGAP",
    )
    changing.change(world.store, world.inspector, one.id, "revoke", "sai")
    assert found() == [(one.id, Standing.REVOKED, False)]
    assert queries.attestations_for(world.store, items=["01/08938500001017/10/B2"], at=_now()) == []


def test_recognition_is_for_a_scheme_and_for_days(world: World) -> None:
    given = Accreditation(
        id="",
        attester=f"organisation/{world.body}",
        name="Trung tâm chứng nhận",
        accreditor="BoA",
        number="VICAS 001",
        schemes=("VietGAP",),
        valid_from=date(2025, 1, 1),
        valid_to=None,
    )
    with pytest.raises(AttestingForbiddenError):
        accrediting.record(world.store, world.inspector, given)
    recorded = accrediting.record(world.store, world.officer, given)
    issuing.issue(world.store, world.inspector, asked(world), world.keys)
    issuing.issue(
        world.store, world.inspector, asked(world, request="r2", scheme="HACCP"), world.keys
    )

    def found(at: datetime) -> dict[str, str]:
        told = queries.attestations_for(world.store, items=[LOT], at=at)
        return {each.scheme: each.accredited_by for each in told}

    assert found(_now()) == {"VietGAP": "BoA", "HACCP": ""}
    assert found(datetime(2024, 6, 1, tzinfo=UTC)) == {"VietGAP": "", "HACCP": ""}
    accrediting.withdraw(world.store, world.officer, recorded.id, _now().date())
    assert found(_now())["VietGAP"] == ""


def test_a_key_that_was_revoked_signs_nothing_more(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    service.revoke(world.store, one.kid, by=world.inspector, reason="mất")
    with pytest.raises(AttestingConflictError):
        issuing.issue(world.store, world.inspector, asked(world, request="r2"), world.keys)
    with pytest.raises(AttestingConflictError):
        lists.token(world.store, one.list, world.keys, datetime.now(UTC))


def test_licences_and_numbers_in_the_shape_of_gs1(world: World) -> None:
    """The platform's licence, and the number under it; the chain stops where GS1's begins."""
    licence = licences.declare(
        world.store,
        OPERATOR,
        LicenceAsked(
            kind=LicenceKind.PREFIX,
            value="893850000",
            valid_from=date(2026, 1, 1),
            source="GS1 Việt Nam",
        ),
        organisation=world.farm,
    )
    root = "https://id.gs1.example/licences/893"
    with pytest.raises(AttestingError) as refused:
        gs1.issue_licence(world.store, OPERATOR, licence.id, root, world.keys)
    assert refused.value.code == "attesting.no-gln"
    with pytest.raises(AttestingForbiddenError):
        gs1.issue_licence(world.store, world.grower, licence.id, root, world.keys)
    _give_gln(world, "8938500001239")
    given = gs1.issue_licence(world.store, OPERATOR, licence.id, root, world.keys)
    numbered = gs1.issue_key(world.store, world.grower, LOT, world.keys)
    told = queries.attestations_for(world.store, items=[LOT], organisations=[world.farm], at=_now())
    assert {(each.kind, each.number) for each in told} == {("licence", "893850000"), ("key", LOT)}
    with pytest.raises(AttestingConflictError):
        gs1.issue_key(world.store, world.inspector, LOT, world.keys)
    with pytest.raises(AttestingConflictError):
        changing.change(world.store, world.grower, numbered.id, "suspend", "x")
    resolve = trusted.resolve_of(world.store)
    judge = Judge(
        fetch={f"https://nguon.example/api/v1/credentials/{given.id}": given.token}.get,
        resolve=resolve,
        statuses=lambda url: verified_list(
            lists.token(world.store, url.rsplit("/", 1)[1], world.keys, _now()),
            resolve,
            url,
            _now(),
        ),
        roots=(),
        moment=_now(),
    )
    with pytest.raises(CredentialError) as stopped:
        verify_chain(numbered.token, judge)
    assert stopped.value.code == "credentials.licence-missing"
    assert stopped.value.params["url"] == root


def _list(world: World, url: str) -> str:
    return lists.token(world.store, url.rsplit("/", 1)[1], world.keys, _now())


def _give_gln(world: World, gln: str) -> None:
    with world.store.transaction() as connection:
        connection.execute(
            update(organisation).where(organisation.c.id == world.farm).values(gln=gln)
        )


def test_a_full_list_is_followed_by_another(world: World) -> None:
    with world.store.transaction() as connection:
        first, _ = lists.take(connection, world.body, "revocation", _now())
        connection.execute(update(status_list).values(used=131_072))
        second, _ = lists.take(connection, world.body, "revocation", datetime.now(UTC))
        assert first != second
        assert rows.list_of(connection, second) is not None


def test_every_place_of_a_list_is_given_once() -> None:
    places = {lists._shuffled(b"0123456789abcdef", number) for number in range(131_072)}
    assert places == set(range(131_072))
