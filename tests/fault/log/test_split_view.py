# SPDX-License-Identifier: Apache-2.0
"""One key, two histories: an operator runs two servers, or puts an old state back and signs anew.

Attacks 1 (split view) and 2 (rollback).
"""

from collections.abc import Iterator

import pytest

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.hashing import root_of
from nguon.transparency.witnessing import Request
from tests.fault.log.conftest import World
from tests.fault.log.world import Forged, Operator, until
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, world: World) -> Iterator[tuple[Operator, Operator]]:
    """A liar's two servers: same key and address, one past of some entries, then each its own."""
    postgres: PostgresServer | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres_server")
    shown = world.operator(f"liar_{request.param}", postgres)
    shown.recorded(*range(20))
    hidden = world.twin(shown, f"twin_{request.param}", postgres)
    for each in (shown, hidden):
        each.spawn()
    for each in (shown, hidden):
        each.begun()
    yield shown, hidden
    for each in (shown, hidden):
        each.stop()


def test_two_servers_with_one_key(pair: tuple[Operator, Operator], world: World) -> None:
    shown, hidden = pair
    world.watched(shown)
    shown.capture(*range(21, 41)).raise_for_status()
    hidden.capture(*range(121, 141)).raise_for_status()
    size = shown.settled()
    world.relay.target = shown.url
    mirror = world.follower(world.relay.url, shown)
    mirror.copied(size)

    # Nobody asked a witness for the other history. It is signed: same origin, same key.
    ours, theirs = shown.checkpoint(), until(lambda: _larger(hidden, 40))
    assert (theirs.origin, hidden.log_keys()) == (ours.origin, shown.log_keys())
    hashes = Forged(hidden.entries(), hidden.signer())
    other = Forged(hidden.entries()[: ours.size], hidden.signer())
    assert root_of(hashes.hashes[: ours.size]) != ours.root
    for witness in world.witnesses:
        same_size = bytes(Request(ours.size, (), other.note(ours.size)))
        later = hashes.ask(ours.size, len(hashes.hashes))
        refusals = {witness.refused(ours.origin, each) for each in (same_size, later)}
        assert refusals == {(422, "invalid consistency proof\n")}
        early = hashes.ask(20, len(hashes.hashes))
        assert witness.refused(ours.origin, early) == (409, f"{ours.size}\n")

    # The mirror is led to the other server: it keeps both notes and follows no more.
    before, split = mirror.home.log / "checkpoint", hidden.note()
    kept = before.read_bytes()
    world.relay.target = hidden.url
    until(lambda: mirror.status().stopped)
    world.relay.target = world.one.url
    assert mirror.alarms() == ["mirror.fork"]
    assert split in mirror.notes()
    assert kept in mirror.notes()
    assert before.read_bytes() == kept

    # Asked by the second server itself, a witness shows what it saw: nothing more is signed.
    hidden.trusts(world.witnesses)
    refusal = until(lambda: hidden.state()["refusal"])
    assert refusal["code"] == "witness.beyond"
    evidence = [each.read_bytes() for each in hidden.folder.glob("seen-*.note")]
    assert evidence
    assert all(each.startswith(f"{ours.origin}\n{ours.size}\n".encode()) for each in evidence)
    signed = hidden.note()
    hidden.capture(900).raise_for_status()
    until(lambda: hidden.state()["recorded"] > hidden.state()["shards"][0]["size"])
    assert hidden.note() == signed
    assert shown.state()["refusal"] is None


def _larger(operator: Operator, size: int) -> Checkpoint | None:
    found = operator.checkpoint()
    return found if found.size >= size else None
