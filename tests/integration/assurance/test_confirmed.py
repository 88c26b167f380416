# SPDX-License-Identifier: Apache-2.0
"""A hand-over of two enrolled parties, signed by both: the other's word confirms the shipment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from nguon.assurance.service import standings
from nguon.entries import following
from nguon.entries.confirmations import confirmations
from nguon.identity.visibility import PUBLIC
from nguon.ladder.model import Addressee, Flag, Predicate, Standing
from tests.integration.assurance.believing import enrol, lot, step_of
from tests.integration.web.signing_world import CHAIN, COOPERATIVE, World, opened
from tests.integration.web.test_handovers_api import answer, moved, waiting, words

INVOICE = {"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:9521101000009:1C26TNH-118"}
UP_TO_SIGNED = {Predicate.DECLARED, Predicate.IDENTIFIED, Predicate.SIGNED}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here; both parties are enrolled."""
    with opened(request, tmp_path_factory.mktemp(f"confirmed_{request.param}")) as made:
        following.begin(made.server.store)
        for code in (COOPERATIVE, CHAIN):
            enrol(made.server.store, made.numbers[code])
        yield made


def standing(world: World, name: str, stage: str = "shipping") -> Standing:
    """The standing of the one step of this stage of a lot, as everybody reads it."""
    server = world.server
    found = standings(server.store, server.services.tlog, lot(name), PUBLIC, datetime.now(UTC))
    assert found is not None
    return step_of(found.claims, stage)


def told(world: World, name: str) -> dict[str, Any]:
    """Likewise, as programs read it without a key."""
    got = world.client(None).get(f"/api/v1/standing/{lot(name)}")
    assert got.status_code == 200, got.text
    [found] = [one for one in got.json()["claims"] if one["claim"].get("stage") == "shipping"]
    return dict(found)


def test_the_receivers_signed_receipt_confirms_the_shipment(world: World) -> None:
    giver, receiver = world.signer(), world.signer(CHAIN)
    moved(giver, "shipping", "K1", bizTransactionList=[INVOICE])
    offered = waiting(world, CHAIN, "K1")
    before = standing(world, "K1")
    assert before.satisfied == UP_TO_SIGNED
    open_rung = before.rung(Predicate.CONFIRMED)
    assert (open_rung.raise_by, open_rung.addressee) == ("ladder.raise-confirm", Addressee.PARTNER)
    echoed = {"nguon:nonce": offered["nonce"]}
    moved(receiver, "receiving", "K1", bizTransactionList=[INVOICE], **echoed)
    assert waiting(world, COOPERATIVE, "K1")["state"] == "accepted"
    [met] = confirmations(world.server.store, [lot("K1")])
    assert (met.nonce_echoed, met.invoice) == (True, "1C26TNH-118")

    after = standing(world, "K1")
    assert after.satisfied == before.satisfied | {Predicate.CONFIRMED}
    rung = after.rung(Predicate.CONFIRMED)
    taken = standing(world, "K1", "receiving")
    assert [(one.who, one.reference, one.at) for one in rung.evidence] == [
        (CHAIN, taken.claim.receipt, met.at)
    ]
    assert rung.since == met.at
    # Each is the other's witness.
    other = taken.rung(Predicate.CONFIRMED)
    assert [(one.who, one.reference) for one in other.evidence] == [
        (COOPERATIVE, after.claim.receipt)
    ]
    [said] = [one for one in told(world, "K1")["rungs"] if one["predicate"] == "confirmed"]
    assert said["satisfied"] is True
    [witness] = said["evidence"]
    assert (witness["who"], datetime.fromisoformat(witness["at"])) == (CHAIN, met.at)


def test_a_dispute_confirms_nothing(world: World) -> None:
    giver, receiver = world.signer(), world.signer(CHAIN)
    moved(giver, "shipping", "K2", bizTransactionList=[INVOICE])
    one = waiting(world, CHAIN, "K2")
    note = "chưa nhận thùng nào"
    signature = words(receiver, one["id"], "disputed", note, one["nonce"])
    done = answer(
        world, CHAIN, one["id"], answer="dispute", reason=note, nonce=one["nonce"],
        signature=signature,
    )  # fmt: skip
    assert done.json()["state"] == "disputed"
    found = standing(world, "K2")
    assert found.satisfied == UP_TO_SIGNED
    assert found.rung(Predicate.CONFIRMED).evidence == ()
    assert found.flags == (Flag.CONTRADICTED,)
    [said] = [each for each in told(world, "K2")["rungs"] if each["predicate"] == "confirmed"]
    assert said["satisfied"] is False
    assert "evidence" not in said or said["evidence"] == []


def test_less_received_confirms_nothing_either(world: World) -> None:
    giver, receiver = world.signer(), world.signer(CHAIN)
    moved(giver, "shipping", "K3")
    nonce = waiting(world, CHAIN, "K3")["nonce"]
    less = {"epcClass": f"https://id.gs1.org/{lot('K3')}", "quantity": 4, "uom": "KGM"}
    moved(receiver, "receiving", "K3", quantityList=[less], **{"nguon:nonce": nonce})
    assert waiting(world, COOPERATIVE, "K3")["state"] == "part"
    found = standing(world, "K3")
    assert found.satisfied == UP_TO_SIGNED
    assert found.flags == ()
