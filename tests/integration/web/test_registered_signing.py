# SPDX-License-Identifier: Apache-2.0
"""The business register stops a party: what it signs is refused with the reason, until it is back.

The follower asks as it does by day; nobody suspends a key by hand.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from nguon.parties.enrolment import queries, steps
from nguon.parties.enrolment.follower import Follower
from nguon.parties.enrolment.model import State, Way
from nguon.parties.enrolment.office import attach, office_of
from nguon.parties.keys import queries as keys
from nguon.parties.keys import service
from nguon.parties.register.kept import KeptRegister
from nguon.store.enrolment_tables import register_check
from tests.integration.parties.enrolled import Businesses
from tests.integration.web.signing_world import (
    COOPERATIVE,
    Signer,
    World,
    bare,
    manager,
    opened,
)
from tests.pki_made import TAX_CODE

EVENTS = "/epcis/events"


@pytest.fixture(scope="module", params=["sqlite"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server; the cooperative is enrolled under a code that the register knows."""
    with opened(request, tmp_path_factory.mktemp("register")) as made:
        yield made


@pytest.fixture
def register(world: World) -> Businesses:
    """A register that says from now on that the cooperative is active."""
    store, organisation = world.server.store, world.numbers[COOPERATIVE]
    found = Businesses()
    found.say(TAX_CODE)
    attach(store, replace(office_of(store), register=KeptRegister(store, found)))
    if not queries.of(store, organisation):
        _enrol(world, found)
    else:
        follow(world)
    return found


def _enrol(world: World, register: Businesses) -> None:
    store, at, number = world.server.store, steps.now(), steps.new_id()
    values = {
        "id": number,
        "organisation": world.numbers[COOPERATIVE],
        "way": Way.OFFICERS.value,
        "code": TAX_CODE,
        "name": "Hợp tác xã",
        "deadline": at + timedelta(days=1),
        "evidence": "cd" * 32,
    }
    with store.transaction() as connection:
        steps.begin(connection, values, steps.PLATFORM, at, State.WAITING)
    entry = register.look_up(TAX_CODE)
    with store.transaction() as connection:
        rests = steps.Active(at + timedelta(days=365), "cd" * 32, {}, entry=entry)
        steps.activate(connection, queries.find(store, number), steps.PLATFORM, at, rests)


def follow(world: World) -> None:
    """The follower's round when the cooperative is due."""
    with world.server.store.transaction() as connection:
        connection.execute(update(register_check).values(due=0))
    assert Follower(world.server.store).turn() == 1


def sent(signer: Signer) -> httpx.Response:
    """A new lot, signed now."""
    body = bare()
    client = signer.world.client(None)
    return client.post(EVENTS, content=body, headers=signer.http(EVENTS, body))


@pytest.mark.parametrize("word", ["suspended", "dissolved"])
def test_what_the_register_stops_signs_nothing_until_it_is_back(
    world: World, register: Businesses, word: str
) -> None:
    store, signer = world.server.store, world.signer()
    assert sent(signer).status_code == 201
    register.say(TAX_CODE, word)
    follow(world)
    before = (world.events(), store.log.head().seq)
    refused = sent(signer)
    assert (refused.status_code, refused.json()["code"]) == (
        422,
        "capture.signature-key-suspended",
    )
    key = keys.find(store, signer.bound.kid)
    assert key is not None
    assert (key.steps[-1].by, key.steps[-1].reason) == ("business-register", f"register: {word}")
    # A key that is bound meanwhile is refused for its party's sake.
    late = world.signer()
    before = (before[0], store.log.head().seq)
    body = bare()
    for other in (
        world.client(None).post(EVENTS, content=body, headers=late.http(EVENTS, body)),
        world.client().post(EVENTS, content=body, headers=late.jws(body)),
    ):
        assert (other.status_code, other.json()["code"]) == (403, f"enrolment.entity-{word}")
    assert (world.events(), store.log.head().seq) == before
    service.revoke(
        store, late.bound.kid, by=manager(world.numbers[COOPERATIVE]), reason="no more needed"
    )

    register.say(TAX_CODE, "active")
    follow(world)
    accepted = sent(signer)
    assert accepted.status_code == 201, accepted.text
    assert world.events() == before[0] + 1


def test_unsigned_records_go_on(world: World, register: Businesses) -> None:
    """A stopped party still has goods that must be told of; its word is worth less."""
    register.say(TAX_CODE, "suspended")
    follow(world)
    headers = {"content-type": "application/ld+json"}
    answer = world.client().post(EVENTS, content=bare(), headers=headers)
    assert answer.status_code == 201, answer.text
