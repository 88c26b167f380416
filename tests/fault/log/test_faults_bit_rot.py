# SPDX-License-Identifier: Apache-2.0
"""One flipped bit in any file of the log: it is named, made good from the database, or refused;
what is shown meanwhile never holds for anything else than what was recorded.
"""

import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from nguon.base.errors import NguonError
from nguon.base.messages import text
from nguon.store import Store, open_store
from nguon.tlog.auditing import audit
from nguon.tlog.receipts import receipt
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.notes import known
from nguon.transparency.proving import verify_inclusion
from nguon.transparency.receipts import Receipt
from tests.tlog_made import made, record

pytestmark = pytest.mark.fault

SIZE = 300


class Rotting:
    """A log of which copies are damaged."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self._folder = store, folder
        tlog = made(store, folder / "sound")
        record(store, 0, SIZE)
        self.signed = tlog.turn()
        self.keys = known(tlog.log_keys(tlog.current()))
        tlog.close()
        self.leaves = [leaf for _, leaf in store.log.leaves(1, SIZE + 1)]

    @cached_property
    def files(self) -> list[str]:
        """Every file of the log that has anything in it."""
        sound = self._folder / "sound"
        found = sorted(path for path in sound.rglob("*") if path.is_file())
        return [str(path.relative_to(sound)) for path in found if path.stat().st_size]

    def damaged(self, name: str, at: int) -> tuple[Tlog, Path, bytes]:
        """A copy with one bit flipped; the file and what it was."""
        copy = self._folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._folder / "sound", copy)
        octets = bytearray((copy / name).read_bytes())
        bit = at % (len(octets) * 8)
        sound = bytes(octets)
        octets[bit // 8] ^= 1 << bit % 8
        (copy / name).write_bytes(octets)
        return made(self.store, copy), copy / name, sound

    def check_receipts(self, tlog: Tlog) -> None:
        """Receipts are refused, or prove what was recorded under nothing but what was signed."""
        for seq in (1, 200, SIZE):
            try:
                shown = receipt(tlog, self.store.log.at([seq])[0])
                assert isinstance(shown, Receipt)
                seen = open_checkpoint(shown.checkpoint, self.keys).checkpoint
            except NguonError as error:
                text(error.code, "en", **error.params)
                continue
            assert (seen.size, seen.root) == (SIZE, self.signed.root)
            hashed = leaf_hashes([self.leaves[seq - 1]])[0]
            verify_inclusion(shown.index, seen.size, hashed, seen.root, shown.proof)


@pytest.fixture(scope="module")
def rotting(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Rotting]:
    folder = tmp_path_factory.mktemp("rotting")
    shutil.copy(sqlite_template, folder / "nguon.db")
    with open_store(f"sqlite:///{folder / 'nguon.db'}") as store:
        yield Rotting(store, folder)


def errors_of(tlog: Tlog) -> list[str]:
    """What the audit finds, or why it cannot be done."""
    try:
        return [str(error) for error in audit(tlog, tlog.current())]
    except NguonError as error:
        return [str(error)]


def turned(rotting: Rotting, tlog: Tlog) -> bool:
    """Whether a turn signs or leaves what was signed; else it refuses for a reason in words."""
    try:
        signed = tlog.turn()
    except NguonError as error:
        text(error.code, "vi", **error.params)
        return False
    assert (signed.size, signed.root) == (SIZE, rotting.signed.root)
    return True


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(which=some.integers(0, 10**6), at=some.integers(0, 10**9))
def test_one_bit_of_any_file(rotting: Rotting, which: int, at: int) -> None:
    name = rotting.files[which % len(rotting.files)]
    tlog, path, sound = rotting.damaged(name, at)
    try:
        rotting.check_receipts(tlog)
        found = errors_of(tlog)
        if name.startswith("log/"):
            assert found, name
        signs = turned(rotting, tlog)
        rotting.check_receipts(tlog)
        if name.startswith("log/"):
            assert signs
            assert path.read_bytes() == sound or errors_of(tlog), name
        elif signs and path.suffix == ".key":
            assert tlog.keys.public(tlog.current())
        if signs:
            note = tlog.folder(tlog.current()).checkpoint() or b""
            assert open_checkpoint(note, rotting.keys).checkpoint.root == rotting.signed.root
    finally:
        tlog.close()


def test_every_octet_of_the_checkpoint_and_of_what_was_signed(rotting: Rotting) -> None:
    """The state's note, wherever a bit of it is flipped, is never shown."""
    state = next(name for name in rotting.files if name.endswith(".sqlite"))
    tlog, _, sound = rotting.damaged(state, 0)
    tlog.close()
    start = sound.index(rotting.signed.note)
    for at in range(start, start + len(rotting.signed.note), 9):
        tlog, _, _ = rotting.damaged(state, at * 8)
        turned(rotting, tlog)
        shown = tlog.folder(tlog.current()).checkpoint() or b""
        assert open_checkpoint(shown, rotting.keys).checkpoint.root == rotting.signed.root
        tlog.close()


def test_no_bit_makes_another_key(rotting: Rotting) -> None:
    """Each bit of the key file: it is refused, or the same key signs."""
    name = next(name for name in rotting.files if name.endswith(".key"))
    _, _, sound = rotting.damaged(name, 0)
    for at in range(0, len(sound) * 8, 29):
        tlog, _, _ = rotting.damaged(name, at)
        if turned(rotting, tlog):
            note = tlog.folder(tlog.current()).checkpoint() or b""
            try:
                open_checkpoint(note, rotting.keys)
            except NoteError as error:
                raise AssertionError(at) from error
        tlog.close()
    assert root_of(leaf_hashes(rotting.leaves)) == rotting.signed.root
