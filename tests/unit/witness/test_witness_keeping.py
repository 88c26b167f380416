# SPDX-License-Identifier: Apache-2.0
"""The witness's own files: made once, never over another's, and what they remember."""

import sqlite3
import stat
from pathlib import Path

import pytest

from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.witnessing import Last
from nguon.witness import keyfile, serving
from nguon.witness.errors import KeeperError
from nguon.witness.state import State
from tests.unit.transparency.made_log import LOG, ORIGIN, WITNESSES
from tests.unit.witness.made_witness import NAME, Growing, made, other_key, witness_in


def test_a_witness_is_made_once(tmp_path: Path) -> None:
    signer = serving.initialise(tmp_path / "w", NAME)
    key = tmp_path / "w/witness.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().startswith(f"PRIVATE+KEY+{NAME}+{signer.key.id.hex()}+B")
    assert keyfile.read(key).key == signer.key
    before = key.read_bytes(), (tmp_path / "w/witness.sqlite").read_bytes()
    with pytest.raises(KeeperError, match="state-exists"):
        serving.initialise(tmp_path / "w", NAME)
    assert (key.read_bytes(), (tmp_path / "w/witness.sqlite").read_bytes()) == before


def test_an_old_key_gets_no_empty_state(tmp_path: Path) -> None:
    serving.initialise(tmp_path, NAME)
    (tmp_path / "witness.sqlite").unlink()
    with pytest.raises(KeeperError, match="key-exists"):
        serving.initialise(tmp_path, NAME)
    with pytest.raises(KeeperError, match="state-missing"):
        serving.opened(tmp_path)
    assert not (tmp_path / "witness.sqlite").exists()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\xff",
        "PRIVATE+KEY+w+00000000+BAAA",
        "PRIVATE+KEY+w+00000000+" + "B" + "A" * 43,
        f"PRIVATE+KEY+{WITNESSES[0].key}",
    ],
)
def test_damaged_keys_are_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "k"
    path.write_text(line, "latin-1")
    path.chmod(0o600)
    with pytest.raises(KeeperError, match="key-damaged"):
        keyfile.read(path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keyfile.create(tmp_path / "k", NAME)
    (tmp_path / "k").chmod(0o640)
    with pytest.raises(KeeperError, match="key-open"):
        keyfile.read(tmp_path / "k")
    with pytest.raises(KeeperError, match="key-missing"):
        keyfile.read(tmp_path / "none")
    with pytest.raises(NoteError, match="key-name"):
        keyfile.create(tmp_path / "x", "two words")
    assert not (tmp_path / "x").exists()


def test_logs_are_added_and_keys_retired(tmp_path: Path) -> None:
    state = State(made(tmp_path) / serving.STATE)
    second = other_key(9)
    assert state.add(str(second.key)) == ORIGIN
    assert state.add(str(second.key)) == ORIGIN
    (log,) = state.watched()
    assert (log.origin, log.size, log.time) == (ORIGIN, 0, 0)
    assert (log.active, log.retired) == ((str(LOG.key), str(second.key)), ())
    state.retire(str(LOG.key))
    (log,) = state.watched()
    assert (log.active, log.retired) == ((str(second.key),), (str(LOG.key),))
    assert list(state.keys()[ORIGIN].values()) == [second.key]
    with pytest.raises(KeeperError, match="key-retired"):
        state.add(str(LOG.key))
    with pytest.raises(KeeperError, match="key-unknown"):
        state.retire(str(other_key(8).key))
    with pytest.raises(NoteError, match="key-type"):
        state.add(str(WITNESSES[0].key))
    with pytest.raises(NoteError, match="key-form"):
        state.add("nonsense")
    assert state.watched() == [log]


def test_what_one_process_adds_another_sees(tmp_path: Path) -> None:
    made(tmp_path)
    ours, theirs = (State(tmp_path / serving.STATE) for _ in range(2))
    assert set(ours.keys()) == {ORIGIN}
    theirs.add(str(Signer("other.example/log", Kind.SIGNATURE, bytes(32)).key))
    assert set(ours.keys()) == {ORIGIN, "other.example/log"}
    theirs.retire(str(LOG.key))
    assert ours.keys()[ORIGIN] == {}


def test_nothing_half_written_is_kept(tmp_path: Path) -> None:
    state = State(made(tmp_path) / serving.STATE)
    before = state.last(ORIGIN)

    def interrupted() -> None:
        with state.writing():
            state.keep(ORIGIN, Last(3, bytes(32)), 5, b"note")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    assert (state.last(ORIGIN), state.time(ORIGIN), state.note(ORIGIN)) == (before, 0, b"")


def test_the_state_is_durable_before_anything_is_answered(tmp_path: Path) -> None:
    witness = witness_in(made(tmp_path))
    found = witness.state._db
    assert found.execute("PRAGMA synchronous").fetchone() == (2,)
    assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    line = witness.add(Growing(9).ask(0, 7))
    beside = sqlite3.connect(tmp_path / serving.STATE)
    assert beside.execute("SELECT size, time FROM log").fetchone() == (7, 1_790_000_000)
    assert bytes(beside.execute("SELECT note FROM log").fetchone()[0]).endswith(line)
    beside.close()
