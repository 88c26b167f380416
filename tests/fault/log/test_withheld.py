# SPDX-License-Identifier: Apache-2.0
"""An operator whose map leaves an event out of its lot's list. Attack 14.

Every mirror sees it; so does whoever has the entry and is shown the list.
"""

import time
from pathlib import Path

import msgspec

from nguon.archive.folder import Folder
from nguon.archive.maps import MapFile
from nguon.evidence.commitments import item_mark, item_secret
from nguon.evidence.findings import Code, Finding
from nguon.evidence.package import Complete, Package
from nguon.evidence.verifying import verify
from nguon.store import Store, open_store
from nguon.store.values import EntryKind
from nguon.tlog.packages import package
from nguon.tlog.parts import parts
from nguon.tlog.service import Tlog
from nguon.transparency.completeness import MapHead
from nguon.transparency.judging import Clock
from tests.fault.log.conftest import World
from tests.fault.log.world import Operator, until
from tests.records import LOT, OPERATOR

LEFT_OUT = 3


def lying_head(operator: Operator, kept: MapFile, entries: list[bytes]) -> bytes:
    """The head of a map that knows one entry less."""
    told = [b"{}" if index == LEFT_OUT else each for index, each in enumerate(entries)]
    root = kept.advance(enumerate(told), len(told), lambda _: None).root
    return bytes(MapHead(operator.origin, len(told), root))


def test_an_entry_that_the_map_does_not_have(world: World, tmp_path: Path) -> None:
    operator = world.operator("withholding")
    size = operator.recorded(*range(8))
    entries = list(Folder(operator.files.folder / "1").entries(0, size))
    kept = MapFile(tmp_path / "lying.sqlite", operator.origin)
    with open_store(operator.database_url) as store:
        log = Tlog(store, operator.files, operator.base_url)
        with store.transaction() as connection:
            store.log.add_entry(connection, EntryKind.MAP, lying_head(operator, kept, entries))
        log.turn()
        log.close()
    operator.start()
    world.watched(operator)
    operator.settled()

    mirror = world.follower(operator.url, operator)
    until(lambda: mirror.alarms() == ["mirror.map-differs"])
    assert mirror.status().alarms[0].params == {
        "index": str(size),
        "size": str(size),
    }
    assert mirror.checked() == ["mirror.map-differs"]

    with open_store(operator.database_url) as store:
        whole, told = lied(operator, store, kept, size)
    short = msgspec.structs.replace(
        whole, entries=tuple(each for each in whole.entries if each.index != LEFT_OUT)
    )
    policy = operator.policy(world.witnesses)

    def judged(shown: Package) -> dict[Code, Finding]:
        found = verify(bytes(shown), policy, Clock(int(time.time()), 3600))
        return {each.code: each for each in found}

    found = judged(msgspec.structs.replace(whole, completeness=(told,)))
    assert [code for code, each in found.items() if each.holds is False] == [Code.COMPLETE]
    assert found[Code.COMPLETE].params["reason"] == "evidence.list-contradicted"
    assert found[Code.COMPLETE].params["index"] == LEFT_OUT
    # The lie where nobody shows the entry.
    alone = judged(msgspec.structs.replace(short, completeness=(told,)))
    assert alone[Code.COMPLETE].holds is True, "what only a mirror sees"
    assert alone[Code.COMPLETE].params["count"] == 7
    kept.close()


def lied(operator: Operator, store: Store, kept: MapFile, size: int) -> tuple[Package, Complete]:
    """The true package of the lot, and the list that the lying map gives."""
    log = Tlog(store, operator.files, operator.base_url)
    shard = log.current()
    seqs = [*store.log.seqs_of_item(LOT), shard.first + size]
    whole = package(log, shard, parts(store, OPERATOR, seqs))
    assert whole is not None
    secret = item_secret(LOT, store.secret)
    mark = item_mark(LOT, secret)
    head = next(each for each in whole.entries if each.index == size)
    told = Complete(LOT, secret, head, kept.prove(mark, size), tuple(kept.list(mark, size)))
    log.close()
    shown = tuple(
        msgspec.structs.replace(each, event=None, context=None)
        for each in whole.entries
        if each.index != size
    )
    return msgspec.structs.replace(whole, entries=shown), told
