# SPDX-License-Identifier: Apache-2.0
"""A world of signed records: an enrolled cooperative, its lots, and what is made of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from nguon.base.audience import NATIONAL
from nguon.disputes import service as disputes
from nguon.disputes import subjects
from nguon.disputes.model import Case, Kind, Outcome, Report, Step
from nguon.disputes.service import Said
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.ladder.model import ClaimKind, Standing
from nguon.parties.enrolment import queries, steps
from nguon.parties.enrolment.model import State, Way
from nguon.store import Store
from tests.integration.web.signing_world import (
    COOPERATIVE,
    FRUIT,
    HOUSE,
    Signer,
    World,
    manager,
)

OFFICER = Principal(
    99, "person/1", KeyKind.INSPECTOR, frozenset(Scope), strict=False, mandate=NATIONAL
)


def enrol(store: Store, organisation: int) -> None:
    """An organisation is identified from now on."""
    at, number = steps.now(), steps.new_id()
    values = {
        "id": number,
        "organisation": organisation,
        "way": Way.OFFICERS.value,
        "code": f"01012345{organisation:02}",
        "name": "Hợp tác xã",
        "deadline": at + timedelta(days=1),
        "evidence": "cd" * 32,
    }
    with store.transaction() as connection:
        steps.begin(connection, values, steps.PLATFORM, at, State.WAITING)
    with store.transaction() as connection:
        rests = steps.Active(at + timedelta(days=365), "cd" * 32, {})
        steps.activate(connection, queries.find(store, number), steps.PLATFORM, at, rests)


def clock(**ago: float) -> str:
    """A time so long ago, as events have it."""
    at = datetime.now(UTC) - timedelta(**ago)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(lot: str, step: str, *, action: str = "OBSERVE", **members: Any) -> dict[str, Any]:
    """Something happens to a lot at the packing house, an hour ago."""
    quantity = {"epcClass": f"https://id.gs1.org/{lot}", "quantity": 100, "uom": "KGM"}
    return {
        "type": "ObjectEvent",
        "action": action,
        "eventTime": clock(hours=1),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": step,
        "quantityList": [quantity],
        "readPoint": {"id": f"https://id.gs1.org/{HOUSE}"},
    } | members


def lot(name: str) -> str:
    """The key of a lot of the cooperative's fruit."""
    return f"{FRUIT}/10/{name}"


def sent(world: World, signer: Signer | None, *events: dict[str, Any]) -> list[int]:
    """Recorded one by one, signed where there is a key; their numbers in the log."""
    context = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
    seqs = []
    for one in events:
        body = json.dumps({"@context": [context]} | one).encode()
        headers = {"content-type": "application/ld+json"}
        if signer is not None:
            headers = signer.http("/epcis/events", body)
        client = world.client(COOPERATIVE if signer is None else signer.code)
        answer = client.post("/epcis/events", content=body, headers=headers)
        assert answer.status_code == 201, answer.text
        seqs.append(int(answer.json()["seq"]))
    return seqs


def step_of(claims: tuple[Standing, ...], stage: str) -> Standing:
    """The standing of the one step of this stage."""
    [found] = [
        one for one in claims if one.claim.kind is ClaimKind.STEP and one.claim.stage == stage
    ]
    return found


def opened_case(store: Store, key: str) -> Case:
    """An officer checks a thing."""
    told = Report(kind=Kind.LABEL, words="Nhãn ghi khác với trang này.")
    case = disputes.report(store, subjects.of_item(store, key), told).case
    said = Said(seen=case.seen, words="Mở để kiểm tra lời báo.")
    return disputes.take(store, OFFICER, case.id, Step.OPEN, said)


def upheld(store: Store, case: Case, party: int) -> None:
    """The officer asks the party, and finds that the report was right."""
    asked = Said(seen=case.seen, words="Xin giải thích về nhãn.", days=5)
    case = disputes.take(store, OFFICER, case.id, Step.ASK, asked)
    told = Said(seen=case.seen, words="Nhãn in nhầm ngày.")
    case = disputes.answer(store, manager(party), case.id, told)
    said = Said(seen=case.seen, words="Lời báo đúng như kiểm tra.", outcome=Outcome.UPHELD)
    disputes.decide(store, OFFICER, case.id, said)
