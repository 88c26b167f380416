# SPDX-License-Identifier: Apache-2.0
"""``nguon trace --ask``: an inspector's questions at the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.trace import starting
from nguon.trace.asking import gathering
from tests.integration.cli.conftest import Run, written
from tests.integration.web.samples import document

BASE = "https://id.gs1.org/"
FIELD, BOX = "01/09521234543220/10", "01/09521234543213/10/P1"
HERE, THERE = "414/9521101000009", "414/9521302000006"
OURS, THEIRS = "417/9521101000009", "417/9521302000006"


def _event(kind: str, hour: int, place: str, **members: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "eventTime": f"2026-08-01T{hour:02d}:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizLocation": {"id": BASE + place},
    } | members


def _lot(key: str, amount: float, unit: str | None = None) -> dict[str, Any]:
    return {"epcClass": BASE + key, "quantity": amount} | ({"uom": unit} if unit else {})


@pytest.fixture
def asked(run: Run, farm: str, tmp_path: Path) -> Run:
    """`run`, after 100 kg of two harvests became 50 boxes, 20 of them shipped."""
    sides = {
        "sourceList": [{"type": "possessing_party", "source": BASE + OURS}],
        "destinationList": [
            {"type": "possessing_party", "destination": BASE + THEIRS},
            {"type": "location", "destination": BASE + THERE},
        ],
    }
    made = [
        _event("TransformationEvent", 8, HERE,
               inputQuantityList=[_lot(f"{FIELD}/A", 60, "KGM"), _lot(f"{FIELD}/B", 40, "KGM")],
               outputQuantityList=[_lot(BOX, 50)]),
        _event("ObjectEvent", 9, HERE, action="OBSERVE", bizStep="shipping",
               quantityList=[_lot(BOX, 20)], **sides),
    ]  # fmt: skip
    path = written(tmp_path, "made.jsonld", document(*made))
    assert run("capture", path, "--organisation", farm).status == 0
    return run


def test_what_is_left(asked: Run) -> None:
    done = asked("trace", BASE + BOX, "--ask", "left")
    assert done.status == 0
    assert sorted(done.out.splitlines()) == [
        f"held  {OURS}  {HERE}  1 things  30 H87 {BOX[:17]}",
        f"moving  {THEIRS}  {THERE}  1 things  20 H87 {BOX[:17]}",
    ]


def test_who_got_what_was_made(asked: Run) -> None:
    done = asked("trace", f"{BASE}{FIELD}/A", "--ask", "who", "--json")
    assert done.status == 0
    found = json.loads(done.out)
    states = {one["state"]: one["quantities"] for one in found["holdings"]}
    assert states.keys() == {"held", "moving", "used"}
    assert states["used"] == [{"product": FIELD[:17], "amount": "60", "unit": "KGM"}]


@pytest.mark.parametrize(
    ("question", "others", "expected"),
    [
        ("from", [], [f"{FIELD}/A", f"{FIELD}/B"]),
        ("gaps", [], ["60 KGM left a stock"]),
        ("balance", [], ["made  " + BOX + "  50 H87  = 50", "out  " + BOX + "  -20 H87  = 30"]),
        ("dispersion", [], ["downward 0, upward 2, total 2"]),
        ("compare", [f"{BASE}{FIELD}/A"], [f"both  {FIELD}/A  1, 0"]),
        ("common", [f"{BASE}{FIELD}/A"], []),
    ],
)
def test_other_questions(asked: Run, question: str, others: list[str], expected: list[str]) -> None:
    extra = [part for other in others for part in ("--with", other)]
    done = asked("trace", BASE + BOX, "--ask", question, *extra)
    assert done.status == 0
    for part in expected:
        assert part in done.out


def test_questions_that_need_another_code(asked: Run) -> None:
    assert asked("trace", BASE + BOX, "--ask", "compare").status == 2
    refused = asked("trace", BASE + BOX, "--ask", "common")
    assert refused.status != 0
    assert "Traceback" not in refused.err


def test_records_left_unread_are_told(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "More exists than was read (a limit was met): this answer is not complete."
    for question in ("left", "who", "gaps", "balance", "dispersion", "from"):
        assert told not in asked("trace", BASE + BOX, "--ask", question).out, question
    monkeypatch.setattr(gathering, "MOST", 1)
    for question in ("left", "who", "gaps", "balance", "dispersion", "from"):
        done = asked("trace", BASE + BOX, "--ask", question)
        assert (done.status, done.out.splitlines()[-1]) == (0, told), question
    done = asked("trace", BASE + BOX, "--ask", "left", "--json")
    assert json.loads(done.out)["truncated"] is True


def test_more_to_begin_from_is_told(asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a product the newest records say what its lots are: two of them, in one record."""
    product = BASE + FIELD[:17]
    whole = asked("trace", product, "--ask", "left", "--json")
    assert json.loads(whole.out)["truncated"] is False
    for question in ("gaps", "dispersion", "compare"):
        refused = asked("trace", product, "--ask", question)
        assert refused.status == 2
        assert f"--ask {question} is about one thing; this stands for 2" in refused.err
    ledger = json.loads(asked("trace", product, "--ask", "balance", "--json").out)
    assert {one["lot"] for one in ledger["entries"]} == {f"{FIELD}/A", f"{FIELD}/B"}
    monkeypatch.setattr(starting, "MOST_RECORDS", 1)
    for question in ("left", "who", "from"):
        cut = asked("trace", product, "--ask", question, "--json")
        assert (cut.status, json.loads(cut.out)["truncated"]) == (0, True), question
