# SPDX-License-Identifier: Apache-2.0
"""Anchors of a running log: when they are made, where they lie, what troubles them."""

import time
from collections.abc import Callable
from hashlib import sha256

import pytest

from nguon.archive.errors import ConflictError
from nguon.store import Store
from nguon.tlog.anchors import export, keeping
from nguon.tlog.anchors.anchoring import Anchoring
from nguon.tlog.anchors.errors import AnchorError, UnreachableError
from nguon.tlog.anchors.model import Anchored, Token, stated
from nguon.tlog.anchors.rfc3161 import Rfc3161
from nguon.tlog.service import Tlog
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.keys import Kind, Signer
from tests.timestamp_server import Authority, serving
from tests.tlog_made import record, tlog

__all__ = ["tlog"]


class Counting:
    """An anchor that needs no network: its token is the hash."""

    name = "rfc3161"

    def __init__(self) -> None:
        self.asked = 0
        self.fails: AnchorError | None = None
        self.time = int(time.time())

    def stamp(self, checkpoint_note: bytes) -> Token:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return Token(self.name, stated(checkpoint_note).digest)

    def check(self, token: Token, checkpoint_note: bytes) -> Anchored:
        if token.octets != stated(checkpoint_note).digest:
            raise AnchorError("anchors.hash")
        return Anchored(self.time, "Counting")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def grown(store: Store, tlog: Tlog) -> Tlog:
    record(store, 1, 3)
    tlog.turn()
    return tlog


def refusal(act: Callable[[], object]) -> AnchorError:
    with pytest.raises(AnchorError) as caught:
        act()
    return caught.value


def files(tlog: Tlog) -> list[str]:
    folder = tlog.folder(tlog.current()).path / "anchors"
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_the_last_checkpoint_is_stamped_once(grown: Tlog, authority: Authority) -> None:
    shard = grown.current()
    with serving(authority.reply) as address:
        anchoring = Anchoring(grown, Rfc3161(address, authority.certificates))
        made = anchoring.once(shard)
    assert made is not None
    signed = grown.signed(shard)
    assert signed is not None
    assert (made.size, made.anchored.by) == (signed.size, "Test TSA")
    assert files(grown) == [f"{signed.size}.note", f"{signed.size}.tsr"]
    # Asked again, and the authority is gone: what is kept is enough.
    assert anchoring.once(shard) == made == anchoring.last(shard)
    kept = keeping.kept_at(grown.folder(shard), signed.size)
    assert kept is not None
    assert kept.note == signed.note


def test_before_the_log_has_begun_and_before_it_grew(tlog: Tlog, store: Store) -> None:
    anchor = Counting()
    anchoring = Anchoring(tlog, anchor)
    anchoring.look()
    assert (anchor.asked, anchoring.trouble) == (0, None)
    record(store, 1)
    tlog.turn()
    anchoring.look()
    anchoring.look()
    assert (anchor.asked, anchoring.trouble) == (1, None)


def test_it_is_done_every_so_often_and_only_where_the_log_grew(grown: Tlog, store: Store) -> None:
    anchor = Counting()
    anchoring = Anchoring(grown, anchor, hours=24)
    anchoring.look()
    record(store, 10)
    grown.turn()
    anchoring.look()
    assert anchor.asked == 1
    anchor.time -= 24 * 3600 + 1
    anchoring.look()
    assert anchor.asked == 2
    anchoring.look()
    assert (anchor.asked, len(files(grown))) == (2, 4)


def test_a_closed_shard_is_stamped_a_last_time_at_once(grown: Tlog, store: Store) -> None:
    anchor = Counting()
    anchoring = Anchoring(grown, anchor)
    old = grown.current()
    anchoring.look()
    grown.cut()
    grown.turn()
    anchoring.look()
    for shard in grown.shards():
        signed, last = grown.signed(shard), anchoring.last(shard)
        assert signed is not None
        assert last is not None
        assert last.size == signed.size, shard.name
    assert anchor.asked == 3
    assert old.name == "1"


def test_trouble_is_told_rests_and_goes(grown: Tlog) -> None:
    anchor = Counting()
    anchor.fails = UnreachableError("anchors.slow", seconds=15)
    anchoring = Anchoring(grown, anchor)
    now = 1000.0
    anchoring.look(lambda: now)
    assert anchoring.trouble is anchor.fails
    assert files(grown) == []
    anchor.fails = None
    anchoring.look(lambda: now + 599)
    assert (anchor.asked, anchoring.trouble is None) == (1, False)
    anchoring.look(lambda: now + 600)
    assert anchor.asked == 2
    assert len(files(grown)) == 2
    after: object = anchoring.trouble
    assert after is None


def test_what_nobody_expected_is_trouble_too(
    grown: Tlog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    anchoring = Anchoring(grown, Counting())
    monkeypatch.setattr(grown, "signed", lambda _: 1 / 0)
    anchoring.look()
    assert anchoring.trouble is not None
    assert anchoring.trouble.code == "anchors.unreachable"
    assert "ZeroDivisionError" in caplog.text


def test_the_thread_works_and_ends(grown: Tlog) -> None:
    anchoring = Anchoring(grown, Counting())
    anchoring.start()
    deadline = time.monotonic() + 60
    while len(files(grown)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    anchoring.close()
    assert len(files(grown)) == 2
    Anchoring(grown, Counting()).close()


def test_another_certificate_later_does_not_end_the_stamps(grown: Tlog, store: Store) -> None:
    """Tokens under a certificate that is no longer trusted are told; new ones are made."""
    anchor = Counting()
    anchoring = Anchoring(grown, anchor)
    anchoring.look()
    folder = grown.folder(grown.current())
    path = next((folder.path / "anchors").glob("*.tsr"))
    path.write_bytes(b"of another authority")
    assert refusal(lambda: anchoring.last(grown.current())).code == "anchors.hash"
    anchoring.look()
    assert (anchor.asked, anchoring.trouble) == (1, None)
    record(store, 20)
    grown.turn()
    anchoring.look()
    assert (anchor.asked, anchoring.trouble) == (2, None)


def test_another_checkpoint_of_the_same_size_is_a_conflict(grown: Tlog) -> None:
    shard = grown.current()
    Anchoring(grown, Counting()).once(shard)
    signed = grown.signed(shard)
    assert signed is not None
    forked = Checkpoint(shard.origin, signed.size, sha256(b"fork").digest())
    note = bytes(sign_checkpoint(forked, Signer(shard.origin, Kind.SIGNATURE, b"f" * 32)))
    with pytest.raises(ConflictError):
        keeping.keep_note(grown.folder(shard), note)
    kept = keeping.kept_at(grown.folder(shard), signed.size)
    assert kept is not None
    assert kept.note == signed.note


def test_files_that_a_power_cut_emptied_are_as_if_not_there(grown: Tlog) -> None:
    shard = grown.current()
    folder = grown.folder(shard)
    Anchoring(grown, Counting()).once(shard)
    for each in (folder.path / "anchors").iterdir():
        each.write_bytes(b"")
    (folder.path / "anchors" / f"3-{'0' * 16}.json").write_bytes(b"")
    assert keeping.kept(folder) == []
    assert keeping.last_stamped(folder) is None
    assert export.carried(folder) == []
