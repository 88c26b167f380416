# SPDX-License-Identifier: Apache-2.0
"""Statements: last before the commit, all or none, private unless told, and erasable."""

import hmac
import json
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from nguon.base.audience import Mandate
from nguon.identity import keys, mandates
from nguon.registry.documents import Folder
from nguon.registry.erasure import erase_person
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.service import ensure_organisation, import_csv
from nguon.store import Store, schema
from nguon.store import registry as rows
from nguon.store.accounts_tables import api_key
from nguon.store.erasing import Order
from nguon.store.errors import EntrySizeError
from nguon.store.registry_tables import organisation
from nguon.store.stated import digest
from nguon.store.statements import MOST_OCTETS, Statement
from nguon.store.statements_tables import log_about, log_statement
from nguon.store.values import EntryKind
from tests.records import PACKER, make_record

CHILD = Path(__file__).parent / "stating_process.py"
PEOPLE = (
    "code,kind,name_vi,address,commune,phone\n"
    "ho-1,household,Nhà ông Lạc,thôn 3,,0912345678\nho-2,household,Nhà bà Hoa,thôn 4,,\n"
)
BODY = b'{"key":"1","what":"try"}'


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def note(store: Store, *statements: Statement) -> None:
    with store.transaction() as connection:
        store.log.note(connection, *statements)


def test_a_private_statement_commits_to_its_body(store: Store) -> None:
    note(store, Statement("try", BODY, about=("person/1",)))
    [entry] = store.log.entries(1, 5, salts=True)
    assert (entry.kind, entry.event, len(entry.salt or b"")) == (EntryKind.STATEMENT, 0, 32)
    commit = hmac.digest(entry.salt or b"", sha256(BODY).digest(), "sha256")
    assert json.loads(entry.leaf) == {"commit": text(commit), "kind": "statement", "v": 1}
    [stated] = store.log.statements_of("person/1")
    assert (stated.seq, stated.kind, stated.body, stated.salt) == (1, "try", BODY, entry.salt)
    assert (stated.leaf, store.log.statement(1)) == (entry.leaf, stated)
    assert store.log.statement(2) is None
    assert store.log.opening(0) is None


def test_a_public_statement_carries_its_body(store: Store) -> None:
    note(store, Statement("shard", b'{"name":"2","first":9}', public=True))
    [entry] = store.log.entries(1, 5, salts=True)
    assert entry.leaf == b'{"body":{"first":9,"name":"2"},"kind":"shard","v":1}'
    assert entry.salt is None
    stated = store.log.statement(1)
    assert stated is not None
    assert (stated.kind, stated.salt) == ("shard", None)


def test_statements_come_after_all_else_in_their_order_and_under_one_head(store: Store) -> None:
    with store.transaction() as connection:
        store.log.note(connection, *(Statement(f"k{n}", BODY) for n in range(3)))
        store.log.note(connection, Statement("k3", BODY))
        assert store.log.add_entry(connection, EntryKind.MAP, b"a map") == 1
    entries = store.log.entries(1, 10)
    assert [entry.kind for entry in entries] == [EntryKind.MAP, *[EntryKind.STATEMENT] * 4]
    with store.reading() as connection:
        columns = log_statement.c.seq, log_statement.c.kind
        told = [tuple(row) for row in connection.execute(select(*columns).order_by("seq"))]
    assert told == [(2, "k0"), (3, "k1"), (4, "k2"), (5, "k3")]
    assert len({entry.leaf for entry in entries}) == 5
    assert store.log.gaps() == []


def lose(store: Store) -> None:
    with store.transaction() as connection:
        store.log.note(connection, Statement("lost", BODY))
        store.log.add_entry(connection, EntryKind.MAP, b"a map")
        raise RuntimeError


def test_what_is_rolled_back_was_never_stated(store: Store) -> None:
    with pytest.raises(RuntimeError):
        lose(store)
    # The same pooled connection must not have kept it.
    for _ in range(12):
        with store.transaction() as connection:
            connection.execute(select(schema.log))
    store.writer.submit([make_record(1)], PACKER).result(20)
    assert [entry.kind for entry in store.log.entries(1, 10)] == [EntryKind.EVENT]
    assert store.log.head().seq == 1
    with store.reading() as connection:
        assert connection.execute(select(log_statement)).all() == []
        assert connection.execute(select(log_about)).all() == []


def test_an_erasing_transaction_states_too(store: Store) -> None:
    with store.erasing() as connection:
        store.log.note(connection, Statement("gone", BODY))
    assert [entry.kind for entry in store.log.entries(1, 3)] == [EntryKind.STATEMENT]


@pytest.mark.parametrize("more", [0, 1])
def test_an_entry_has_65535_octets_at_most(store: Store, more: int) -> None:
    frame = len(b'{"body":{"a":""},"kind":"shard","v":1}')
    body = json.dumps({"a": "x" * (MOST_OCTETS - frame + more)}).encode()
    if not more:
        note(store, Statement("shard", body, public=True))
        assert len(store.log.entries(1, 2)[0].leaf) == 65535
        return
    with store.transaction() as connection:
        with pytest.raises(EntrySizeError) as caught:
            store.log.note(connection, Statement("k", BODY), Statement("shard", body, public=True))
        assert (caught.value.code, caught.value.params["size"]) == ("store.entry-size", 65536)
        with pytest.raises(EntrySizeError):
            store.log.add_entry(connection, EntryKind.MAP, b"x" * 65536)
    assert store.log.head().seq == 0


def test_private_statements_may_say_much(store: Store) -> None:
    note(store, Statement("long", b'"' + b"x" * 200_000 + b'"'))
    assert len(store.log.entries(1, 2)[0].leaf) < 100


def test_statements_are_no_events_to_whoever_counts_or_pages(store: Store) -> None:
    store.writer.submit([make_record(1)], PACKER).result(20)
    note(store, Statement("try", BODY))
    store.writer.submit([make_record(2)], PACKER).result(20)
    note(store, Statement("try", BODY))
    assert (store.log.events_after(0), store.log.events_after(1)) == (2, 1)
    assert list(store.log.leaves(2, 4)) == [
        (entry.seq, entry.leaf) for entry in store.log.entries(2, 4)
    ]


def test_what_the_process_stated_itself_loses_nothing_remembered(store: Store) -> None:
    store.writer.submit([make_record(1)], PACKER).result(20)
    note(store, Statement("try", BODY))
    store.writer.submit([make_record(2)], PACKER).result(20)
    assert store._database.tail.untouched([7], 0, 3)


def test_keys_organisations_and_mandates_are_stated_with_the_digest_of_their_rows(
    store: Store,
) -> None:
    number = ensure_organisation(store, "htx-1", OrganisationKind.COOPERATIVE, "HTX 1")
    key, _ = keys.create(store, number, name="scale", scopes=["capture"])
    keys.revoke(store, key.id)
    keys.revoke(store, key.id)
    subject = mandates.key_subject(key.id)
    mandates.grant(store, subject, Mandate(frozenset({"66"})), by="boss", reason="QD 1")
    told = [
        json.loads(one.body or b"") for one in store.log.statements_of(f"organisation/{number}")
    ]
    assert [one["what"] for one in told] == ["register.organisation", "key", "key"]
    with store.reading() as connection:
        [row] = rows.rows(connection, organisation, "id", [number])
        [kept] = rows.rows(connection, api_key, "id", [key.id])
    assert told[0]["digest"] == digest(row)
    assert (told[2]["digest"], told[2]["key"]) == (digest(kept), key.id)
    assert set(told[0]) == {"at", "digest", "key", "what"}
    assert told[1]["digest"] != told[2]["digest"]
    granted = store.log.statements_of(f"key/{key.id}")
    assert [one.kind for one in granted] == ["key", "key", "mandate"]
    assert json.loads(granted[2].body or b"")["by"] == "boss"


def test_reading_with_a_key_states_nothing(store: Store) -> None:
    number = ensure_organisation(store, "htx-1", OrganisationKind.COOPERATIVE, "HTX 1")
    _, secret = keys.create(store, number, name="scale", scopes=["capture"])
    before = store.log.head().seq
    assert keys.authenticate(store, secret) is not None
    assert store.log.head().seq == before


def test_changed_rows_are_stated_as_they_are_then(store: Store) -> None:
    numbers = [
        ensure_organisation(store, f"htx-{n}", OrganisationKind.COOPERATIVE, "A") for n in (1, 2)
    ]
    with store.transaction() as connection:
        rows.change(connection, organisation, {"id": numbers[0]}, {"phone": "0912"})
        changes = [{"code": f"htx-{n}", "name_vi": f"B{n}", "updated": n} for n in (1, 2)]
        rows.change_all(connection, organisation, ["code"], changes)
    for number in numbers:
        last = store.log.statements_of(f"organisation/{number}")[-1]
        with store.reading() as connection:
            [row] = rows.rows(connection, organisation, "id", [number])
        assert json.loads(last.body or b"")["digest"] == digest(row)
        assert b"0912" not in (last.body or b"")


def test_erased_statements_stay_in_the_log_and_say_nothing(store: Store) -> None:
    note(
        store,
        Statement("a", BODY, about=("person/1",)),
        Statement("b", BODY, about=("person/2",)),
        Statement("c", BODY, about=("person/1", "organisation/3")),
    )
    before = store.log.entries(1, 4)
    order = Order.made("asked", "operator")
    with store.erasing() as connection:
        done = store.log.forget(connection, ["person/1", "organisation/3"], order)
    assert done == [1, 3]
    after = store.log.entries(1, 10, salts=True)
    assert [entry.leaf for entry in after[:3]] == [entry.leaf for entry in before]
    assert [entry.salt is None for entry in after] == [True, False, True, False, False]
    assert [(e.kind, e.event) for e in after[3:]] == [(EntryKind.ERASURE, 0)] * 2
    assert [json.loads(entry.leaf)["erased"] for entry in after[3:]] == [1, 3]
    assert [one.body for one in store.log.statements_of("person/1")] == [None, None]
    assert [one.body for one in store.log.statements_of("person/2")] == [BODY]
    with store.erasing() as connection:
        assert store.log.forget(connection, ["person/1"], order) == []
    assert (store.log.head().seq, store.log.gaps()) == (5, [])


def test_erasing_a_person_takes_what_was_stated_of_it(store: Store, tmp_path: Path) -> None:
    import_csv(store, Register.ORGANISATION, PEOPLE)
    with store.reading() as connection:
        ids = rows.organisation_ids(connection, ["ho-1", "ho-2"])
    about = [f"organisation/{ids[code]}" for code in ("ho-1", "ho-2")]
    before = [store.log.statements_of(one) for one in about]
    assert [one.kind for one in before[0]] == ["register.organisation"]
    assert all(one.salt and one.body for some in before for one in some)
    told = store.log.statements_of("register.organisation/ho-1")
    begun = store.log.head().seq
    erase_person(
        store, Folder(tmp_path), ids["ho-1"], reason="asked", by="operator", held=lambda _: ()
    )
    gone = [one for one in store.log.statements_of("register.organisation/ho-1") if not one.salt]
    assert [one.seq for one in gone] == [one.seq for one in told]
    assert [one.body for one in gone] == [None] * len(told)
    assert [one.leaf for one in gone] == [one.leaf for one in told]
    assert store.log.statements_of(about[1]) == before[1]
    erased = store.log.entries(begun + 1, begun + 1 + len(told))
    assert [entry.kind for entry in erased] == [EntryKind.ERASURE] * len(told)
    # What it is afterwards is stated too, and says nothing of the person.
    last = store.log.statements_of(about[0])[-1]
    assert last.seq > erased[-1].seq
    assert last.body is not None
    assert store.log.gaps() == []


def together(*tasks: Callable[[], None]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_threads_state_and_capture_at_once(store: Store) -> None:
    """A transaction that holds register rows while the writer has the log does not lock it."""
    numbers = [
        ensure_organisation(store, f"o{n}", OrganisationKind.COOPERATIVE, "A") for n in range(2)
    ]
    begun = store.log.head().seq

    def change(number: int) -> None:
        for turn in range(15):
            with store.transaction() as connection:
                rows.hold(connection)
                key = {"id": number}
                rows.change(connection, organisation, key, {"phone": f"{turn}"})

    def capture() -> None:
        for start in range(0, 60, 3):
            batch = [make_record(start + n) for n in range(3)]
            store.writer.submit(batch, PACKER).result(30)

    together(capture, lambda: change(numbers[0]), lambda: change(numbers[1]))
    kinds = Counter(entry.kind for entry in store.log.entries(begun + 1, 1000))
    assert kinds == {EntryKind.EVENT: 60, EntryKind.STATEMENT: 30}
    assert store.log.gaps() == []
    assert store._database.tail.untouched([7], begun, store.log.head().seq)


def test_two_processes_state_and_capture_at_once(store: Store, database_url: str) -> None:
    command = [sys.executable, str(CHILD), database_url]
    children = [
        subprocess.Popen([*command, str(first)], stdout=subprocess.PIPE) for first in (1000, 2000)
    ]
    for child in children:
        assert child.communicate(timeout=60)[0].split() == [b"done"]
    entries = store.log.entries(1, 1000)
    assert Counter(entry.kind for entry in entries) == {
        EntryKind.EVENT: 80,
        EntryKind.STATEMENT: 80,
    }
    assert store.log.gaps() == []
    times = [entry.record_time for entry in entries]
    assert times == sorted(times)
