# SPDX-License-Identifier: Apache-2.0
"""``nguon verify``: what holds, what does not, what cannot be read; without the database."""

import re
from pathlib import Path

import pytest

from nguon.base.base64url import url_text
from tests.evidence_made import LOTS, SmallLog, secret_of
from tests.integration.cli.conftest import SQLITE, Run
from tests.tlog_made import files_in

pytestmark = SQLITE

DOCS = Path(__file__).parents[3] / "docs" / "proofs.md"
LOG = SmallLog(3)


def example(name: str) -> str:
    """A worked example of the documentation, as it stands there."""
    found = re.search(rf"```{name}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The examples as files."""
    (tmp_path / "policy").write_text(example("policy"), "utf-8")
    (tmp_path / "event.json").write_text(example("event"), "utf-8")
    (tmp_path / "1-1.tlog-proof").write_text(example("receipt"), "utf-8")
    (tmp_path / "address").write_text(example("address"), "utf-8")
    (tmp_path / "package.json").write_text(example("package"), "utf-8")
    return tmp_path


def test_the_examples_of_the_documentation_hold(run: Run, folder: Path) -> None:
    policy = ("--policy", str(folder / "policy"))
    expected = ["log-signature", "witnesses", "fresh", "inclusion", "opening", "event"]
    for name in ("1-1.tlog-proof", "address"):
        event = ("--event", str(folder / "event.json"))
        done = run("verify", str(folder / name), *policy, *event, "--json")
        assert done.status == 0
        assert [one["code"] for one in done.json] == expected
        assert [one["holds"] for one in done.json] == [True, True, None, True, True, True]
    done = run("verify", str(folder / "package.json"), *policy, "--json")
    assert done.status == 0
    assert {one["code"] for one in done.json if one["holds"] is None} == {"fresh"}
    assert {one["code"] for one in done.json if one["holds"]} == {
        *expected[:2],
        *expected[3:],
        "map-logged",
        "complete",
        "subject",
    }


def test_plain_words_in_both_languages(run: Run, folder: Path) -> None:
    policy = ("--policy", str(folder / "policy"))
    done = run("verify", str(folder / "package.json"), *policy)
    assert done.status == 0
    assert "+ Đây là mọi bản ghi của 01/09521101000016/10/A trong 3 mục đầu" in done.out
    assert "+ These are all records of 01/09521101000016/10/A among the first 3" in done.out
    assert "= Mọi điều đã kiểm tra đều đúng." in done.out
    one = run("verify", str(folder / "package.json"), *policy, "--lang", "en")
    assert "Đây" not in one.out
    assert "It does not show that what it says is true." in one.out


def test_what_does_not_hold_ends_with_status_1(run: Run, folder: Path) -> None:
    policy = ("--policy", str(folder / "policy"), "--lang", "en")
    receipt = str(folder / "1-1.tlog-proof")
    (folder / "other.json").write_text(LOG.logged[0].event, "utf-8")
    done = run("verify", receipt, *policy, "--event", str(folder / "other.json"))
    assert done.status == 1
    assert "✗ The record at hand is not the one that was logged." in done.out
    assert "= Do not rely on this file: something in it is wrong." in done.out
    other = run("verify", receipt, *policy, "--number", "1-2")
    assert (other.status, "The receipt's number is 1-2" in other.out) == (1, True)
    (folder / "1-7.tlog-proof").write_text(example("receipt"), "utf-8")
    assert run("verify", str(folder / "1-7.tlog-proof"), *policy).status == 1
    (folder / "mine.tlog-proof").write_text(example("receipt"), "utf-8")
    assert run("verify", str(folder / "mine.tlog-proof"), *policy).status == 0
    assert run("verify", receipt, *policy, "--max-age", "1").status in {0, 1}


def test_an_item_and_its_secret(run: Run, folder: Path) -> None:
    policy = ("--policy", str(folder / "policy"), "--lang", "en")
    receipt = str(folder / "1-1.tlog-proof")
    link = f"https://id.gs1.org/{LOTS[1]}"
    secret = url_text(secret_of(LOTS[1]))
    done = run("verify", receipt, *policy, "--item", link, "--secret", secret)
    assert (done.status, f"1 entries are about {LOTS[1]}." in done.out) == (0, True)
    done = run("verify", receipt, *policy, "--item", LOTS[0], "--secret", secret)
    assert (done.status, f"An entry is not about {LOTS[0]}." in done.out) == (1, True)


def test_what_cannot_be_read_ends_with_status_2(run: Run, folder: Path) -> None:
    policy = ("--policy", str(folder / "policy"))
    receipt = str(folder / "1-1.tlog-proof")
    (folder / "bad").write_text(example("receipt").replace("index 1", "index 01"), "utf-8")
    done = run("verify", str(folder / "bad"), *policy)
    assert done.status == 2
    assert "The proof cannot be read (line 3)." in done.err
    assert "Không đọc được bằng chứng (line 3)." in done.err
    missing = run("verify", str(folder / "none"), *policy)
    assert (missing.status, "none cannot be read" in missing.err) == (2, True)
    without = run("verify", receipt)
    assert (without.status, "There is no policy" in without.err) == (2, True)
    (folder / "wrong").write_text("quorum\n")
    assert run("verify", receipt, "--policy", str(folder / "wrong")).status == 2
    assert run("verify", receipt, *policy, "--item", LOTS[0], "--secret", "A").status == 2
    assert run("verify", receipt, *policy, "--item", "?").status == 2
    assert not Path(str(folder / "var")).exists()


def test_without_a_policy_the_installations_own_is_used(
    run: Run, folder: Path, environment: dict[str, str]
) -> None:
    from nguon.store import open_store
    from nguon.tlog.service import Tlog

    data = Path(environment["NGUON_DATA"])
    data.mkdir()
    with open_store(environment["NGUON_DATABASE_URL"]) as store:
        tlog = Tlog(store, files_in(data), "https://nguon.example.vn")
        signed = tlog.turn()
        tlog.close()
    (folder / "checkpoint").write_bytes(signed.note)
    done = run("verify", str(folder / "checkpoint"), "--lang", "en")
    assert done.status == 0
    assert "+ The log “nguon.example.vn/log/1” signed this checkpoint over" in done.out
    assert "The policy asks for no witnesses." in done.out
    other = run("verify", str(folder / "1-1.tlog-proof"))
    assert other.status == 1
