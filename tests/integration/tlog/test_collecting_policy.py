# SPDX-License-Identifier: Apache-2.0
"""The policy of a running log: changed, damaged, weakened; keys that count once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.cli import main
from nguon.store import open_store
from nguon.tlog import collecting
from nguon.tlog.collecting import Collector
from nguon.tlog.service import Tlog
from nguon.tlog.weakening import Policies, Weakening
from nguon.transparency.errors import PolicyError
from nguon.transparency.judging import believe
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import read_note
from tests.integration.tlog.witnesses import policy, stranger, three
from tests.tlog_made import made, record

KEYS = [stranger(number).key for number in range(6)]


@pytest.fixture
def begun(sqlite_url: str, tmp_path: Path) -> Iterator[Tlog]:
    with open_store(sqlite_url) as store:
        one = made(store, tmp_path)
        record(store, 0, 3)
        one.turn()
        yield one
        one.close()


def wrote(tlog: Tlog, numbers: list[int], quorum: str) -> None:
    policy(tlog, [(KEYS[number], "http://127.0.0.1:1") for number in numbers], quorum)


def judged(tlog: Tlog) -> Weakening | None:
    """By a process that begins now."""
    return seen(Policies(tlog))


def seen(policies: Policies) -> Weakening | None:
    policies.read()
    return policies.weakened


def test_a_weaker_policy_is_told_until_somebody_answers_for_it(begun: Tlog) -> None:
    wrote(begun, [0, 1, 2], "2")
    running = Policies(begun)
    assert running.read() == begun.policy()
    assert seen(running) is None
    begun.files.policy.write_text("quorum none\n")
    assert running.read() == begun.policy()
    assert seen(running) == Weakening(2, 0)
    assert judged(begun) == Weakening(2, 0)
    begun.files.policy.unlink()
    assert judged(begun) == Weakening(2, 0)
    wrote(begun, [0, 1, 2], "1")
    assert judged(begun) == Weakening(2, 1)
    wrote(begun, [3, 4, 5], "3")
    assert judged(begun) == Weakening(2, 0)
    wrote(begun, [0, 1, 2, 3], "2")
    assert judged(begun) == Weakening(2, 1)
    assert seen(running) == Weakening(2, 1)
    wrote(begun, [0, 1, 2, 3], "3")
    assert seen(running) is None
    assert judged(begun) is None
    wrote(begun, [0, 1, 2], "2")
    assert judged(begun) == Weakening(3, 2)
    assert seen(running) == Weakening(3, 2)
    Policies(begun).accept()
    assert (seen(running), judged(begun)) == (None, None)
    begun.files.policy.write_text("quorum none\n")
    assert judged(begun) == Weakening(2, 0)


def test_addresses_and_order_do_not_weaken(begun: Tlog) -> None:
    wrote(begun, [0, 1, 2], "2")
    assert judged(begun) is None
    policy(begun, [(KEYS[n], "https://elsewhere.example") for n in (2, 0, 1)], "2")
    assert judged(begun) is None


def test_groups_within_groups_are_counted(begun: Tlog) -> None:
    lines = [f"witness w{number} {key}" for number, key in enumerate(KEYS)]
    text = "\n".join([*lines, "group a all w0 w1", "group b 2 w2 w3 w4", "group q all a b w5"])
    begun.files.policy.write_text(text + "\nquorum q\n")
    assert judged(begun) is None
    begun.files.policy.write_text(text.replace("q all", "q 2") + "\nquorum q\n")
    assert judged(begun) == Weakening(5, 3)
    begun.files.policy.write_text(text.replace("q all", "q any") + "\nquorum b\n")
    assert judged(begun) == Weakening(5, 2)


def test_a_damaged_file_changes_nothing_and_names_the_line(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "all")
        collector = Collector(begun)
        collector.once(begun.current())
        before = begun.witnessed(begun.current())
        assert before is not None
        kept = begun.files.policy.read_text()
        begun.files.policy.write_text(kept + "quorum nobody\n")
        with pytest.raises(PolicyError) as caught:
            begun.policy()
        assert caught.value.params["line"] == kept.count("\n") + 1
        assert begun.witnessed(begun.current()) == before
        record(begun.store, 3)
        size = begun.turn().size
        collector.once(begun.current())
        begun.files.policy.write_text(kept)
        note = begun.witnessed(begun.current())
        assert note is not None
        assert note.split(b"\n")[1] == b"%d" % size
        assert [each.trouble for each in collector.standing()] == [None] * 3
        collector.close()


def test_a_witness_is_added_while_the_log_runs(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        pairs = [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)]
        policy(begun, pairs[:1], "all")
        collector = Collector(begun)
        for count in (1, 3, 2):
            policy(begun, pairs[:count], "all")
            record(begun.store, count * 10)
            begun.turn()
            collector.once(begun.current())
            asked = begun.policy()
            assert asked is not None
            found = believe(begun.witnessed(begun.current()) or b"", asked)
            assert len(found.witnesses) == count
            assert len(collector.standing()) == count
        collector.close()


def test_one_key_under_two_names_is_refused(begun: Tlog) -> None:
    wrote(begun, [0, 1, 0], "2")
    with pytest.raises(PolicyError, match="policy-key-twice") as caught:
        begun.policy()
    assert caught.value.params["line"] == 3


def test_one_witness_answering_for_two_counts_once(begun: Tlog, tmp_path: Path) -> None:
    """Two entries of the policy lead to one witness; its key is one of theirs."""
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(witnesses[0].signer.key, urls[0]), (KEYS[0], urls[0])], "2")
        collector = Collector(begun)
        collector.once(begun.current())
        collector.once(begun.current())
        assert begun.witnessed(begun.current()) is None
        troubles = [each.trouble for each in collector.standing()]
        assert troubles == [None, "witness.trouble-cosignature"]
        collector.close()


def test_what_was_cosigned_stays_while_its_witness_is_away(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        pairs = [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)]
        policy(begun, pairs, "2")
        first = Collector(begun)
        first.once(begun.current())
        first.close()
        policy(begun, [*pairs[:2], (pairs[2][0], "http://127.0.0.1:1")], "2")
        again = Collector(begun)
        again.once(begun.current())
        assert [each.trouble is None for each in again.standing()] == [True, True, False]
        asked, note = begun.policy(), begun.witnessed(begun.current())
        assert asked is not None
        assert note is not None
        assert set(believe(note, asked).witnesses) == {"w0", "w1", "w2"}
        assert len(read_note(note).signatures) == 4
        again.close()


def test_a_quiet_log_is_cosigned_anew(
    begun: Tlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_REFRESH", 0.2)
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "all")
        collector = Collector(begun)
        collector.start()
        first = {each.time for each in collector.standing()}
        until = time.monotonic() + 60
        while first & {each.time for each in collector.standing()}:
            assert time.monotonic() < until
            time.sleep(0.05)
        collector.close()


def test_a_lost_state_stays_lost(begun: Tlog) -> None:
    wrote(begun, [0], "any")
    begun.state.close()
    begun.files.state.unlink()
    policies = Policies(begun)
    assert policies.read() == begun.policy()
    assert not begun.files.state.exists()


def test_a_log_key_changes_with_overlap(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "2")
        collector, shard = Collector(begun), begun.current()
        collector.once(shard)
        old, new = begun.keys.rotate(shard, 5)
        record(begun.store, 3)
        size = begun.turn().size
        collector.once(shard)  # Both keys sign: who knows the old one goes on.
        note = read_note(begun.witnessed(shard) or b"")
        assert [each.id for each in note.signatures][:2] == [new.id, old.id]
        assert note.text.split(b"\n")[1] == b"%d" % size
        witnesses[0].state.add(str(new))
        witnesses[1].state.add(str(new))
        begun.keys.retire(shard)
        record(begun.store, 4)
        size = begun.turn().size
        collector.once(shard)
        note = read_note(begun.witnessed(shard) or b"")
        assert note.text.split(b"\n")[1] == b"%d" % size
        troubles = [each.trouble for each in collector.standing()]
        assert troubles == [None, None, "witness.trouble-key"]
        collector.close()


def test_shards_that_ended_are_witnessed_too(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(w.signer.key, u) for w, u in zip(witnesses, urls, strict=True)], "all")
        collector = Collector(begun)
        collector.start()
        old = begun.current()
        new = begun.cut()
        for witness in witnesses:
            for key in begun.log_keys(new):
                witness.state.add(str(key))
        begun.turn()
        for shard in (old, new):
            collector.once(begun.named(shard.name))
            signed, note = begun.signed(shard), begun.witnessed(shard)
            assert signed is not None
            assert (note or b"").startswith(signed.note)
        standing = collector.standing()
        current = begun.signed(new)
        assert current is not None
        assert {each.size for each in standing} == {current.size}
        collector.close()


def test_another_process_shows_what_was_kept(begun: Tlog, tmp_path: Path) -> None:
    with three(begun, tmp_path) as (witnesses, urls):
        policy(begun, [(witnesses[0].signer.key, urls[0])], "any")
        collector = Collector(begun)
        collector.once(begun.current())
        (ours,) = collector.standing()
        collector.close()
    other = made(begun.store, tmp_path)
    (theirs,) = Collector(other).standing()
    assert theirs == ours
    other.state.close()


def test_a_policy_may_name_a_witness_without_an_address(begun: Tlog) -> None:
    key = Signer("w.example", Kind.COSIGNATURE, bytes(32)).key
    begun.files.policy.write_text(f"witness w {key}\nquorum w\n")
    collector = Collector(begun)
    collector.once(begun.current())
    (standing,) = collector.standing()
    assert (standing.url, standing.trouble) == (None, "witness.trouble-address")
    assert begun.witnessed(begun.current()) is None
    collector.close()


def test_somebody_answers_for_a_weaker_policy(
    begun: Tlog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = begun.files.policy.parent
    monkeypatch.setenv("NGUON_DATABASE_URL", f"sqlite:///{folder / 'nguon.db'}")
    monkeypatch.setenv("NGUON_DATA", str(folder))
    wrote(begun, [0, 1, 2], "2")
    main(["log", "policy"])
    assert capsys.readouterr().out.endswith("group q 2 w0 w1 w2\nquorum q\n")
    begun.files.policy.write_text("quorum none\n")
    for _ in range(2):
        with pytest.raises(SystemExit, match="1"):
            main(["log", "policy"])
        told = capsys.readouterr()
        assert told.out == "quorum none\n"
        assert "0 instead of 2" in told.err
    main(["log", "policy", "--accept"])
    main(["log", "policy"])
    assert judged(begun) is None
