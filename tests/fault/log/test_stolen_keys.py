# SPDX-License-Identifier: Apache-2.0
"""Keys of a log that change, and keys that were stolen. Attack 7."""

import time

import pytest

from nguon.evidence.findings import Code
from nguon.evidence.verifying import verify
from nguon.tlog.keys import Keys
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.judging import Clock
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import known, read_note
from nguon.transparency.policies import Log
from tests.fault.log.conftest import World
from tests.fault.log.world import Forged, Operator, until


@pytest.fixture(scope="module")
def operator(world: World) -> Operator:
    """One whose key changes."""
    made = world.operator("changing")
    made.recorded(*range(5))
    made.start()
    world.watched(made)
    made.settled()
    return made


def test_a_key_changes_and_the_old_one_is_stolen(operator: Operator, world: World) -> None:
    first, second, third = world.witnesses
    [old] = operator.log_keys()
    thief = operator.signer()
    before = operator.policy(world.witnesses)
    mirror = world.follower(operator.url, operator)

    # A key that nobody announced: one of the thief's own, under the log's name.
    unknown = Signer(operator.origin, Kind.SIGNATURE, bytes([77]) * 32)
    entries = operator.entries()
    size = len(entries)
    new_early = Forged([*entries, b"forged"], unknown)
    for witness in world.witnesses:
        body = new_early.ask(size, size + 1)
        assert witness.refused(operator.origin, body) == (403, "invalid signature\n")
    with pytest.raises(NoteError, match="signature-unknown"):
        open_checkpoint(new_early.note(size + 1), known(before.keys))

    # Announced in the log itself, with overlap: who knows either key goes on.
    new = operator.run("log", "key", "rotate").strip()
    operator.capture(1).raise_for_status()
    operator.settled()
    assert [str(key) for key in operator.log_keys()] == [new, str(old)]
    note = read_note(operator.note())
    assert {each.id for each in note.signatures} >= {each.id for each in operator.log_keys()}
    told = [each for each in operator.entries() if b'"kind":"log-key"' in each]
    assert len(told) == 1
    assert new.encode() in told[0].replace(b"\\/", b"/")
    mirror.copied(size + 1)
    for witness in world.witnesses:
        witness.watch(*operator.log_keys())

    # The old one is retired: the operator signs with the new one alone, two witnesses follow.
    assert operator.run("log", "key", "retire").strip() == str(old)
    operator.capture(2).raise_for_status()
    until(lambda: len(operator.log_keys()) == 1)
    size = operator.settled()
    for witness in (first, second):
        witness.retire(old)
    entries = operator.entries()
    assert len(read_note(operator.note()).signatures) >= 3
    assert old.id not in {each.id for each in read_note(operator.note()).signatures}

    # After the cut-off the thief continues the log, or forks it, with the old key.
    continued = Forged([*entries, b"forged"], thief)
    forked = Forged([*entries[:-1], b"forged", b"again"], thief)
    for witness in (first, second):
        for tree in (continued, forked):
            seen = witness.seen(operator.origin)[0]
            body = tree.ask(min(seen, len(entries)), len(entries) + 1)
            assert witness.refused(operator.origin, body) == (403, "invalid signature\n")
    # Who trusts the old key still has its memory: a fork is refused there too.
    seen = third.seen(operator.origin)[0]
    assert third.refused(operator.origin, forked.ask(seen, size + 1)) == (
        422,
        "invalid consistency proof\n",
    )
    forgery = continued.note(size + 1)
    after = operator.policy(world.witnesses)
    with pytest.raises(NoteError, match="signature-unknown"):
        open_checkpoint(forgery, known(after.keys))
    stale = type(after)((Log(old),), after.witnesses, after.groups, after.quorum)
    found = {each.code: each for each in verify(forgery, stale, Clock(int(time.time())))}
    assert found[Code.LOG_SIGNATURE].holds is True  # A reader with an old policy file.
    assert found[Code.WITNESSES].holds is False
    assert found[Code.WITNESSES].params["reason"] == "transparency.quorum"

    # The mirror knows the old key alone and says that it can follow no more; its copy stays.
    until(lambda: "transparency.checkpoint-origin" in mirror.alarms())
    assert not mirror.status().stopped
    assert operator.state()["refusal"] is None
    _the_thief_gets_a_witness_that_trusts_the_old_key(operator, world)


def _the_thief_gets_a_witness_that_trusts_the_old_key(operator: Operator, world: World) -> None:
    """It cosigns what grows; the log sees a claim that its own key did not sign, and goes on."""
    third = world.witnesses[2]
    [new] = operator.log_keys()
    [old] = [key for key in third.trusted(operator.origin) if key != str(new)]
    size = operator.settled()
    tree = Forged([*operator.entries(), b"forged"], _thief(operator, old))
    seen = third.seen(operator.origin)[0]
    assert third.ask(tree.ask(seen, size + 1)).status_code == 200
    operator.capture(3).raise_for_status()
    assert operator.reached(size + 1) > size

    def troubled() -> bool:
        found = operator.state()["witnesses"][2]["trouble"]
        return found is not None and found["code"] in {
            "witness.trouble-claim",
            "witness.trouble-proof",
        }

    until(troubled)
    assert operator.state()["refusal"] is None
    assert list(operator.folder.glob("seen-*.note")) == []


def _thief(operator: Operator, key: str) -> Signer:
    """Who has the seed of a key that was retired."""
    seeds = Keys(operator.files.keys).seeds()
    signers = [Signer(operator.origin, Kind.SIGNATURE, each.seed) for each in seeds]
    return next(each for each in signers if str(each.key) == key)
