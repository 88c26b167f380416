# SPDX-License-Identifier: Apache-2.0
"""Who submits without a signature makes nothing under numbers and places registered to others."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy import event as hooks

from nguon.capture.prepare import Context, prepare_all
from nguon.capture.speaking import each_alone, speaking_for
from nguon.codes import licences
from nguon.codes.model import LicenceAsked, LicenceKind
from nguon.gs1.check_digits import check_digit
from nguon.identity.model import Principal, Role
from nguon.parties import owning
from nguon.parties.enrolment import by_login
from nguon.parties.grants import service as grants
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.store.values import EventRecord
from tests.integration.web.samples import document
from tests.integration.web.signing_world import (
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    PLOT,
    STRANGER,
    WAREHOUSE,
    World,
    bare,
    event,
    manager,
    opened,
)
from tests.integration.web.test_grants import SEASON, accepted, faults, given, left

EVENTS, CAPTURE = "/epcis/events", "/epcis/capture"
LINK = "https://id.gs1.org/"
JSON = {"content-type": "application/ld+json"}
PROCEED = JSON | {"GS1-Capture-Error-Behaviour": "proceed"}
AREA, PACKING = "VN-HYOR-9521", "VN-HYPH-9521"
AT_NO_PLACE: dict[str, Any] = {"readPoint": {"id": "https://example.com/somewhere"}}
UNPROVEN = "414/9521202000014"
OPEN = f"{LINK}01/09599999000012/10/X"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here."""
    with opened(request, tmp_path_factory.mktemp(f"unsigned_{request.param}")) as made:
        store, cooperative = made.server.store, made.numbers[COOPERATIVE]
        prefix = LicenceAsked(
            kind=LicenceKind.PREFIX, value="9521101", valid_from=date(2025, 1, 1), source="GS1"
        )
        operator = Principal(0, "o", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)
        licences.declare(store, operator, prefix, organisation=cooperative)
        enrol(made, COOPERATIVE)
        enrol(made, CHAIN)
        owning.forget(store)
        yield made


def enrol(world: World, code: str) -> None:
    """Establish who an organisation is, by its account elsewhere."""
    store, number = world.server.store, world.numbers[code]
    with store.reading() as connection:
        [row] = rows.rows(connection, tables.organisation, "id", [number])
    by_login.enrol(
        store, manager(number), issuer="https://id.example", subject=code,
        organisation_code=row["tax_code"], claims={"acr": "substantial"},
    )  # fmt: skip


@pytest.fixture
def nothing_written(world: World) -> Iterator[None]:
    """The test leaves no event behind."""
    before = world.events()
    yield
    assert world.events() == before


def sent(world: World, code: str, body: bytes) -> httpx.Response:
    """A bare event with an organisation's API key alone."""
    return world.client(code).post(EVENTS, content=body, headers=JSON)


@pytest.mark.usefixtures("nothing_written")
def test_numbers_of_another_are_refused_with_their_place(world: World) -> None:
    assert faults(sent(world, STRANGER, bare())) == [
        ("/quantityList/0/epcClass", "parties.key-of-another"),
        ("/readPoint/id", "parties.key-of-another"),
    ]
    serial = bare(quantityList=[], epcList=[f"{LINK}{FRUIT}/21/77"], **AT_NO_PLACE)
    assert faults(sent(world, STRANGER, serial)) == [("/epcList/0", "parties.key-of-another")]
    dried = {
        "type": "TransformationEvent", "eventTime": "2026-08-01T08:00:00Z",
        "eventTimeZoneOffset": "+07:00", "inputQuantityList": [{"epcClass": OPEN}],
        "outputQuantityList": [{"epcClass": f"{LINK}{FRUIT}/10/T1", "quantity": 2, "uom": "KGM"}],
    }  # fmt: skip
    context = json.loads(bare())["@context"]
    answer = sent(world, CHAIN, json.dumps({"@context": context} | dried).encode())
    assert faults(answer) == [("/outputQuantityList/0/epcClass", "parties.key-of-another")]


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "place",
    [
        LINK + PLOT,
        LINK + WAREHOUSE,
        f"vn-area:{AREA}",
        f"vn-pack:{PACKING}",
    ],
    ids=["plot", "warehouse", "area", "packing-house"],
)
def test_nothing_comes_into_being_at_places_of_another(world: World, place: str) -> None:
    made = {"quantityList": [{"epcClass": OPEN, "quantity": 5, "uom": "KGM"}]}
    answer = sent(world, STRANGER, bare(**made, readPoint={"id": place}))
    assert faults(answer) == [("/readPoint/id", "parties.key-of-another")]


@pytest.mark.usefixtures("nothing_written")
def test_a_document_is_refused_whole(world: World) -> None:
    body = json.dumps(document(event(**AT_NO_PLACE), event(epcList=[], quantityList=[]))).encode()
    answer = world.client(STRANGER).post(CAPTURE, content=body, headers=JSON)
    where = "/epcisBody/eventList/0/quantityList/0/epcClass"
    assert faults(answer) == [(where, "parties.key-of-another")]


@pytest.mark.parametrize("padding", [0, 1_100_000], ids=["at once", "afterwards"])
def test_of_a_document_that_goes_on_the_rest_is_recorded(world: World, padding: int) -> None:
    own = event(quantityList=[{"epcClass": f"{OPEN}{padding}"}], **AT_NO_PLACE)
    before = world.events()
    body = json.dumps(document(own, event(**AT_NO_PLACE))).encode() + b" " * padding
    client = world.client(STRANGER)
    answer = client.post(CAPTURE, content=body, headers=PROCEED)
    assert answer.status_code == 202, answer.text
    end, job = time.monotonic() + 60, answer.json()
    while job["running"] and time.monotonic() < end:
        time.sleep(0.02)
        job = client.get(f"{CAPTURE}/{job['captureID']}").json()
    assert (job["running"], job["success"]) == (False, False)
    assert "parties.key-of-another" in json.dumps(job["errors"])
    assert world.events() == before + 1


def test_who_mentions_or_makes_what_nobody_has_is_recorded(world: World) -> None:
    received = bare(action="OBSERVE", bizStep="receiving", readPoint={"id": LINK + WAREHOUSE})
    assert sent(world, STRANGER, received).status_code == 201, "a guest at another's dock"
    made = bare(quantityList=[{"epcClass": f"{OPEN}7"}], **AT_NO_PLACE)
    assert sent(world, STRANGER, made).status_code == 201, "under a number that nobody has here"
    context = json.loads(bare())["@context"]
    packed: dict[str, Any] = {
        "type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
        "eventTime": "2026-08-02T08:00:00Z", "eventTimeZoneOffset": "+07:00",
        "childEPCs": [f"{LINK}{FRUIT}/21/9001"], "readPoint": {"id": LINK + WAREHOUSE},
    }  # fmt: skip
    new = {"parentID": f"{LINK}00/095999990000000014"}
    answer = sent(world, STRANGER, json.dumps({"@context": context} | packed | new).encode())
    assert answer.status_code == 201, answer.text
    theirs = {"parentID": f"{LINK}00/095211010000900088"}
    answer = sent(world, STRANGER, json.dumps({"@context": context} | packed | theirs).encode())
    assert faults(answer) == [("/parentID", "parties.key-of-another")], "a new pallet of another"


def test_what_a_register_was_told_keeps_nobody_out(world: World) -> None:
    """Neither licence nor enrolment: anybody may have written the number there first."""
    unknown = bare(quantityList=[{"epcClass": f"{OPEN}8"}], readPoint={"id": LINK + UNPROVEN})
    assert sent(world, CHAIN, unknown).status_code == 201


def test_what_was_recorded_before_may_be_sent_again(world: World) -> None:
    mine = bare(quantityList=[{"epcClass": f"{LINK}01/09521999000013/10/A"}], **AT_NO_PLACE)
    assert sent(world, STRANGER, mine).status_code == 201
    asked = LicenceAsked(
        kind=LicenceKind.GTIN, value="09521999000013", valid_from=date(2025, 1, 1), source="GS1"
    )
    operator = Principal(0, "o", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)
    store = world.server.store
    licences.declare(store, operator, asked, organisation=world.numbers[CHAIN])
    owning.forget(store)
    again = sent(world, STRANGER, mine)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    other = mine.replace(b"/10/A", b"/10/B")
    assert faults(sent(world, STRANGER, other)) == [
        ("/quantityList/0/epcClass", "parties.key-of-another")
    ]


def test_a_household_keeps_its_plot_under_the_number_of_its_cooperative(world: World) -> None:
    own = bare(quantityList=[{"epcClass": f"{OPEN}9"}], readPoint={"id": LINK + PLOT})
    assert sent(world, "ho-th-01", own).status_code == 201


def test_its_own_and_its_households_are_recorded(world: World) -> None:
    assert sent(world, COOPERATIVE, bare()).status_code == 201
    assert sent(world, COOPERATIVE, bare(readPoint={"id": LINK + PLOT})).status_code == 201


def test_a_grant_lets_it_pass_and_is_drawn_down(world: World) -> None:
    grant = accepted(world, given(
        world, world.signer(), CHAIN, prefixes=[FRUIT], places=[HOUSE], amount="150", unit="KGM",
        **SEASON,
    ))  # fmt: skip
    body = bare()
    assert sent(world, CHAIN, body).status_code == 201
    assert left(world, grant) == "50"
    assert sent(world, CHAIN, body).json()["repeated"]
    before = world.events()
    answer = sent(world, CHAIN, bare())
    assert (answer.status_code, answer.json()["code"]) == (409, "grants.spent")
    assert (world.events(), left(world, grant)) == (before, "50")
    early = bare(eventTime="2026-06-30T08:00:00Z")
    assert [code for _, code in faults(sent(world, CHAIN, early))] == ["parties.grant-season"] * 2


def records(*sent: bytes) -> list[EventRecord]:
    """Bare events as they are recorded."""
    prepared = [one for body in sent for one in prepare_all([body], Context(None, strict=False))]
    made = [one.record for one in prepared if one.record is not None]
    assert len(made) == len(sent)
    return made


def test_what_arrives_together_is_answered_as_if_alone(world: World) -> None:
    store = world.server.store
    grant = accepted(world, given(
        world, world.signer(), CHAIN, prefixes=[FRUIT], places=[HOUSE], amount="900", unit="KGM",
        **SEASON,
    ))  # fmt: skip
    name = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"
    declared = {"declarationTime": "2026-08-02T08:00:00Z", "reason": "incorrect_data"}
    made = records(
        bare(), bare(), bare(**AT_NO_PLACE), bare(quantityList=[{"epcClass": f"{OPEN}11"}]),
        bare(eventID=name, errorDeclaration=declared), bare(eventTime="2026-06-30T08:00:00Z"),
    )  # fmt: skip
    parties = [world.numbers[code] for code in (STRANGER, CHAIN, COOPERATIVE)]
    sent = [(party, one) for one in made for party in parties]
    alone = [speaking_for(store, None, [one], party) for party, one in sent]
    together = each_alone(store, sent)
    grants.revoke(store, grant["id"], "over", by=manager(world.numbers[COOPERATIVE]))
    assert [one.findings for one in together] == [one.findings for one in alone]
    drawn = [one.drawing for one in alone]
    assert [one.drawing or None for one in together] == [one or None for one in drawn]
    assert [len(one.uses) for one in drawn].count(1) >= 2, "some are of a grant"
    assert any(one.erroneous for one in drawn)
    assert any(one.findings for one in alone)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Those that this thread sends meanwhile."""
    own, seen = threading.get_ident(), list[str]()

    def note(*told: Any) -> None:
        if threading.get_ident() == own:
            seen.append(told[2])

    hooks.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        hooks.remove(Engine, "before_cursor_execute", note)


def test_however_many_arrive_together_as_many_statements_ask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.parties.recent.SECONDS", 600.0)
    store, own = world.server.store, world.numbers[COOPERATIVE]

    def asked(count: int, party: int, company: str) -> int:
        bodies = [f"{company}{at:03d}" for at in range(count)]
        made = records(*(
            bare(quantityList=[{"epcClass": f"{LINK}01/{number}/10/L"}], **AT_NO_PLACE)
            for number in (body + check_digit(body) for body in bodies)
        ))  # fmt: skip
        owning.forget(store)
        with statements() as seen:
            each_alone(store, [(party, one) for one in made])
        return len(seen)

    free, licensed = "0959999900", "0952110100"
    for party, company in ((own, free), (own, licensed), (world.numbers[STRANGER], licensed)):
        few, many = asked(2, party, company), asked(40, party, company)
        assert 0 < few == many <= 12, (few, many)
    made = records(bare(), bare())
    each_alone(store, [(own, one) for one in made])
    with statements() as seen:
        each_alone(store, [(own, one) for one in made])
    assert seen == [], "what was just asked is known"
