# SPDX-License-Identifier: Apache-2.0
"""A log that was longer: an old copy put back, an old checkpoint shown again. Attack 2."""

import shutil
import time

from nguon.evidence.findings import Code
from nguon.evidence.verifying import verify
from nguon.transparency.judging import Clock
from tests.fault.log.conftest import World
from tests.fault.log.world import Forged, until


def test_an_old_copy_of_everything(world: World) -> None:
    operator = world.operator("restored")
    early = operator.recorded(*range(4))
    database = operator.folder.with_name("restored.db")
    copy = operator.folder.with_name("restored-copy")
    shutil.copytree(operator.folder, copy)
    shutil.copy(database, copy / "database")
    operator.start()
    world.watched(operator)
    operator.capture(*range(1, 6)).raise_for_status()
    late = operator.settled()
    long_note = operator.note()
    mirror = world.follower(operator.url, operator)
    mirror.copied(late)
    policy, entries, thief = (
        operator.policy(world.witnesses),
        operator.entries(),
        operator.signer(),
    )
    operator.stop()

    # Database, log, state and keys as they were; the server starts and signs nothing.
    rules = operator.files.policy.read_bytes()
    shutil.rmtree(operator.folder)
    shutil.copytree(copy, operator.folder)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    shutil.copy(copy / "database", database)
    operator.files.policy.write_bytes(rules)
    old_note = (operator.files.folder / "1/checkpoint").read_bytes()
    operator.start()
    refusal = until(lambda: operator.state()["refusal"])
    assert refusal["code"] == "witness.beyond"
    assert operator.note() == old_note
    assert operator.checkpoint().size == early
    operator.capture(50).raise_for_status()
    time.sleep(1)
    assert operator.note() == old_note
    shown = [each.read_bytes() for each in operator.folder.glob("seen-*.note")]
    assert {each.split(b"\n")[1] for each in shown} == {b"%d" % late}

    # A mirror that is shown the old checkpoint says so, keeps it, and keeps its copy.
    until(lambda: mirror.alarms() == ["mirror.smaller"])
    assert old_note in mirror.notes()
    assert (mirror.home.log / "checkpoint").read_bytes().startswith(long_note.split(b"\n\n")[0])

    # Signed anew by the key's holder it stays old for witnesses, and for readers.
    again = Forged(entries, thief)
    for witness in world.witnesses:
        size = witness.seen(operator.origin)[0]
        assert witness.refused(operator.origin, again.ask(early, early)) == (409, f"{size}\n")
        stale = again.ask(early, early).replace(b"old %d" % early, b"old %d" % size)
        assert witness.refused(operator.origin, stale)[0] == 400
    found = {each.code: each for each in verify(again.note(early), policy, Clock(int(time.time())))}
    assert found[Code.WITNESSES].params["reason"] == "transparency.quorum"
    later = Clock(int(time.time()) + 90_000, 86_400)
    aged = {each.code: each for each in verify(long_note, policy, later)}
    assert (aged[Code.WITNESSES].holds, aged[Code.FRESH].holds) == (True, False)
    assert aged[Code.FRESH].params["reason"] == "evidence.too-old"
