# SPDX-License-Identifier: Apache-2.0
"""A mirror goes on with the next shard where it is announced, proven, and in the policy."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nguon.base.canonical_json import canonical
from nguon.mirror.chain import Chain, homes
from nguon.mirror.checking import check
from nguon.mirror.fetching import Source
from nguon.mirror.following import Limits
from nguon.mirror.keeping import Home, Said
from nguon.mirror.running import served as served_copies
from nguon.store import Store
from nguon.tlog.completing import Completer
from nguon.tlog.service import Tlog
from nguon.transparency.armour import armoured
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.policies import Policy, read_policy
from tests.integration.mirror.made import TIME, Operator, served
from tests.records import PACKER, make_record
from tests.tlog_made import record, tlog
from tests.unit.archive.made_leaves import leaf

__all__ = ["tlog"]


class Shards:
    """A log of shards that a test cuts, and the chain of mirrors of it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.data = folder, folder / "mirror"
        self.all = [Operator(folder / "served" / "1", "1")]
        self.known = 1
        self.told: list[tuple[str, str]] = []
        self.now, self.url = TIME, url
        self.chain = self.opened()

    def opened(self, url: str | None = None) -> Chain:
        return Chain(
            self.data,
            self.policy,
            f"{self.url}/1" if url is None else url,
            bell=lambda home: lambda said: self.heard(home, said),
            clock=lambda: self.now,
            limits=Limits(fresh=10**6),
        )

    def heard(self, home: Home, said: Said) -> None:
        self.told.append((home.path.name, said.code))

    def policy(self) -> Policy:
        lines = [f"log {one.signer.key}\n" for one in self.all[: self.known]]
        text = "".join(lines) + self.all[0].policy_text.partition("\n")[2]
        return read_policy(text.encode())

    def turn(self) -> list[int]:
        """Sizes of the copies after one look."""
        self.told.clear()
        return [each.size for each in self.chain.turn()]

    def cut(self, name: str = "2", **other: Any) -> Operator:
        """End the last shard; ``other`` is what the next one says wrongly of it."""
        old = self.all[-1]
        new = Operator(self.folder / "served" / name, name, seed=len(self.all) + 5)
        successor = {"key": str(new.signer.key), "name": name, "origin": new.origin}
        old.add(old.head())
        old.add(said({"origin": old.origin, "shard": "x", "successor": successor}))
        root = grow(Edge(), leaf_hashes(old.entries)).edge.root()
        before = {"name": "x", "origin": old.origin, "root": armoured(root)}
        before |= {"size": len(old.entries)} | other
        new.add(said({"origin": new.origin, "predecessor": before, "shard": name}))
        self.all.append(new)
        return new


def said(body: dict[str, object]) -> bytes:
    return canonical({"body": body, "kind": "shard", "v": 1})


@pytest.fixture
def shards(tmp_path: Path) -> Iterator[Shards]:
    (tmp_path / "served").mkdir()
    with served(tmp_path / "served") as url:
        made = Shards(tmp_path, url)
        yield made
        made.chain.close()


def test_it_goes_on_with_the_next_shard(shards: Shards) -> None:
    shards.all[0].add(*(leaf(n, [n % 3]) for n in range(300)))
    assert shards.turn() == [300]
    second = shards.cut()
    shards.known = 2
    assert (shards.turn(), shards.told) == ([302, 1], [])
    second.add(*(leaf(n, [n % 3]) for n in range(5)))
    assert (shards.turn(), shards.told) == ([302, 6], [])
    shards.cut("3")
    shards.known = 3
    assert (shards.turn(), shards.told) == ([302, 8, 1], [])
    shards.chain.close()
    shards.chain = shards.opened()
    assert (shards.turn(), shards.told) == ([302, 8, 1], [])
    assert [home.path.name for home in homes(shards.data)] == ["mirror", "2", "3"]
    for home, operator in zip(homes(shards.data), shards.all, strict=True):
        assert list(home.log.rglob("entries/*"))
        with Source(home.status().url) as source:
            assert list(check(home, shards.policy(), source)) == []
        assert home.status().origin == operator.origin


def test_a_shard_whose_key_is_not_in_the_policy(shards: Shards) -> None:
    shards.all[0].add(leaf(0, [1]))
    shards.cut()
    assert shards.turn() == [3]
    assert shards.told == [("mirror", "mirror.successor-key")]
    alarm = Home(shards.data).status().alarms[0]
    assert alarm.params == {
        "origin": "log.example.vn/log/2",
        "key": str(shards.all[1].signer.key),
    }
    assert (shards.turn(), shards.told) == ([3], []), "told once"
    shards.known = 2
    assert (shards.turn(), shards.told) == ([3, 1], []), "the policy is read again"


@pytest.mark.parametrize(
    "wrong", [{"size": 2}, {"root": armoured(bytes(32))}, {"origin": "other/log/1"}]
)
def test_a_shard_that_does_not_continue_the_one_before(
    shards: Shards, wrong: dict[str, Any]
) -> None:
    shards.all[0].add(leaf(0, [1]))
    shards.cut(**wrong)
    shards.known = 2
    assert shards.turn() == [3, 0]
    assert shards.told == [("2", "mirror.successor-differs")]
    assert not (shards.data / "shards/2/log/checkpoint").exists()
    assert shards.turn() == [3, 0]


def test_another_log_in_the_place_of_the_next_shard(shards: Shards) -> None:
    shards.all[0].add(leaf(0, [1]))
    shards.cut()
    shards.known = 2
    first = shards.all[0]
    shards.all[1].publish(first.note())
    assert shards.turn() == [3, 0]
    assert shards.told == [("2", "mirror.origin")]


@pytest.mark.parametrize("name", ["two", "../../x", "2/3"])
def test_a_name_that_is_none(shards: Shards, name: str) -> None:
    old = shards.all[0]
    old.add(leaf(0, [1]))
    key = str(old.signer.key)
    successor = {"key": key, "name": name, "origin": f"log.example.vn/log/{name}"}
    old.add(said({"origin": old.origin, "shard": "1", "successor": successor}))
    assert shards.turn() == [2]
    assert shards.told == [("mirror", "mirror.successor-form")]
    assert not (shards.data / "shards").exists()


def test_an_address_that_does_not_say_which_shard_it_is(shards: Shards) -> None:
    with served(shards.all[0].path) as url:
        shards.chain.close()
        shards.chain = shards.opened(url)
        shards.cut()
        shards.known = 2
        assert shards.turn() == [2]
        assert shards.told == [("mirror", "mirror.successor-form")]


def test_what_another_log_says_of_its_end_is_not_followed(shards: Shards) -> None:
    old = shards.all[0]
    successor = {"key": str(old.signer.key), "name": "2", "origin": "log.example.vn/log/2"}
    old.add(said({"origin": "other/log/1", "shard": "1", "successor": successor}))
    assert (shards.turn(), shards.told) == ([1], [])


def test_a_log_that_stands_still(shards: Shards) -> None:
    shards.all[0].add(leaf(0, [1]))
    shards.all[0].add(shards.all[0].head())
    shards.chain.close()
    shards.chain = Chain(
        shards.data,
        shards.policy,
        f"{shards.url}/1",
        bell=lambda home: lambda said: shards.heard(home, said),
        clock=lambda: shards.now,
    )
    shards.now = TIME + 2 + 1800
    assert (shards.turn(), shards.told) == ([2], [])
    shards.now += 1
    assert (shards.turn(), shards.told) == ([2], [("mirror", "mirror.stale")])
    assert Home(shards.data).status().alarms[0].params["time"].startswith("2026-09-21T")
    assert (shards.turn(), shards.told) == ([2], [])
    # A shard that ended is cosigned no more.
    shards.now = TIME
    shards.known = 2
    second = shards.cut()
    second.add(*(leaf(n, [1]) for n in range(5000)))
    shards.turn()
    shards.now = TIME + 4900
    assert (shards.turn()[1:], shards.told) == ([5001], [("2", "mirror.map-late")])


def test_copies_are_served_under_their_own_names(shards: Shards) -> None:
    shards.all[0].add(leaf(0, [1]))
    app = served_copies(shards.data)

    async def get(path: str) -> tuple[int, bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        await app(scope, None, send)
        return sent[0]["status"], sent[1]["body"]

    shards.turn()
    assert asyncio.run(get("/checkpoint")) == (200, shards.all[0].note())
    assert asyncio.run(get("/2/checkpoint"))[0] == 404
    shards.cut()
    shards.known = 2
    shards.turn()
    assert asyncio.run(get("/2/checkpoint")) == (200, shards.all[1].note())
    assert asyncio.run(get("/checkpoint")) == (200, shards.all[0].note())
    assert asyncio.run(get("/3/checkpoint"))[0] == 404


def test_the_shards_of_a_log_as_it_is_kept(store: Store, tlog: Tlog, tmp_path: Path) -> None:
    completer = Completer(tlog)
    record(store, 1, 3)
    tlog.turn()
    tlog.cut()
    store.writer.submit([make_record(900, count=1500)], PACKER).result(60)
    tlog.turn()
    completer.once()
    tlog.turn()
    keys = [f"log {key}\n" for shard in tlog.shards() for key in tlog.log_keys(shard)]
    policy = read_policy(("".join(keys) + "quorum none\n").encode())
    told: list[str] = []
    with served(tlog.files.folder) as url:
        chain = Chain(
            tmp_path / "mirror",
            lambda: policy,
            f"{url}/1",
            bell=lambda _: lambda said: told.append(said.code),
        )
        found = chain.turn()
        chain.close()
    completer.close()
    assert [each.origin for each in found] == [shard.origin for shard in tlog.shards()]
    assert [(each.size, each.map_size, each.uncovered) for each in found] == [
        (5, 3, None),
        (3, 2, None),
    ]
    assert [told, *(each.trouble for each in found)] == [[], None, None]
