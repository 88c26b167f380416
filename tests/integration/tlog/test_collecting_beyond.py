# SPDX-License-Identifier: Apache-2.0
"""Old copies put back, forks, claims of witnesses: when the log stops, and when it does not."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nguon.store import open_store
from nguon.tlog import asking
from nguon.tlog.collecting import Collector
from nguon.tlog.errors import RefusedError
from nguon.tlog.service import Tlog
from tests.integration.tlog.witnesses import badly, plain, policy, stranger, three
from tests.tlog_made import made, record


class Place:
    """A database with its log in one folder, which can be copied and put back."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder = folder / "live"
        self.folder.mkdir()
        shutil.copy(template, self.folder / "nguon.db")

    @contextmanager
    def opened(self) -> Iterator[Tlog]:
        with open_store(f"sqlite:///{self.folder / 'nguon.db'}") as store:
            tlog = made(store, self.folder)
            yield tlog
            tlog.close()

    def saved(self) -> None:
        shutil.copytree(self.folder, self.folder.with_name("copy"))

    def put_back(self) -> None:
        """Database, log, state and keys, as they were; the policy stays."""
        kept = (self.folder / "log.policy").read_bytes()
        shutil.rmtree(self.folder)
        shutil.copytree(self.folder.with_name("copy"), self.folder)
        (self.folder / "log.policy").write_bytes(kept)


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Place:
    return Place(tmp_path, sqlite_template)


def asked_once(tlog: Tlog) -> Collector:
    collector = Collector(tlog)
    collector.once(tlog.current())
    collector.close()
    return collector


def kept_sizes(place: Place) -> list[int]:
    """Of the checkpoints that witnesses showed."""
    notes = [each.read_bytes() for each in place.folder.glob("seen-*.note")]
    return [int(note.split(b"\n")[1]) for note in notes]


def test_an_old_copy_of_everything_signs_nothing(place: Place, tmp_path: Path) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        early = tlog.turn()
        place.saved()
        with three(tlog, tmp_path) as (witnesses, urls):
            pairs = [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)]
            policy(tlog, pairs, "2")
            record(tlog.store, 3, 3)
            late = tlog.turn()
            asked_once(tlog)
            place.put_back()
            with place.opened() as restored:
                record(restored.store, 100)
                collector = Collector(restored)
                collector.start()
                refusal = restored.refusal()
                assert refusal is not None
                assert refusal.code == "witness.beyond"
                assert refusal.params["size"] == late.size
                assert refusal.params["origin"] == restored.current().origin
                with pytest.raises(RefusedError, match="beyond"):
                    restored.turn()
                signed = restored.signed(restored.current())
                assert signed is not None
                assert signed == early
                published = restored.folder(restored.current()).checkpoint()
                assert published == early.note
                assert kept_sizes(place) == [late.size] * 3
                troubles = {each.trouble for each in collector.standing()}
                assert troubles == {"witness.trouble-beyond"}
                collector.close()


def test_a_fork_that_a_witness_can_show_stops_the_log(place: Place, tmp_path: Path) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        tlog.turn()
        place.saved()
        with three(tlog, tmp_path) as (witnesses, urls):
            policy(tlog, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "2")
            record(tlog.store, 3, 3)
            late = tlog.turn()
            asked_once(tlog)
            place.put_back()
            with place.opened() as restored:
                record(restored.store, 200, 9)  # No witness could be asked meanwhile.
                assert restored.turn().size > late.size
                assert restored.refusal() is None
                asked_once(restored)
                refusal = restored.refusal()
                assert refusal is not None
                assert (refusal.code, refusal.params["size"]) == ("witness.beyond", late.size)
                assert restored.witnessed(restored.current()) is None
                assert kept_sizes(place) == [late.size] * 3


CLAIMS = [b"1000\n", b"9223372036854775807\n"]


def lying(
    tlog: Tlog, size: bytes, *, status: str = "409 X"
) -> Callable[[socket.socket, bytes], None]:
    """Refuses everything as a witness does that saw more, and shows what everybody can read."""

    def answer(one: socket.socket, request: bytes) -> None:
        note = tlog.folder(tlog.current()).checkpoint() or b""
        shown = plain("200 OK", note)
        one.sendall(plain(status, size) if request.startswith(b"POST") else shown)

    return answer


@pytest.mark.parametrize("size", CLAIMS)
def test_a_witness_that_only_claims_does_not_stop_the_log(
    place: Place, tmp_path: Path, size: bytes
) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        tlog.turn()
        with three(tlog, tmp_path) as (witnesses, urls), badly(lying(tlog, size)) as liar:
            pairs = [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)]
            policy(tlog, [(pairs[0][0], liar), *pairs[1:]], "2")
            collector = Collector(tlog)
            for number in range(3):
                collector.once(tlog.current())
                troubles = [each.trouble for each in collector.standing()]
                assert troubles == ["witness.trouble-claim", None, None]
                assert tlog.refusal() is None
                assert size_of(tlog.witnessed(tlog.current())) == 3 + number
                record(tlog.store, 10 + number)
                assert tlog.turn().size == 4 + number
            assert kept_sizes(place) == []
            policy(tlog, pairs, "all")  # It says the truth again.
            collector.once(tlog.current())
            assert [each.trouble for each in collector.standing()] == [None] * 3
            assert tlog.refusal() is None
            collector.close()


def size_of(note: bytes | None) -> int:
    return -1 if note is None else int(note.split(b"\n")[1])


def test_so_many_claims_that_the_quorum_is_theirs_stop_the_log(
    place: Place, tmp_path: Path
) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        signed = tlog.turn()
        with (
            three(tlog, tmp_path) as (witnesses, urls),
            badly(lying(tlog, b"70\n")) as one,
            badly(lying(tlog, b"80\n")) as two,
        ):
            keys = [each.signer.key for each in witnesses]
            policy(tlog, list(zip(keys, [one, two, urls[2]], strict=True)), "2")
            asked_once(tlog)
            refusal = tlog.refusal()
            assert refusal is not None
            assert refusal.code == "witness.beyond"
            assert (refusal.params["size"], refusal.params["who"]) == (80, "w0, w1")
            record(tlog.store, 10)
            with pytest.raises(RefusedError, match="beyond"):
                tlog.turn()
            assert tlog.signed(tlog.current()) == signed
            assert kept_sizes(place) == []


def test_a_note_of_ours_that_is_newer_than_what_was_asked_is_no_evidence(
    place: Place, tmp_path: Path
) -> None:
    """It refuses an older checkpoint, and shows one that we signed meanwhile."""
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        old = tlog.turn()
        with badly(lying(tlog, b"", status="422 X")) as url:
            policy(tlog, [(stranger(0).key, url)], "any")
            record(tlog.store, 5)
            new = tlog.turn()
            asked = tlog.policy()
            assert asked is not None
            collector = Collector(tlog)
            collector._follow(asked)
            collector._call(_asked(collector, collector._gathering(tlog.current(), old, asked)))
            assert [each.trouble for each in collector.standing()] == ["witness.trouble-proof"]
            assert tlog.refusal() is None
            assert tlog.signed(tlog.current()) == new
            assert kept_sizes(place) == []
            collector.close()


@pytest.mark.parametrize("size", CLAIMS)
def test_the_mere_claim_of_the_only_witness_stops_the_log_and_says_whose(
    place: Place, size: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 2.0)

    def claims(one: socket.socket, request: bytes) -> None:
        one.sendall(plain("409 X", size) if request.startswith(b"POST") else plain("404 X"))

    with place.opened() as tlog, badly(claims) as url:
        record(tlog.store, 0, 3)
        tlog.turn()
        policy(tlog, [(stranger(0).key, url)], "any")
        asked_once(tlog)
        refusal = tlog.refusal()
        assert refusal is not None
        assert refusal.params == {
            "origin": tlog.current().origin, "size": int(size), "who": "w0"
        }  # fmt: skip
        assert list(place.folder.glob("seen-*")) == []
    with place.opened() as again:  # Without this witness the operator goes on.
        (place.folder / "log.policy").unlink()
        collector = Collector(again)
        collector.start()
        record(again.store, 10)
        assert again.turn().size > 3
        collector.close()


@pytest.mark.parametrize("shown", ["404", "garbage", "foreign", "ours"])
def test_a_refused_proof_without_evidence_only_troubles(place: Place, shown: str) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        signed = tlog.turn()
        foreign = signed.note.replace(b"\n%d\n" % signed.size, b"\n9\n")
        notes = {
            "404": plain("404 X"),
            "garbage": plain("200 OK", b"\xff" * 99),
            "foreign": plain("200 OK", foreign),
            "ours": plain("200 OK", signed.note),
        }

        def refuses(one: socket.socket, request: bytes) -> None:
            one.sendall(plain("422 X") if request.startswith(b"POST") else notes[shown])

        with badly(refuses) as url:
            policy(tlog, [(stranger(0).key, url)], "any")
            collector = asked_once(tlog)
            assert [each.trouble for each in collector.standing()] == ["witness.trouble-proof"]
            assert tlog.refusal() is None
            record(tlog.store, 10)
            assert tlog.turn().size > signed.size


def test_a_witness_that_saw_a_newer_one_of_ours_is_no_trouble(place: Place, tmp_path: Path) -> None:
    with place.opened() as tlog:
        record(tlog.store, 0, 3)
        tlog.turn()
        with three(tlog, tmp_path) as (witnesses, urls):
            policy(tlog, [(witnesses[0].signer.key, urls[0])], "any")
            collector = Collector(tlog)
            shard, old = tlog.current(), tlog.signed(tlog.current())
            assert old is not None
            record(tlog.store, 5)
            new = tlog.turn()
            asked_once(tlog)
            policy_now = tlog.policy()
            assert policy_now is not None
            gathering = collector._gathering(shard, old, policy_now)
            collector._follow(policy_now)
            collector._call(_asked(collector, gathering))
            assert collector.standing()[0].trouble is None
            assert gathering.lines == {}
            assert tlog.refusal() is None
            assert (tlog.witnessed(shard) or b"").split(b"\n")[1] == b"%d" % new.size
            collector.close()


async def _asked(collector: Collector, gathering: object) -> None:
    for each in collector._asked.values():
        await collector._ask(each, gathering)  # type: ignore[arg-type]
