# SPDX-License-Identifier: Apache-2.0
"""Hand-overs that are signed: the secret of an offer, the invoice, each answer stated; those of
programs matched like those of forms, and what is evidence of a confirmation.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nguon.base.canonical_json import canonical
from nguon.entries import answering, following, handovers, nonces
from nguon.entries.confirmations import Confirmation, confirmations
from nguon.entries.errors import EntryError, FaultyEntryError
from nguon.entries.handover import HandOver, State
from nguon.entries.model import AnswerLine, HandOverAnswer, Line, Receive, Ship, Verdict
from nguon.entries.service import Sending, record
from nguon.entries.taking_back import take_back
from nguon.parties.keys import custody
from nguon.signing import jws
from tests.integration.entries.conftest import (
    BOX,
    CHAIN,
    COOPERATIVE,
    HOUSE,
    NOW,
    WAREHOUSE,
    Village,
    pieces,
)
from tests.records import OPERATOR

BOXES = f"{BOX}/10/TH260728"
LINK = "https://id.gs1.org/"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "urn:nguon:epcis:"},
]


@pytest.fixture
def kept(village: Village, tmp_path: Path) -> Village:
    """Both sides have a key that is kept here."""
    custody.attach(village.store, tmp_path / "party.key")
    for code in (COOPERATIVE, CHAIN):
        number = village.numbers[code]
        custody.custodian_of(village.store).make(number, name="kept", by="test")
    return village


def person(village: Village, code: str) -> Sending:
    """Somebody who has signed in for an organisation."""
    sending = village.sending(code)
    return msgspec.structs.replace(sending, principal=replace(sending.principal, person=7))


def offered(village: Village, **more: Any) -> HandOver:
    """Fifty boxes, sent to the shop chain with an invoice."""
    village.delivered()
    village.packed()
    ship = Ship(
        at=NOW, place=HOUSE, receiver=village.numbers[CHAIN], destination=WAREHOUSE,
        lines=(Line(BOXES, pieces(50)),), invoice="HD 26/17", **more,
    )  # fmt: skip
    record(person(village, COOPERATIVE), [ship], idempotency="ship")
    [found] = handovers.lists(village.store, village.numbers[CHAIN]).to_me
    return found


def answered(
    village: Village, one: HandOver, verdict: Verdict, nonce: str | None, **more: Any
) -> None:
    """The chain's answer."""
    given = HandOverAnswer(
        handover=one.id, verdict=verdict, at=NOW, place=WAREHOUSE, nonce=nonce, **more
    )
    answering.answer(person(village, CHAIN), given, idempotency=f"answer-{nonce}")


def event_at(village: Village, seq: int | None) -> Any:
    """The event of an entry of the log, as it is stored."""
    assert seq is not None
    [entry] = village.store.log.at([seq])
    [stored] = village.store.events.by_ids(OPERATOR, [entry.event])
    return json.loads(stored.body or b"{}")


def test_the_shipment_has_the_hash_and_the_receipt_the_secret(kept: Village) -> None:
    one = offered(kept)
    assert one.body.nonce is not None
    assert len(one.body.nonce) == 22
    answered(kept, one, Verdict.ACCEPT, one.body.nonce)
    [found] = confirmations(kept.store, [BOXES])
    assert (found.state, found.agreed, found.nonce_echoed) == (State.ACCEPTED, True, True)
    sent, got = event_at(kept, found.shipping_seq), event_at(kept, found.receiving_seq)
    assert sent["nguon:offer"] == nonces.hashed(got["nguon:nonce"])
    assert "nguon:nonce" not in sent
    assert got["nguon:nonce"] == one.body.nonce


def test_the_invoice_ties_the_sale_to_both(kept: Village) -> None:
    one = offered(kept)
    answered(kept, one, Verdict.ACCEPT, one.body.nonce)
    [found] = confirmations(kept.store, [BOXES])
    assert found.invoice == "HD 26/17"
    events = [event_at(kept, seq) for seq in (found.shipping_seq, found.receiving_seq)]
    papers = [
        [paper["bizTransaction"] for paper in event["bizTransactionList"] if paper["type"] == "inv"]
        for event in events
    ]
    assert papers == [["urn:epcglobal:cbv:bt:9521101000009:HD%2026%2F17"]] * 2
    for event in events:
        kinds = {side["type"]: side for side in (*event["sourceList"], *event["destinationList"])}
        assert "owning_party" in kinds
    assert events[0]["sourceList"] == events[1]["sourceList"]
    assert events[0]["destinationList"] == events[1]["destinationList"]


def test_another_secret_is_no_answer(kept: Village) -> None:
    one, before = offered(kept), kept.events()
    with pytest.raises(FaultyEntryError) as error:
        answered(kept, one, Verdict.ACCEPT, "x" * 22)
    assert [fault.code for fault in error.value.faults] == ["entries.nonce-wrong"]
    with pytest.raises(EntryError) as dispute:
        answered(kept, one, Verdict.DISPUTE, "y" * 22, reason="not ours")
    assert dispute.value.code == "entries.nonce-wrong"
    assert kept.events() == before
    assert handovers.one(kept.store, one.giver, one.id) == one


def test_a_receipt_without_the_secret_is_matched_by_its_goods_and_says_so(kept: Village) -> None:
    offered(kept)
    receipt = Receive(
        at=NOW, place=WAREHOUSE, giver=kept.numbers[COOPERATIVE],
        lines=(Line(BOXES, pieces(50)),),
    )  # fmt: skip
    record(person(kept, CHAIN), [receipt], idempotency="got")
    [found] = confirmations(kept.store, [BOXES])
    assert (found.state, found.nonce_echoed) == (State.ACCEPTED, False)


def test_each_step_is_signed_and_stated(kept: Village) -> None:
    one = offered(kept)
    answered(kept, one, Verdict.DISPUTE, one.body.nonce, reason="all of it is wet")
    answering.agree(person(kept, COOPERATIVE), one.id, "we take it back")
    [found] = confirmations(kept.store, [BOXES])
    assert [said.state for said in found.said] == ["offered", "disputed", "settled"]
    assert [said.organisation for said in found.said] == [one.giver, one.receiver, one.giver]
    for said in found.said:
        key, _ = custody.custodian_of(kept.store).key(said.organisation) or (None, None)
        assert key is not None
        assert (said.kid, said.custodial) == (key.kid, True)
        assert said.token is not None
        signed = jws.read(said.token, said.payload.encode())
        assert signed.header["typ"] == "nguon-handover+jws"
        signed.verify(key.public)
        told = json.loads(said.payload)
        assert canonical(told) == said.payload.encode()
        assert "wet" not in said.payload
    assert len(kept.store.log.statements_of(f"handover.step/{one.id}/2")) == 1
    assert found.nonce_echoed


def test_what_is_taken_back_confirms_nothing(kept: Village) -> None:
    one = offered(kept)
    take_back(person(kept, COOPERATIVE), one.id, "wrong lorry")
    assert confirmations(kept.store, [BOXES]) == []


def test_programs_steps_are_stated_unsigned(kept: Village) -> None:
    one = offered(kept)
    given = HandOverAnswer(
        handover=one.id, verdict=Verdict.PART, at=NOW, place=WAREHOUSE, reason="two broken",
        lines=(AnswerLine(BOXES, pieces(48)),),
    )  # fmt: skip
    answering.answer(kept.sending(CHAIN), given, idempotency="by program")
    [found] = confirmations(kept.store, [BOXES])
    assert (found.state, found.agreed) == (State.PART, False)
    assert [said.token is None for said in found.said] == [False, True]
    assert found.quantities[0].quantity == pieces(50)
    assert found.found[0].quantity == pieces(48)


def moved(village: Village, step: str, count: int, **members: Any) -> int:
    """A program's shipment or receipt of boxes; gives its entry."""
    code = COOPERATIVE if step == "shipping" else CHAIN
    glns = {"cooperative": "9521101000009", "chain": "9521105000005"}
    place = HOUSE if step == "shipping" else WAREHOUSE
    one = {
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": step,
        "eventTime": "2026-07-29T08:00:00+07:00", "eventTimeZoneOffset": "+07:00",
        "readPoint": {"id": LINK + place}, "bizLocation": {"id": LINK + place},
        "quantityList": [{"epcClass": f"{LINK}{BOXES}", "quantity": count}],
        "bizTransactionList": [
            {"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:9521101000009:HD-77"}
        ],
        "sourceList": [
            {"type": "owning_party", "source": f"{LINK}417/{glns['cooperative']}"}],
        "destinationList": [
            {"type": "owning_party", "destination": f"{LINK}417/{glns['chain']}"}],
        "@context": CONTEXT,
    } | members  # fmt: skip
    capturing = village.capture.event(village.sending(code).principal, json.dumps(one).encode())
    return capturing.receipt(capturing.receipts.result(60)).seq


def matched(village: Village) -> list[Confirmation]:
    """What stands after everything was followed."""
    while following.turn(village.store):
        pass
    return confirmations(village.store, [BOXES])


@pytest.fixture
def followed(village: Village) -> Village:
    """From here on programs are followed."""
    assert not following.turn(village.store)
    return village


def test_shipments_and_receipts_of_programs_meet(followed: Village) -> None:
    sent = moved(followed, "shipping", 40)
    [open_one] = matched(followed)
    assert (open_one.state, open_one.agreed, open_one.invoice) == (State.OFFERED, None, "HD-77")
    [waiting] = handovers.lists(followed.store, followed.numbers[CHAIN]).to_me
    assert waiting.id == open_one.id
    got = moved(followed, "receiving", 40, **{"nguon:nonce": waiting.body.nonce})
    [found] = matched(followed)
    assert (found.shipping_seq, found.receiving_seq) == (sent, got)
    assert (found.state, found.nonce_echoed) == (State.ACCEPTED, True)
    assert matched(followed) == [found]


def test_a_secret_of_the_givers_own_is_known_by_its_hash(followed: Village) -> None:
    moved(followed, "shipping", 40, **{"nguon:offer": nonces.hashed("my-own-secret-0001")})
    moved(followed, "receiving", 39, **{"nguon:nonce": "my-own-secret-0001"})
    [found] = matched(followed)
    assert (found.state, found.agreed, found.nonce_echoed) == (State.PART, False, True)


def test_what_nobody_offered_is_open_on_both_sides(followed: Village) -> None:
    moved(followed, "receiving", 40)
    [found] = matched(followed)
    assert (found.state, found.shipping_seq) == (State.CLAIMED, None)
    for code in (COOPERATIVE, CHAIN):
        [one] = handovers.lists(followed.store, followed.numbers[code]).unmatched
        assert one.id == found.id
    sent = moved(followed, "shipping", 40)
    [found] = matched(followed)
    assert (found.state, found.shipping_seq) == (State.ACCEPTED, sent)


def test_a_shipment_in_error_offers_nothing(followed: Village) -> None:
    name = "urn:uuid:00000000-0000-4000-8000-00000000aa01"
    moved(followed, "shipping", 40, eventID=name)
    assert len(matched(followed)) == 1
    moved(followed, "shipping", 40, eventID=name,
          errorDeclaration={"declarationTime": "2026-07-30T08:00:00Z"})  # fmt: skip
    assert matched(followed) == []


def test_forms_are_left_to_themselves(followed: Village) -> None:
    one = offered(followed)
    [found] = matched(followed)
    assert (found.id, found.state) == (one.id, State.OFFERED)
    moved(followed, "receiving", 50, **{"nguon:nonce": one.body.nonce})
    [found] = matched(followed)
    assert (found.id, found.state, found.nonce_echoed) == (one.id, State.ACCEPTED, True)
