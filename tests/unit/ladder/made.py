# SPDX-License-Identifier: Apache-2.0
"""Facts of one shipment, as strong or weak as a test wants them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.quantity import Quantity
from nguon.ladder.model import (
    Attestation,
    Claim,
    ClaimKind,
    Confirmation,
    Earlier,
    Entity,
    Facts,
    Issued,
    Logged,
    Part,
    Signature,
    Step,
)

LOT = "01/09521101000016/10/TH260728"
FRUIT = "01/09521101000023/10/VUON1"
HAPPENED = datetime(2026, 11, 20, 2, tzinfo=UTC)
RECORDED = HAPPENED + timedelta(hours=1)
MOMENT = HAPPENED + timedelta(days=2)
PARTY = "htx-nhan"

LOGGED = Logged(receipt="1-12", leaf="ab" * 32, at=RECORDED)
ENTITY = Entity(
    code=PARTY,
    way="officers",
    since=HAPPENED - timedelta(days=90),
    register="active",
    evidence="cd" * 32,
)
SIGNATURE = Signature(
    kid="kid-1", digest="ef" * 32, form="http", valid=True, state="active", party=PARTY
)
AGREED = Confirmation(by="sieu-thi", reference="1-13", at=RECORDED, agreed=True, signed=True)
ATTESTED = Attestation(
    kind="testing",
    by="phong-thu",
    number="KQ-1",
    digest="12" * 32,
    accredited="VILAS",
    covers=True,
    status="good",
    at=RECORDED,
)
ISSUED = Issued(key=LOT[:17], state="issued", to=PARTY)
BORN = Earlier(how="born", key=LOT, at=HAPPENED - timedelta(hours=5), receipt="1-11")


changed = msgspec.structs.replace


def kilograms(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


def claim(**changes: Any) -> Claim:
    given: dict[str, Any] = {
        "kind": ClaimKind.STEP,
        "item": LOT,
        "stage": "shipping",
        "at": HAPPENED,
        "by": PARTY,
        "receipt": "1-12",
    }
    return Claim(**given | changes)


def step(**changes: Any) -> Step:
    given: dict[str, Any] = {
        "happened": HAPPENED,
        "recorded": RECORDED,
        "process": "shipping",
        "whole": True,
        "parts": (Part(key=LOT, role="thing", quantity=kilograms("20")),),
        "places": ("414/9521101000016",),
    }
    return Step(**given | changes)


def transformation(went: str | None, came: str | None, process: str = "sorting") -> Step:
    return step(
        process=process,
        transforms=True,
        parts=(
            Part(key=FRUIT, role="in", quantity=None if went is None else kilograms(went)),
            Part(key=LOT, role="out", quantity=None if came is None else kilograms(came)),
        ),
    )


def facts(**changes: Any) -> Facts:
    given: dict[str, Any] = {"claim": claim(), "step": step()}
    return Facts(**given | changes)


def strong(**changes: Any) -> Facts:
    """Everything that speaks for a claim."""
    given: dict[str, Any] = {
        "logged": LOGGED,
        "entity": ENTITY,
        "signature": SIGNATURE,
        "confirmations": (AGREED,),
        "attestations": (ATTESTED,),
        "issued": (ISSUED,),
        "step": step(earlier=(BORN,)),
    }
    return facts(**given | changes)
