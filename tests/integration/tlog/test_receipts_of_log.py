# SPDX-License-Identifier: Apache-2.0
"""Receipts and packages from a log: waiting, witnessed, in ended shards, of what is no event."""

import time
from statistics import median

import msgspec
import pytest

from nguon.base.audience import Audience, AudienceKind
from nguon.evidence.errors import EvidenceError
from nguon.evidence.findings import Code, failed
from nguon.evidence.items import Item
from nguon.evidence.receipts import read_shown
from nguon.evidence.verifying import Asked, verify
from nguon.identity.visibility import PUBLIC, decide
from nguon.store import Store
from nguon.store.statements import Statement
from nguon.store.values import EntryKind
from nguon.tlog.errors import LogError, UnknownShardError
from nguon.tlog.packages import package
from nguon.tlog.parts import parts
from nguon.tlog.receipts import Waiting, covering, number_of, receipt, seq_of
from nguon.tlog.service import Tlog
from nguon.transparency.judging import Clock
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import cosignature_of, joined, read_note
from nguon.transparency.receipts import Receipt
from tests.records import OPERATOR, PACKER, make_record, serial
from tests.tlog_made import NOW, record, tlog

__all__ = ["tlog"]

WITNESS = Signer("witness.example.vn/w", Kind.COSIGNATURE, b"w" * 32)
CLOCK = Clock(NOW + 60)


def of(tlog: Tlog, seq: int, audience: Audience = OPERATOR) -> Receipt | Waiting:
    [part] = parts(tlog.store, audience, [seq])
    if part.open is None:
        return receipt(tlog, part.entry)
    return receipt(tlog, part.entry, opening=part.open.opening, record=part.open.record)


def holds(tlog: Tlog, octets: bytes, **more: object) -> dict[Code, bool | None]:
    policy = tlog.policy()
    assert policy is not None
    found = verify(octets, policy, CLOCK, asked=Asked(**more))  # type: ignore[arg-type]
    assert not failed(found)
    return {each.code: each.holds for each in found}


def events(tlog: Tlog) -> list[int]:
    """The numbers of the entries of events."""
    kept = tlog.store.log.entries(1, tlog.store.log.head().seq + 1)
    return [entry.seq for entry in kept if entry.kind is EntryKind.EVENT]


def test_an_entry_waits_until_it_is_signed(store: Store, tlog: Tlog) -> None:
    tlog.turn()
    record(store, 1)
    seq = store.log.head().seq
    waiting = of(tlog, seq)
    [entry] = store.log.at([seq])
    assert isinstance(waiting, Waiting)
    assert waiting == Waiting(f"1-{seq - 1}", seq - 1, seq, entry.record_time)
    tlog.turn()
    found = of(tlog, seq)
    assert isinstance(found, Receipt)
    shown = read_shown(found)
    assert (found.index, shown.entry) == (seq - 1, entry.leaf)
    assert holds(tlog, bytes(found))[Code.OPENING] is True


def test_it_waits_for_the_witnesses_and_uses_what_they_saw_last(store: Store, tlog: Tlog) -> None:
    lines = [f"witness w {WITNESS.key}", "quorum w", ""]
    tlog.files.policy.write_text("\n".join(lines))
    record(store, 1)
    signed = tlog.turn()
    seq = events(tlog)[0]
    assert isinstance(of(tlog, seq), Waiting)
    note = read_note(signed.note)
    witnessed = bytes(joined(note, [cosignature_of(WITNESS, note.text, NOW)]))
    tlog.keep_witnessed(tlog.current(), witnessed)
    found = of(tlog, seq)
    assert isinstance(found, Receipt)
    assert found.checkpoint == witnessed
    assert holds(tlog, bytes(found))[Code.WITNESSES] is True
    record(store, 2)
    tlog.turn()
    assert isinstance(of(tlog, events(tlog)[-1]), Waiting)
    assert of(tlog, seq) == found


def test_numbers_name_entries_also_in_shards_that_ended(store: Store, tlog: Tlog) -> None:
    record(store, 1, 3)
    tlog.turn()
    old = events(tlog)[1]
    kept = of(tlog, old)
    tlog.cut()
    record(store, 5)
    tlog.turn()
    new = events(tlog)[-1]
    assert number_of(tlog, old) == f"1-{old - 1}"
    assert number_of(tlog, new) == f"2-{new - tlog.current().first}"
    for seq in (old, new):
        assert seq_of(tlog, number_of(tlog, seq)) == seq
        found = of(tlog, seq)
        assert isinstance(found, Receipt)
        assert holds(tlog, bytes(found), number=number_of(tlog, seq))[Code.INCLUSION] is True
    assert isinstance(kept, Receipt)
    assert holds(tlog, bytes(kept))[Code.INCLUSION] is True
    assert seq_of(tlog, "1-999") == 0
    with pytest.raises(UnknownShardError):
        seq_of(tlog, "3-0")
    with pytest.raises(EvidenceError):
        seq_of(tlog, "1")


def test_only_who_sees_the_event_whole_gets_what_opens_it(store: Store, tlog: Tlog) -> None:
    record(store, 1)
    tlog.turn()
    seq = events(tlog)[0]
    sender = Audience(AudienceKind.OWNER, PACKER.organisation, decide)
    opened = of(tlog, seq, sender)
    closed = of(tlog, seq, PUBLIC)
    assert isinstance(opened, Receipt)
    assert isinstance(closed, Receipt)
    assert read_shown(opened).record == "urn:uuid:00000000-0000-4000-8000-000000000010"
    assert (read_shown(closed).opening, read_shown(closed).record) == (None, None)
    assert holds(tlog, bytes(closed))[Code.OPENING] is None


def test_statements_are_opened_to_whom_they_concern(store: Store, tlog: Tlog) -> None:
    body = b'{"at":"2026-07-28T08:00:00Z","what":"key"}'
    with store.transaction() as connection:
        store.log.note(connection, Statement("key", body, about=("organisation/7",)))
    tlog.turn()
    [seq] = [one.seq for one in store.log.statements_of("organisation/7")]
    own = Audience(AudienceKind.OWNER, 7, decide)
    for audience, expected in ((own, True), (OPERATOR, True), (PUBLIC, None)):
        found = of(tlog, seq, audience)
        assert isinstance(found, Receipt)
        assert holds(tlog, bytes(found))[Code.OPENING] is expected
    other = of(tlog, seq, Audience(AudienceKind.OWNER, 8, decide))
    assert isinstance(other, Receipt)
    assert read_shown(other).opening is None
    made = package(tlog, tlog.current(), parts(store, own, [seq]))
    assert made is not None
    assert made.entries[0].statement == body.decode()
    assert holds(tlog, bytes(made))[Code.EVENT] is True


def test_an_entry_that_the_files_do_not_have_is_never_proved(store: Store, tlog: Tlog) -> None:
    record(store, 1)
    tlog.turn()
    [entry] = store.log.at([events(tlog)[0]])
    with pytest.raises(LogError) as refused:
        receipt(tlog, msgspec.structs.replace(entry, leaf=b"{}"))
    assert (refused.value.code, refused.value.params) == ("tlog.entry-differs", {"seq": entry.seq})


def test_a_package_of_a_big_event_tells_its_marks(store: Store, tlog: Tlog) -> None:
    store.writer.submit([make_record(1, count=1200)], PACKER).result(60)
    tlog.turn()
    seqs = store.log.seqs_of_item(serial(7))
    made = package(tlog, tlog.current(), parts(store, OPERATOR, seqs))
    assert made is not None
    assert len(made.entries[0].marks or ()) == 1201
    from nguon.evidence.commitments import item_secret

    item = Item(serial(7), item_secret(serial(7), store.secret))
    policy = tlog.policy()
    assert policy is not None
    found = verify(bytes(made), policy, CLOCK, asked=Asked(item))
    assert {each.code: each.holds for each in found}[Code.SUBJECT] is True


def test_nothing_is_packaged_that_is_not_signed(store: Store, tlog: Tlog) -> None:
    tlog.turn()
    record(store, 1)
    found = parts(store, OPERATOR, [store.log.head().seq])
    assert package(tlog, tlog.current(), found) is None
    assert covering(tlog, tlog.current()) is not None


def test_a_proof_is_quick(store: Store, tlog: Tlog) -> None:
    record(store, 1, 3000)
    tlog.turn()
    entries = store.log.at(events(tlog)[::150])
    taken = []
    for entry in entries:
        begun = time.process_time()
        assert isinstance(receipt(tlog, entry), Receipt)
        taken.append(time.process_time() - begun)
    assert median(taken) < 0.02
