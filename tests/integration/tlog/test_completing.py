# SPDX-License-Identifier: Apache-2.0
"""All entries of a thing, proved from the log as it is served; what is left out shows."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.evidence.commitments import item_mark
from nguon.store import Store
from nguon.store.values import EntryKind
from nguon.tlog.completing import Completeness, Completer, Lag
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.completeness import Listed, MapHead, check_complete, read_map_head
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.maps.nodes import mark_path
from nguon.transparency.notes import known
from nguon.transparency.proving import prove_inclusion, verify_inclusion
from nguon.transparency.reading import TileHashes
from tests.records import GTIN, LOT, PACKER, make_record, serial
from tests.tlog_made import made, record, tlog

__all__ = ["tlog"]


@pytest.fixture
def completer(tlog: Tlog) -> Iterator[Completer]:
    made = Completer(tlog)
    yield made
    made.close()


def checked(tlog: Tlog, found: Completeness | None) -> list[int]:
    """What anybody checks who has the files, the key and the item's secret; the indexes."""
    assert found is not None
    keys = known(tlog.log_keys(found.shard))
    checkpoint = open_checkpoint(found.note, keys).checkpoint
    folder = tlog.folder(found.shard)
    entry = next(folder.entries(found.index, found.index + 1))
    proof = prove_inclusion(found.index, checkpoint.size, TileHashes(checkpoint.size, folder.read))
    verify_inclusion(found.index, checkpoint.size, leaf_hash(entry), checkpoint.root, proof)
    assert read_map_head(entry) == found.head
    path = mark_path(item_mark(found.item, found.secret))
    check_complete(found.head, path, found.list, found.proof)
    return [each.index for each in found.list]


def test_all_entries_of_a_lot(store: Store, tlog: Tlog, completer: Completer) -> None:
    assert completer.proof(LOT) is None
    record(store, 1, 5)
    size = tlog.turn().size
    head = completer.once()
    assert head is not None
    assert head.size == size
    assert completer.proof(LOT) is None, "the head is not in a checkpoint yet"
    tlog.turn()
    shard = tlog.current()
    seqs = [seq - shard.first for seq in store.log.seqs_of_item(LOT)]
    assert len(seqs) == 5
    assert checked(tlog, completer.proof(LOT)) == seqs
    one = completer.proof(serial(20))
    assert checked(tlog, one) == [seq - shard.first for seq in store.log.seqs_of_item(serial(20))]
    assert len(checked(tlog, one)) == 1
    assert checked(tlog, completer.proof(f"{GTIN}/10/OTHER")) == []
    assert completer.proofs(LOT) == [completer.proof(LOT)]


def test_a_head_only_where_something_changed(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    record(store, 1)
    tlog.turn()
    assert completer.once() is not None
    assert completer.once() is None
    tlog.turn()
    assert completer.once() is None
    assert completer.lag() == Lag(0, 0.0)
    record(store, 2, 3)
    tlog.turn()
    lag = completer.lag()
    assert lag.entries == 3
    assert 0 <= lag.seconds < 60
    head = completer.once()
    assert head is not None
    assert head.size == tlog.turn().size - 1
    assert completer.lag() == Lag(0, 0.0)
    assert len(checked(tlog, completer.proof(LOT))) == 4


def test_the_proof_is_of_the_newest_head_that_is_signed(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    record(store, 1, 2)
    tlog.turn()
    first = completer.once()
    tlog.turn()
    record(store, 3, 2)
    tlog.turn()
    second = completer.once()
    found = completer.proof(LOT)
    assert found is not None
    assert (found.head, len(checked(tlog, found))) == (first, 2)
    tlog.turn()
    found = completer.proof(LOT)
    assert found is not None
    assert (found.head, len(checked(tlog, found))) == (second, 4)


def test_a_file_of_the_map_that_is_gone(store: Store, tlog: Tlog, completer: Completer) -> None:
    record(store, 1, 4)
    tlog.turn()
    completer.once()
    tlog.turn()
    before = completer.proof(LOT)
    completer.close()
    for each in tlog.files.folder.glob("*.map.sqlite*"):
        each.unlink()
    assert completer.proof(LOT) is None
    completer.once()
    tlog.turn()
    again = completer.proof(LOT)
    assert checked(tlog, again) == checked(tlog, before)


def test_what_is_left_out_shows(store: Store, tlog: Tlog, completer: Completer) -> None:
    record(store, 1, 4)
    tlog.turn()
    completer.once()
    tlog.turn()
    found = completer.proof(LOT)
    assert found is not None
    path = mark_path(item_mark(found.item, found.secret))
    each = list(found.list)
    more = Listed(each[-1].index + 1, each[0].leaf)
    for changed, reason in (
        (each[:1] + each[2:], "list-count"),
        ([*each, more], "list-beyond"),
        ([each[0], Listed(each[0].index + 1, each[0].leaf), *each[1:]], "list-order"),
        ([each[1], each[0], *each[2:]], "list-order"),
        ([Listed(each[0].index, each[1].leaf), *each[1:]], "list-differs"),
        ([], "list-count"),
    ):
        with pytest.raises(ProofError, match=reason):
            check_complete(found.head, path, changed, found.proof)


def test_a_proof_of_one_path_is_of_no_other(store: Store, tlog: Tlog, completer: Completer) -> None:
    """Where the other turns away above the leaf it proves nothing, below it that there is none."""
    record(store, 1, 4)
    tlog.turn()
    completer.once()
    tlog.turn()
    found = completer.proof(LOT)
    assert found is not None
    path = mark_path(item_mark(found.item, found.secret))
    away, below = bytes([path[0] ^ 0x80, *path[1:]]), bytes([*path[:-1], path[-1] ^ 1])
    assert 0 < len(found.proof.siblings) < 255
    with pytest.raises(ProofError, match="map-proof-fails"):
        check_complete(found.head, away, found.list, found.proof)
    with pytest.raises(ProofError, match=r"list-count .*committed=0, given=4"):
        check_complete(found.head, below, found.list, found.proof)


def test_what_is_erased_stays_in_the_list(store: Store, tlog: Tlog, completer: Completer) -> None:
    receipts = store.writer.submit([make_record(n * 10) for n in (1, 2)], PACKER).result(60)
    tlog.turn()
    completer.once()
    tlog.turn()
    before = checked(tlog, completer.proof(LOT))
    store.erasure.erase([receipts[0].event], reason="an order", by="a court")
    tlog.turn()
    completer.once()
    tlog.turn()
    assert checked(tlog, completer.proof(LOT)) == before
    assert len(before) == 2


def test_the_index_of_the_database_is_compared(
    store: Store, tlog: Tlog, completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, 1, 3)
    tlog.turn()
    completer.once()
    tlog.turn()
    shard = tlog.current()
    monkeypatch.setattr(store.log, "seqs_of_item", lambda _key: [shard.first])
    with pytest.raises(LogError, match=r"tlog[.]map-misses.*index=0"):
        completer.proof(f"{GTIN}/10/OTHER")


def test_the_thread_follows(store: Store, tlog: Tlog) -> None:
    completer = Completer(tlog, seconds=0.01)
    completer.start()
    try:
        record(store, 1, 2)
        for _ in range(200):
            tlog.turn()
            if completer.proof(LOT) is not None:
                break
        assert len(checked(tlog, completer.proof(LOT))) == 2
    finally:
        completer.close()


def test_what_was_signed_before_the_start_is_taken_too(
    store: Store, tlog: Tlog, tmp_path: Path
) -> None:
    record(store, 1, 2)
    size = tlog.turn().size
    tlog.close()
    after = made(store, tmp_path)
    completer = Completer(after)
    completer.start()
    try:
        for _ in range(200):
            after.turn()
            if completer.proof(LOT) is not None:
                break
            time.sleep(0.01)
        found = completer.proof(LOT)
        assert len(checked(after, found)) == 2
        assert found is not None
        assert (found.index, found.head.size) == (size, size), "one head, over all of it"
    finally:
        completer.close()
        after.close()


def ended(tlog: Tlog, completer: Completer) -> None:
    """The shard ends; both are signed, and the next one has a head."""
    tlog.cut()
    for _ in range(2):
        tlog.turn()
        completer.once()
    tlog.turn()


def test_no_entry_of_a_shard_that_ended_lacks_completeness(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    record(store, 1, 4)
    tlog.turn()
    completer.once()
    tlog.turn()
    record(store, 5, 2)
    tlog.turn()
    record(store, 7)
    store.writer.submit([make_record(900, count=1500)], PACKER).result(60)
    ended(tlog, completer)
    record(store, 8, 2)
    tlog.turn()
    completer.once()
    tlog.turn()
    old, new = tlog.shards()
    size = (old.last or 0) + 1 - old.first
    first, second = completer.proofs(LOT)
    assert (first.shard, first.index, first.head.size) == (old, size - 2, size - 2)
    assert (second.shard, second.shard.last) == (new, None)
    seqs = store.log.seqs_of_item(LOT)
    assert [old.first + index for index in checked(tlog, first)] == seqs[:8]
    assert [new.first + index for index in checked(tlog, second)] == seqs[8:]
    last = list(tlog.folder(old).entries(size - 2, size))
    assert read_map_head(last[0]) == first.head
    assert b"subjects" not in last[0] + last[1]


def test_the_map_of_a_shard_that_ended_is_built_again(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    record(store, 1, 4)
    tlog.turn()
    ended(tlog, completer)
    before = completer.proofs(LOT)
    completer.close()
    for each in tlog.files.folder.glob("*.map.sqlite*"):
        each.unlink()
    anew = Completer(tlog)
    anew.once()
    assert anew.proofs(LOT)[:1] == before[:1]
    anew.close()


def test_a_head_that_comes_too_late_is_not_put_into_the_next_shard(
    store: Store, tlog: Tlog, completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, 1, 2)
    tlog.turn()
    other, took = tlog.cut, completer._taken

    def cut_meanwhile(shard: Shard, size: int) -> MapHead:
        head = took(shard, size)
        monkeypatch.undo()
        other()
        return head

    monkeypatch.setattr(completer, "_taken", cut_meanwhile)
    assert completer.once() is None
    kinds = [entry.kind for entry in store.log.entries(1, 10)]
    assert kinds == [EntryKind.EVENT] * 2 + [EntryKind.MAP] + [EntryKind.STATEMENT] * 2


def test_a_shard_that_cannot_end_goes_on(
    store: Store, tlog: Tlog, completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, 1, 2)
    tlog.turn()

    def fails(*_: object) -> None:
        raise LogError("tlog.shard-ended", shard="1")

    with monkeypatch.context() as patched:
        patched.setattr("nguon.store.shards.add", fails)
        with pytest.raises(LogError):
            tlog.cut()
    assert (store.log.head().seq, tlog.turn().size) == (2, 2)
    record(store, 3)
    tlog.turn()
    head = completer.once()
    assert head is not None
    assert head.size == 3
    tlog.turn()
    assert len(checked(tlog, completer.proof(LOT))) == 3
