# SPDX-License-Identifier: Apache-2.0
"""An older copy of each part of the log is put back: it goes on with the same tree or refuses."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from nguon.store import Store, open_store
from nguon.store.errors import LogHeldError
from nguon.tlog import rotating
from nguon.tlog.auditing import audit
from nguon.tlog.collecting import Collector
from nguon.tlog.errors import BehindError, RefusedError
from nguon.tlog.model import Signed
from nguon.tlog.receipts import receipt
from nguon.tlog.restoring import adopt, restore
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.notes import known
from nguon.transparency.proving import prove_consistency, verify_consistency, verify_inclusion
from nguon.transparency.reading import TileHashes
from nguon.transparency.receipts import Receipt
from tests.integration.tlog.witnesses import policy, three
from tests.records import PACKER, make_record
from tests.tlog_made import NOW, made, record

pytestmark = pytest.mark.fault

OLD, NEW = 260, 300
"""Entries when the copy was made, and when it is put back."""


class Installation:
    """A database and a log, parts of which are copied and put back."""

    def __init__(self, url: str, folder: Path, request: pytest.FixtureRequest) -> None:
        self.url, self.folder, self._request = url, folder, request
        self.store: Store = open_store(url)
        self.tlog: Tlog = made(self.store, folder)
        record(self.store, 0, OLD)
        self.old = self.tlog.turn()

    def grow(self) -> Signed:
        """Entries after the copy was made, and their signature."""
        record(self.store, 5000, NEW - OLD)
        return self.tlog.turn()

    def receipt(self, seq: int) -> Receipt:
        """The receipt of an entry."""
        found = receipt(self.tlog, self.store.log.at([seq])[0])
        assert isinstance(found, Receipt)
        return found

    def stop(self) -> None:
        """As if the server were ended."""
        self.tlog.close()
        self.store.close()

    def start(self) -> Tlog:
        """As a new process."""
        self.store = open_store(self.url)
        self.tlog = made(self.store, self.folder)
        return self.tlog

    def copy_database(self) -> None:
        """A backup of the database."""
        backup = self.folder / "backup"
        if self.url.startswith("sqlite"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///")) as source:
                target = sqlite3.connect(backup)
                source.backup(target)
                target.close()
            source.close()
        else:
            server = self._request.getfixturevalue("postgres_server")
            server.dump(make_url(self.url).database or "", backup)

    def put_back_database(self) -> None:
        """The backup in the place of the database; the server is stopped."""
        backup = self.folder / "backup"
        if self.url.startswith("sqlite"):
            path = Path(self.url.removeprefix("sqlite:///"))
            for each in path.parent.glob(f"{path.name}*"):
                each.unlink()
            shutil.copy(backup, path)
        else:
            server = self._request.getfixturevalue("postgres_server")
            name = make_url(self.url).database
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")
            server.restore(name or "", backup)


@pytest.fixture
def there(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    folder = tmp_path / "kept"
    folder.mkdir()
    found = Installation(database_url, folder, request)
    yield found
    found.stop()


def check_holds(there: Installation, shown: Receipt, before: Signed) -> None:
    """A receipt from before the accident stands, and all grew from what was signed then."""
    tlog = there.tlog
    shard = tlog.current()
    signed = tlog.signed(shard)
    assert signed is not None
    keys = known(tlog.keys.ever(shard))
    seen = open_checkpoint(shown.checkpoint, keys).checkpoint
    hashed = leaf_hash(there.store.log.at([shard.first + shown.index])[0].leaf)
    verify_inclusion(shown.index, seen.size, hashed, seen.root, shown.proof)
    hashes = TileHashes(signed.size, tlog.folder(shard).read)
    for old in ((seen.size, seen.root), (before.size, before.root)):
        proof = prove_consistency(old[0], signed.size, hashes)
        verify_consistency(old[0], signed.size, (old[1], signed.root), proof)
    assert there.store.log.gaps() == []
    assert [str(error) for error in audit(tlog, shard)] == []


def check_recording_is_held(there: Installation) -> None:
    """The turn refuses, and nothing can be recorded."""
    tlog, head = there.tlog, there.store.log.head().seq
    with pytest.raises(BehindError, match=rf"tlog.behind \(signed={NEW}, head={OLD}\)"):
        tlog.turn()
    tlog.guard()
    with pytest.raises(LogHeldError, match=r"tlog.behind"):
        there.store.writer.submit([make_record(90_000)], PACKER)
    assert there.store.log.head().seq == head


def test_an_old_database(there: Installation) -> None:
    there.copy_database()
    signed = there.grow()
    shown = there.receipt(290)
    there.stop()
    there.put_back_database()
    tlog = there.start()
    check_recording_is_held(there)
    assert restore(tlog) == NEW - OLD
    record(there.store, 9000, 3)
    assert tlog.turn().size == NEW + 3
    check_holds(there, shown, signed)


def test_an_old_folder(there: Installation) -> None:
    copy = there.folder / "copy"
    shutil.copytree(there.tlog.files.folder, copy)
    signed = there.grow()
    shown = there.receipt(290)
    there.stop()
    shutil.rmtree(there.tlog.files.folder)
    copy.rename(there.tlog.files.folder)
    tlog = there.start()
    assert tlog.turn() == signed
    assert tlog.folder(tlog.current()).checkpoint() == signed.note
    check_holds(there, shown, signed)


def old_state(there: Installation) -> tuple[Signed, Receipt]:
    """Grow, then put the older state back."""
    files = there.tlog.files
    shutil.copy(files.state, there.folder / "copy")
    signed = there.grow()
    shown = there.receipt(290)
    there.stop()
    shutil.move(there.folder / "copy", files.state)
    return signed, shown


def test_an_old_state_alone_is_caught_up_with(there: Installation) -> None:
    """The same rows give the same tree: nothing is signed but what was signed before."""
    signed, shown = old_state(there)
    tlog = there.start()
    assert tlog.state.reached(1)[0] == OLD
    found = tlog.turn()
    assert (found.size, found.root, found.note) == (signed.size, signed.root, signed.note)
    check_holds(there, shown, signed)


def test_an_old_state_and_an_old_database_do_not_fork(there: Installation) -> None:
    """The published checkpoint knows better than both."""
    there.copy_database()
    signed, shown = old_state(there)
    there.put_back_database()
    tlog = there.start()
    check_recording_is_held(there)
    assert tlog.folder(tlog.current()).checkpoint() == signed.note
    assert restore(tlog) == NEW - OLD
    record(there.store, 9000, 3)
    assert tlog.turn().size == NEW + 3
    check_holds(there, shown, signed)


def test_an_old_state_over_other_entries_is_refused(there: Installation) -> None:
    """A database that went its own way after the old copies were put back."""
    there.copy_database()
    signed, _ = old_state(there)
    there.put_back_database()
    there.start()
    record(there.store, 9000, NEW - OLD)
    for _ in range(2):
        with pytest.raises(RefusedError, match=r"tlog.database-differs \(shard='1', size=300\)"):
            there.tlog.turn()
    assert there.tlog.folder(there.tlog.current()).checkpoint() == signed.note
    assert there.tlog.state.reached(1)[:2] == (there.old.size, there.old.root)
    with pytest.raises(RefusedError, match=r"tlog.database-differs"):
        restore(there.tlog)


def test_witnesses_know_that_a_state_is_old(there: Installation, tmp_path: Path) -> None:
    """Even where the published checkpoint was put back too; the state is then taken anew."""
    with three(there.tlog, tmp_path) as (made_three, urls):
        keys = [each.signer.key for each in made_three]
        policy(there.tlog, list(zip(keys, urls, strict=True)), "2")
        files = there.tlog.files
        shutil.copytree(files.folder, there.folder / "copied")
        shutil.copy(files.state, there.folder / "copy")
        there.copy_database()
        signed = there.grow()
        Collector(there.tlog).once(there.tlog.current())
        there.stop()
        newest = there.folder / "newest"
        files.folder.rename(newest)
        shutil.move(there.folder / "copied", files.folder)
        shutil.move(there.folder / "copy", files.state)
        there.put_back_database()
        tlog = there.start()
        Collector(tlog).once(tlog.current())
        record(there.store, 9000, NEW - OLD)
        with pytest.raises(RefusedError, match=r"witness.beyond"):
            tlog.turn()
        assert tlog.state.reached(1)[:2] == (there.old.size, there.old.root)
        assert signed.size == NEW


def test_an_old_key_file(there: Installation) -> None:
    """One from before a change of keys that is over cannot sign; one from during it can."""
    tlog, files = there.tlog, there.tlog.files
    first = files.keys.read_bytes()
    rotating.rotate(tlog, tlog.current(), NOW)
    tlog.turn()
    both = files.keys.read_bytes()
    rotating.retire(tlog, tlog.current())
    signed = tlog.turn()
    last = files.keys.read_bytes()
    there.stop()
    files.keys.write_bytes(first)
    tlog = there.start()
    record(there.store, 9000, 3)
    with pytest.raises(RefusedError, match=r"tlog.key-foreign"):
        tlog.turn()
    assert tlog.signed(tlog.current()) == signed
    files.keys.write_bytes(both)
    assert tlog.turn().size == signed.size + 3
    files.keys.write_bytes(last)
    tlog.turn()
    assert [str(error) for error in audit(tlog, tlog.current())] == []


def stopped_before_telling(there: Installation, change: Callable[[], object]) -> None:
    """The process ends after the key file changed, before the log says so."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rotating, "_tell", lambda *_said: None)
        change()


def test_a_change_of_keys_that_was_interrupted_is_told(there: Installation) -> None:
    tlog, shard = there.tlog, there.tlog.current()
    stopped_before_telling(there, lambda: rotating.rotate(tlog, shard, NOW))
    new, old = tlog.log_keys(shard)
    assert rotating.rotate(tlog, shard, NOW) == new
    stopped_before_telling(there, lambda: rotating.retire(tlog, shard))
    assert rotating.retire(tlog, shard) == old
    leaves = [leaf for _, leaf in there.store.log.leaves(OLD + 1, OLD + 10)]
    assert [b'"signs-beside"' in leaf for leaf in leaves] == [True, False]
    assert [b'"retired"' in leaf for leaf in leaves] == [False, True]


def test_a_state_that_lacks_a_shard_is_taken_from_the_files(there: Installation) -> None:
    files = there.tlog.files
    shutil.copy(files.state, there.folder / "copy")
    there.tlog.cut()
    record(there.store, 5000, 3)
    signed = there.tlog.turn()
    there.stop()
    shutil.move(there.folder / "copy", files.state)
    tlog = there.start()
    with pytest.raises(RefusedError, match=r"tlog.state-lost"):
        tlog.turn()
    assert adopt(tlog) == signed.size
    found = tlog.turn()
    assert (found.size, found.root) == (signed.size, signed.root)
    assert [str(error) for one in tlog.shards() for error in audit(tlog, one)] == []
