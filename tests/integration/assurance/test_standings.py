# SPDX-License-Identifier: Apache-2.0
"""Standings from real records: signed over HTTP by an enrolled party, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from nguon.assurance.facts import facts_of
from nguon.assurance.model import Gathered, ItemStanding
from nguon.assurance.remembering import of_everybody
from nguon.assurance.service import judged, standings
from nguon.identity.visibility import PUBLIC
from nguon.ladder.model import ClaimKind, Facts, Flag, Predicate
from nguon.ladder.rules import RULES_DIGEST
from nguon.parties.keys import service as keys
from tests.integration.assurance.believing import (
    clock,
    enrol,
    event,
    lot,
    opened_case,
    sent,
    step_of,
    upheld,
)
from tests.integration.web.signing_world import COOPERATIVE, STRANGER, World, manager, opened
from tests.records import OPERATOR


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here; the cooperative is enrolled."""
    with opened(request, tmp_path_factory.mktemp(f"standings_{request.param}")) as made:
        enrol(made.server.store, made.numbers[COOPERATIVE])
        yield made


def standing(world: World, key: str, moment: datetime | None = None) -> ItemStanding:
    server = world.server
    found = standings(server.store, server.services.tlog, key, PUBLIC, moment or datetime.now(UTC))
    assert found is not None
    return found


def gathered(world: World, key: str) -> Gathered:
    server = world.server
    found = facts_of(server.store, server.services.tlog, key, PUBLIC, datetime.now(UTC))
    assert found is not None
    return found


def born_and_shipped(world: World, name: str, *, signed: bool = True) -> str:
    key = lot(name)
    signer = world.signer() if signed else None
    made = event(key, "commissioning", action="ADD", eventTime=clock(hours=2))
    sent(world, signer, made, event(key, "shipping"))
    return key


def test_a_signed_record_of_an_enrolled_party_climbs_the_ladder(world: World) -> None:
    key = born_and_shipped(world, "SIGNED")
    found = standing(world, key)
    shipped, made = (
        step_of(found.claims, "shipping"),
        step_of(found.claims, "creating_class_instance"),
    )
    basis = {Predicate.DECLARED, Predicate.IDENTIFIED, Predicate.SIGNED}
    assert shipped.satisfied == basis | {Predicate.PLAUSIBLE}
    assert (shipped.level, made.level) == (4, 2)
    assert made.rung(Predicate.PLAUSIBLE).raise_by == "ladder.raise-numbers"
    assert shipped.rung(Predicate.IDENTIFIED).evidence[0].reference == "cd" * 32
    assert shipped.rung(Predicate.SIGNED).evidence[1].reference == shipped.claim.receipt
    assert (found.flags, found.rules) == ((), RULES_DIGEST)
    assert found.lowest == made


def test_without_a_signature_a_record_stays_below(world: World) -> None:
    key = born_and_shipped(world, "PLAIN", signed=False)
    shipped = step_of(standing(world, key).claims, "shipping")
    assert shipped.satisfied == {
        Predicate.DECLARED,
        Predicate.IDENTIFIED,
        Predicate.PLAUSIBLE,
    }
    assert shipped.level == 1
    assert shipped.rung(Predicate.SIGNED).raise_by == "ladder.raise-sign"


def test_who_is_not_enrolled_is_not_identified(world: World) -> None:
    signer, key = world.signer(STRANGER), lot("XANH")
    told = event(key, "storing")
    del told["readPoint"]
    [seq] = sent(world, signer, told)
    found = standing(world, key)
    claim = found.claims[found.steps[seq]]
    assert Predicate.IDENTIFIED not in claim.satisfied
    assert Predicate.SIGNED in claim.satisfied
    assert claim.level == 0


def test_a_key_revoked_later_leaves_what_it_signed_before(world: World) -> None:
    signer, key = world.signer(), lot("REVOKED")
    sent(world, signer, event(key, "commissioning", action="ADD", eventTime=clock(hours=2)))
    before = standing(world, key)
    keys.revoke(
        world.server.store, signer.bound.kid, reason="stolen", by=manager(signer.bound.organisation)
    )
    after = standing(world, key, before.checked)
    assert after == before


def test_a_step_before_its_cause_contradicts(world: World) -> None:
    key = lot("BACKWARD")
    signer = world.signer()
    sent(
        world,
        signer,
        event(key, "commissioning", action="ADD", eventTime=clock(hours=2)),
        event(key, "shipping", eventTime=clock(hours=5)),
    )
    found = standing(world, key)
    shipped = step_of(found.claims, "shipping")
    [order] = [one for one in shipped.results if one.rule == "order"]
    assert (order.holds, order.reason) == (False, "ladder.before-born")
    assert order.params["key"] == key
    assert found.flags == (Flag.CONTRADICTED,)
    assert found.lowest == shipped
    page = world.client(None).get(f"/p/{key}", headers={"accept-language": "vi"}).text
    assert '<strong id="verdict">Có mâu thuẫn, đang kiểm tra' in page


def test_a_case_disputes_and_a_decision_contradicts(world: World) -> None:
    key = born_and_shipped(world, "CASE")
    store = world.server.store
    assert standing(world, key).flags == ()
    case = opened_case(store, key)
    found = standing(world, key)
    assert found.flags == (Flag.DISPUTED,)
    assert [one.claim.kind for one in found.claims if one.flags] == [ClaimKind.PRODUCT]
    page = world.client(None).get(f"/p/{key}", headers={"accept-language": "vi"}).text
    assert "đang kiểm tra" in page
    upheld(store, case, world.numbers[COOPERATIVE])
    assert standing(world, key).flags == (Flag.CONTRADICTED,)


def test_facts_alone_give_the_same_standing(world: World) -> None:
    found = gathered(world, born_and_shipped(world, "FACTS"))
    moment = datetime.now(UTC)
    sent_on = msgspec.json.encode(found.facts)
    again = msgspec.json.decode(sent_on, type=tuple[Facts, ...])
    assert judged(msgspec.structs.replace(found, facts=again), moment) == judged(found, moment)
    assert "organisation" not in sent_on.decode()


def test_what_the_public_may_not_see_is_in_no_fact(world: World) -> None:
    key = born_and_shipped(world, "HIDDEN")
    server = world.server
    whole = facts_of(server.store, server.services.tlog, key, OPERATOR, datetime.now(UTC))
    assert whole is not None
    steps = [one.step for one in gathered(world, key).facts if one.step is not None]
    seen = [one.step for one in whole.facts if one.step is not None]
    assert {part.quantity for step in steps for part in step.parts} == {None}
    assert all(part.quantity is not None for step in seen for part in step.parts)
    assert not any(step.whole for step in steps)


def test_the_public_answer_is_kept_until_something_is_recorded(world: World) -> None:
    server, key = world.server, born_and_shipped(world, "KEPT")
    first = of_everybody(server.store, server.services.tlog, key)
    assert of_everybody(server.store, server.services.tlog, key) is first
    assert first is not None
    sent(world, None, event(key, "storing", eventTime=clock(minutes=5)))
    second = of_everybody(server.store, server.services.tlog, key)
    assert second is not None
    assert len(second.claims) == len(first.claims) + 1


def test_nothing_is_said_of_what_nobody_recorded(world: World) -> None:
    server = world.server
    for key in (lot("NOTHING"), "01/09521999000008", "00/095211010000009998"):
        assert facts_of(server.store, server.services.tlog, key, PUBLIC, datetime.now(UTC)) is None
    product = standing(world, lot("NOTHING").partition("/10/")[0])
    assert [one.claim.kind for one in product.claims] == [ClaimKind.PRODUCT]


def test_rules_of_tomorrow_do_not_judge_today(world: World) -> None:
    key = born_and_shipped(world, "EARLY")
    found = standing(world, key, datetime.now(UTC) - timedelta(days=400))
    assert all(not one.results for one in found.claims)
