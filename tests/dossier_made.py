# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence for tests: a lot with signed events of every form, its log and map."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from nguon.assurance.dossiers.making import Making, Wanted, make
from nguon.base.audience import Audience
from nguon.dossier.findings import AnyFinding, Code, Finding
from nguon.dossier.model import Dossier
from nguon.dossier.verifying import verify
from nguon.transparency.judging import Clock
from nguon.transparency.policies import Policy
from tests.integration.web.samples import document
from tests.integration.web.signing_world import FRUIT, HOUSE, Signer, World, event
from tests.records import OPERATOR

LOT = f"{FRUIT}/10/HS1"


def about(lot: str, minute: int, **members: Any) -> dict[str, Any]:
    """An event about a lot that is there already."""
    amount = {"epcClass": f"https://id.gs1.org/{lot}", "quantity": 100, "uom": "KGM"}
    told = {
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "quantityList": [amount],
        "eventTime": f"2026-08-01T09:{minute:02d}:00.000+07:00",
        "readPoint": {"id": f"https://id.gs1.org/{HOUSE}"},
    }
    return event(0, **{**told, **members})


def captured(world: World, signer: Signer, lot: str = LOT) -> None:
    """A lot with events that are signed in every form, and one that is not signed."""
    with world.client() as client:
        first = json.dumps(document(about(lot, 0, action="ADD", bizStep="commissioning"))).encode()
        _sent(
            client.post(
                "/epcis/capture", content=first, headers=signer.http("/epcis/capture", first)
            )
        )
        second = json.dumps(document(about(lot, 1), about(lot, 2))).encode()
        _sent(client.post("/epcis/capture", content=second, headers=signer.jws(second)))
        events = [about(lot, 3), event(), about(lot, 4)]
        third = json.dumps(document(*events)).encode()
        raws = [json.dumps(one).encode() for one in events]
        _sent(client.post("/epcis/capture", content=third, headers=signer.batch(raws)))
        plain = json.dumps(document(about(lot, 5))).encode()
        _sent(
            client.post(
                "/epcis/capture", content=plain, headers={"content-type": "application/ld+json"}
            )
        )


def logged(world: World) -> None:
    """Everything that is recorded is signed by the log and in its map."""
    parts = world.server.services
    parts.tlog.turn()
    parts.completer.once()
    parts.tlog.turn()


def package(world: World, lot: str = LOT, audience: Audience = OPERATOR) -> Dossier:
    """The package of a lot."""
    parts = world.server.services
    by = Making(parts.store, parts.tlog, parts.completer)
    made = make(by, Wanted(lot), audience, datetime.now(UTC))
    assert made is not None
    return made


def policy_of(world: World) -> Policy:
    """Whom the server's own log trusts."""
    found = world.server.services.tlog.policy()
    assert found is not None
    return found


def judged(world: World, octets: bytes) -> tuple[AnyFinding, ...]:
    """What the verifier says of a file now."""
    return verify(octets, policy_of(world), Clock(int(datetime.now(UTC).timestamp())))


def wrong(findings: tuple[AnyFinding, ...]) -> list[tuple[str, Any]]:
    """What falls: codes, with the reason or, of a claim, the stage."""
    return [
        (str(one.code), one.params.get("stage") or one.params.get("part") or one.params["reason"])
        for one in findings
        if one.holds is False
    ]


def claims(findings: tuple[AnyFinding, ...]) -> list[Finding]:
    """The findings about claims."""
    return [one for one in findings if isinstance(one, Finding) and one.code is Code.CLAIM]


def with_part(one: Dossier, name: str, text: str) -> Dossier:
    """The same with another part."""
    return msgspec.structs.replace(one, parts={**one.parts, name: text})


def _sent(answer: Any) -> None:
    assert answer.status_code == 202, answer.text
    assert answer.json()["success"], answer.text
