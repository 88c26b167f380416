# SPDX-License-Identifier: Apache-2.0
"""An inspector's questions over HTTP, as a client asks them: answers, refusals, who sees what."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from nguon.cli.workplace import operator
from nguon.registry.queries import organisation_by_code
from nguon.trace.asking import gathering
from tests.integration.web.conftest import OURS, Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import loaded

API = "/api/v1/trace"
CARTON = "01/19520010000756/21/"
SEASONING = "01/09521503000058/10/GV-2608-02"
GREEN = "01/09521302000013/10/NX260207"
CREAM = "01/09521801000507/10/SH2608A"
LONGAN = "01/09521101000023/10/TH260806H"
ASKED: dict[str, dict[str, Any]] = {
    "holdings": {"item": CREAM},
    "origins": {"item": LONGAN},
    "gaps": {"item": GREEN},
    "common": {"item": [f"{CARTON}2603001", f"{CARTON}2604001"]},
    "balance": {"lot": GREEN},
    "dispersion": {"item": CREAM},
    "compare": {"a": f"{CARTON}2603001", "b": f"{CARTON}2604001"},
}


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with all demonstration goods."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("questions"), sqlite_template))
    yield loaded(running[2])
    stop(*running)


@pytest.fixture(scope="module")
def inspector(goods: Server) -> httpx.Client:
    """A client that sees all."""
    return goods.member(OURS, "trace", kind="inspector")


def _member(server: Server, code: str) -> httpx.Client:
    found = organisation_by_code(server.store, operator(), code)
    assert found is not None
    return server.member(found.id, "trace")


def _answer(client: httpx.Client, question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"{API}/{question}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("question", sorted(ASKED))
def test_who_may_not_ask(goods: Server, question: str) -> None:
    address, parameters = f"{API}/{question}", ASKED[question]
    assert goods.client().get(address, params=parameters).status_code == 401
    assert goods.member(OURS, "read").get(address, params=parameters).status_code == 403


def test_holdings_follow_what_was_made(inspector: httpx.Client) -> None:
    """720 cartons, 80 of them sold; the seasoning itself is used up."""
    found = _answer(inspector, "holdings", item=SEASONING)
    states: dict[str, int] = {}
    for one in found["holdings"]:
        for quantity in one["quantities"]:
            if quantity["product"] == "01/19520010000756":
                states[one["state"]] = states.get(one["state"], 0) + int(quantity["amount"])
    assert states == {"held": 640, "sold": 80}
    alone = _answer(inspector, "holdings", item=SEASONING, follow="false")
    assert [one["state"] for one in alone["holdings"]] == ["used"]
    assert alone["holdings"][0]["quantities"] == [
        {"product": SEASONING[:17], "amount": "90", "unit": "KGM"}
    ]
    assert not found["truncated"]


def test_a_limit_is_told(inspector: httpx.Client) -> None:
    assert _answer(inspector, "holdings", item=SEASONING, maxThings=10)["truncated"]


def test_as_known_at_another_time(inspector: httpx.Client) -> None:
    found = _answer(inspector, "holdings", item=CREAM, knownAt="2020-01-01T00:00:00Z")
    assert found["asOf"] == 0
    assert [one["state"] for one in found["holdings"]] == ["unknown"]
    now = _answer(inspector, "holdings", item=CREAM)
    assert _answer(inspector, "holdings", item=CREAM, asOf=now["asOf"]) == now


def test_gaps_are_told_in_words(inspector: httpx.Client) -> None:
    found = _answer(inspector, "gaps", item=GREEN, direction="forward")
    [gap] = found["gaps"]
    assert (gap["kind"], gap["ask"]) == ("never-shipped", "417/9521302000006")
    assert gap["details"]["quantity"] == "2800 KGM"
    assert gap["event"].startswith("urn:uuid:")
    words = {}
    for language in ("vi", "en"):
        answer = inspector.get(
            f"{API}/gaps",
            params={"item": GREEN, "direction": "forward"},
            headers={"accept-language": language},
        )
        [told] = answer.json()["gaps"]
        words[language] = told["words"]
        assert told["advice"]
    assert words["vi"] != words["en"]
    assert all("2800 KGM" in text for text in words.values())


def test_common_causes_are_ranked(inspector: httpx.Client) -> None:
    items = [f"{CARTON}{number}" for number in ("2603001", "2604100", "2609050")]
    first = _answer(inspector, "common", item=items)["causes"][0]
    assert (first["key"], first["score"], first["touches"], first["goods"]) == (
        SEASONING, "2.4", 720, 1728,
    )  # fmt: skip
    assert first["explains"] == items


def test_a_ledger_with_its_totals(inspector: httpx.Client) -> None:
    found = _answer(inspector, "balance", lot=GREEN, party="417/9521302000006")
    assert [(one["kind"], one["change"], one["stock"]) for one in found["entries"]] == [
        ("made", "10000", "10000"),
        ("out", "-7200", "2800"),
        ("out", "-2800", "0"),
    ]
    [total] = found["totals"]
    assert (total["sums"], total["stock"], total["accounted"]) == (
        {"made": "10000", "out": "10000"}, "0", "1",
    )  # fmt: skip


def test_figures_of_a_lot(inspector: httpx.Client) -> None:
    found = _answer(inspector, "dispersion", item=SEASONING)
    assert (found["downward"], found["upward"], found["total"]) == (5, 0, 5)
    assert found["worst"] == [{"product": "01/19520010000756", "amount": "720", "unit": "H87"}]
    assert found["accounted"] == "1"


def test_two_lots_compared(inspector: httpx.Client) -> None:
    found = _answer(inspector, "compare", **ASKED["compare"])
    nearest = {"key": SEASONING, "depthA": 1, "depthB": 1}
    assert found["shared"][0] == nearest
    assert SEASONING in found["parting"]


def test_where_it_came_from(inspector: httpx.Client) -> None:
    found = _answer(inspector, "origins", item=LONGAN)
    assert {one["area"] for one in found["origins"]} == {"vn-area:VN-HYOR-9521"}
    assert len(found["origins"]) == 3


def test_an_outsider_learns_no_quantities_or_partners(goods: Server) -> None:
    """A durian house has no part in the cream: states and places as the public may know them."""
    outsider = _member(goods, "cao-nguyen-xanh")
    found = _answer(outsider, "holdings", item=CREAM)
    assert {one["hidden"] for one in found["holdings"]} == {True}
    for one in found["holdings"]:
        assert (one["party"], one["organisation"], one["quantities"]) == (None, None, [])
        assert one["keys"] in ([CREAM], [])
    ledger = _answer(outsider, "balance", lot=CREAM)
    assert (ledger["entries"], ledger["totals"]) == ([], [])
    assert ledger["withheld"] > 0
    assert _answer(outsider, "gaps", item=GREEN, direction="forward")["gaps"] == []
    places = {one["party"] for one in _answer(outsider, "origins", item=GREEN)["origins"]}
    assert places == {None}


def test_the_maker_sees_its_own(goods: Server) -> None:
    maker = _member(goods, "my-pham-sen-hong")
    found = _answer(maker, "holdings", item=CREAM)
    held = [one for one in found["holdings"] if one["place"] == "414/9521801000019"]
    [quantities] = [one["quantities"] for one in held]
    assert {"product": CREAM[:17], "amount": "400", "unit": "H87"} in quantities


@pytest.mark.parametrize(
    ("question", "parameters", "status"),
    [
        ("holdings", {"item": "01/09521101000024/10/X"}, 400),
        ("holdings", {}, 400),
        ("holdings", {"item": CREAM, "asOf": "-1"}, 400),
        ("holdings", {"item": CREAM, "maxThings": "0"}, 400),
        ("holdings", {"item": CREAM, "maxThings": "9" * 30}, 400),
        ("holdings", {"item": CREAM, "knownAt": "yesterday"}, 400),
        ("common", {"item": [CREAM]}, 400),
        ("common", {"item": [f"{CARTON}{number}" for number in range(101)]}, 400),
        ("common", {"item": [CREAM, "01/09521101000024"]}, 400),
        ("balance", {}, 400),
        ("balance", {"lot": "not a code \x00"}, 400),
        ("balance", {"lot": CREAM, "since": "2026-13-45"}, 400),
        ("compare", {"a": CREAM, "b": CREAM}, 400),
        ("compare", {"a": CREAM}, 400),
        ("dispersion", {"item": ""}, 400),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, str) else None,
)
def test_bad_questions_are_explained(
    inspector: httpx.Client, question: str, parameters: dict[str, Any], status: int
) -> None:
    answer = inspector.get(f"{API}/{question}", params=parameters)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]


def test_the_description_tells_each_question(goods: Server) -> None:
    paths = goods.client().get("/api/v1/openapi.json").json()["paths"]
    for question in ASKED:
        told = paths[f"{API}/{question}"]["get"]
        assert told["summary"]
        assert told["tags"] == ["trace"]


@pytest.mark.parametrize(
    ("question", "parameters"),
    [
        ("holdings", {"item": CREAM, "follow": "false"}),
        ("holdings", {"item": CREAM}),
        ("origins", {"item": LONGAN}),
        ("gaps", {"item": CREAM}),
        ("balance", {"lot": CREAM}),
        ("dispersion", {"item": CREAM}),
    ],
    ids=["holdings", "holdings-followed", "origins", "gaps", "balance", "dispersion"],
)
def test_records_left_unread_are_told(
    inspector: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    parameters: dict[str, Any],
) -> None:
    assert _answer(inspector, question, **parameters)["truncated"] is False
    monkeypatch.setattr(gathering, "MOST", 2)
    assert _answer(inspector, question, **parameters)["truncated"] is True


def test_a_ledger_as_known_before_anything_was_recorded(inspector: httpx.Client) -> None:
    now = _answer(inspector, "balance", lot=GREEN)
    assert _answer(inspector, "balance", lot=GREEN, asOf=now["asOf"]) == now
    then = _answer(inspector, "balance", lot=GREEN, knownAt="2020-01-01T00:00:00Z")
    assert (then["asOf"], then["entries"], then["totals"]) == (0, [], [])


def test_a_ledger_tells_kilograms_and_what_processes_allow(inspector: httpx.Client) -> None:
    """150 boxes of 2 kg out of 410 kg; with 90 kg of second grade 390, at most 418.2 kg."""
    found = _answer(inspector, "balance", lot=LONGAN, party="417/9521101000009")
    first = found["entries"][0]
    assert (first["change"], first["unit"], first["kilograms"], first["stockKilograms"]) == (
        "150", "H87", "300", "300",
    )  # fmt: skip
    [making] = found["makings"]
    assert (making["went"], making["came"], making["least"], making["most"]) == (
        "410", "390", None, "418.2",
    )  # fmt: skip
    assert (making["flag"], making["leastPieces"], making["mostPieces"]) == (None, None, None)
    assert LONGAN in making["made"]


BATCHES = "\n".join(f"{CARTON}{number}" for number in ("2603001", "2604100", "2609050"))


def _page(server: Server, question: str, **parameters: str) -> tuple[int, str]:
    client = server.member(OURS, "trace", kind="inspector")
    answer = client.get(
        f"/w/trace/{question}",
        params=parameters,
        headers={"accept": "text/html", "accept-language": "en"},
    )
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())


def test_the_page_of_a_common_cause(goods: Server) -> None:
    """Seasoning in five batches of 144 cartons: 720 of 1,728; 1 / (720/1728) = 2.4."""
    status, said = _page(goods, "common", items=BATCHES)
    assert status == 200
    first = said[said.index("GV-2608-02") :][:400]
    assert "explains 3 of 3" in first
    assert "touches 720 of 1,728 goods of the kind, 717 of them others" in first
    assert "score 2.4" in first


def test_the_page_of_two_lots(goods: Server) -> None:
    status, said = _page(goods, "compare", a=f"{CARTON}2603001", b=f"{CARTON}2604001")
    assert status == 200
    shared = said[said.index("Both share") : said.index("Where the ways part")]
    assert "GV-2608-02" in shared
    assert "1 and 1 steps away" in shared
    assert "MT2603" in said[said.index("Only ") :]


def test_the_page_of_a_ledger(goods: Server) -> None:
    """10,000 kg made, 7,200 exported, 2,800 sent unrecorded: nothing left."""
    status, said = _page(goods, "balance", goods=GREEN)
    assert status == 200
    assert "Made 10,000 kg · stock 10,000 kg" in said
    assert "Out -7,200 kg · stock 2,800 kg" in said


def test_the_page_of_dispersion(goods: Server) -> None:
    status, said = _page(goods, "dispersion", item=SEASONING)
    assert status == 200
    assert "5 finished lots that it reaches (downward)" in said
    assert "5 pairs of raw and finished lots (total)" in said
    assert re.search(r"720 \S+ .{0,60}largest recall \(worst case\)", said)
    assert "100 % accounted for" in said


def test_a_page_says_what_is_wrong_and_what_next(goods: Server) -> None:
    status, said = _page(goods, "common", items=SEASONING)
    assert (status, "Add more codes, one a line." in said) == (400, True)
    status, said = _page(goods, "compare", a=SEASONING, b=SEASONING)
    assert status == 400
    status, said = _page(goods, "dispersion", item="(01)123")
    assert status == 400
    status, said = _page(goods, "compare", also="1", a=SEASONING)
    assert (status, "Answer" in said) == (200, True)


def test_the_page_of_a_partys_ledger(goods: Server) -> None:
    """The mill's box alone, and with the lot: 10,000 kg made, 7,200 and 2,800 out."""
    mill = "(417)9521302000006"
    for typed in ({"holder": mill}, {"goods": GREEN, "holder": mill}, {"goods": mill}):
        status, said = _page(goods, "balance", **typed)
        assert status == 200
        assert "Made 10,000 kg · stock 10,000 kg" in said
        assert "Out -2,800 kg · stock 0 kg" in said


def test_the_page_of_a_ledger_tells_kilograms_and_losses(goods: Server) -> None:
    """410 kg became 390 kg: 20 / 410 = 4.9 % are lost; 1.02 x 410 = 418.2 kg at most."""
    status, said = _page(goods, "balance", goods=LONGAN, holder="(417)9521101000009")
    assert status == 200
    assert re.search(r"Made 150 \w+ \(300 kg\) · stock 150 \w+ \(300 kg\)", said)
    assert "410 kg in, 390 kg out: loss 4.9 % up to 418.2 kg may come out" in said


def test_questions_are_answered_as_known_on_a_day(goods: Server) -> None:
    for question, typed in {
        "common": {"items": BATCHES},
        "compare": {"a": f"{CARTON}2603001", "b": f"{CARTON}2604001"},
        "balance": {"goods": GREEN},
        "dispersion": {"item": SEASONING},
    }.items():
        now = _page(goods, question, **typed)
        status, then = _page(goods, question, at="31/12/2019", **typed)
        assert (now[0], status) == (200, 200)
        assert "As known at the end of 31/12/2019." in then
        assert "As known" not in now[1].replace("As known at the end of Leave", "")
        assert then != now[1]
    status, said = _page(goods, "balance", goods=GREEN, at="31/12/2019")
    assert "No entries that you may see." in said


def test_a_page_says_that_records_were_left_unread(
    goods: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    more, where = "There are more records than were read", "gaps and goods may be missing here"
    monkeypatch.setattr(gathering, "MOST", 2)
    assert more in _page(goods, "balance", goods=CREAM)[1]
    assert more in _page(goods, "dispersion", item=CREAM)[1]
    client = goods.member(OURS, "trace", kind="inspector")
    asked = {"item": CREAM, "direction": "forward"}
    headers = {"accept": "text/html", "accept-language": "en"}
    assert where in client.get("/w/trace", params=asked, headers=headers).text
    for name in ("holdings.csv", "gaps.csv", "records.csv"):
        taken = client.get(f"/w/trace/files/{name}", params=asked, headers=headers)
        assert taken.text.rstrip().splitlines()[-1].count(more) == 1, name
    monkeypatch.undo()
    assert where not in client.get("/w/trace", params=asked, headers=headers).text
    taken = client.get("/w/trace/files/holdings.csv", params=asked, headers=headers)
    assert more not in taken.text


@pytest.mark.parametrize(
    ("question", "typed", "told"),
    [
        ("balance", {"goods": GREEN, "at": "31/13/2026"}, "31/13/2026"),
        ("common", {"items": BATCHES, "at": "yesterday"}, "yesterday"),
        ("balance", {"goods": GREEN, "holder": SEASONING}, "Goods go into the first box"),
        ("balance", {"goods": "(417)9521302000006", "holder": GREEN}, "Goods go into the first"),
        ("balance", {"goods": "(414)9521302000006", "holder": "(417)9521302000006"}, "Goods go"),
    ],
    ids=["no-day", "no-date", "two-lots", "turned-round", "two-holders"],
)
def test_a_page_says_what_cannot_be_asked(
    goods: Server, question: str, typed: dict[str, str], told: str
) -> None:
    status, said = _page(goods, question, **typed)
    assert (status, told in said, "Answer" in said.split("Answer", 1)[1]) == (400, True, False)
