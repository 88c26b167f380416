# SPDX-License-Identifier: Apache-2.0
"""Several processes behind one address: the parts of a version are the same from any of them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from nguon.parties.keys import custody, naming
from nguon.stoplist import offline, publishing, service
from nguon.stoplist.errors import VersionGoneError
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.publishing import Published, Publisher
from nguon.store import Store

PRODUCT = "01/08931234567894"


@pytest.fixture
def processes(store: Store, reopened: Callable[[], Store], tmp_path: Path) -> list[Publisher]:
    """The publishers of three processes on one database."""
    stores = [store, reopened(), reopened()]
    for one in stores:
        custody.attach(one, tmp_path / "party-keys.json")
        naming.attach(one, "https://nguon.example")
    return [Publisher(one) for one in stores]


def stopping(store: Store, source: str, *keys: str) -> None:
    new = [
        NewStop(kind=StopKind.ITEM, key=key, source=source, reason="recall", by="person/1")
        for key in keys
    ]
    with store.transaction() as connection:
        service.put(connection, new)


def lifting(store: Store, source: str) -> None:
    with store.transaction() as connection:
        service.lift(connection, source, by="person/1")


def whole(publisher: Publisher, first: Published) -> None:
    """A phone that has the head from elsewhere gets every part of it here."""
    manifest = first.manifest
    found = publisher.of_version(manifest.version)
    assert offline.digest(found.filter) == manifest.filter
    assert offline.digest(found.causes) == manifest.causes
    parts = [publisher.shard(manifest.version, at) for at in range(len(manifest.shards))]
    assert tuple(map(offline.digest, parts)) == manifest.shards


def test_a_version_that_changed_under_way_is_whole_from_any_process(
    store: Store, processes: list[Publisher]
) -> None:
    first, second, third = processes
    stopping(store, "recall:1", *(f"{PRODUCT}/21/{serial}" for serial in range(4200)))
    began = first.current()
    assert len(began.manifest.shards) == 4
    for number in range(2, 6):
        stopping(store, f"recall:{number}", f"{PRODUCT}/21/X{number}")
    lifting(store, "recall:1")
    assert len(second.current().manifest.shards) == 1
    for publisher in (second, third, first):
        whole(publisher, began)
    for publisher in processes:
        assert publisher.shard(began.manifest.version, 3)
        with pytest.raises(VersionGoneError):
            publisher.shard(began.manifest.version, 4)


def test_a_process_that_rests_has_the_parts_of_a_newer_list(
    store: Store, processes: list[Publisher]
) -> None:
    first, second, _ = processes
    before = first.current()
    first._rest = float("inf")
    stopping(store, "recall:1", f"{PRODUCT}/21/1")
    newer = second.current()
    assert first.current().manifest == before.manifest
    whole(first, newer)


def test_what_was_followed_long_ago_or_never_was_is_gone(
    store: Store, processes: list[Publisher], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = processes
    stopping(store, "recall:1", f"{PRODUCT}/21/1")
    old = first.current().manifest.version
    lifting(store, "recall:1")
    now = second.current().manifest.version
    monkeypatch.setattr(publishing, "GIVEN", timedelta(seconds=-60))
    for version in (old, now + 1, -1):
        with pytest.raises(VersionGoneError):
            second.of_version(version)
        with pytest.raises(VersionGoneError):
            second.shard(version, 0)
    assert second.of_version(now).manifest.version == now
