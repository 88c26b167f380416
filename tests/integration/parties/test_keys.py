# SPDX-License-Identifier: Apache-2.0
"""Keys of parties in the store: each step an entry of the log, nothing written on a refusal."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from nguon.parties.keys import naming, queries, service
from nguon.parties.keys.errors import (
    PartyKeyConflictError,
    PartyKeyError,
    PartyKeyForbiddenError,
    PartyKeyUnknownError,
)
from nguon.parties.keys.model import Custody, KeyAction, KeyState, PartyKey
from nguon.parties.keys.published import did_document
from nguon.parties.keys.scopes import scope
from nguon.signing.keys import PublicKey
from nguon.store import Store
from tests.integration.parties.made import (
    OPERATOR,
    clerk,
    cooperative,
    ed25519,
    household,
    manager,
    p256,
)

FAR = datetime(2099, 1, 1, tzinfo=UTC)


def bound(store: Store, organisation: int, public: PublicKey | None = None) -> PartyKey:
    return service.bind(
        store, organisation, public or ed25519().public, name="máy 1", by=f"key-{organisation}"
    )


def state(store: Store, kid: str) -> KeyState:
    found = queries.find(store, kid)
    assert found is not None
    return found.standing(datetime.now(UTC))


def head(store: Store) -> int:
    return store.log.head().seq


def test_a_bound_key_is_an_entry_of_the_log(store: Store) -> None:
    naming.attach(store, "https://nguon.example.vn")
    number, public = cooperative(store), p256().public
    before = head(store)
    made = service.bind(
        store,
        number,
        public,
        name="  dây \n chuyền ",
        scope=scope(["8931234"], ["vn-area:VN-DLOR-0017"]),
        valid_to=FAR,
        by="key-1",
    )
    assert (made.kid, made.organisation, made.party) == (public.thumbprint, number, "htx-kin")
    assert (made.public, made.custody, made.name) == (public, Custody.OWN, "dây chuyền")
    [step] = made.steps
    assert (step.action, step.seq, step.by) == (KeyAction.BIND, before + 1, "key-1")
    assert head(store) == before + 1
    said = store.log.statement(step.seq)
    assert said is not None
    assert said.kind == "party-key"
    told = json.loads(said.body or b"")
    assert told.pop("at") <= told.pop("valid_from")
    assert told == {
        "action": "bind",
        "custody": "own",
        "did": "did:web:nguon.example.vn:parties:htx-kin",
        "jwk": public.jwk(),
        "kid": public.thumbprint,
        "scope": {"places": ["vn-area:VN-DLOR-0017"], "prefixes": ["8931234"]},
        "v": 1,
        "valid_to": "2099-01-01T00:00:00.000Z",
    }
    assert queries.find(store, made.kid) == made
    assert queries.of(store, number) == [made]
    assert queries.find(store, "x") is None


def test_the_log_finds_the_whole_history_of_a_key(store: Store) -> None:
    number = cooperative(store)
    one, other = bound(store, number), bound(store, number)
    service.suspend(store, one.kid, by=manager(number), reason="mất máy")
    bound(store, number)
    service.resume(store, one.kid, by=manager(number))
    last = service.revoke(store, one.kid, by=manager(number), reason="mất hẳn")
    seqs = [step.seq for step in last.steps]
    assert store.log.seqs_of_item(f"key:{one.kid}") == seqs
    assert store.log.seqs_of_item(f"key:{other.kid}") == [other.steps[0].seq]
    assert [said.seq for said in store.log.statements_of(f"party-key/{one.kid}")] == seqs
    entry = store.log.statement(seqs[0])
    assert entry is not None
    leaf = json.loads(entry.leaf)
    assert (leaf["kind"], len(leaf["subjects"])) == ("statement", 1)
    assert one.kid not in entry.leaf.decode()


@pytest.mark.parametrize("code", ["ho-001", "012345678901", "thửa 12"])
def test_the_name_of_a_household_tells_nothing(store: Store, code: str) -> None:
    made = bound(store, household(store, code))
    assert made.party.startswith("p-")
    assert len(made.party) == 18
    assert code not in made.party
    assert naming.opaque(store, made.organisation) == made.party
    told = [store.log.statement(step.seq) for step in made.steps]
    assert all(one is not None and code.encode() not in (one.body or b"") for one in told)
    assert not store.log.about(made.steps[0].seq) & {f"organisation/{made.organisation}"}


def test_a_key_is_bound_once_to_one_party_for_good(store: Store) -> None:
    number, other, public = cooperative(store), cooperative(store, "htx-khac"), ed25519().public
    bound(store, number, public)
    before = head(store)
    for organisation, code in (
        (number, "party-keys.bound-already"),
        (other, "party-keys.of-another"),
    ):
        with pytest.raises(PartyKeyConflictError) as error:
            bound(store, organisation, public)
        assert error.value.code == code
    assert (head(store), queries.of(store, other)) == (before, [])
    service.revoke(store, public.thumbprint, by=manager(number), reason="lộ")
    with pytest.raises(PartyKeyConflictError) as error:
        bound(store, number, public)
    assert error.value.code == "party-keys.revoked-for-good"


def test_what_a_key_cannot_be_bound_to(store: Store) -> None:
    number, before = cooperative(store), head(store)
    with pytest.raises(PartyKeyError) as error:
        bound(store, 999_999)
    assert error.value.code == "party-keys.unknown-party"
    with pytest.raises(PartyKeyError) as error:
        service.bind(
            store,
            number,
            ed25519().public,
            name="",
            by="x",
            valid_to=datetime(2020, 1, 1, tzinfo=UTC),
        )
    assert error.value.code == "party-keys.ends-before"
    assert (head(store), queries.of(store, number)) == (before, [])


def test_a_key_is_never_bound_to_the_past(store: Store) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    made = service.bind(
        store,
        cooperative(store),
        ed25519().public,
        name="",
        by="x",
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )
    assert made.valid_from > begun
    assert made.standing(begun) is KeyState.NOT_YET
    assert made.standing(made.steps[0].at, seq=made.steps[0].seq) is KeyState.NOT_YET
    assert made.standing(made.steps[0].at, seq=made.steps[0].seq + 1) is KeyState.ACTIVE


def test_suspended_resumed_revoked(store: Store) -> None:
    number = cooperative(store)
    kid, me = bound(store, number).kid, manager(number)
    assert state(store, kid) is KeyState.ACTIVE
    service.suspend(store, kid, by=me, reason="mất máy")
    assert state(store, kid) is KeyState.SUSPENDED, "what is remembered is forgotten at once"
    with pytest.raises(PartyKeyConflictError) as error:
        service.suspend(store, kid, by=me, reason="lại")
    assert error.value.code == "party-keys.is-suspended"
    service.resume(store, kid, by=me)
    assert state(store, kid) is KeyState.ACTIVE
    service.revoke(store, kid, by=me, reason="lộ")
    before = head(store)
    for again in (service.suspend, service.resume, service.revoke):
        with pytest.raises(PartyKeyConflictError) as error:
            again(store, kid, by=me, reason="lại")
        assert error.value.code == "party-keys.is-revoked"
    assert (state(store, kid), head(store)) == (KeyState.REVOKED, before)


def test_who_may_change_a_key(store: Store) -> None:
    number = cooperative(store)
    kid, before = bound(store, number).kid, head(store)
    stranger = manager(cooperative(store, "htx-khac"))
    for by in (stranger, clerk(number)):
        for change in (service.suspend, service.revoke):
            with pytest.raises(PartyKeyForbiddenError):
                change(store, kid, by=by, reason="thử")
        with pytest.raises(PartyKeyForbiddenError):
            service.rotate(store, kid, ed25519().public, by=by)
    with pytest.raises(PartyKeyUnknownError):
        service.revoke(store, "x", by=OPERATOR, reason="thử")
    with pytest.raises(PartyKeyError) as error:
        service.revoke(store, kid, by=OPERATOR, reason=" ")
    assert error.value.code == "party-keys.reason-missing"
    assert (state(store, kid), head(store)) == (KeyState.ACTIVE, before + 1)


def test_what_the_operator_suspended_the_operator_resumes(store: Store) -> None:
    number = cooperative(store)
    kid = bound(store, number).kid
    halted = service.suspend(store, kid, by=OPERATOR, reason="nghi lộ khóa")
    assert halted.steps[-1].organisation == naming.OPERATOR
    with pytest.raises(PartyKeyForbiddenError) as error:
        service.resume(store, kid, by=manager(number))
    assert error.value.code == "party-keys.suspended-by-operator"
    service.resume(store, kid, by=OPERATOR)
    assert state(store, kid) is KeyState.ACTIVE


def test_another_key_in_its_place(store: Store) -> None:
    number = cooperative(store)
    old = service.bind(
        store, number, ed25519().public, name="cân", scope=scope(["8931234"]), by="x", valid_to=FAR
    )
    new = service.rotate(
        store, old.kid, p256().public, by=manager(number), overlap=timedelta(days=2)
    )
    assert (new.name, new.scope, new.valid_to) == ("cân", old.scope, FAR)
    told = store.log.statement(new.steps[0].seq)
    assert told is not None
    assert json.loads(told.body or b"")["replaces"] == old.kid
    left = queries.at(store, [old.kid])[old.kid]
    now = datetime.now(UTC)
    assert left.standing(now) is KeyState.ACTIVE
    assert left.standing(now + timedelta(days=3)) is KeyState.EXPIRED
    assert new.standing(now + timedelta(days=3)) is KeyState.ACTIVE
    assert [step.action for step in left.steps] == [KeyAction.BIND, KeyAction.REPLACE]
    service.suspend(store, old.kid, by=manager(number), reason="thử")
    before = head(store)
    with pytest.raises(PartyKeyConflictError):
        service.rotate(store, old.kid, p256().public, by=manager(number))
    assert (head(store), len(queries.of(store, number))) == (before, 2)


def test_the_document_of_a_party(store: Store) -> None:
    naming.attach(store, "http://localhost:8000")
    number = cooperative(store)
    one, two = bound(store, number), bound(store, number, p256().public)
    service.revoke(store, one.kid, by=manager(number), reason="lộ")
    name = naming.did(store, "htx-kin")
    assert name == "did:web:localhost%3A8000:parties:htx-kin"
    assert naming.did(store, "") == "did:web:localhost%3A8000"
    keys = queries.of_party(store, "htx-kin")
    made = did_document(name, keys, datetime.now(UTC))
    asserting = {f"{name}#{two.kid}", f"{name}#{two.public.multikey()}"}
    assert set(made["assertionMethod"]) == set(made["authentication"]) == asserting
    listed = {method["id"]: method for method in made["verificationMethod"]}
    assert set(listed) == asserting | {f"{name}#{one.kid}", f"{name}#{one.public.multikey()}"}
    assert "revoked" in listed[f"{name}#{one.kid}"]
    assert "revoked" not in listed[f"{name}#{two.kid}"]
