# SPDX-License-Identifier: Apache-2.0
"""Hand-overs of two programs: shipped, signed, received with the secret, disputed, agreed."""

import json
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.entries import following
from nguon.entries.confirmations import confirmations
from nguon.signing import jws
from nguon.store import signatures
from tests.integration.web.samples import CONTEXT
from tests.integration.web.signing_world import (
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    STRANGER,
    WAREHOUSE,
    Signer,
    World,
    opened,
)

BASE, EVENTS, LINK = "/api/v1/handovers", "/epcis/events", "https://id.gs1.org/"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here, which follows what programs record."""
    with opened(request, tmp_path_factory.mktemp(f"handed_{request.param}")) as made:
        following.begin(made.server.store)
        yield made


def moved(signer: Signer, step: str, lot: str, **members: Any) -> int:
    """A signed shipment or receipt; gives its entry."""
    place = HOUSE if step == "shipping" else WAREHOUSE
    body = json.dumps({
        "@context": [CONTEXT, {"nguon": "urn:nguon:epcis:"}],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": step,
        "eventTime": "2026-08-03T08:00:00+07:00", "eventTimeZoneOffset": "+07:00",
        "readPoint": {"id": LINK + place}, "bizLocation": {"id": LINK + place},
        "quantityList": [{"epcClass": f"{LINK}{FRUIT}/10/{lot}", "quantity": 5, "uom": "KGM"}],
        "sourceList": [{"type": "owning_party", "source": f"{LINK}417/9521101000009"}],
        "destinationList": [{"type": "owning_party", "destination": f"{LINK}417/9521105000005"}],
    } | members).encode()  # fmt: skip
    client = signer.world.client(None)
    answer = client.post(EVENTS, content=body, headers=signer.http(EVENTS, body))
    assert answer.status_code == 201, answer.text
    seq: int = answer.json()["seq"]
    return seq


def waiting(world: World, code: str, lot: str) -> dict[str, Any]:
    """The hand-over of a lot, as an organisation reads it."""
    while following.turn(world.server.store):
        pass
    found = [
        one
        for one in world.client(code).get(BASE).json()
        if any(line["item"].endswith(f"/{lot}") for line in one["offered"] + one["found"])
    ]
    assert len(found) == 1
    made: dict[str, Any] = found[0]
    return made


def answer(world: World, code: str, number: str, **sent: Any) -> httpx.Response:
    """What a program says of a hand-over."""
    return world.client(code).post(f"{BASE}/{number}/answer", json=sent)


def words(signer: Signer, number: str, state: str, note: str, nonce: str | None) -> str:
    """A party's own signature over its words."""
    told: dict[str, Any] = {"handover": number, "state": state, "v": 1}
    told["note"] = url_text(sha256(note.encode()).digest())
    if nonce is not None:
        told["nonce"] = nonce
    header = {"typ": "nguon-handover+jws", "kid": signer.bound.kid, "iat": int(time.time())}
    return jws.sign_detached(canonical(told), signer.key, header)


def test_both_entries_are_signed_and_meet_by_the_secret(world: World) -> None:
    giver, receiver = world.signer(), world.signer(CHAIN)
    sent = moved(giver, "shipping", "A1")
    one = waiting(world, CHAIN, "A1")
    assert (one["state"], one["giver"], one["receiver"]) == ("offered", COOPERATIVE, CHAIN)
    got = moved(receiver, "receiving", "A1", **{"nguon:nonce": one["nonce"]})
    assert waiting(world, COOPERATIVE, "A1")["state"] == "accepted"
    [found] = confirmations(world.server.store, [f"{FRUIT}/10/A1"])
    assert (found.shipping_seq, found.receiving_seq) == (sent, got)
    assert found.nonce_echoed
    with world.server.store.reading() as connection:
        covering = signatures.covering(connection, [sent, got])
    assert [covering[seq].kid for seq in (sent, got)] == [giver.bound.kid, receiver.bound.kid]


def test_a_dispute_is_signed_by_its_party(world: World) -> None:
    giver, receiver = world.signer(), world.signer(CHAIN)
    moved(giver, "shipping", "B1")
    one = waiting(world, CHAIN, "B1")
    note, nonce = "ướt hết", one["nonce"]
    theirs = words(giver, one["id"], "disputed", note, nonce)
    refused = answer(
        world, CHAIN, one["id"], answer="dispute", reason=note, nonce=nonce, signature=theirs
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "entries.signature-key")
    other = words(receiver, one["id"], "disputed", "something else", nonce)
    refused = answer(
        world, CHAIN, one["id"], answer="dispute", reason=note, nonce=nonce, signature=other
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "signing.signature")
    assert waiting(world, CHAIN, "B1") == one
    own = words(receiver, one["id"], "disputed", note, nonce)
    done = answer(
        world, CHAIN, one["id"], answer="dispute", reason=note, nonce=nonce, signature=own
    )
    assert (done.json()["state"], done.json()["echoed"]) == ("disputed", True)
    said = done.json()["steps"][-1]
    assert (said["by"], said["custodial"], said["key"]) == (CHAIN, False, receiver.bound.kid)
    jws.read(said["signature"], said["payload"].encode()).verify(receiver.key.public)
    settled = answer(world, COOPERATIVE, one["id"], answer="agree", reason="we fetch it")
    assert settled.json()["state"] == "settled"
    assert settled.json()["steps"][-1]["signature"] is None


def test_nobody_else_knows_a_hand_over_or_speaks_in_it(world: World) -> None:
    moved(world.signer(), "shipping", "C1")
    one = waiting(world, CHAIN, "C1")
    assert world.client(STRANGER).get(f"{BASE}/{one['id']}").status_code == 404
    assert answer(world, STRANGER, one["id"], answer="dispute", reason="x").status_code == 404
    for code, sent, refusal in (
        (CHAIN, {"answer": "dispute", "reason": "x", "nonce": "wrong"}, "entries.nonce-wrong"),
        (CHAIN, {"answer": "dispute"}, "entries.reason-missing"),
        (CHAIN, {"answer": "agree", "reason": "x"}, "entries.handover-answered"),
        (COOPERATIVE, {"answer": "dispute", "reason": "x"}, "entries.handover-answered"),
    ):
        refused = answer(world, code, one["id"], **sent)
        assert (refused.status_code, refused.json()["code"]) == (409, refusal)
    assert waiting(world, CHAIN, "C1") == one
