# SPDX-License-Identifier: Apache-2.0
"""Where what was signed and what is there disagree the log refuses, says why, and never forks."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from nguon.base.errors import NguonError
from nguon.base.messages import LANGUAGES, hint, text
from nguon.store import Store
from nguon.store.errors import LogHeldError
from nguon.store.schema import log, log_head, setting
from nguon.store.shard_tables import log_shard
from nguon.store.values import EntryKind
from nguon.tlog import growth
from nguon.tlog.auditing import audit
from nguon.tlog.errors import BehindError, LogBusyError, LogError, RefusedError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.restoring import adopt, restore
from nguon.tlog.service import Tlog
from nguon.transparency.growing import Edge, Growth, grow
from tests.records import PACKER, make_record
from tests.tlog_made import NOW, made, put_back, record


def explained(error: NguonError) -> None:
    """Both languages have words for it and say what to do."""
    for language in LANGUAGES:
        assert text(error.code, language, **error.params)
        assert hint(error.code, language, **error.params)


def check_refused(tlog: Tlog, kind: type[NguonError], code: str) -> None:
    """It does not sign, for this reason, and what was signed stays as it was."""
    before = [path.read_bytes() for path in tlog.files.folder.rglob("checkpoint")]
    with pytest.raises(kind) as caught:
        tlog.turn()
    assert caught.value.code == code
    assert tlog.refusal() is caught.value
    explained(caught.value)
    assert [path.read_bytes() for path in tlog.files.folder.rglob("checkpoint")] == before


def test_an_older_database_is_not_signed_and_nothing_is_recorded(tlog: Tlog) -> None:
    record(tlog.store, 0, 300)
    signed = tlog.turn()
    put_back(tlog.store, 260)
    check_refused(tlog, BehindError, "tlog.behind")
    with pytest.raises(LogHeldError, match=r"tlog.behind \(signed=300, head=260\)"):
        tlog.store.writer.submit([make_record(9000)], PACKER)
    with pytest.raises(LogHeldError), tlog.store.transaction() as connection:
        tlog.store.log.add_entry(connection, EntryKind.MAP, b"x")
    assert tlog.store.log.head().seq == 260
    assert tlog.signed(tlog.current()) == signed


def test_another_process_that_only_looks_refuses_records_too(
    tlog: Tlog, store: Store, tmp_path: Path
) -> None:
    record(store, 0, 3)
    tlog.turn()
    put_back(store, 2)
    tlog.close()
    other = made(store, tmp_path)
    other.guard()
    with pytest.raises(LogHeldError, match=r"tlog.behind"):
        store.writer.submit([make_record(9000)], PACKER)
    refusal = other.refusal()
    assert refusal is not None
    assert refusal.code == "tlog.behind"
    other.close()


def test_lost_entries_come_back_from_our_own_files(tlog: Tlog, store: Store) -> None:
    record(store, 0, 300)
    signed = tlog.turn()
    leaves = list(store.log.leaves(1, 301))
    put_back(store, 260)
    check_refused(tlog, BehindError, "tlog.behind")
    assert restore(tlog) == 40
    assert list(store.log.leaves(1, 301)) == leaves
    kinds = {entry.kind for entry in store.log.entries(261, 301)}
    assert kinds == {EntryKind.LOST}
    assert store.log.gaps() == []
    assert tlog.turn() == signed
    record(store, 1000, 5)
    assert tlog.turn().size == 305
    assert tlog.refusal() is None
    assert restore(tlog) == 0
    assert [str(error) for error in audit(tlog, tlog.current())] == []


def test_a_lost_shard_comes_back(tlog: Tlog, store: Store) -> None:
    record(store, 0, 10)
    tlog.turn()
    tlog.cut()
    record(store, 20, 10)
    tlog.turn()
    shards = tlog.shards()
    put_back(store, 7)
    check_refused(tlog, BehindError, "tlog.behind")
    assert restore(tlog) == 16
    assert tlog.shards() == shards
    tlog.turn()
    assert [str(error) for shard in shards for error in audit(tlog, shard)] == []


def test_damaged_files_are_not_taken_for_lost_entries(tlog: Tlog, store: Store) -> None:
    record(store, 0, 300)
    tlog.turn()
    put_back(store, 100)
    bundle = tlog.files.folder / "1" / "tile/entries/000"
    octets = bundle.read_bytes()
    bundle.write_bytes(octets[:-3] + b"abc")
    with pytest.raises(NguonError, match=r"transparency.proof-fails"):
        restore(tlog)
    assert store.log.head().seq == 100


def test_a_lost_state_is_not_made_again(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    record(store, 0, 3)
    signed = tlog.turn()
    tlog.close()
    tlog.files.state.unlink()
    again = made(store, tmp_path)
    check_refused(again, RefusedError, "tlog.state-lost")
    assert again.store.log.head().seq == 3
    assert adopt(again) == 3
    found = again.turn()
    assert (found.size, found.root) == (3, signed.root)
    with pytest.raises(LogError, match=r"tlog.state-there"):
        adopt(again)
    again.close()


def test_a_lost_key_is_not_made_again(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    record(store, 0, 3)
    tlog.turn()
    kept = tlog.files.keys.read_bytes()
    tlog.files.keys.unlink()
    record(store, 10, 3)
    check_refused(tlog, RefusedError, "tlog.key-lost")
    tlog.files.keys.write_bytes(b"{")
    check_refused(tlog, RefusedError, "tlog.key-unreadable")
    tlog.files.keys.write_bytes(kept)
    assert tlog.turn().size == 6
    assert tlog.refusal() is None


def test_another_database_is_refused(tlog: Tlog, store: Store) -> None:
    record(store, 0, 3)
    tlog.turn()
    with store.transaction() as connection:
        connection.execute(delete(log_shard))
        connection.execute(delete(setting).where(setting.c.name == "log.begun"))
    check_refused(tlog, RefusedError, "tlog.database-foreign")


def test_shards_that_are_lost_are_not_begun_again(tlog: Tlog, store: Store) -> None:
    tlog.turn()
    with store.transaction() as connection:
        connection.execute(delete(log_shard))
    check_refused(tlog, RefusedError, "tlog.shards-lost")


def test_a_key_without_a_state_is_an_old_log(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    tlog.turn()
    tlog.close()
    tlog.files.state.unlink()
    with store.transaction() as connection:
        connection.execute(delete(log_shard))
        connection.execute(delete(setting).where(setting.c.name == "log.begun"))
    again = made(store, tmp_path)
    check_refused(again, RefusedError, "tlog.state-lost")
    again.close()


def test_a_beginning_that_was_interrupted_is_done_again(tlog: Tlog, store: Store) -> None:
    tlog.state.begin(Shard(1, "1", "nguon.example.vn/log/1", 1), NOW)
    assert tlog.turn().size == 0
    with store.reading() as connection:
        assert connection.scalar(select(log_shard.c.number)) == 1


def test_a_changed_entry_is_found_at_the_next_start(
    tlog: Tlog, store: Store, tmp_path: Path
) -> None:
    record(store, 0, 300)
    tlog.turn()
    tlog.close()
    with store.transaction() as connection:
        connection.execute(update(log).where(log.c.seq == 290).values(leaf=b"forged"))
    again = made(store, tmp_path)
    check_refused(again, RefusedError, "tlog.database-differs")
    found = [str(error) for error in audit(again, again.current())]
    assert found == ["tlog.entry-differs (seq=290)"]
    with pytest.raises(RefusedError, match=r"tlog.database-differs"):
        restore(again)
    again.close()


def test_an_old_changed_entry_is_found_by_the_audit(tlog: Tlog, store: Store) -> None:
    record(store, 0, 300)
    tlog.turn()
    with store.transaction() as connection:
        connection.execute(update(log).where(log.c.seq == 2).values(leaf=b"forged"))
        connection.execute(delete(log).where(log.c.seq == 300))
    found = [str(error) for error in audit(tlog, tlog.current())]
    assert found == ["tlog.entry-differs (seq=2)", "tlog.entry-missing (seq=300)"]


def test_a_gap_is_not_signed(tlog: Tlog, store: Store) -> None:
    record(store, 0, 3)
    signed = tlog.turn()
    with store.transaction() as connection:
        connection.execute(update(log_head).values(seq=5))
        row = (5, 0, 0, EntryKind.MAP.value, b"x", None)
        connection.execute(insert(log).values(row))
    check_refused(tlog, RefusedError, "tlog.gap")
    assert tlog.signed(tlog.current()) == signed


ENDS = ("tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1")


def test_files_at_the_end_are_made_again_from_the_database(
    tlog: Tlog, store: Store, tmp_path: Path
) -> None:
    record(store, 0, 300)
    signed = tlog.turn()
    tlog.close()
    for name in ENDS:
        path = tlog.files.folder / "1" / name
        octets = path.read_bytes()
        flipped = bytes([octets[0] ^ 1]) + octets[1:]
        for damaged in (octets[:-7], b"", flipped, None):
            path.unlink()
            if damaged is not None:
                path.write_bytes(damaged)
            again = made(store, tmp_path)
            assert again.turn() == signed
            assert path.read_bytes() == octets
            assert [str(error) for error in audit(again, again.current())] == []
            again.close()


def test_a_lost_folder_is_made_again(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    record(store, 0, 300)
    signed = tlog.turn()
    tlog.close()
    shutil.rmtree(tlog.files.folder)
    again = made(store, tmp_path)
    assert again.turn() == signed
    assert [str(error) for error in audit(again, again.current())] == []
    again.close()


def test_a_checkpoint_that_lags_is_published_again(
    tlog: Tlog, store: Store, tmp_path: Path
) -> None:
    record(store, 0, 3)
    tlog.turn()
    path = tlog.files.folder / "1" / "checkpoint"
    old = path.read_bytes()
    record(store, 10, 3)
    signed = tlog.turn()
    tlog.close()
    path.write_bytes(old)
    again = made(store, tmp_path)
    again.turn()
    assert path.read_bytes() == signed.note
    again.close()


def test_a_flipped_bit_is_not_signed(tlog: Tlog, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tlog.store, 0, 300)
    signed = tlog.turn()
    record(tlog.store, 1000, 300)

    def flipped(edge: Edge, hashes: list[bytes]) -> Growth:
        hashes = list(hashes)
        hashes[17] = bytes([hashes[17][0] ^ 1]) + hashes[17][1:]
        return grow(edge, hashes)

    with monkeypatch.context() as patched:
        patched.setattr(growth, "grow", flipped)
        check_refused(tlog, NguonError, "transparency.tile-differs")
    assert tlog.signed(tlog.current()) == signed
    found = tlog.turn()
    assert found.size == 600
    assert [str(error) for error in audit(tlog, tlog.current())] == []


def test_two_ways_that_differ_are_not_signed(tlog: Tlog, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tlog.store, 0, 3)
    signed = tlog.turn()
    record(tlog.store, 10, 3)
    with monkeypatch.context() as patched:
        patched.setattr(Edge, "root", lambda _edge: bytes(32))
        with pytest.raises(LogError, match=r"tlog.roots-differ"):
            tlog.turn()
    assert tlog.signed(tlog.current()) == signed
    assert tlog.turn().size == 6


def test_one_process_keeps_the_log(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    tlog.turn()
    other = made(store, tmp_path)
    record(store, 0, 3)
    with pytest.raises(LogBusyError, match=r"tlog.elsewhere"):
        other.turn()
    assert other.refusal() is None
    assert tlog.turn().size == 3
    found = other.signed(other.current())
    assert found is not None
    assert found.size == 3
    tlog.close()
    assert other.turn() == found
    other.close()


def test_without_the_lock_the_state_decides(
    tlog: Tlog, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system whose locks do nothing: the second signature is refused."""
    monkeypatch.setattr("fcntl.flock", lambda _file, _how: None)
    other = made(store, tmp_path)
    record(store, 0, 3)
    tlog.turn()
    other.turn()
    record(store, 10, 3)
    move = tlog.state.move

    def late(number: int, before: tuple[int, bytes], signed: Signed) -> None:
        monkeypatch.setattr(tlog.state, "move", move)
        assert other.turn().size == 6
        move(number, before, signed)

    monkeypatch.setattr(tlog.state, "move", late)
    check_overtaken(tlog, other)


def check_overtaken(tlog: Tlog, other: Tlog) -> None:
    with pytest.raises(RefusedError, match=r"tlog.overtaken \(size=3\)"):
        tlog.turn()
    assert tlog.turn().size == 6
    assert tlog.turn() == other.turn()
    other.close()


def test_who_knows_better_stops_the_log(tlog: Tlog) -> None:
    tlog.turn()
    record(tlog.store, 0, 3)
    tlog.refuse(RefusedError("tlog.state-lost", path="x"))
    check_refused(tlog, RefusedError, "tlog.state-lost")
