# SPDX-License-Identifier: Apache-2.0
"""The verifier: what holds, and every way in which something else is passed off for it."""

import json
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.evidence import packed
from nguon.evidence.commitments import commitment
from nguon.evidence.findings import Code, Finding, failed
from nguon.evidence.items import Item
from nguon.evidence.opening import Opening
from nguon.evidence.package import Entry, Package
from nguon.evidence.told import told_in
from nguon.evidence.verifying import Asked, verify
from nguon.transparency.completeness import Listed, MapHead
from nguon.transparency.hashing import leaf_hash, root_of
from nguon.transparency.judging import Clock
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.maps.proofs import prove
from nguon.transparency.receipts import Receipt
from tests.evidence_made import (
    CLOCK,
    LOTS,
    NOW,
    ORIGIN,
    WITNESSES,
    Logged,
    SmallLog,
    logged,
    mark_of,
    noted,
    path_of,
    policy,
    secret_of,
)

LOG = SmallLog()
POLICY = policy()
LOT_A, LOT_B = LOTS
EVENT = LOG.logged[2].event.encode()


def judged(octets: bytes, **more: Any) -> dict[Code, Finding]:
    """The findings by code, of which each is there once."""
    found = verify(octets, more.pop("policy", POLICY), more.pop("clock", CLOCK), **more)
    by_code = {finding.code: finding for finding in found}
    assert len(by_code) == len(found)
    return by_code


def holding(findings: dict[Code, Finding]) -> dict[str, bool | None]:
    return {code.value: finding.holds for code, finding in findings.items()}


def reason(octets: bytes, code: Code, **more: Any) -> str:
    """Why this one fails, and no other does."""
    found = judged(octets, **more)
    assert [each for each, one in found.items() if one.holds is False] == [code]
    told: str = found[code].params["reason"]
    return told


def test_a_whole_receipt_holds() -> None:
    found = judged(bytes(LOG.receipt(2)), event=EVENT)
    assert holding(found) == {
        "log-signature": True,
        "witnesses": True,
        "fresh": None,
        "inclusion": True,
        "opening": True,
        "event": True,
    }
    assert found[Code.LOG_SIGNATURE].params == {"origin": ORIGIN, "size": 12}
    assert found[Code.WITNESSES].params == {
        "quorum": "q",
        "names": "w1, w2, w3",
        "count": 3,
        "time": NOW - 60,
    }
    assert found[Code.FRESH].params["reason"] == "evidence.no-age"
    assert found[Code.INCLUSION].params == {"count": 1, "index": 2}
    assert found[Code.EVENT].params == {"count": 1, "of": 1, "index": 2}


def test_a_packed_receipt_shows_the_same() -> None:
    receipt = LOG.receipt(2)
    text = packed.address("https://nguon.example.vn", receipt)
    expected = verify(bytes(receipt), POLICY, CLOCK, event=EVENT)
    for form in (text, f" {text}\n", text.partition("#r=")[2]):
        assert verify(form.encode(), POLICY, CLOCK, event=EVENT) == expected


def test_a_whole_package_holds() -> None:
    found = judged(bytes(LOG.package(LOT_A)))
    assert holding(found) == {
        "log-signature": True,
        "witnesses": True,
        "fresh": None,
        "inclusion": True,
        "opening": True,
        "event": True,
        "map-logged": True,
        "complete": True,
        "subject": True,
    }
    assert found[Code.COMPLETE].params == {"item": LOT_A, "count": 5, "size": 9, "shown": 5}
    assert found[Code.MAP_LOGGED].params == {"item": LOT_A, "index": 9, "size": 9}
    assert found[Code.SUBJECT].params == {"item": LOT_A, "count": 5, "index": 0}
    assert holding(judged(bytes(LOG.package(LOT_A)), event=EVENT)) == holding(found)


def test_a_bare_checkpoint_is_judged_alone() -> None:
    found = judged(LOG.checkpoint, clock=Clock(NOW, 3600))
    assert holding(found) == {"log-signature": True, "witnesses": True, "fresh": True}
    assert found[Code.FRESH].params == {"time": NOW - 60, "most": 3600}


def test_what_is_not_opened_stays_open() -> None:
    found = judged(bytes(LOG.receipt(2, opening=None)), event=EVENT)
    assert found[Code.OPENING].holds is None
    assert found[Code.EVENT].holds is None
    assert found[Code.EVENT].params["reason"] == "evidence.not-opened"
    assert found[Code.INCLUSION].holds is True


def test_without_witnesses_asked_nothing_is_said_of_them() -> None:
    found = judged(bytes(LOG.receipt(2)), policy=policy(quorum="none"), clock=Clock(NOW, 1))
    assert (found[Code.WITNESSES].holds, found[Code.FRESH].holds) == (None, None)
    assert found[Code.WITNESSES].params["reason"] == "evidence.no-quorum"
    assert found[Code.INCLUSION].holds is True


@pytest.mark.parametrize(
    ("now", "oldest", "witnesses", "fresh"),
    [
        (NOW, None, True, None),
        (NOW, 60, True, True),
        (NOW, 59, True, False),
        (NOW - 90, None, True, None),
        (NOW - 91, None, False, None),
        (NOW + 10**9, None, True, None),
    ],
)
def test_age_of_cosignatures(
    now: int, oldest: int | None, witnesses: bool, fresh: bool | None
) -> None:
    found = judged(LOG.checkpoint, clock=Clock(now, oldest))
    assert (found[Code.WITNESSES].holds, found[Code.FRESH].holds) == (witnesses, fresh)


def with_note(receipt: Receipt, note: bytes) -> bytes:
    return bytes(msgspec.structs.replace(receipt, checkpoint=note))


def test_a_quorum_needs_distinct_witnesses() -> None:
    root = root_of(LOG.hashes)
    two = noted(12, root, witnesses=WITNESSES[:2])
    twice = noted(12, root, witnesses=[WITNESSES[0]] * 2)
    one_receipt = LOG.receipt(2)
    assert reason(with_note(one_receipt, two), Code.WITNESSES) == "transparency.quorum"
    assert not failed(verify(with_note(one_receipt, two), policy(quorum="2"), CLOCK))
    found = judged(with_note(one_receipt, twice), policy=policy(quorum="2"))
    assert found[Code.WITNESSES].holds is False
    assert found[Code.WITNESSES].params["given"] == "w1"


def test_a_test_logs_receipt_shows_nothing() -> None:
    other = Signer("test.example.vn/log/1", Kind.SIGNATURE, b"t" * 32)
    text = LOG.checkpoint.decode().replace(ORIGIN, other.key.name)
    from nguon.transparency.notes import sign_note, text_of

    note = bytes(sign_note(text_of(text.encode()), other))
    found = judged(with_note(LOG.receipt(2), note))
    assert found[Code.LOG_SIGNATURE].params["reason"] == "transparency.signature-unknown"
    assert [one.holds for one in found.values()] == [False, None, None, None, None, None]


def test_a_checkpoint_that_only_witnesses_signed_shows_nothing() -> None:
    lines = LOG.checkpoint.decode().split("\n")
    note = "\n".join(line for line in lines if not line.startswith(f"— {ORIGIN}")).encode()
    found = judged(with_note(LOG.receipt(2), note))
    assert found[Code.LOG_SIGNATURE].params["reason"] == "transparency.checkpoint-origin"


def test_a_right_proof_under_a_foreign_root_shows_nothing() -> None:
    note = LOG.checkpoint.replace(b"\n12\n", b"\n13\n")
    found = judged(with_note(LOG.receipt(2), note))
    assert found[Code.LOG_SIGNATURE].params["reason"] == "transparency.signature-fails"
    assert found[Code.INCLUSION].holds is None
    assert found[Code.OPENING].holds is None


def test_an_entry_elsewhere_or_another_fails() -> None:
    two, three = LOG.receipt(2), LOG.receipt(3)
    moved = msgspec.structs.replace(two, index=3)
    swapped = msgspec.structs.replace(two, extra=three.extra)
    longer = msgspec.structs.replace(two, proof=(*two.proof, b"x" * 32))
    beyond = msgspec.structs.replace(two, index=12)
    assert reason(bytes(moved), Code.INCLUSION) == "transparency.proof-fails"
    assert reason(bytes(swapped), Code.INCLUSION) == "transparency.proof-fails"
    assert reason(bytes(longer), Code.INCLUSION) == "transparency.proof-length"
    assert reason(bytes(beyond), Code.INCLUSION) == "transparency.not-subtree"


def test_a_node_passed_off_as_an_entry_fails() -> None:
    pair = b"\x01" + LOG.hashes[0] + LOG.hashes[1]
    note = noted(12, root_of(LOG.hashes))
    told = msgspec.structs.replace(LOG.receipt(0), proof=LOG.proof(0)[1:])
    octets = pair.decode("latin-1")
    extra = canonical({"entry": octets, "v": 1})
    found = judged(bytes(msgspec.structs.replace(told, extra=extra, checkpoint=note)))
    assert found[Code.INCLUSION].holds is False


def test_a_receipt_of_another_number_fails() -> None:
    octets = bytes(LOG.receipt(2))
    assert judged(octets, asked=Asked(number="1-2"))[Code.INCLUSION].holds is True
    for number in ("1-3", "2-2", "x"):
        code = reason(octets, Code.INCLUSION, asked=Asked(number=number))
        assert code == "evidence.other-number"


def test_a_replayed_proof_with_another_opening_fails() -> None:
    other = LOG.receipt(2, opening=LOG.logged[3].opening)
    assert reason(bytes(other), Code.OPENING) == "evidence.opening-differs"
    short = msgspec.structs.replace(LOG.logged[2].opening, received=b"")
    assert reason(bytes(LOG.receipt(2, opening=short)), Code.OPENING) == "evidence.opening-differs"


def test_another_event_fails_and_another_spelling_holds() -> None:
    octets = bytes(LOG.receipt(2))
    other = LOG.logged[3].event.encode()
    told = json.loads(EVENT)
    respelled = json.dumps(told | {"eventTime": "2026-07-28T01:02:00.000Z"}).encode()
    moved = json.dumps(told | {"bizStep": "receiving"}).encode()
    assert judged(octets, event=respelled)[Code.EVENT].holds is True
    assert judged(octets, event=EVENT + b"\n")[Code.EVENT].holds is True
    for wrong in (other, moved, b"", b"\xff", b"{}", EVENT[:-1], b"[" * 99_999):
        assert reason(octets, Code.EVENT, event=wrong) == "evidence.event-differs"


def test_the_document_that_was_sent_serves_as_event() -> None:
    events = ",".join(each.event for each in LOG.logged[:3])
    document = (
        '{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",'
        '"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-07-28T08:00:00Z",'
        f'"epcisBody":{{"eventList":[{events}]}}}}'
    ).encode()
    assert len(told_in(document)) == 3
    assert judged(bytes(LOG.receipt(2)), event=document)[Code.EVENT].holds is True
    assert reason(bytes(LOG.receipt(3)), Code.EVENT, event=document) == "evidence.event-differs"


def test_a_record_named_wrongly_fails_once_the_event_is_there() -> None:
    right = bytes(LOG.receipt(2, record="urn:uuid:00000000-0000-4000-8000-000000000002"))
    wrong = bytes(LOG.receipt(2, record="urn:uuid:00000000-0000-4000-8000-000000000003"))
    assert judged(right, event=EVENT)[Code.EVENT].holds is True
    assert reason(wrong, Code.EVENT, event=EVENT) == "evidence.other-record"
    by_hash = told_in(EVENT)[0].names[1]
    assert by_hash.startswith("ni:///sha-256;")
    assert judged(bytes(LOG.receipt(2, record=by_hash)), event=EVENT)[Code.EVENT].holds is True


def test_a_receipt_of_another_lot_fails() -> None:
    right = Asked(Item(LOT_A, secret_of(LOT_A)))
    assert judged(bytes(LOG.receipt(2)), asked=right)[Code.SUBJECT].holds is True
    assert reason(bytes(LOG.receipt(3)), Code.SUBJECT, asked=right) == "evidence.not-marked"
    for item in (Item(LOT_A, secret_of(LOT_B)), Item(LOT_B, secret_of(LOT_A))):
        found = reason(bytes(LOG.receipt(2)), Code.SUBJECT, asked=Asked(item))
        assert found == "evidence.not-marked"
    unknown = judged(bytes(LOG.receipt(2)), asked=Asked(Item(LOT_A)))[Code.SUBJECT]
    assert (unknown.holds, unknown.params["reason"]) == (None, "evidence.no-secret")


def test_a_package_of_another_lot_fails() -> None:
    octets = bytes(LOG.package(LOT_A))
    found = verify(octets, POLICY, CLOCK, asked=Asked(Item("01/0/10/C")))
    assert found[-1].holds is False
    assert found[-1].params == {"reason": "evidence.other-item", "item": "01/0/10/C"}
    found = verify(octets, POLICY, CLOCK, asked=Asked(Item(LOT_B, secret_of(LOT_B))))
    assert [one.holds for one in found if one.code is Code.SUBJECT] == [True, False]


# Completeness.


def package(**changes: Any) -> bytes:
    return bytes(msgspec.structs.replace(LOG.package(LOT_A), **changes))


def with_list(**changes: Any) -> bytes:
    complete = msgspec.structs.replace(LOG.complete(LOT_A), **changes)
    return package(completeness=(complete,))


def test_a_list_with_one_left_out_added_moved_or_changed_fails() -> None:
    own = LOG.complete(LOT_A).entries
    foreign = Listed(1, leaf_hash(LOG.entries[1]))
    cases = {
        own[1:]: "transparency.list-count",
        own[:-1]: "transparency.list-count",
        (own[0], foreign, *own[1:]): "transparency.list-count",
        (own[1], own[0], *own[2:]): "transparency.list-order",
        (own[0], foreign, *own[2:]): "transparency.list-differs",
        (*own[:-1], Listed(10, own[-1].leaf)): "transparency.list-beyond",
        (): "transparency.list-count",
    }
    for entries, expected in cases.items():
        octets = with_list(entries=entries)
        assert judged(octets)[Code.COMPLETE].params["reason"] == expected, expected
        assert judged(octets)[Code.COMPLETE].holds is False


def test_an_entry_withheld_by_the_map_shows() -> None:
    short = dict(LOG.lists) | {LOT_A: [one for one in LOG.lists[LOT_A] if one.index != 4]}
    log = SmallLog()
    log.map_root = log.mapped(short)
    log.lists = short
    log.head = log.entries[9] = bytes(MapHead(ORIGIN, 9, log.map_root))
    entries = tuple(log.entry(n) for n in (0, 2, 4, 6, 8))
    whole = msgspec.structs.replace(log.package(LOT_A), entries=entries)
    assert reason(bytes(whole), Code.COMPLETE) == "evidence.list-contradicted"
    assert judged(bytes(whole))[Code.COMPLETE].params["index"] == 4
    without = msgspec.structs.replace(whole, entries=entries[:2])
    assert judged(bytes(without))[Code.COMPLETE].holds is True
    assert judged(bytes(without))[Code.COMPLETE].params["shown"] == 2


def test_a_list_of_another_leaf_than_the_packages_fails() -> None:
    lists = dict(LOG.lists) | {LOT_A: [*LOG.lists[LOT_A][:-1], Listed(8, b"x" * 32)]}
    log = SmallLog()
    log.map_root = log.mapped(lists)
    log.lists = lists
    log.head = log.entries[9] = bytes(MapHead(ORIGIN, 9, log.map_root))
    assert reason(bytes(log.package(LOT_A)), Code.COMPLETE) == "evidence.list-contradicted"


def test_an_entry_after_the_maps_head_is_not_missing() -> None:
    later = tuple(LOG.entry(n) for n in (0, 2, 4, 6, 8, 10))
    found = judged(package(entries=later))
    assert found[Code.COMPLETE].holds is True
    assert found[Code.SUBJECT].params["count"] == 5


def test_another_lots_list_or_map_proof_fails() -> None:
    other = LOG.complete(LOT_B)
    octets = with_list(proof=other.proof, entries=other.entries)
    assert judged(octets)[Code.COMPLETE].holds is False
    named = msgspec.structs.replace(other, item=LOT_A)
    assert judged(package(completeness=(named,)))[Code.COMPLETE].holds is False
    empty = prove(LOG.map_root, path_of("01/0/10/C"), LOG.nodes.__getitem__)
    nothing = with_list(item="01/0/10/C", secret=secret_of("01/0/10/C"), proof=empty, entries=())
    assert judged(nothing)[Code.COMPLETE].holds is True
    assert judged(with_list(proof=empty, entries=()))[Code.COMPLETE].holds is False


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (MapHead("other.example.vn/log/1", 9, LOG.map_root), "evidence.head-log"),
        (MapHead(ORIGIN, 10, LOG.map_root), "evidence.head-beyond"),
    ],
)
def test_a_head_of_another_log_or_of_more_than_stands_before_it_fails(
    head: MapHead, expected: str
) -> None:
    log = SmallLog()
    log.entries[9] = bytes(head)
    found = judged(bytes(log.package(LOT_A)))
    assert found[Code.MAP_LOGGED].params["reason"] == expected
    assert (found[Code.MAP_LOGGED].holds, found[Code.COMPLETE].holds) == (False, None)


def test_a_head_that_is_not_logged_or_no_head_fails() -> None:
    forged = msgspec.structs.replace(LOG.entry(9), entry=bytes(MapHead(ORIGIN, 8, LOG.map_root)))
    assert reason(with_list(head=forged), Code.MAP_LOGGED) == "transparency.proof-fails"
    assert reason(with_list(head=LOG.entry(8)), Code.MAP_LOGGED) == "transparency.map-head"


def test_entries_with_many_marks() -> None:
    marks = tuple(sorted(mark_of(f"01/09521101000016/21/{n}") for n in range(1001)))
    one = mark_of("01/09521101000016/21/7")
    root = url_text(sha256("".join(marks).encode()).digest())
    log = SmallLog(2)
    made = logged(0, LOT_A)
    told = json.loads(made.leaf)
    del told["subjects"]
    log.entries[0] = canonical(told | {"subjects_root": root})
    log.logged[0] = Logged(made.event, made.opening, log.entries[0])
    asked = Asked(Item("01/09521101000016/21/7", secret_of("01/09521101000016/21/7")))
    entry = log.entry(0)

    def subject(marks: tuple[str, ...] | None) -> Finding:
        told = msgspec.structs.replace(entry, marks=marks)
        return judged(bytes(Package(log.checkpoint, (told,))), asked=asked)[Code.SUBJECT]

    assert one in marks
    assert subject(marks).holds is True
    assert subject(marks[:-1]).params["reason"] == "evidence.not-marked"
    assert (subject(None).holds, subject(None).params["reason"]) == (None, "evidence.marks-hidden")
    other = tuple(mark for mark in marks if mark != one)
    assert subject(other).holds is False


# Statements, contexts, anchors.


def test_statements_and_erasures_open_with_two_values() -> None:
    body = b'{"what":"key revoked"}'
    digest = sha256(body).digest()
    salt = b"z" * 32
    leaf = canonical({"commit": commitment(digest, b"", salt), "kind": "statement", "v": 1})
    log = SmallLog(2)
    log.entries[1] = leaf
    entry = Entry(1, log.proof(1), leaf, Opening(salt, digest), statement=body.decode())
    whole = Package(log.checkpoint, (entry,))
    found = judged(bytes(whole))
    assert (found[Code.OPENING].holds, found[Code.EVENT].holds) == (True, True)
    assert found[Code.COMPLETE].params["reason"] == "evidence.no-list"
    changed = msgspec.structs.replace(entry, statement='{"what":"key made"}')
    octets = bytes(Package(log.checkpoint, (changed,)))
    assert reason(octets, Code.EVENT) == "evidence.event-differs"
    unopened = msgspec.structs.replace(entry, opening=None)
    octets = bytes(Package(log.checkpoint, (unopened,)))
    assert reason(octets, Code.EVENT) == "evidence.event-not-opened"
    both = msgspec.structs.replace(entry, event="{}")
    assert reason(bytes(Package(log.checkpoint, (both,))), Code.EVENT) == "evidence.event-differs"
    receipt = log.receipt(1, opening=Opening(salt, digest))
    assert packed.unpack(packed.pack(receipt)) == receipt
    assert judged(bytes(receipt))[Code.OPENING].holds is True


def test_a_public_statement_needs_no_opening() -> None:
    log = SmallLog(2)
    log.entries[1] = canonical({"kind": "shard", "body": {"name": "2"}, "v": 1})
    entry = Entry(1, log.proof(1), log.entries[1], statement='{"name":"2"}')
    assert judged(bytes(Package(log.checkpoint, (entry,))))[Code.EVENT].holds is True
    wrong = msgspec.structs.replace(entry, statement='{"name":"3"}')
    octets = bytes(Package(log.checkpoint, (wrong,)))
    assert reason(octets, Code.EVENT) == "evidence.event-not-opened"


def test_events_in_a_package_must_be_opened_and_be_the_ones() -> None:
    entries = list(LOG.package(LOT_A).entries)
    entries[1] = msgspec.structs.replace(entries[1], opening=None)
    assert reason(package(entries=tuple(entries)), Code.EVENT) == "evidence.event-not-opened"
    swapped = msgspec.structs.replace(LOG.package(LOT_A).entries[1], event=LOG.logged[3].event)
    entries[1] = swapped
    octets = package(entries=tuple(entries))
    assert reason(octets, Code.EVENT) == "evidence.event-differs"
    assert reason(octets, Code.EVENT, event=EVENT) == "evidence.event-differs"


def test_a_context_that_gives_words_another_meaning_fails() -> None:
    from nguon.epcis.codec import decode_raw_event
    from nguon.epcis.digest import record_digest

    context = b'{"ex":"https://example.com/ns/"}'
    event = json.dumps(json.loads(EVENT) | {"ex:grade": "A"}).encode()
    digest = record_digest(decode_raw_event(event), context)
    opening = Opening(b"z" * 32, digest, sha256(event).digest())
    leaf = canonical({"commit": opening.commitment, "kind": "event", "subjects": [], "v": 1})
    log = SmallLog(2)
    log.entries[1] = leaf

    def of(told: bytes | None) -> bytes:
        text = None if told is None else told.decode()
        entry = Entry(1, log.proof(1), leaf, opening, event.decode(), text)
        return bytes(Package(log.checkpoint, (entry,)))

    assert judged(of(context))[Code.EVENT].holds is True
    for wrong in (None, b'{"ex":"https://example.com/other/"}'):
        assert reason(of(wrong), Code.EVENT) == "evidence.event-differs"
    # Beside a receipt there is no context: its octets are then all that can be compared.
    alone = log.receipt(1, opening=opening)
    assert judged(bytes(alone), event=event)[Code.EVENT].holds is True
