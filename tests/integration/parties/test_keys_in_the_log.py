# SPDX-License-Identifier: Apache-2.0
"""The history of a key, proved whole from the log: the map, the audit, a mirror and the verifier
agree on entries that are no events and mark what they are about.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.archive.folder import Folder
from nguon.capture.anew import recompute_all
from nguon.evidence.findings import Code
from nguon.evidence.package import Package
from nguon.evidence.verifying import verify
from nguon.mirror.fetching import Source
from nguon.mirror.following import Limits, Mirror
from nguon.mirror.keeping import Home, Said
from nguon.parties.keys import service, stating
from nguon.parties.keys.model import KeyAction
from nguon.store import Store
from nguon.store.erasing import Order
from nguon.tlog.auditing import audit
from nguon.tlog.completing import Completer
from nguon.tlog.packages import package
from nguon.tlog.parts import parts
from nguon.tlog.scrubbing import Scrubber
from nguon.tlog.service import Tlog
from nguon.transparency.judging import Clock
from tests.integration.mirror.made import served
from tests.integration.parties.made import cooperative, ed25519, household, manager
from tests.records import OPERATOR
from tests.tlog_made import NOW, record, tlog

__all__ = ["tlog"]


@pytest.fixture
def completer(tlog: Tlog) -> Iterator[Completer]:
    made = Completer(tlog)
    yield made
    made.close()


def lived(store: Store, organisation: int, *, events: bool = True) -> str:
    """A key with a life, between other entries."""
    kid = service.bind(store, organisation, ed25519().public, name="", by="x").kid
    if events:
        record(store, 1, 2)
    service.suspend(store, kid, by=manager(organisation), reason="mất máy")
    if events:
        record(store, 3)
    service.revoke(store, kid, by=manager(organisation), reason="mất hẳn")
    return kid


def mapped(tlog: Tlog, completer: Completer) -> None:
    tlog.turn()
    completer.once()
    tlog.turn()


def history(tlog: Tlog, completer: Completer, kid: str) -> Package:
    """The package of a key's history, opened."""
    name = stating.subject(kid)
    found = parts(tlog.store, OPERATOR, tlog.store.log.seqs_of_item(name))
    made = package(tlog, tlog.current(), found, completer.proofs(name))
    assert made is not None
    return made


def test_the_history_of_a_key_is_proved_whole(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    kid = lived(store, cooperative(store))
    mapped(tlog, completer)
    made = history(tlog, completer, kid)
    policy = tlog.policy()
    assert policy is not None
    findings = {each.code: each for each in verify(bytes(made), policy, Clock(NOW))}
    assert not [each for each in findings.values() if each.holds is False]
    assert findings[Code.COMPLETE].holds is True
    assert findings[Code.COMPLETE].params["count"] == 3
    assert findings[Code.EVENT].holds is True
    said = [json.loads(entry.statement or "") for entry in made.entries]
    assert [each["action"] for each in said] == ["bind", "suspend", "revoke"]
    assert {each["kid"] for each in said} == {kid}


def test_a_step_left_out_shows(store: Store, tlog: Tlog, completer: Completer) -> None:
    kid = lived(store, cooperative(store))
    mapped(tlog, completer)
    told = json.loads(bytes(history(tlog, completer, kid)))
    del told["completeness"][0]["list"][2]
    policy = tlog.policy()
    assert policy is not None
    findings = {each.code: each for each in verify(json.dumps(told).encode(), policy, Clock(NOW))}
    assert findings[Code.COMPLETE].holds is False


def test_audit_scrub_and_a_mirror_find_it_sound(
    store: Store, tlog: Tlog, completer: Completer, tmp_path: Path
) -> None:
    kid = lived(store, household(store), events=False)
    mapped(tlog, completer)
    shard = tlog.current()
    assert list(audit(tlog, shard)) == []
    round_ = Scrubber(tlog, recompute_all).whole()
    assert round_.findings == ()
    policy = tlog.policy()
    assert policy is not None
    told: list[Said] = []
    home = Home(tmp_path / "mirror")
    with served(tlog.folder(shard).path) as url:
        mirror = Mirror(
            home.path,
            policy,
            Source(url),
            tell=told.append,
            clock=lambda: NOW,
            limits=Limits(fresh=10**6),
        )
        status = mirror.turn()
        mirror.close()
    assert told == []
    assert status.size == tlog.turn().size
    assert len(store.log.seqs_of_item(stating.subject(kid))) == 3
    assert Folder(tlog.folder(shard).path).checkpoint() is not None


def test_what_is_erased_or_lost_stays_in_the_list(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    kid = lived(store, cooperative(store))
    seqs = store.log.seqs_of_item(stating.subject(kid))
    with store.transaction() as connection:
        store.log.forget(connection, [f"party-key/{kid}"], Order.made("thử", "x"))
    assert store.log.seqs_of_item(stating.subject(kid)) == seqs
    mapped(tlog, completer)
    proved = completer.proofs(stating.subject(kid))
    first = tlog.current().first
    assert [[first + one.index for one in each.list] for each in proved] == [seqs]


def test_the_first_step_binds(store: Store, tlog: Tlog, completer: Completer) -> None:
    """Two keys of one party have a history each."""
    number = cooperative(store)
    one = service.bind(store, number, ed25519().public, name="", by="x")
    two = service.bind(store, number, ed25519().public, name="", by="x")
    mapped(tlog, completer)
    for key in (one, two):
        made = history(tlog, completer, key.kid)
        assert len(made.entries) == 1
        assert json.loads(made.entries[0].statement or "")["action"] == KeyAction.BIND.value
