# SPDX-License-Identifier: Apache-2.0
"""``nguon log``: what the operator sees of the log, and what is done about it."""

from pathlib import Path

import pytest

from nguon.settings import load
from nguon.store import open_store
from nguon.tlog.service import Tlog
from tests.integration.cli.conftest import Run
from tests.tlog_made import put_back, record


def signed(environment: dict[str, str], first: int, count: int) -> int:
    """Record and sign as a server would; gives the size of the shard that grows."""
    settings = load(environment)
    settings.data.mkdir(exist_ok=True)
    with open_store(settings.database_url) as store:
        tlog = Tlog(store, settings.log_files, settings.base_url)
        record(store, first, count)
        size = tlog.turn().size
        tlog.close()
    return size


def test_before_the_log_begins(run: Run) -> None:
    found = run("log", "status", "--json")
    assert (found.status, found.json["shards"], found.json["head"]) == (0, [], 0)
    refused = run("log", "fsck")
    assert refused.status == 1
    assert "has not begun" in refused.err
    assert "chưa bắt đầu" in refused.err


def test_a_life_of_the_log(run: Run, environment: dict[str, str]) -> None:
    assert signed(environment, 0, 300) == 300
    (one,) = run("log", "status", "--json").json["shards"]
    assert (one["name"], one["origin"], one["first"]) == ("1", "localhost:8000/log/1", 1)
    assert (one["size"], one["waiting"], one["last"]) == (300, 0, None)
    sound = run("log", "fsck")
    assert sound.status == 0
    assert "Shard 1: 300 entries" in sound.out
    coming = run("log", "key", "next").out.strip()
    assert run("log", "key", "list").out.splitlines()[1:] == [coming]
    assert run("log", "shard").out.splitlines()[0] == "1 1–302", "a head of the map and the end"
    assert run("log", "status", "--json").json["shards"][1]["keys"] == [coming]
    (before,) = run("log", "status", "--json").json["shards"][1]["keys"]
    added = run("log", "key", "rotate").out.strip()
    assert run("log", "key", "list").out.splitlines()[1:] == [added, before]
    assert run("log", "key", "rotate").status == 1
    assert signed(environment, 1000, 3) == 5
    assert run("log", "key", "retire").out.strip() == before
    assert run("log", "fsck").status == 0
    assert run("log", "status").status == 0
    alone = run("log", "fsck", "--shard", "7")
    assert alone.status == 1
    assert "no shard 7" in alone.err


def test_what_is_wrong_is_named_in_both_languages(run: Run, environment: dict[str, str]) -> None:
    signed(environment, 0, 300)
    bundle = Path(environment["NGUON_DATA"]) / "log/1/tile/entries/000"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"?")
    found = run("log", "fsck")
    assert found.status == 1
    assert "tile/0/000" in found.err
    assert "Findings: " in found.out
    assert "Phát hiện " in found.out


def test_after_an_older_copy_was_put_back(run: Run, environment: dict[str, str]) -> None:
    signed(environment, 0, 30)
    with open_store(environment["NGUON_DATABASE_URL"]) as store:
        put_back(store, 20)
    status = run("log", "status")
    assert status.status == 1
    assert "nguon log restore" in status.err
    refused = run("key", "create", "--organisation", "farm", "--legal-name", "HTX")
    assert refused.status == 1
    assert "entry 30" in refused.err
    assert "Entries taken from the log's files: 10" in run("log", "restore").out
    assert run("log", "status").status == 0
    assert run("log", "fsck").status == 0
    assert signed(environment, 1000, 2) == 32


@pytest.mark.parametrize(("lost", "said"), [("log.key", "no key"), ("log-state.sqlite", "not say")])
def test_what_is_lost_is_named(run: Run, environment: dict[str, str], lost: str, said: str) -> None:
    signed(environment, 0, 3)
    (Path(environment["NGUON_DATA"]) / lost).unlink()
    status = run("log", "status")
    assert status.status == 1
    assert said in status.err


def test_a_lost_state_is_taken_from_the_checkpoint(run: Run, environment: dict[str, str]) -> None:
    signed(environment, 0, 3)
    (Path(environment["NGUON_DATA"]) / "log-state.sqlite").unlink()
    assert "3 entries" in run("log", "restore", "--state").out
    assert signed(environment, 10, 3) == 6
    assert run("log", "fsck").status == 0
