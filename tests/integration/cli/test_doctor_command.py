# SPDX-License-Identifier: Apache-2.0
"""``nguon doctor``: a sound installation, and what is found in one that is not."""

from pathlib import Path

from sqlalchemy import delete

from nguon.store import open_store
from nguon.store.schema import log
from nguon.store.values import Submitter
from tests.integration.cli.conftest import SQLITE, Run, written
from tests.integration.web.samples import document, event


def _captured(run: Run, farm: str, folder: Path) -> None:
    path = written(folder, "five.jsonld", document(*map(event, range(1, 6))))
    assert run("capture", path, "--organisation", farm).status == 0


def test_a_sound_installation(run: Run, farm: str, tmp_path: Path) -> None:
    empty = run("doctor")
    assert empty.status == 0
    assert "log: 2 entries, last 20" in empty.out
    _captured(run, farm, tmp_path)
    done = run("doctor")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "ok   versions", "ok   store", "ok   log", "ok   captures", "ok   trace index",
    ]  # fmt: skip
    assert lines[2].startswith("ok   log: 7 entries, last 20")
    assert lines[2].endswith(", no gap")
    assert lines[3] == "ok   captures: 0 unfinished"
    assert lines[4] == "ok   trace index: 0 events, 7 entries behind the log"
    as_json = run("doctor", "--json").json
    assert [(one["what"], one["good"]) for one in as_json] == [
        ("versions", True), ("store", True), ("log", True), ("captures", True),
        ("trace index", True),
    ]  # fmt: skip


def test_a_missing_entry_of_the_log_is_found(
    run: Run, farm: str, tmp_path: Path, database_url: str
) -> None:
    _captured(run, farm, tmp_path)
    with open_store(database_url) as store, store.transaction() as connection:
        connection.execute(delete(log).where(log.c.seq.in_((3, 7))))
    done = run("doctor")
    assert done.status == 1
    assert "BAD  log: 7 entries" in done.out
    assert "MISSING after 2, 7" in done.out
    found = {one["what"]: one["good"] for one in run("doctor", "--json").json}
    assert found == {
        "versions": True, "store": True, "log": False, "captures": True, "trace index": True,
    }  # fmt: skip


def test_a_missing_document_is_found(run: Run, tmp_path: Path, database_url: str) -> None:
    with open_store(database_url) as store:
        job, _ = store.jobs.create(
            Submitter(1, "key"), document=bytes(32), behaviour="rollback", spool="waiting.json"
        )
    done = run("doctor")
    assert done.status == 1
    assert "BAD  captures: 1 unfinished; documents missing from " in done.out
    assert f": {job.id}\n" in done.out
    spool = tmp_path / "var" / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    (spool / "waiting.json").write_text("{}", "ascii")
    mended = run("doctor")
    assert mended.status == 0
    assert "ok   captures: 1 unfinished" in mended.out


@SQLITE
def test_a_store_that_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"this is no database, but it is long enough to look like one")
    for url in (f"sqlite:///{tmp_path / 'no.db'}", "oracle://nowhere", f"sqlite:///{tmp_path}"):
        broken = run("doctor", database_url=url)
        assert broken.status == 1, url
        assert "BAD  store" in broken.out, url
        assert "Traceback" not in broken.err


def test_the_index_of_lineage_is_built_and_a_damaged_one_is_found(
    run: Run, farm: str, tmp_path: Path
) -> None:
    _captured(run, farm, tmp_path)
    built = run("trace-index", "rebuild", "--json").json
    assert (built["upto"], built["behind"], built["events"]) == (7, 0, 5)
    assert run("trace-index", "state").out.startswith("5 events up to entry 7, 0 entries behind\n")
    assert run("doctor").out.splitlines()[4] == (
        "ok   trace index: 5 events, 0 entries behind the log"
    )
    listed = next(tmp_path.rglob("trace-index/list"))
    listed.write_bytes(listed.read_bytes()[:-1])
    found = run("doctor")
    assert (found.status, found.out.splitlines()[4][:17]) == (1, "BAD  trace index:")
    assert run("trace-index", "state").status == 1
