# SPDX-License-Identifier: Apache-2.0
"""What a signature speaks for, and grants: given, accepted, drawn down by two at once, ended."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from nguon.parties.grants.drawing import Drawing, Use
from nguon.parties.grants.errors import GrantSpentError
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import KeyScope
from nguon.signing import jws
from nguon.store import grants as grant_rows
from nguon.store import open_store, signatures
from nguon.store.signatures import Attached
from tests.accounts import send, signed_in
from tests.integration.web.samples import document
from tests.integration.web.signing_world import (
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    PLOT,
    STRANGER,
    WAREHOUSE,
    Signer,
    World,
    bare,
    event,
    opened,
)
from tests.records import PACKER, make_record

EVENTS, CAPTURE, GRANTS = "/epcis/events", "/epcis/capture", "/api/v1/grants"
LINK = "https://id.gs1.org/"
SEASON = {"season_from": "2026-07-01", "season_to": "2027-12-31"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here."""
    with opened(request, tmp_path_factory.mktemp(f"grants_{request.param}")) as made:
        yield made


def sent(signer: Signer, body: bytes) -> httpx.Response:
    """A signed event."""
    client = signer.world.client(None)
    return client.post(EVENTS, content=body, headers=signer.http(EVENTS, body))


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    assert answer.status_code == 400, answer.text
    found = answer.json()["errors"]
    assert all(one["hint"] and one["message_vi"] != one["code"] for one in found)
    return [(one["pointer"], one["code"]) for one in found]


def managing(world: World, code: str) -> httpx.Client:
    """A manager's API key."""
    return world.server.member(world.numbers[code], "registry", "read", "capture")


def given(world: World, giver: Signer, taker: str, **terms: Any) -> dict[str, Any]:
    """A grant that its giver signed with a key of its own."""
    terms = {"taker": taker, "request": f"r-{id(object())}-{world.events()}", **SEASON, **terms}
    told = {
        "giver": giver.code,
        "note": "",
        "places": sorted(terms.get("places", [])),
        "prefixes": sorted(terms.get("prefixes", [])),
        "request": terms["request"],
        "season_from": terms["season_from"],
        "season_to": terms["season_to"],
        "taker": taker,
        "v": 1,
    }
    if "amount" in terms:
        told["quantity"] = {"amount": terms["amount"], "unit": terms["unit"]}
    payload = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    header = {"typ": "nguon-grant+jws", "kid": giver.bound.kid}
    signature = jws.sign_detached(payload, giver.key, header)
    answer = managing(world, giver.code).post(GRANTS, json=terms | {"signature": signature})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert (made["state"], made["custodial"], made["terms"]) == (
        "offered", False, payload.decode(),
    )  # fmt: skip
    return made


def accepted(world: World, grant: dict[str, Any]) -> dict[str, Any]:
    """The grant once its taker accepted it."""
    answer = managing(world, grant["taker"]).post(f"{GRANTS}/{grant['id']}/acceptance")
    assert answer.json()["state"] == "standing", answer.text
    return grant


def left(world: World, grant: dict[str, Any]) -> str | None:
    """What is left of a grant."""
    found = managing(world, grant["giver"]).get(f"{GRANTS}/{grant['id']}").json()["left"]
    return None if found is None else str(found)


def lots(kilograms: float, **members: Any) -> bytes:
    """A new lot of the cooperative's fruit."""
    one = json.loads(bare(**members))
    one["quantityList"][0]["quantity"] = kilograms
    return json.dumps(one).encode()


def test_a_party_speaks_for_its_own_products_places_and_households(world: World) -> None:
    signer = world.signer()
    assert sent(signer, bare()).status_code == 201
    assert sent(signer, bare(readPoint={"id": LINK + PLOT})).status_code == 201


def test_what_is_anothers_is_refused_with_its_place(world: World) -> None:
    signer, before = world.signer(STRANGER), world.events()
    answer = sent(signer, bare())
    assert faults(answer) == [
        ("/quantityList/0/epcClass", "parties.key-of-another"),
        ("/readPoint/id", "parties.key-of-another"),
    ]
    body = bare(bizLocation={"id": LINK + WAREHOUSE}, quantityList=[], epcList=[
        f"{LINK}01/09599999000012/21/1"])  # fmt: skip
    assert faults(sent(world.signer(), body)) == [
        ("/epcList/0", "parties.key-of-nobody"),
        ("/bizLocation/id", "parties.key-of-another"),
    ]
    assert world.events() == before


def test_who_mentions_things_of_others_speaks_for_nobody(world: World) -> None:
    body = bare(action="OBSERVE", bizStep="receiving", readPoint={"id": LINK + WAREHOUSE})
    assert sent(world.signer(CHAIN), body).status_code == 201


def test_pallets_are_ones_own_unless_they_were_there_before(world: World) -> None:
    pallet = f"{LINK}00/095211010000900019"
    body: dict[str, Any] = {
        "type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
        "eventTime": "2026-08-02T08:00:00Z", "eventTimeZoneOffset": "+07:00",
        "parentID": pallet, "childEPCs": [f"{LINK}{FRUIT}/21/9001"],
        "readPoint": {"id": LINK + WAREHOUSE},
    }  # fmt: skip
    context = json.loads(bare())["@context"]
    raw = json.dumps({"@context": context} | body).encode()
    chain = world.signer(CHAIN)
    assert faults(sent(chain, raw)) == [("/parentID", "parties.key-of-nobody")]
    own = json.dumps({"@context": context} | body | {"readPoint": {"id": LINK + HOUSE}}).encode()
    assert sent(world.signer(), own).status_code == 201
    assert sent(chain, raw).status_code == 201


def test_a_key_speaks_within_its_scope(world: World) -> None:
    wide = world.signer(scope=KeyScope(("9521101",), (HOUSE,)))
    assert sent(wide, bare()).status_code == 201
    before = world.events()
    narrow = world.signer(scope=KeyScope(("01/09521101000023",), (PLOT,)))
    assert faults(sent(narrow, bare())) == [
        ("/quantityList/0/epcClass", "parties.outside-scope"),
        ("/readPoint/id", "parties.outside-scope"),
    ]
    assert world.events() == before


def test_of_a_document_that_goes_on_only_the_own_is_recorded(world: World) -> None:
    signer, before = world.signer(), world.events()
    body = json.dumps(
        document(event(), event(readPoint={"id": LINK + WAREHOUSE}), event())
    ).encode()
    whole = world.client(None).post(CAPTURE, content=body, headers=signer.http(CAPTURE, body))
    assert faults(whole) == [("/epcisBody/eventList/1/readPoint/id", "parties.key-of-another")]
    assert world.events() == before
    headers = signer.http(CAPTURE, body) | {"GS1-Capture-Error-Behaviour": "proceed"}
    job = world.client(None).post(CAPTURE, content=body, headers=headers).json()
    assert not job["success"]
    assert world.events() == before + 2
    spans = world.server.services.capture.entries(job["captureID"])
    seqs = [seq for first, last in spans for seq in range(first, last + 1)]
    with world.server.store.reading() as connection:
        found = signatures.covering(connection, seqs)
    assert [found[seq].position for seq in seqs] == [0, 2]


def test_a_grant_counts_from_acceptance_to_revocation(world: World) -> None:
    giver, taker = world.signer(), world.signer(STRANGER)
    body = lots(40)
    grant = given(world, giver, STRANGER, prefixes=[FRUIT], places=[HOUSE],
                  amount="100", unit="KGM")  # fmt: skip
    assert len(faults(sent(taker, body))) == 2
    accepted(world, grant)
    assert sent(taker, body).status_code == 201
    assert left(world, grant) == "60"
    assert sent(taker, body).json()["repeated"]
    assert left(world, grant) == "60"
    before = world.events()
    answer = sent(taker, lots(61))
    assert (answer.status_code, answer.json()["code"]) == (409, "grants.spent")
    assert (world.events(), left(world, grant)) == (before, "60")
    ended = managing(world, COOPERATIVE).post(
        f"{GRANTS}/{grant['id']}/revocation", json={"reason": "enough"}
    )
    assert ended.json()["state"] == "revoked"
    assert len(faults(sent(taker, lots(1)))) == 2
    stated = world.server.store.log.statements_of(f"grant/{grant['id']}")
    assert len(stated) == 3


def test_a_grant_bounds_season_place_and_unit(world: World) -> None:
    giver, taker = world.signer(), world.signer(CHAIN)
    grant = accepted(world, given(
        world, giver, CHAIN, prefixes=[f"{FRUIT}"], places=[HOUSE], amount="10", unit="KGM",
        season_from="2026-08-01", season_to="2027-08-01",
    ))  # fmt: skip
    early = lots(1, eventTime="2026-07-31T16:59:59Z")
    assert [code for _, code in faults(sent(taker, early))] == ["parties.grant-season"] * 2
    other = lots(1, readPoint={"id": LINK + PLOT})
    assert faults(sent(taker, other)) == [("/readPoint/id", "parties.key-of-another")]
    pieces = json.loads(lots(1))
    del pieces["quantityList"][0]["uom"]
    answer = sent(taker, json.dumps(pieces).encode())
    assert faults(answer) == [("/quantityList/0/epcClass", "parties.grant-unit")]
    tonnes = json.loads(lots(0.002))
    tonnes["quantityList"][0]["uom"] = "TNE"
    assert sent(taker, json.dumps(tonnes).encode()).status_code == 201
    assert float(left(world, grant) or 0) == 8


def test_what_was_drawn_comes_back_with_an_error_declaration(world: World) -> None:
    giver, taker = world.signer(), world.signer(CHAIN)
    grant = accepted(world, given(world, giver, CHAIN, prefixes=[FRUIT], places=[HOUSE],
                                  amount="50", unit="KGM",
                                  season_from="2028-01-01", season_to="2028-12-31"))  # fmt: skip
    first = json.loads(lots(30, eventTime="2028-02-01T08:00:00Z"))
    first["eventID"] = f"urn:uuid:00000000-0000-4000-8000-{world.events():012d}"
    assert sent(taker, json.dumps(first).encode()).status_code == 201
    assert left(world, grant) == "20"
    wrong = first | {"errorDeclaration": {"declarationTime": "2028-02-02T08:00:00Z"}}
    assert sent(taker, json.dumps(wrong).encode()).status_code == 201
    assert left(world, grant) == "50"
    assert sent(taker, json.dumps(wrong).encode()).status_code == 200
    assert left(world, grant) == "50"
    [use] = managing(world, CHAIN).get(f"{GRANTS}/{grant['id']}/uses").json()
    assert use["returned"] is not None


def test_two_writers_cannot_draw_more_than_there_is(world: World) -> None:
    giver, taker = world.signer(), world.signer(CHAIN)
    grant = accepted(world, given(world, giver, CHAIN, prefixes=[FRUIT], places=[HOUSE],
                                  amount="100", unit="KGM",
                                  season_from="2029-01-01", season_to="2029-12-31"))  # fmt: skip
    bodies = [lots(30, eventTime="2029-02-01T08:00:00Z") for _ in range(8)]
    found: list[int] = []

    def draw(body: bytes) -> None:
        found.append(sent(taker, body).status_code)

    threads = [threading.Thread(target=draw, args=(body,)) for body in bodies]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [201] * 3 + [409] * 5
    assert left(world, grant) == "10"
    with world.server.store.reading() as connection:
        assert len(grant_rows.uses(connection, grant["id"], 100)) == 3


def test_another_process_sees_what_was_drawn(world: World) -> None:
    """Two stores over one database, each with a writer of its own."""
    giver = world.signer()
    grant = accepted(world, given(world, giver, CHAIN, prefixes=[FRUIT], amount="1", unit="KGM",
                                  season_from="2030-01-01", season_to="2030-12-31"))  # fmt: skip
    url = world.server.store._database.engine.url.render_as_string(hide_password=False)
    outcomes = []
    stores = [open_store(url.replace("+psycopg", "").replace("+pysqlite", "")) for _ in range(2)]
    try:
        for at, store in enumerate(stores):
            use = Use(grant["id"], 0, Decimal("0.7"), None, 0)
            attached = Attached(drawn=Drawing(1, [use], {}).write)
            records = [make_record(7000 + at)]
            future = store.writer.submit(records, PACKER, attached=attached)
            outcomes.append(future)
        errors = [one.exception(20) for one in outcomes]
    finally:
        for store in stores:
            store.close()
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, GrantSpentError) for error in errors) == 1
    assert left(world, grant) == "0.3"


def test_a_household_that_grants_says_how_far(world: World) -> None:
    household, own = world.signer("ho-th-01"), world.signer()
    grant = accepted(world, given(world, household, COOPERATIVE, places=[PLOT],
                                  amount="500", unit="KGM"))  # fmt: skip
    body = lots(420, readPoint={"id": LINK + PLOT})
    assert sent(own, body).status_code == 201
    assert left(world, grant) == "80"
    assert sent(own, lots(81, readPoint={"id": LINK + PLOT})).status_code == 409


def test_only_the_parties_know_a_grant_and_each_takes_its_own_steps(world: World) -> None:
    grant = given(world, world.signer(), CHAIN)
    address = f"{GRANTS}/{grant['id']}"
    stranger = managing(world, STRANGER)
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/acceptance").status_code == 404
    assert managing(world, COOPERATIVE).post(f"{address}/acceptance").status_code == 403
    assert world.client(CHAIN).post(f"{address}/acceptance").status_code == 403
    declined = managing(world, CHAIN).post(f"{address}/refusal")
    assert declined.json()["state"] == "declined"
    again = managing(world, CHAIN).post(f"{address}/acceptance")
    assert (again.status_code, again.json()["code"]) == (409, "grants.state")


def test_a_grant_is_signed_by_its_giver_or_not_given(world: World) -> None:
    chain = managing(world, CHAIN)
    asked = {"taker": COOPERATIVE, "request": "unsigned", **SEASON}
    answer = chain.post(GRANTS, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "grants.no-key")
    theirs = world.signer(STRANGER)
    token = jws.sign_detached(b"{}", theirs.key, {"typ": "nguon-grant+jws",
                                                  "kid": theirs.bound.kid})  # fmt: skip
    answer = chain.post(GRANTS, json=asked | {"signature": token})
    assert (answer.status_code, answer.json()["code"]) == (422, "grants.key-not-yours")
    own = world.signer(CHAIN)
    token = jws.sign_detached(b"{}", own.key, {"typ": "nguon-grant+jws", "kid": own.bound.kid})
    answer = chain.post(GRANTS, json=asked | {"signature": token})
    assert (answer.status_code, answer.json()["code"]) == (422, "signing.signature")
    for wrong, code in (
        ({"taker": CHAIN}, "grants.to-itself"),
        ({"taker": "nobody"}, "grants.unknown-party"),
        ({"season_to": "2026-06-30"}, "grants.season-wrong"),
        ({"season_from": "2020-01-01", "season_to": "2020-01-02"}, "grants.season-over"),
        ({"season_to": "2039-01-01"}, "grants.season-long"),
        ({"amount": "-1", "unit": "KGM"}, "grants.quantity"),
        ({"request": ""}, "grants.request"),
    ):
        answer = chain.post(GRANTS, json=asked | wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_grants_on_pages(world: World) -> None:
    store, number = world.server.store, world.numbers[COOPERATIVE]
    kept = custodian_of(store).make(number, name="kept", by="test")
    person = signed_in(world.server.client(), store, "manager", number)
    page = send(person, "/w/give-grant", {
        "party": CHAIN, "product": FRUIT, "places": HOUSE, "season_from": "2031-01-01",
        "season_to": "2031-02-01", "amount": "12", "unit": "KGM", "note": "test",
        "request": "page-1",
    })  # fmt: skip
    assert page.status_code == 303, page.text
    shown = person.get(page.headers["location"])
    assert shown.status_code == 200
    taker = signed_in(world.server.client(), store, "manager", world.numbers[CHAIN])
    answer = send(taker, page.headers["location"], {}, f"{page.headers['location']}/accept")
    assert answer.status_code == 303
    found = managing(world, CHAIN).get(f"{GRANTS}/{page.headers['location'].rpartition('/')[2]}")
    assert (found.json()["state"], found.json()["key"]) == ("standing", kept.kid)
    assert (found.json()["prefixes"], found.json()["places"]) == ([FRUIT], [HOUSE])
    wrong = send(person, "/w/give-grant", {
        "party": "nobody at all", "season_from": "x", "season_to": "2031-02-01", "request": "2",
    })  # fmt: skip
    assert wrong.status_code == 400
    assert 'id="season_from-error"' in wrong.text
    assert 'id="party-error"' in wrong.text
