# SPDX-License-Identifier: Apache-2.0
"""Files of an answer on the demonstration goods: every one opened, its content as it must be."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from nguon.cli.workplace import operator
from nguon.registry.queries import organisation_by_code
from nguon.tables.model import Table
from nguon.tables.reading import read
from nguon.trace.asking import gathering
from nguon.web.tracing.files import NAMES
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import LOT, loaded

FILES = "/w/trace/files"
ORIGINS = [f"(01)09521101000016(10)H{n}-260805" for n in (11, 12, 13)]


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with all demonstration goods."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("files"), sqlite_template))
    yield loaded(running[2])
    stop(*running)


@pytest.fixture(scope="module")
def inspector(goods: Server) -> httpx.Client:
    """A client that sees all, in English."""
    client = goods.member(OURS, "trace", "read", kind="inspector")
    client.headers["accept-language"] = "en"
    return client


def _file(client: httpx.Client, name: str, item: str = LOT, way: str = "back") -> httpx.Response:
    answer = client.get(f"{FILES}/{name}", params={"item": item, "direction": way})
    assert answer.status_code == 200, answer.text
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    return answer


def _csv(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def _book(answer: httpx.Response) -> dict[str, list[list[str]]]:
    found: Table = read(answer.content)
    return {sheet.name: [row.cells for row in sheet.rows] for sheet in found.sheets}


def test_the_list(inspector: httpx.Client) -> None:
    rows = _csv(_file(inspector, "things.csv"))
    assert rows[0] == [
        *("Kind", "Number", "Product", "Code", "Role", "Steps", "Stage"),
        *("First recorded", "Last recorded"),
    ]
    lots = [row for row in rows[1:] if row[0] == "Lot"]
    assert [row[3] for row in lots if row[6] == "Farm"] == ORIGINS
    start = next(row for row in lots if row[3] == "(01)09521101000023(10)TH260806H")
    assert (start[5], start[6]) == ("0", "Packing, factory")


def test_the_workbook_has_every_table(inspector: httpx.Client) -> None:
    book = _book(_file(inspector, "trace.xlsx"))
    assert list(book) == ["Things", "Links", "Records", "Who has what", "Gaps"]
    names = ("things", "links", "records", "holdings", "gaps")
    for name, (_, *told) in zip(names, book.values(), strict=True):
        rows = _csv(_file(inspector, f"{name}.csv"))
        assert told[0] == rows[0]
        assert len(told) == len(rows), name


def test_paper(inspector: httpx.Client) -> None:
    assert _file(inspector, "trace.pdf").content.startswith(b"%PDF-")


def test_the_records_as_epcis(inspector: httpx.Client) -> None:
    answer = _file(inspector, "events.json")
    assert answer.headers["content-type"] == "application/ld+json"
    told = msgspec.json.decode(answer.content)
    assert told["type"] == "EPCISQueryDocument"
    events = told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert len(events) == len(_csv(_file(inspector, "records.csv"))) - 1
    assert sorted({one["type"] for one in events}) == [
        *("AggregationEvent", "ObjectEvent", "TransformationEvent"),
    ]


def test_the_sortable_sheet(inspector: httpx.Client) -> None:
    rows = _csv(_file(inspector, "tracking.csv"))
    head, told = rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert head[0] == "Critical Tracking Event"
    packed = [row for row in told if row["Critical Tracking Event"] == "Initial Packing"]
    assert sorted((row["TLC - GTIN"], row["TLC - Batch"]) for row in packed) == [
        ("09521101000023", "TH260806H"),
        ("09521101000092", "TH260806H"),
    ]
    assert all(
        f"09521101000016 H{n}-260805" in packed[0]["FTL Food Used (TLC, Quantity, UOM)"]
        for n in (11, 12, 13)
    )
    harvests = [row for row in told if row["Critical Tracking Event"] == "Harvesting"]
    assert {row["TLC - Batch"] for row in harvests} >= {"H11-260805", "H12-260805", "H13-260805"}
    assert all(row["Harvest Date"] and row["Harvest Location"] for row in harvests)


def test_the_chain_of_custody(inspector: httpx.Client) -> None:
    book = _book(_file(inspector, "custody.xlsx"))
    assert list(book) == ["SIMP elements", "Chain of custody"]
    rows = book["SIMP elements"][1:]
    assert [row[0] for row in rows[1:]] == [f"SI{n}" for n in range(1, 17)]
    states = {row[0]: row[3] for row in rows[1:]}
    assert states["SI1"] == "not applicable (farmed)"
    assert states["SI8"] == "recorded"
    assert states["SI14"] == "missing"


def test_plots_of_those_who_may_see_them(goods: Server, inspector: httpx.Client) -> None:
    told = msgspec.json.decode(_file(inspector, "plots.geojson").content)
    assert told["type"] == "FeatureCollection"
    stranger = goods.member(THEIRS, "trace")
    assert msgspec.json.decode(_file(stranger, "plots.geojson").content)["features"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_gets_no_more_than_the_page_shows(goods: Server, name: str) -> None:
    body = _file(goods.member(THEIRS, "trace"), name).content
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(one) for one in packed.namelist())
    assert b"095211010000000313" not in body


def test_a_code_that_would_be_a_formula_stays_text(goods: Server) -> None:
    found = organisation_by_code(goods.store, operator(), "htx-nhan-tan-hung")
    assert found is not None
    for name in ("things.csv", "links.csv", "records.csv"):
        rows = _csv(_file(goods.member(found.id, "trace"), name))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_what_cannot_be_had(inspector: httpx.Client) -> None:
    assert inspector.get(f"{FILES}/other.exe", params={"item": LOT}).status_code == 404
    assert inspector.get(f"{FILES}/trace.xlsx", params={"item": "(01)12"}).status_code == 400


def test_a_file_that_is_not_all_says_so(
    inspector: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, and in a last row where it has rows."""
    monkeypatch.setattr(gathering, "MOST", 1)
    for name in NAMES:
        answer = inspector.get(f"{FILES}/{name}", params={"item": LOT, "direction": "back"})
        assert answer.status_code == 200, answer.text
        said = answer.headers["content-disposition"]
        assert f'filename="incomplete-{name}"' in said, name
        if name == "tracking.csv":
            assert _csv(answer)[-1][0].startswith("INCOMPLETE: a limit was met")
        if name == "custody.xlsx":
            sheets = _book(answer)
            assert all(rows[-1][0].startswith("INCOMPLETE") for rows in sheets.values())
