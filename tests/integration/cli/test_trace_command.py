# SPDX-License-Identifier: Apache-2.0
"""``nguon trace``: origins and whereabouts, for people and for programs."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import SQLITE, Run, written
from tests.integration.web.samples import document

FIELD, BOX = "01/09521234543220/10", "01/09521234543213/10/P1"
PALLET = "00/095212345000000018"
BASE = "https://id.gs1.org/"
ZONE = {"eventTimeZoneOffset": "+07:00"}


@pytest.fixture
def traced(run: Run, farm: str, tmp_path: Path) -> Run:
    """`run`, after two harvest lots became one packing lot on one pallet."""
    packed: list[dict[str, Any]] = [
        {
            "type": "TransformationEvent",
            "eventTime": "2026-08-01T08:00:00.000+07:00",
            "inputQuantityList": [
                {"epcClass": f"{BASE}{FIELD}/A", "quantity": 60, "uom": "KGM"},
                {"epcClass": f"{BASE}{FIELD}/B", "quantity": 40.5, "uom": "KGM"},
            ],
            "outputQuantityList": [{"epcClass": BASE + BOX, "quantity": 50}],
        }
        | ZONE,
        {
            "type": "AggregationEvent",
            "action": "ADD",
            "eventTime": "2026-08-01T09:00:00.000+07:00",
            "parentID": BASE + PALLET,
            "childQuantityList": [{"epcClass": BASE + BOX, "quantity": 50}],
        }
        | ZONE,
    ]
    path = written(tmp_path, "packed.jsonld", document(*packed))
    assert run("capture", path, "--organisation", farm).status == 0
    return run


def test_back_and_forward(traced: Run) -> None:
    back = traced("trace", BASE + BOX)
    assert back.status == 0
    assert {tuple(line.split()) for line in back.out.splitlines()} == {
        (BOX, "whole", "2026-08-01T02:00:00.000Z"),
        (f"{FIELD}/A", "whole", "2026-08-01T01:00:00.000Z"),
        (f"{FIELD}/B", "whole", "2026-08-01T01:00:00.000Z"),
        (PALLET, "carrier", "2026-08-01T02:00:00.000Z"),
    }
    assert back.out.startswith(BOX)
    assert back.err == "4 things, 3 links\n"
    forward = traced("trace", f"(01){FIELD[3:17]}(10)A", "--direction", "forward")
    assert [line.split()[:2] for line in forward.out.splitlines()] == [
        [f"{FIELD}/A", "whole"], [BOX, "whole"], [PALLET, "carrier"],
    ]  # fmt: skip
    assert forward.err == "3 things, 2 links\n"


def test_json_is_what_the_api_gives(traced: Run) -> None:
    found = traced("trace", BOX, "--json").json
    assert (found["item"], found["direction"], found["asOf"]) == (BOX, "back", 4)
    assert (found["truncated"], found["withheld"]) == (False, 0)
    assert {one["key"] for one in found["things"]} == {f"{FIELD}/A", f"{FIELD}/B", BOX, PALLET}
    made = {
        one["source"]: (one["target"], one["quantity"], one["unit"])
        for one in found["links"]
        if one["kind"] == "transformed"
    }
    assert made == {f"{FIELD}/A": (BOX, "60", "KGM"), f"{FIELD}/B": (BOX, "40.5", "KGM")}


def test_a_start_from_the_newest_records_alone_is_said(
    traced: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = traced("trace", FIELD[:17])
    assert "newest records" not in whole.err
    monkeypatch.setattr("nguon.trace.starting.MOST_RECORDS", 1)
    cut = traced("trace", FIELD[:17])
    assert cut.err.startswith("limit: begun from the ")
    assert traced("trace", FIELD[:17], "--json").json["startsTruncated"] is True


def test_as_known_at_a_log_position(traced: Run) -> None:
    early = traced("trace", BOX, "--as-of", "3", "--json").json
    assert early["asOf"] == 3
    assert {one["key"] for one in early["things"]} == {f"{FIELD}/A", f"{FIELD}/B", BOX}
    none = traced("trace", BOX, "--as-of", "0", "--json").json
    assert [one["key"] for one in none["things"]] == [BOX]


def test_as_known_at_a_time(traced: Run) -> None:
    none = traced("trace", BOX, "--as-known-at", "2001-01-01T00:00:00Z", "--json").json
    assert (none["asOf"], none["recorded"]) == (0, False)
    all_of_it = traced("trace", BOX, "--as-known-at", "9999-01-01T00:00:00Z", "--json").json
    assert (all_of_it["asOf"], len(all_of_it["things"])) == (4, 4)
    wrong = traced("trace", BOX, "--as-known-at", "2026-08-01")
    assert (wrong.status, wrong.out) == (1, "")
    both = traced("trace", BOX, "--as-known-at", "2001-01-01T00:00:00Z", "--as-of", "1")
    assert both.status == 2


@SQLITE
def test_the_asker_chooses(traced: Run) -> None:
    made = traced("trace", BOX, "--follow", "transformed", "--json").json
    assert {one["key"] for one in made["things"]} == {f"{FIELD}/A", f"{FIELD}/B", BOX}
    assert {one["confidence"] for one in made["links"]} == {"lot"}
    exact = traced("trace", BOX, "--least", "exact", "--json").json
    assert [one["key"] for one in exact["things"]] == [BOX]
    product = traced("trace", FIELD.removesuffix("/10"), "--direction", "forward", "--json").json
    assert (product["kind"], product["starts"]) == ("product", [f"{FIELD}/A", f"{FIELD}/B"])
    late = traced("trace", FIELD.removesuffix("/10"), "--since", "2027", "--json").json
    assert late["starts"] == []


@SQLITE
def test_a_name_that_nothing_has(traced: Run) -> None:
    done = traced("trace", "hello")
    assert (done.status, done.out) == (1, "")
    assert '"hello"' in done.err


@SQLITE
def test_the_limit_is_said(traced: Run) -> None:
    done = traced("trace", BOX, "--max-things", "2")
    assert len(done.out.splitlines()) == 2
    assert "(a limit was met: there is more)" in done.err
    assert "limit: things at step 1, 2 things left unfollowed" in done.err


@SQLITE
def test_a_malformed_code_is_marked(run: Run) -> None:
    done = run("trace", "(01)09521234543214")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[2:] == ["  (01)09521234543214", "                   ^"]
