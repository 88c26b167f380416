# SPDX-License-Identifier: Apache-2.0
"""Organisations that are told something, and ways to send it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.messages import service, where
from nguon.messages.delivering import Post
from nguon.messages.mailing.relay import Relay
from nguon.messages.model import Channel, Message
from nguon.parties.keys import custody
from nguon.registry.service import attach
from nguon.store import Store
from nguon.store.messages_tables import message_address, message_delivery
from tests.integration.codes import world
from tests.integration.messages.mail_server import MailServer, taking

MAKER = Principal(301, "key-m", KeyKind.MEMBER, frozenset({Scope.READ, Scope.PEOPLE}), strict=False)
SHOP = Principal(302, "key-s", KeyKind.MEMBER, frozenset({Scope.READ}), strict=False)
BASE = "https://nguon.example"
KIND = "messages.mailbox-lead"
"""A code with one parameter, which stands for the kinds of rooms above."""


@pytest.fixture
def store(store: Store, tmp_path: Path) -> Store:
    """With keys and secrets."""
    world.people(store, tmp_path)
    attach(store)
    sealing.attach(store, tmp_path / "accounts.key")
    custody.attach(store, tmp_path / "parties.key")
    return store


@pytest.fixture
def server() -> Iterator[MailServer]:
    with taking() as found:
        yield found


@pytest.fixture
def post(server: MailServer) -> Post:
    return Post(BASE, Relay("127.0.0.1", server.port, "bao@nguon.example"), private=True)


@pytest.fixture
def told(store: Store) -> Callable[..., str]:
    """Tells an organisation something."""

    def tell(organisation: int = 301, **more: object) -> str:
        values = {"kind": KIND, "params": {"address": "Lô A"}, **more}
        with store.transaction() as connection:
            return service.send(connection, Message(organisation=organisation, **values))  # type: ignore[arg-type]

    return tell


def mailbox(store: Store, address: str, by: Principal = MAKER, *, every: bool = True) -> str:
    """A mailbox that is confirmed already, its id; nothing asks for it any more."""
    return _good(store, by, Channel.EMAIL, address, every=every)


def hook(store: Store, url: str, by: Principal = MAKER) -> str:
    """A web address likewise."""
    return _good(store, by, Channel.WEBHOOK, url, every=True)


def due_now(store: Store) -> None:
    """Whatever waits is tried again at once."""
    columns = message_delivery.c
    with store.transaction() as connection:
        connection.execute(update(message_delivery).where(columns.due.is_not(None)).values(due=1))


def _good(store: Store, by: Principal, channel: Channel, address: str, *, every: bool) -> str:
    made = where.add(store, by, channel, address, every=every, private=True)
    with store.transaction() as connection:
        connection.execute(
            update(message_address).where(message_address.c.id == made.id).values(confirmed=1)
        )
        asking = (message_delivery.c.address == made.id) & (message_delivery.c.message == "")
        connection.execute(update(message_delivery).where(asking).values(due=None, delivered=1))
    return made.id
