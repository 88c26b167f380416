# SPDX-License-Identifier: Apache-2.0
"""What the asker of a trace chooses, over HTTP: starts, links, times; answers as lines."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.base.time import from_microseconds, rfc3339
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX, LOT, loaded

API = "/api/v1/trace"
FRESH = "01/09521101000016/10"
HOUSEHOLD, CARRIER = f"{FRESH}/H12-260805", "00/095211010000000313"
FACTORY = "414/9521505000018"
LINES = {"accept": "application/x-ndjson"}


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with all demonstration goods."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("choices"), sqlite_template))
    yield loaded(running[2])
    stop(*running)


@pytest.fixture(scope="module")
def inspector(goods: Server) -> httpx.Client:
    """A client that sees all."""
    return goods.member(OURS, "trace", kind="inspector")


def _asked(client: httpx.Client, item: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(API, params={"item": item} | parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _keys(found: dict[str, Any]) -> set[str]:
    return {thing["key"] for thing in found["things"]}


def _refused(client: httpx.Client, **parameters: Any) -> tuple[int, str]:
    answer = client.get(API, params={"item": BOX} | parameters)
    return answer.status_code, answer.json().get("code", "")


def test_lines_say_level_by_level_what_the_whole_answer_says(inspector: httpx.Client) -> None:
    for item, direction in ((BOX, "back"), (HOUSEHOLD, "forward"), (LOT, "back")):
        whole = _asked(inspector, item, direction=direction)
        asked = {"item": item, "direction": direction, "asOf": whole["asOf"]}
        answer = inspector.get(API, params=asked, headers=LINES)
        assert answer.headers["content-type"].startswith(LINES["accept"])
        *levels, end = map(json.loads, answer.text.splitlines())
        assert [line["level"] for line in levels] == list(range(len(levels)))
        told = {thing["key"] for line in levels for thing in line["things"]}
        assert told == _keys(whole)
        links = [json.dumps(link) for line in levels for link in line["links"]]
        assert sorted(links) == sorted(json.dumps(link) for link in whole["links"])
        assert (end["things"], end["links"]) == ([], [])
        same = {*end} - {"things", "links"}
        assert {name: end[name] for name in same} == {name: whole[name] for name in same}


def test_a_reader_of_part_is_told_no_more_in_lines(goods: Server) -> None:
    """Custody is concluded level by level from what was read: never more than in the whole."""
    owner = goods.member(OURS, "trace")
    whole = _asked(owner, HOUSEHOLD, direction="forward")
    asked = {"item": HOUSEHOLD, "direction": "forward", "asOf": whole["asOf"]}
    lines = [json.loads(line) for line in owner.get(API, params=asked, headers=LINES).iter_lines()]
    told = {thing["key"] for line in lines[:-1] for thing in line["things"]}
    assert told <= _keys(whole)


def test_links_and_their_confidence_are_chosen(inspector: httpx.Client) -> None:
    found = _asked(inspector, BOX)
    assert {link["confidence"] for link in found["links"]} == {"lot", "exact"}
    assert _keys(_asked(inspector, BOX, least="exact")) == {BOX, CARRIER}
    assert _keys(_asked(inspector, BOX, kind="member")) == {BOX, LOT}
    both = _asked(inspector, BOX, kind=["member", "transformed"])
    assert _keys(both) == _keys(found) - {CARRIER}
    near = _asked(inspector, HOUSEHOLD, direction="forward", sharedHours=24, maxDepth=2)
    assert "inferred" in {link["confidence"] for link in near["links"]}


def test_the_limit_that_was_met_is_named(inspector: httpx.Client) -> None:
    found = _asked(inspector, HOUSEHOLD, direction="forward", maxThings=5)
    assert (found["truncated"], found["limit"]["name"]) == (True, "things")
    assert found["limit"]["unfollowed"] > 0
    shallow = _asked(inspector, BOX, maxDepth=1)
    assert (shallow["limit"]["name"], shallow["limit"]["depth"]) == ("depth", 1)
    assert _asked(inspector, BOX)["limit"] is None


def test_as_known_at_a_time(goods: Server, inspector: httpx.Client) -> None:
    whole = _asked(inspector, BOX)
    (first,) = goods.store.log.at([1])
    past = rfc3339(from_microseconds(first.record_time - 1))
    found = _asked(inspector, BOX, asKnownAt=past)
    assert (found["asOf"], _keys(found), found["recorded"]) == (0, {BOX}, False)
    now = _asked(inspector, BOX, asKnownAt="9999-12-31T23:59:59Z")
    assert _keys(now) == _keys(whole)
    assert _refused(inspector, asKnownAt=past, asOf=3) == (400, "trace.two-positions")
    for wrong in ("yesterday", "2026-08-01", "2026-08-01T00:00:00", "0000-00-00T00:00:00Z"):
        assert _refused(inspector, asKnownAt=wrong) == (400, "trace.time"), wrong


def test_goods_of_a_place_a_product_and_a_time(inspector: httpx.Client) -> None:
    product = _asked(inspector, LOT.partition("/10/")[0], since="2026-08", until="2026-08")
    assert product["kind"] == "product"
    assert LOT in product["starts"]
    none = _asked(inspector, LOT.partition("/10/")[0], since="2001", until="2002-01-01")
    assert none["starts"] == []
    place = _asked(inspector, FACTORY, direction="forward", since="2026")
    assert (place["kind"], place["startsTruncated"]) == ("place", False)
    assert set(place["starts"]) <= _keys(place)
    assert place["starts"]


def test_a_stranger_learns_no_goods_from_a_place(goods: Server, inspector: httpx.Client) -> None:
    stranger = goods.member(THEIRS, "trace")
    seen = _asked(inspector, FACTORY, direction="forward")
    assert seen["starts"]
    found = _asked(stranger, FACTORY, direction="forward")
    assert (found["starts"], _keys(found)) == ([], {FACTORY})


@pytest.mark.parametrize(
    "parameters",
    [
        {"least": "certain"},
        {"kind": "magic"},
        {"sharedHours": -1},
        {"sharedHours": 10**9},
        {"maxDepth": 0},
        {"maxDepth": 10**9},
        {"since": "soon"},
        {"until": "2026-99"},
    ],
    ids=lambda given: "-".join(map(str, *given.items())),
)
def test_a_choice_that_is_none(inspector: httpx.Client, parameters: dict[str, Any]) -> None:
    assert _refused(inspector, **parameters)[0] == 400
