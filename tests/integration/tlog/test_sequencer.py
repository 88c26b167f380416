# SPDX-License-Identifier: Apache-2.0
"""What is recorded is signed: growth, restarts, shards, keys; on both databases."""

import json
import shutil
import stat
import time
from hashlib import sha256
from pathlib import Path

import pytest

from nguon.base.base64url import url_text
from nguon.store import Store
from nguon.tlog import rotating
from nguon.tlog.auditing import audit
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.hashing import EMPTY_ROOT, leaf_hashes, root_of
from nguon.transparency.notes import known
from nguon.transparency.policies import NONE
from tests.records import PACKER, make_record
from tests.tlog_made import NOW, made, record


def naive(store: Store, shard: Shard, size: int) -> bytes:
    leaves = [leaf for _, leaf in store.log.leaves(shard.first, shard.first + size)]
    assert len(leaves) == size
    return root_of(leaf_hashes(leaves))


def check_sound(tlog: Tlog) -> None:
    """Everything recorded is signed, published and as the naive tree has it."""
    head = tlog.store.log.head().seq
    for shard in tlog.shards():
        signed = tlog.signed(shard)
        assert signed is not None
        assert signed.size == shard.end(head) - shard.first
        assert signed.root == naive(tlog.store, shard, signed.size)
        seen = open_checkpoint(tlog.folder(shard).checkpoint() or b"", known(tlog.log_keys(shard)))
        assert (seen.checkpoint.size, seen.checkpoint.root) == (signed.size, signed.root)
        assert seen.checkpoint.origin == shard.origin
        assert [str(error) for error in audit(tlog, shard)] == []


def test_the_empty_log_is_signed(tlog: Tlog) -> None:
    assert tlog.turn() == tlog.signed(tlog.current())
    found = tlog.turn()
    assert (found.size, found.root, found.time) == (0, EMPTY_ROOT, NOW)
    assert tlog.shards() == (Shard(1, "1", "nguon.example.vn/log/1", 1),)
    check_sound(tlog)


def test_it_grows_as_the_naive_tree_does(tlog: Tlog) -> None:
    number = 0
    for count in (1, 2, 252, 1, 1, 300, 700):
        record(tlog.store, number, count)
        number += count
        found = tlog.turn()
        assert found.size == number
        assert tlog.turn() == found
        check_sound(tlog)
    partial = {path.name for path in (tlog.files.folder / "1" / "tile").rglob("*.p")}
    assert partial == {"004.p", "000.p"}


def test_files_of_the_log_are_its_owners_alone(tlog: Tlog) -> None:
    tlog.turn()
    for path in (tlog.files.keys, tlog.files.state):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_process_goes_on_where_one_ended(tlog: Tlog, store: Store, tmp_path: Path) -> None:
    record(store, 0, 300)
    first = tlog.turn()
    tlog.close()
    again = made(store, tmp_path)
    assert again.signed(again.current()) == first
    assert again.turn() == first
    record(store, 400, 5)
    assert again.turn().size == 305
    check_sound(again)
    again.close()


def test_a_clock_that_goes_back_gives_no_older_time(store: Store, tmp_path: Path) -> None:
    tlog = made(store, tmp_path)
    tlog.turn()
    tlog.close()
    before = Tlog(store, tlog.files, tlog.base_url, clock=lambda: NOW - 1000)
    record(store, 0)
    assert before.turn().time == NOW
    before.close()


def test_listeners_hear_of_each_signature_and_cannot_hinder_it(tlog: Tlog) -> None:
    heard: list[tuple[str, int]] = []

    def listen(shard: Shard, signed: Signed) -> None:
        heard.append((shard.name, signed.size))
        raise RuntimeError

    tlog.listeners.append(listen)
    tlog.turn()
    record(tlog.store, 0, 3)
    tlog.turn()
    tlog.turn()
    assert heard == [("1", 0), ("1", 3)]
    assert tlog.refusal() is None


def test_the_thread_signs_within_a_second(tlog: Tlog) -> None:
    tlog.start()
    deadline = time.monotonic() + 20
    while (found := tlog.signed(Shard(1, "1", "", 1))) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found is not None
    record(tlog.store, 0, 3)
    begun = time.monotonic()
    while time.monotonic() < deadline:
        found = tlog.signed(tlog.current())
        if found is not None and found.size == 3:
            break
        time.sleep(0.02)
    assert found is not None
    assert found.size == 3
    assert time.monotonic() - begun < 15


def test_no_witness_is_asked_where_there_is_no_policy(tlog: Tlog) -> None:
    assert tlog.policy() is None
    assert tlog.turn().note == tlog.witnessed(tlog.current())
    policy = tlog.policy()
    assert policy is not None
    assert policy.quorum == NONE
    assert [log.key for log in policy.logs] == list(tlog.log_keys(tlog.current()))


def test_a_shard_ends_and_the_next_names_it(tlog: Tlog) -> None:
    record(tlog.store, 0, 300)
    tlog.turn()
    record(tlog.store, 400, 7)
    new = tlog.cut()
    assert new == Shard(2, "2", "nguon.example.vn/log/2", 310)
    record(tlog.store, 500, 20)
    assert tlog.turn().size == 21
    old = tlog.shards()[0]
    assert old == Shard(1, "1", "nguon.example.vn/log/1", 1, 309)
    signed = tlog.signed(old)
    assert signed is not None
    assert signed.size == 309
    check_sound(tlog)
    (key,) = tlog.log_keys(new)
    closing, opening = (json.loads(leaf) for _, leaf in tlog.store.log.leaves(309, 311))
    assert (closing["kind"], opening["kind"]) == ("shard", "shard")
    assert closing["body"] == {
        "origin": old.origin,
        "shard": "1",
        "successor": {"key": str(key), "name": "2", "origin": new.origin},
    }
    assert opening["body"]["predecessor"] == {
        "name": "1",
        "origin": old.origin,
        "root": signed.note.split(b"\n")[2].decode(),
        "size": 309,
    }
    assert tlog.shard_of(309) == old
    assert tlog.shard_of(310) == new
    with pytest.raises(LogError, match=r"tlog.no-shard"):
        tlog.named("3")


def test_a_frozen_shard_is_not_signed_again(tlog: Tlog) -> None:
    record(tlog.store, 0, 3)
    tlog.turn()
    tlog.cut()
    tlog.turn()
    frozen = tlog.signed(tlog.shards()[0])
    heard: list[str] = []
    tlog.listeners.append(lambda shard, _signed: heard.append(shard.name))
    record(tlog.store, 10, 3)
    tlog.turn()
    assert heard == ["2"]
    assert tlog.signed(tlog.shards()[0]) == frozen


def test_two_keys_sign_while_they_change(tlog: Tlog) -> None:
    tlog.turn()
    shard = tlog.current()
    (old,) = tlog.log_keys(shard)
    new = rotating.rotate(tlog, shard, NOW)
    both = tlog.turn()
    assert tlog.log_keys(shard) == (new, old)
    assert {key.name for key in (new, old)} == {shard.origin}
    for key in (new, old):
        assert open_checkpoint(both.note, known([key])).checkpoint.size == 1
    with pytest.raises(LogError, match=r"tlog.key-overlap"):
        rotating.rotate(tlog, shard, NOW)
    assert rotating.retire(tlog, shard) == old
    alone = tlog.turn()
    assert tlog.log_keys(shard) == (new,)
    assert open_checkpoint(alone.note, known([new])).checkpoint.size == 2
    assert alone.note.count("\N{EM DASH}".encode()) == 1
    with pytest.raises(LogError, match=r"tlog.key-single"):
        rotating.retire(tlog, shard)
    told = [json.loads(leaf)["body"] for _, leaf in tlog.store.log.leaves(1, 3)]
    assert told == [
        {"key": str(new), "origin": shard.origin, "shard": "1", "signs-beside": str(old)},
        {"origin": shard.origin, "retired": str(old), "shard": "1"},
    ]
    check_sound(tlog)


def test_many_things_of_one_entry_lie_beside_the_tiles(tlog: Tlog) -> None:
    tlog.store.writer.submit([make_record(1, count=1500)], PACKER).result(60)
    tlog.turn()
    ((_, leaf),) = tlog.store.log.leaves(1, 2)
    (path,) = (tlog.files.folder / "1" / "subjects").iterdir()
    marks = json.loads(path.read_bytes())
    assert len(marks) == 1501
    assert "subjects" not in json.loads(leaf)
    check_sound(tlog)


def test_marks_of_what_was_erased_before_it_was_signed(tlog: Tlog) -> None:
    store = tlog.store
    store.writer.submit([make_record(1, count=1500)], PACKER).result(60)
    (entry,) = store.log.entries(1, 2)
    store.erasure.erase([entry.event], reason="asked", by="officer")
    tlog.turn()
    (path,) = (tlog.files.folder / "1" / "subjects").iterdir()
    assert len(json.loads(path.read_bytes())) == 1501
    hashed = sha256("".join(json.loads(path.read_bytes())).encode()).digest()
    assert json.loads(entry.leaf)["subjects_root"] == url_text(hashed)
    assert path.name == hashed.hex()
    check_sound(tlog)


def test_marks_are_made_again_with_the_other_files(tlog: Tlog, tmp_path: Path) -> None:
    tlog.store.writer.submit([make_record(1, count=1500)], PACKER).result(60)
    signed = tlog.turn()
    (path,) = (tlog.files.folder / "1" / "subjects").iterdir()
    before = path.read_bytes()
    shutil.rmtree(tlog.files.folder)
    other = made(tlog.store, tmp_path)
    tlog.close()
    assert other.turn() == signed
    assert path.read_bytes() == before
    other.close()
