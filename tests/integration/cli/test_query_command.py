# SPDX-License-Identifier: Apache-2.0
"""``nguon query``: the parameters of SimpleEventQuery on the command line."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import SQLITE, Run, written
from tests.integration.web.samples import document, event

BOX = "https://id.gs1.org/01/09521234543213/21/"


@pytest.fixture
def asked(run: Run, farm: str, tmp_path: Path) -> Run:
    """`run`, after six events were captured: three shipped, two received, one made."""
    made = {
        "type": "TransformationEvent",
        "eventTime": "2026-08-03T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "inputEPCList": [f"{BOX}{number}" for number in range(1, 6)],
        "outputEPCList": ["https://id.gs1.org/00/095212345000000018"],
    }
    path = written(
        tmp_path,
        "six.jsonld",
        document(
            *(event(n, eventTime=f"2026-08-01T08:00:0{n}.000+07:00") for n in (1, 2, 3)),
            *(
                event(n, bizStep="receiving", eventTime=f"2026-08-02T08:00:0{n}.000+07:00")
                for n in (1, 2)
            ),
            made,
        ),
    )
    assert run("capture", path, "--organisation", farm).status == 0
    return run


def test_all_events_newest_first(asked: Run) -> None:
    done = asked("query")
    assert done.status == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "2026-08-03T01:00:00.000Z",
        "2026-08-02T01:00:02.000Z",
        "2026-08-02T01:00:01.000Z",
        "2026-08-01T01:00:03.000Z",
        "2026-08-01T01:00:02.000Z",
        "2026-08-01T01:00:01.000Z",
    ]
    key = "01/09521234543213/21/"
    assert lines[0].split()[1:] == [
        "Transformation", "-", f"{key}1", f"{key}2", f"{key}3", "+2", ">", "00/095212345000000018",
    ]  # fmt: skip
    assert lines[1].split()[1:] == ["Object", "receiving", f"{key}2"]
    assert done.err == "6 events\n"


def test_conditions(asked: Run) -> None:
    for conditions, count in (
        (["EQ_bizStep=shipping"], 3),
        (["EQ_bizStep=shipping|receiving"], 5),
        ([f"MATCH_anyEPC={BOX}1"], 3),
        (["MATCH_anyEPC=urn:epc:id:sgtin:952123454.0321.1"], 3),
        (["MATCH_anyEPC=urn:epc:id:sgtin:952123454.0321.6"], 0),
        ([f"MATCH_epc={BOX}1", "EQ_bizStep=receiving"], 1),
        (["eventType=TransformationEvent"], 1),
        (["GE_eventTime=2026-08-02T00:00:00Z", "LT_eventTime=2026-08-03T00:00:00Z"], 2),
        (["EQ_bizStep=destroying"], 0),
        (["orderBy=eventTime", "eventCountLimit=2"], 2),
    ):
        done = asked("query", *conditions)
        assert (done.status, len(done.out.splitlines())) == (0, count), conditions


def test_the_limit_is_said(asked: Run) -> None:
    done = asked("query", "--limit", "1")
    assert len(done.out.splitlines()) == 1
    assert done.err == "1 event (the limit: there are more)\n"
    assert asked("query", "--limit", "6").err == "6 events\n"

    done = asked("query", "orderBy=eventTime", "orderDirection=ASC", "--limit", "1")
    assert done.out.startswith("2026-08-01T01:00:01.000Z")


def test_json_is_a_query_document(asked: Run) -> None:
    done = asked("query", "EQ_bizStep=receiving", "--json")
    assert done.json["type"] == "EPCISQueryDocument"
    results = done.json["epcisBody"]["queryResults"]
    assert results["queryName"] == "SimpleEventQuery"
    events = results["resultsBody"]["eventList"]
    assert [one["epcList"] for one in events] == [[f"{BOX}2"], [f"{BOX}1"]]
    assert all(one["eventID"].startswith("ni:///sha-256;") for one in events)
    assert done.err == "2 events\n"


@SQLITE
def test_more_than_one_read(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.cli.query_command._BATCH", 2)
    assert len(asked("query").out.splitlines()) == 6
    assert len(asked("query", "--limit", "5").out.splitlines()) == 5
    assert asked("query", "--limit", "6").err == "6 events\n"


@SQLITE
def test_a_declared_error_is_marked(asked: Run, farm: str, tmp_path: Path) -> None:
    wrong = event(
        3,
        eventTime="2026-08-01T08:00:03.000+07:00",
        errorDeclaration={"declarationTime": "2026-08-04T00:00:00.000Z"},
    )
    path = written(tmp_path, "wrong.jsonld", document(wrong))
    assert asked("capture", path, "--organisation", farm).status == 0
    lines = asked("query", f"MATCH_epc={BOX}3").out.splitlines()
    assert sorted(line.endswith("declared wrong") for line in lines) == [False, True]


@SQLITE
@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("EQ_bizStep", "is not of the form NAME=VALUE"),
        ("=shipping", "is not of the form NAME=VALUE"),
        ("EQ_nothing=1", "“EQ_nothing” does not exist"),
        ("perPage=3", "--limit says how many"),
        ("nextPageToken=x", "--limit says how many"),
        ("GE_eventTime=yesterday", "yesterday"),
    ],
)
def test_a_condition_that_says_nothing_is_refused(run: Run, condition: str, said: str) -> None:
    done = run("query", condition)
    assert (done.status, done.out) == (1, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 2, "once in each language"
