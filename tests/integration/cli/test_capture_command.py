# SPDX-License-Identifier: Apache-2.0
"""``nguon capture``: what is stored, what is refused, and what is said about it."""

import gzip
import json
from pathlib import Path

import pytest

from nguon.store import open_store
from tests.integration.cli.conftest import SQLITE, Run, written
from tests.integration.web.samples import document, event


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A sound document of two events."""
    return written(tmp_path, "good.jsonld", document(event(1), event(2)))


def _recorded(url: str) -> int:
    with open_store(url) as store:
        return store.log.events_after(0)


def test_a_document_is_stored_once(run: Run, farm: str, good: Path, database_url: str) -> None:
    first = run("capture", good, "--organisation", farm)
    assert first.status == 0
    assert first.out == f"{good}: 2 stored, 0 repeated, 0 clashing\n"
    assert _recorded(database_url) == 2
    again = run("capture", good, "--organisation", farm, "--json")
    assert again.status == 0
    assert again.json == {
        "file": str(good),
        "stored": 0,
        "repeated": 2,
        "clashing": 0,
        "success": True,
        "notes": [],
    }
    assert _recorded(database_url) == 2


@SQLITE
def test_several_files_and_gzip(
    run: Run, farm: str, good: Path, tmp_path: Path, database_url: str
) -> None:
    packed = tmp_path / "more.jsonld.gz"
    packed.write_bytes(gzip.compress(json.dumps(document(event(3))).encode()))
    done = run("capture", good, packed, "--organisation", farm)
    assert done.status == 0
    assert done.out.splitlines() == [
        f"{good}: 2 stored, 0 repeated, 0 clashing",
        f"{packed}: 1 stored, 0 repeated, 0 clashing",
    ]
    assert _recorded(database_url) == 3


def test_every_fault_is_named_and_nothing_written(
    run: Run, farm: str, good: Path, tmp_path: Path, database_url: str
) -> None:
    faulty = written(
        tmp_path,
        "faulty.jsonld",
        document(event(1), event(2, eventTime="yesterday"), event(3, action="LOOK", epcList=[7])),
    )
    done = run("capture", faulty, good, "--organisation", farm)
    assert done.status == 1
    places = {line.split(": ")[0] for line in done.err.splitlines() if line.startswith("/epcis")}
    assert places == {
        "/epcisBody/eventList/1/eventTime",
        "/epcisBody/eventList/2/action",
        "/epcisBody/eventList/2/epcList/0",
    }
    about_time = [line for line in done.err.splitlines() if "/1/eventTime" in line]
    assert len(about_time) == 2, "once in each language"
    assert about_time[0] != about_time[1]
    assert str(good) not in done.out, "the first refusal ends it"
    assert _recorded(database_url) == 0


def test_the_good_events_of_a_faulty_document_on_request(
    run: Run, farm: str, tmp_path: Path, database_url: str
) -> None:
    mixed = written(tmp_path, "mixed.jsonld", document(event(1), event(2, action="LOOK"), event(3)))
    done = run("capture", mixed, "--organisation", farm, "--proceed", "--json")
    assert (done.json["stored"], len(done.json["notes"])) == (2, 1)
    assert done.json["notes"][0]["pointer"] == "/epcisBody/eventList/1/action"
    assert done.status == (0 if done.json["success"] else 1)
    assert _recorded(database_url) == 2


@SQLITE
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.jsonld", b'{"type": "EPCISDocument", ', "JSON"),
        ("empty.jsonld", b"", "JSON"),
        ("plain.gz", b"{}", "not gzipped"),
        ("cut.gz", gzip.compress(b"{}" * 99, mtime=0)[:-9], "not gzipped"),
        ("spoilt.gz", gzip.compress(b"{}", mtime=0)[:10] + b"\xff\xff\xff\xff" * 9, "not gzipped"),
    ],
)
def test_what_is_no_document_is_refused(
    run: Run, farm: str, tmp_path: Path, database_url: str, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("capture", path, "--organisation", farm)
    assert done.status == 1
    assert said in done.err
    assert "Traceback" not in done.err
    assert _recorded(database_url) == 0


@SQLITE
def test_an_unknown_organisation_is_refused(run: Run, good: Path, database_url: str) -> None:
    done = run("capture", good, "--organisation", "nobody")
    assert done.status == 1
    assert "No organisation has the code nobody." in done.err
    assert "Không có tổ chức nào mang mã nobody." in done.err
    assert _recorded(database_url) == 0


@SQLITE
def test_a_strict_capture_refuses_a_malformed_key(
    run: Run, farm: str, tmp_path: Path, database_url: str
) -> None:
    wrong = event(1, epcList=["https://id.gs1.org/01/09521234543214/21/1"])
    path = written(tmp_path, "wrong.jsonld", document(wrong))
    refused = run("capture", path, "--organisation", farm, "--strict")
    assert refused.status == 1
    assert "/epcisBody/eventList/0/epcList/0" in refused.err
    assert _recorded(database_url) == 0
    lenient = run("capture", path, "--organisation", farm, "--json")
    assert (lenient.status, lenient.json["stored"]) == (0, 1)
    assert [note["warning"] for note in lenient.json["notes"]] == [True]


@SQLITE
def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert run("capture", tmp_path / "none.json", "--organisation", "x").status == 2
    assert run("capture", tmp_path, "--organisation", "x").status == 2
