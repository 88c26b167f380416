# SPDX-License-Identifier: Apache-2.0
"""An accredited laboratory's credential of a lot: the claims it is for, and the package with it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest

from nguon.assurance.service import standings
from nguon.attesting import accrediting, changing, issuing
from nguon.attesting.model import Accreditation, IssueAsked, Issued, Kind
from nguon.attesting.signing import kept
from nguon.dossier.findings import AnyFinding, Code
from nguon.dossier.model import CREDENTIALS, Dossier
from nguon.identity.visibility import PUBLIC
from nguon.ladder.model import Predicate, Standing
from nguon.parties.keys.custody import custodian_of
from tests.dossier_made import about, judged, logged, package, with_part, wrong
from tests.integration.assurance.believing import OFFICER, sent
from tests.integration.web.signing_world import (
    COOPERATIVE,
    FRUIT,
    STRANGER,
    World,
    manager,
    opened,
)

LOT, OTHER = f"{FRUIT}/10/LAB1", f"{FRUIT}/10/LAB2"
NUMBER, BODY = "KQ-2026-0815", "Văn phòng công nhận"


@pytest.fixture(scope="module", params=["sqlite"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Two lots, of which an accredited laboratory tested the first."""
    with opened(request, tmp_path_factory.mktemp("laboratory")) as made:
        custodian = custodian_of(made.server.store)
        custodian.platform()
        custodian.make(made.numbers[STRANGER], name="", by="test")
        signer = made.signer()
        for lot in (LOT, OTHER):
            born = about(lot, 0, action="ADD", bizStep="commissioning")
            sent(made, signer, born, about(lot, 1), about(lot, 2, bizStep="shipping"))
        yield made


@pytest.fixture(scope="module")
def report(world: World) -> Issued:
    """The laboratory is recognised and issues its report."""
    store, laboratory = world.server.store, world.numbers[STRANGER]
    given = Accreditation(
        id="",
        attester=f"organisation/{laboratory}",
        name="Phòng thử nghiệm",
        accreditor=BODY,
        number="VILAS 118",
        schemes=("ISO 17025",),
        valid_from=date(2025, 1, 1),
        valid_to=None,
    )
    accrediting.record(store, OFFICER, given)
    asked = IssueAsked(
        request="r1",
        kind=Kind.TESTING,
        title="Phiếu kết quả thử nghiệm",
        scheme="ISO 17025",
        number=NUMBER,
        holder=world.numbers[COOPERATIVE],
        about=(LOT,),
        scope="Dư lượng thuốc bảo vệ thực vật",
        first_day=date(2026, 7, 30),
        last_day=date(2027, 7, 30),
    )
    made = issuing.issue(store, manager(laboratory), asked, kept(store))
    logged(world)
    return made


@pytest.fixture(scope="module")
def whole(world: World, report: Issued) -> Dossier:
    """The package while the report stands."""
    del report
    return package(world, LOT)


def attested(world: World, lot: str = LOT) -> dict[str, Standing]:
    """The claims that a body attests, by kind and stage, as everybody reads them."""
    server = world.server
    found = standings(server.store, server.services.tlog, lot, PUBLIC, datetime.now(UTC))
    assert found is not None
    return {
        one.claim.stage or one.claim.kind.value: one
        for one in found.claims
        if Predicate.ATTESTED in one.satisfied
    }


def packed(made: Dossier) -> list[dict[str, Any]]:
    """The credentials of a package."""
    return list(json.loads(made.parts[CREDENTIALS]))


def on_credentials(found: tuple[AnyFinding, ...]) -> list[tuple[bool | None, Any]]:
    """What is said of credentials: whether it holds, and how they stood."""
    return [
        (one.holds, one.params["standing"]) for one in found if str(one.code) == Code.CREDENTIAL
    ]


def test_the_steps_of_the_lot_are_attested_and_no_others(world: World, report: Issued) -> None:
    found = attested(world)
    assert set(found) == {"inspecting"}
    [evidence] = found["inspecting"].rung(Predicate.ATTESTED).evidence
    assert (evidence.what, evidence.reference) == ("attested-testing", NUMBER)
    assert evidence.params == {
        "digest": sha256(report.token.encode()).hexdigest(),
        "accredited": BODY,
    }
    assert attested(world, OTHER) == {}


def test_the_package_has_it_with_its_list_and_holds(
    world: World, report: Issued, whole: Dossier
) -> None:
    [told] = packed(whole)
    assert (told["credential"], told["standing"]) == (report.token, "good")
    assert told["digest"] == sha256(report.token.encode()).hexdigest()
    assert [url.rpartition("/")[2] for url in told["statuses"]] == [report.list]
    found = judged(world, bytes(whole))
    assert wrong(found) == []
    assert on_credentials(found) == [(True, "good")]
    assert CREDENTIALS not in package(world, OTHER).parts


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_changed_character_is_named(world: World, whole: Dossier, part: int) -> None:
    [told] = packed(whole)
    pieces = told["credential"].split(".")
    at = len(pieces[part]) // 2
    letter = "A" if pieces[part][at] != "A" else "B"
    pieces[part] = pieces[part][:at] + letter + pieces[part][at + 1 :]
    told["credential"] = ".".join(pieces)
    spoilt = with_part(whole, CREDENTIALS, json.dumps([told]))
    assert (str(Code.CREDENTIAL), "dossier.credential-other") in wrong(judged(world, bytes(spoilt)))
    # With a digest to match it is the signature that falls.
    told["digest"] = sha256(told["credential"].encode()).hexdigest()
    spoilt = with_part(whole, CREDENTIALS, json.dumps([told]))
    assert [holds for holds, _ in on_credentials(judged(world, bytes(spoilt)))] == [False]


def test_when_it_is_revoked_the_claim_falls_and_a_new_package_says_so(
    world: World, report: Issued, whole: Dossier
) -> None:
    laboratory = manager(world.numbers[STRANGER])
    changing.change(world.server.store, laboratory, report.id, "revoke", "mẫu bị nhầm")
    logged(world)
    assert attested(world) == {}
    made = package(world, LOT)
    [told] = packed(made)
    # The one list of a report that may be suspended tells both as no longer standing.
    assert (told["credential"], told["standing"]) == (report.token, "suspended")
    facts = [one["facts"] for one in json.loads(made.parts["claims"])]
    states = {each["status"] for one in facts for each in one.get("attestations", ())}
    assert states == {"revoked"}
    found = judged(world, bytes(made))
    assert wrong(found) == []
    assert on_credentials(found) == [(True, "suspended")]
    # The old word about it does not fit the list of today.
    told["standing"] = "good"
    lying = with_part(made, CREDENTIALS, json.dumps([told]))
    assert ("credential", "dossier.credential-standing") in wrong(judged(world, bytes(lying)))
    # What was packed before still holds for its time.
    assert on_credentials(judged(world, bytes(whole))) == [(True, "good")]
