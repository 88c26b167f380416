# SPDX-License-Identifier: Apache-2.0
"""A household is erased: neither the key kept for it nor its own signs anything any more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from nguon.capture.attaching import custodial, key_kept
from nguon.compliance import holds
from nguon.compliance.holds import Kind, Order
from nguon.identity.model import Principal, Role
from nguon.parties.keys import queries as keys
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import KeyState
from nguon.registry import erasure
from nguon.store.party_keys_tables import party_key, party_key_secret
from tests.accounts import send, signed_in
from tests.integration.assurance.believing import OFFICER
from tests.integration.web.signing_world import COOPERATIVE, STRANGER, World, bare, opened

EVENTS, HOUSEHOLD, PHONE = "/epcis/events", "ho-th-01", "điện thoại bà Nhài"


@pytest.fixture(params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server with the cooperative and its household."""
    with opened(request, tmp_path_factory.mktemp(f"erased_{request.param}")) as made:
        yield made


def states(world: World, kids: list[str]) -> list[KeyState]:
    """How keys stand now."""
    now = datetime.now(UTC)
    return [keys.at(world.server.store, [kid])[kid].standing(now) for kid in kids]


def asked(world: World) -> str:
    """The cooperative asks to erase its household."""
    subject = world.numbers[HOUSEHOLD]
    return erasure.ask(
        world.server.store, subject, organisation=world.numbers[COOPERATIVE],
        concerned={subject}, by="test", reason="ra khỏi HTX",
    )  # fmt: skip


def decided(world: World, number: str, **said: object) -> httpx.Response:
    """The operator answers."""
    desk = signed_in(world.server.client(), world.server.store, "operator", world.numbers[STRANGER])
    return send(desk, "/s/erasures", {"words": "đã xem", **said}, f"/s/erasures/{number}")


def kept(world: World, column: Any) -> list[Any]:
    """One column of all rows."""
    with world.server.store.reading() as connection:
        return list(connection.scalars(select(column)))


def test_the_keys_of_an_erased_household_sign_nothing(world: World) -> None:
    store, number = world.server.store, world.numbers[HOUSEHOLD]
    custodian = custodian_of(store)
    cared = custodian.make(number, name=PHONE, by="test")
    other = custodian.make(world.numbers[COOPERATIVE], name="HTX", by="test")
    own = world.signer(HOUSEHOLD)
    all_of_it = [cared.kid, own.bound.kid]
    role = Role.CLERK
    clerk = Principal(number, "p", role.kind, role.scopes, strict=False, person=7)

    def sent() -> httpx.Response:
        body = bare(readPoint={"id": "https://id.gs1.org/414/9521101001013"})
        return world.client(None).post(EVENTS, content=body, headers=own.http(EVENTS, body))

    assert decided(world, asked(world), do="refuse").status_code == 303
    order = Order(kind=Kind.ORGANISATION, subject=HOUSEHOLD, body="Chi cục", reason="vụ án",
                  order_number="7")  # fmt: skip
    hold = holds.place(store, OFFICER, order)
    wanted = asked(world)
    assert decided(world, wanted, do="erase").status_code == 400
    assert states(world, all_of_it) == [KeyState.ACTIVE, KeyState.ACTIVE]
    assert key_kept(store, number) is not None
    assert custodial(store, clerk, [bare()]) is not None

    holds.release(store, OFFICER, hold.id, "xong")
    assert decided(world, wanted, do="erase").status_code == 303
    assert states(world, all_of_it) == [KeyState.REVOKED, KeyState.REVOKED]
    assert custodian.key(number) is None
    assert key_kept(store, number) is None
    assert custodial(store, clerk, [bare()]) is None
    assert cared.kid not in kept(world, party_key_secret.c.kid)
    assert PHONE not in kept(world, party_key.c.name)
    before = (world.events(), store.log.head().seq)
    refused = sent()
    assert (refused.status_code, refused.json()["code"]) == (422, "capture.signature-key-revoked")
    assert (world.events(), store.log.head().seq) == before
    # Nobody else's key is touched.
    assert states(world, [other.kid]) == [KeyState.ACTIVE]
    assert key_kept(store, world.numbers[COOPERATIVE]) is not None
