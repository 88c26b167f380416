# SPDX-License-Identifier: Apache-2.0
"""Leaves: canonical, openable with the salt, and telling nothing without it."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.canonical_json import canonical
from nguon.base.mac import Mac, mac
from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.deriving import derive
from nguon.store.leaf import author, commitment, item_secret, leaf, subject
from nguon.store.values import EventRecord
from tests.records import GTIN, LOT, PACKER, SHOP, make_record, serial

SECRET, SALT, OTHER_SALT = b"s" * 32, b"a" * 32, b"b" * 32


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def about(*items: ItemRef) -> EventRecord:
    return msgspec.structs.replace(make_record(1), items=items)


def test_a_leaf_is_what_the_design_says() -> None:
    record = make_record(1, count=2)
    found = json.loads(leaf(record, PACKER, SALT, SECRET))
    marks = sorted(
        text(hmac.digest(hmac.digest(SECRET, key.encode(), "sha256"), key.encode(), "sha256")[:16])
        for key in (serial(1), serial(2), LOT)
    )
    who = (1).to_bytes(8, "big") + b"packer-key" + sha256(b"").digest()
    assert found == {
        "v": 1,
        "kind": "event",
        "commit": text(hmac.digest(SALT, record.digest + record.received, "sha256")),
        "subjects": marks,
        "by": text(hmac.digest(SALT, who, "sha256")),
    }


@pytest.mark.parametrize("count", [0, 1, 7, 1500])
def test_a_leaf_is_canonical(count: int) -> None:
    record = make_record(1, count=count)
    made = leaf(record, PACKER, SALT, SECRET)
    assert canonical(json.loads(made)) == made
    assert leaf(derive(record, SECRET), PACKER, SALT, SECRET) == made


def test_whoever_has_the_salt_can_open_it() -> None:
    record = make_record(1)
    found = json.loads(leaf(record, PACKER, SALT, SECRET))
    assert commitment(record.digest, record.received, SALT) == found["commit"]
    assert author(PACKER, SALT) == found["by"]
    assert commitment(record.digest, record.received, OTHER_SALT) != found["commit"]
    assert commitment(make_record(2).digest, record.received, SALT) != found["commit"]
    assert author(SHOP, SALT) != found["by"]


def test_the_same_event_twice_shows_only_that_its_things_are_the_same() -> None:
    record = make_record(1)
    one = json.loads(leaf(record, PACKER, SALT, SECRET))
    two = json.loads(leaf(record, PACKER, OTHER_SALT, SECRET))
    assert {name for name in one if one[name] == two[name]} == {"v", "kind", "subjects"}


def test_another_store_marks_the_same_thing_otherwise() -> None:
    assert subject(serial(1), SECRET) != subject(serial(1), b"t" * 32)


def test_the_holder_of_an_items_secret_finds_its_leaves_alone() -> None:
    held = item_secret(serial(1), SECRET)
    mark = text(hmac.digest(held, serial(1).encode(), "sha256")[:16])
    assert mark in json.loads(leaf(make_record(1), PACKER, SALT, SECRET))["subjects"]
    assert mark not in json.loads(leaf(make_record(2), PACKER, SALT, SECRET))["subjects"]


def test_places_parties_documents_and_products_are_not_marked() -> None:
    record = about(
        ItemRef(GTIN, Role.EPC, "5"),
        ItemRef("8010/ABC", Role.INPUT, "5"),
        ItemRef(GTIN, Role.MEMBER, of=0),
        ItemRef("414/9521101000016", Role.READ_POINT),
        ItemRef("414/9521101000016", Role.BIZ_LOCATION),
        ItemRef("417/9521101000009", Role.SOURCE),
        ItemRef("417/9521101000009", Role.DESTINATION),
        ItemRef("uri:urn:epcglobal:cbv:bt:9521101000009:7", Role.DOCUMENT),
    )
    assert json.loads(leaf(record, PACKER, SALT, SECRET))["subjects"] == []


def test_lots_pieces_containers_and_processes_are_marked_once() -> None:
    keys = [LOT, serial(1), "00/095211010000000016", "uri:urn:process:1"]
    roles = [Role.INPUT, Role.CHILD, Role.PARENT, Role.TRANSFORMATION_ID]
    record = about(*map(ItemRef, keys, roles), ItemRef(LOT, Role.MEMBER, of=1))
    expected = sorted(subject(key, SECRET) for key in keys)
    assert json.loads(leaf(record, PACKER, SALT, SECRET))["subjects"] == expected


def test_many_subjects_become_one_hash() -> None:
    few = json.loads(leaf(make_record(1, count=999), PACKER, SALT, SECRET))
    assert len(few["subjects"]) == 1000
    made = leaf(make_record(1, count=1000), PACKER, SALT, SECRET)
    many = json.loads(made)
    marks = sorted(subject(key, SECRET) for key in (LOT, *(serial(1 + i) for i in range(1000))))
    assert "subjects" not in many
    assert many["subjects_root"] == text(sha256("".join(marks).encode()).digest())
    assert len(made) < 300


def test_stored_leaves_open_with_their_salts(store: Store) -> None:
    records = [make_record(1), make_record(2)]
    store.writer.submit(records, PACKER).result(20)
    entries = store.log.entries(1, 3, salts=True)
    assert [entry.salt for entry in store.log.entries(1, 3)] == [None, None]
    assert len({entry.salt for entry in entries}) == 2
    for record, entry in zip(records, entries, strict=True):
        assert entry.salt is not None
        assert entry.leaf == leaf(record, PACKER, entry.salt, store.secret)


@settings(max_examples=60)
@given(st.binary(max_size=64), st.binary(max_size=200))
def test_our_hmac_is_the_librarys(key: bytes, message: bytes) -> None:
    expected = hmac.digest(key, message, "sha256")
    assert mac(key, message) == expected
    assert [Mac(key)(message), Mac(key)(message)] == [expected, expected]


def test_a_long_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key too long"):
        Mac(b"k" * 65)
