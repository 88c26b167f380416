# SPDX-License-Identifier: Apache-2.0
"""``nguon erase`` and ``nguon mandate``."""

from datetime import date
from pathlib import Path

import pytest

from nguon.base.audience import NATIONAL, Mandate
from nguon.compliance import holds
from nguon.compliance.holds import Kind, Order
from nguon.identity import keys, mandates
from nguon.identity.accounts import invitations, people, sessions
from nguon.identity.accounts.contacts import contact
from nguon.identity.accounts.invitations import Wanted
from nguon.identity.errors import InvitationError
from nguon.identity.model import Principal, Role, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.parties.keys import service as party_keys
from nguon.parties.keys.model import KeyAction
from nguon.parties.keys.queries import of as keys_of
from nguon.registry import documents, queries, service
from nguon.registry.documents import Folder
from nguon.registry.model import Register
from nguon.signing.keys import Algorithm, generate
from nguon.store import open_store
from nguon.store.values import Submitter
from tests.integration.cli.conftest import FARM, Run
from tests.records import PACKER, make_record, serial

OPERATOR = Principal(1, "", KeyKind.OPERATOR, frozenset({Scope.READ}), strict=False).audience
HOUSEHOLD = (
    "mã,loại,tên pháp lý,địa chỉ,mã xã,mã số thuế\nho-1,hộ,Hộ bà Nhài,Thôn Nội,11977,001085123456\n"
)


def test_events_are_erased_on_an_order(run: Run, database_url: str) -> None:
    with open_store(database_url) as store:
        [receipt] = store.writer.submit([make_record(1)], PACKER).result(20)
        event_id = make_record(1).event_id or ""
    done = run("erase", "events", event_id, "--reason", "Order 12", "--by", "Ms Hoa")
    assert (done.status, done.out) == (0, "log entry 1 erased, entry 2 says so\n")
    with open_store(database_url) as store:
        assert store.events.by_ids(OPERATOR, [receipt.event]) == []
        assert store.log.gaps() == []
    again = run("erase", "events", event_id, "--reason", "Order 12", "--by", "Ms Hoa")
    assert again.status == 1
    assert event_id in again.err
    assert run("erase", "events", event_id, "--by", "Ms Hoa").status == 2


def test_of_an_id_that_several_use_one_partys_events_are_erased(
    run: Run, database_url: str
) -> None:
    event_id, order = make_record(1).event_id or "", ("--reason", "Order 12", "--by", "Ms Hoa")
    with open_store(database_url) as store:
        [own] = store.writer.submit([make_record(1)], Submitter(77, "own")).result(20)
        service.import_csv(store, Register.ORGANISATION, HOUSEHOLD)
        other = queries.organisation_by_code(store, OPERATOR, "ho-1")
        assert other is not None
        theirs = make_record(2, eventID=event_id)
        [second] = store.writer.submit([theirs], Submitter(other.id, "other")).result(20)
    refused = run("erase", "events", event_id, *order)
    assert (refused.status, "--organisation" in refused.err) == (1, True)
    assert run("erase", "events", event_id, "--organisation", "nobody", *order).status == 1
    with open_store(database_url) as store:
        assert len(store.events.by_ids(OPERATOR, [own.event, second.event])) == 2
    assert run("erase", "events", event_id, "--organisation", "ho-1", *order).status == 0
    with open_store(database_url) as store:
        assert [one.id for one in store.events.by_ids(OPERATOR, [own.event, second.event])] == [
            own.event
        ]


def test_a_hold_forbids_erasing(run: Run, database_url: str) -> None:
    event_id = make_record(1).event_id or ""
    with open_store(database_url) as store:
        store.writer.submit([make_record(1)], PACKER).result(20)
        service.import_csv(store, Register.ORGANISATION, HOUSEHOLD)
        officer = Principal(9, "o", KeyKind.INSPECTOR, frozenset({Scope.SUPERVISE}), strict=False)
        for kind, subject in ((Kind.EVENT, event_id), (Kind.ORGANISATION, "ho-1")):
            order = Order(
                kind=kind, subject=subject, body="Chi cục", reason="vụ án", order_number="7"
            )
            holds.place(store, officer, order)
    for arguments in (("events", event_id), ("person", "ho-1")):
        refused = run("erase", *arguments, "--reason", "r", "--by", "b")
        assert refused.status == 1
        assert "hold" in refused.err
    with open_store(database_url) as store:
        assert len(store.events.by_items(OPERATOR, [serial(1)], limit=5)) == 1
        whole = queries.organisation_by_code(store, OPERATOR, "ho-1")
        assert whole is not None
        assert whole.name.vi == "Hộ bà Nhài"


def test_a_person_is_erased(run: Run, database_url: str) -> None:
    with open_store(database_url) as store:
        service.import_csv(store, Register.ORGANISATION, HOUSEHOLD)
        whole = queries.organisation_by_code(store, OPERATOR, "ho-1")
        assert whole is not None
        public = generate(Algorithm.EDDSA).public
        bound = party_keys.bind(store, whole.id, public, name="Bà Nhài", by="b")
    done = run("erase", "person", "ho-1", "--reason", "asked", "--by", "b")
    assert (done.status, done.out) == (0, "ho-1 erased\n")
    with open_store(database_url) as store:
        left = queries.organisation_by_code(store, OPERATOR, "ho-1")
        assert left is not None
        assert (left.name.vi, left.address, left.tax_code) == ("(đã xóa)", None, None)
        assert left.commune == "11977"
        assert queries.organisation_by_code(store, PUBLIC, "ho-1") is not None
        [key] = keys_of(store, whole.id)
        assert (key.kid, key.name) == (bound.kid, "")
        steps = [(step.action, step.by, step.reason) for step in key.steps]
        assert steps == [(KeyAction.BIND, "b", ""), (KeyAction.REVOKE, "b", "erased")]
    assert run("erase", "person", "ho-1", "--reason", "asked", "--by", "b").status == 0
    with open_store(database_url) as store:
        assert [len(one.steps) for one in keys_of(store, whole.id)] == [2]
    assert run("erase", "person", "nobody", "--reason", "asked", "--by", "b").status == 1


def test_a_persons_files_and_accounts_go_too(run: Run, database_url: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "var" / "documents")
    own, shared = b"%PDF-1.7 own", b"%PDF-1.7 shared"
    with open_store(database_url) as store:
        service.import_csv(store, Register.ORGANISATION, HOUSEHOLD + "ho-2,hộ,Hộ khác,,11977,\n")
        first, second = (
            found.id
            for code in ("ho-1", "ho-2")
            if (found := queries.organisation_by_code(store, OPERATOR, code)) is not None
        )
        whole = Principal(1, "", KeyKind.OPERATOR, frozenset({Scope.READ}), strict=False)
        files = {
            (code, content): documents.attach(
                store, folder, whole, (Register.ORGANISATION, code), ("cccd.pdf", content)
            )
            for code, content in (("ho-1", own), ("ho-1", shared), ("ho-2", shared))
        }
        gone, staying = (people.add(store, name, contact(f"{name}@x.vn")) for name in ("a", "b"))
        for person, organisation in ((gone, first), (staying, first), (staying, second)):
            people.join(store, person, organisation, Role.CLERK)
        [here] = people.memberships(store, gone)
        token = sessions.start(store, gone, here.id, "agent", None)
        invited = Wanted("c", contact("c@x.vn"), Role.CLERK)
        _, invitation = invitations.write(store, first, invited, None)
    assert run("erase", "person", "ho-1", "--reason", "asked", "--by", "b").status == 0
    with open_store(database_url) as store:
        assert documents.of_entry(store, Register.ORGANISATION, "ho-1") == []
        kept = files["ho-2", shared]
        assert documents.of_entry(store, Register.ORGANISATION, "ho-2") == [kept]
        assert folder.get(kept.digest) == shared
        assert folder.get(files["ho-1", own].digest) is None
        assert people.find(store, contact("a@x.vn")) is None
        assert (people.get(store, gone).name, people.memberships(store, gone)) == ("(đã xóa)", [])
        assert people.get(store, staying).email == "b@x.vn"
        assert [one.organisation for one in people.memberships(store, staying)] == [second]
        assert sessions.recognise(store, token) is None
        with pytest.raises(InvitationError):
            invitations.accept_new(store, invitation, "C", "mít na vải dừa")
        with store.reading() as connection:
            left = connection.exec_driver_sql("SELECT name, email, phone FROM invitation").all()
        assert [tuple(row) for row in left] == [("(đã xóa)", None, None)]


def test_mandates(run: Run, farm: str, database_url: str) -> None:
    made = run(
        "key", "create", "--organisation", FARM, "--kind", "inspector", "--scope", "read", "--json"
    )
    key, secret = made.json["id"], made.json["secret"]
    with open_store(database_url) as store:
        assert mandates.mandate_of_key(store, key) == NATIONAL
    given = run(
        "mandate", "grant", "--key", key, "--province", "33", "--province", "01",
        "--sector", "agriculture", "--from", "2026-01-01", "--reason", "QĐ 5",
    )  # fmt: skip
    assert (given.status, given.out) == (0, f"key:{key} granted\n")
    with open_store(database_url) as store:
        expected = Mandate(
            frozenset({"01", "33"}), frozenset({"agriculture"}), date(2026, 1, 1), None
        )
        assert mandates.mandate_of_key(store, key) == expected
        holder = keys.authenticate(store, secret)
        assert holder is not None
        assert holder.audience.mandate == expected
    assert (
        run("mandate", "grant", "--key", key, "--to", "2026-01-31", "--reason", "ended").status == 0
    )
    with open_store(database_url) as store:
        holder = keys.authenticate(store, secret)
        assert holder is not None
        assert holder.audience is PUBLIC
    wrong = run("mandate", "grant", "--key", key, "--province", "99", "--reason", "r")
    assert (wrong.status, "99" in wrong.err) == (1, True)
    assert run("mandate", "grant", "--reason", "r").status == 2
    whole = run("mandate", "grant", "--organisation", FARM, "--province", "33", "--reason", "r")
    assert whole.status == 0
    with open_store(database_url) as store:
        found = queries.organisation_by_code(store, OPERATOR, FARM)
        assert found is not None
        officer = mandates.mandate_of_member(store, 5, found.id)
        assert officer.provinces == frozenset({"33"})
