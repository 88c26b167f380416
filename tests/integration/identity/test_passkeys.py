# SPDX-License-Identifier: Apache-2.0
"""Passkeys: made and shown once, for one site and one person; copies are noticed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nguon.identity.accounts import attempts, events, factors, passkeys, sealing, signing
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.passkeys import Site
from nguon.identity.errors import AccountError, SignInError, TooManyAttemptsError
from nguon.store import Store
from tests.accounts import somebody
from tests.passkeys_made import PRESENT, Device

SITE = Site("https://nguon.example", "Nguồn")
HERE = Browser("203.0.113.7", "Firefox")
HOLDER = "session of this browser"


@pytest.fixture(autouse=True)
def vault(store: Store, tmp_path: Path) -> None:
    """The store with a key of its own."""
    sealing.attach(store, tmp_path / "accounts.key")


def device(**properties: Any) -> Device:
    return Device(**{"origin": SITE.base_url, "rp_id": SITE.host, **properties})


def sent(options: Any) -> Any:
    """Options as the script reads them."""
    return json.loads(msgspec.json.encode(options))


def offered(store: Store, person: int) -> Any:
    return sent(passkeys.offer(store, SITE, person, HOLDER))


def added(store: Store, person: int, own: Device) -> list[str]:
    answer = own.made(offered(store, person))
    return passkeys.add(store, SITE, HERE, person, HOLDER, "điện thoại", answer)


def shown(store: Store, own: Device, person: int | None = None) -> int:
    answer = own.shown(sent(passkeys.ask(store, SITE, HOLDER)))
    return passkeys.show(store, SITE, HERE, HOLDER, answer, person)


def test_made_then_shown(store: Store) -> None:
    person, own = somebody(store), device()
    assert len(added(store, person, own)) == 10
    assert shown(store, own) == person
    (known,) = passkeys.of_person(store, person)
    assert known.name == "điện thoại"
    assert known.last_used is not None
    assert factors.standing(store, person) == factors.Standing(False, 1, 10)
    assert [one.kind for one in events.of_person(store, person)] == [
        Event.RECOVERY_MADE,
        Event.PASSKEY_ADDED,
    ]


def test_what_is_asked_of_the_device(store: Store) -> None:
    person, own = somebody(store), device()
    first = offered(store, person)["publicKey"]
    assert first["rp"] == {"name": "Nguồn", "id": "nguon.example"}
    selection = first["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert first["excludeCredentials"] == []
    added(store, person, own)
    second = offered(store, person)["publicKey"]
    assert len(second["excludeCredentials"]) == 1
    assert second["user"]["id"] == first["user"]["id"]
    assert second["challenge"] != first["challenge"]
    asked = sent(passkeys.ask(store, SITE, HOLDER))["publicKey"]
    assert asked.get("allowCredentials", []) == []
    assert asked["userVerification"] == "required"


def test_an_answer_is_good_once(store: Store) -> None:
    person, own = somebody(store), device()
    options = offered(store, person)
    answer = own.made(options)
    passkeys.add(store, SITE, HERE, person, HOLDER, "a", answer)
    with pytest.raises(AccountError):
        passkeys.add(store, SITE, HERE, person, HOLDER, "b", answer)
    asked = sent(passkeys.ask(store, SITE, HOLDER))
    replayed = own.shown(asked)
    passkeys.show(store, SITE, HERE, HOLDER, replayed)
    with pytest.raises(SignInError):
        passkeys.show(store, SITE, HERE, HOLDER, replayed)


def test_an_answer_is_good_in_one_browser(store: Store) -> None:
    person, own = somebody(store), device()
    added(store, person, own)
    answer = own.shown(sent(passkeys.ask(store, SITE, HOLDER)))
    with pytest.raises(SignInError):
        passkeys.show(store, SITE, HERE, "another", answer)
    other = somebody(store)
    with pytest.raises(AccountError):
        passkeys.add(store, SITE, HERE, other, HOLDER, "x", own.made(offered(store, person)))
    assert passkeys.of_person(store, other) == []


WRONG: dict[str, Callable[[Device], Device]] = {
    "another site's page": lambda own: replace(own, origin="https://evil.example"),
    "a page over plain HTTP": lambda own: replace(own, origin="http://nguon.example"),
    "another site's passkey": lambda own: replace(own, rp_id="evil.example"),
    "nobody looked": lambda own: replace(own, flags=0),
    "nobody was verified": lambda own: replace(own, flags=PRESENT),
    "another key": lambda own: replace(own, key=device().key),
    "an unknown passkey": lambda own: replace(own, id=b"x" * 32),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_taken(store: Store, name: str) -> None:
    person, own = somebody(store), device()
    added(store, person, own)
    with pytest.raises(SignInError) as caught:
        shown(store, WRONG[name](own))
    assert caught.value.code == "security.passkey-wrong"
    if name not in {"another key", "an unknown passkey"}:
        with pytest.raises(AccountError):
            added(store, person, WRONG[name](device()))
    assert len(passkeys.of_person(store, person)) == 1


def test_an_answer_to_another_question(store: Store) -> None:
    person, own = somebody(store), device()
    added(store, person, own)
    asked = sent(passkeys.ask(store, SITE, HOLDER))
    answer = own.shown(asked, kind="webauthn.create")
    with pytest.raises(SignInError):
        passkeys.show(store, SITE, HERE, HOLDER, answer)
    answer = own.shown(offered(store, person))
    with pytest.raises(SignInError):
        passkeys.show(store, SITE, HERE, HOLDER, answer)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id":"AA","rawId":"AA","type":"public-key"}', "x" * 9999]
)
def test_what_is_no_answer(store: Store, answer: str) -> None:
    person = somebody(store)
    with pytest.raises(SignInError):
        passkeys.show(store, SITE, HERE, HOLDER, answer)
    with pytest.raises(AccountError):
        passkeys.add(store, SITE, HERE, person, HOLDER, "x", answer)


def test_a_copy_is_noticed(store: Store) -> None:
    person, own = somebody(store), device(counter=5)
    added(store, person, own)
    own.counter = 6
    assert shown(store, own) == person
    for counted in (6, 5, 0):
        with pytest.raises(SignInError):
            shown(store, replace(own, counter=counted))
    kinds = [one.kind for one in events.of_person(store, person)]
    assert kinds.count(Event.PASSKEY_COPIED) == 3
    assert shown(store, replace(own, counter=7)) == person


def test_anothers_passkey_is_no_second_factor(store: Store) -> None:
    one, two, own = somebody(store), somebody(store), device()
    added(store, one, own)
    with pytest.raises(SignInError):
        shown(store, own, two)
    assert shown(store, own, one) == one


def test_a_passkey_belongs_to_one_person(store: Store) -> None:
    one, two, own = somebody(store), somebody(store), device()
    added(store, one, own)
    with pytest.raises(AccountError):
        added(store, two, own)


def test_the_only_way_in_is_not_removed(store: Store) -> None:
    person, own = somebody(store), device()
    added(store, person, own)
    (known,) = passkeys.of_person(store, person)
    with pytest.raises(AccountError):
        passkeys.remove(store, HERE, person, known.id)
    signing.set_password(store, person, "mít na vải dừa")
    assert passkeys.remove(store, HERE, somebody(store), known.id) is False
    assert passkeys.remove(store, HERE, person, known.id) is True
    assert factors.standing(store, person) == factors.Standing(False, 0, 0)
    with pytest.raises(SignInError):
        shown(store, own)


def test_trying_is_limited(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "FROM_ADDRESS", attempts.Limit(3, 60))
    for _ in range(3):
        with pytest.raises(SignInError):
            passkeys.show(store, SITE, HERE, HOLDER, "{}")
    with pytest.raises(TooManyAttemptsError):
        passkeys.show(store, SITE, HERE, HOLDER, "{}")


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://nguon.example", True),
        ("https://nguon.example:8443", True),
        ("http://localhost:8000", True),
        ("http://nguon.example", False),
        ("https://127.0.0.1", False),
        ("https://[::1]:8000", False),
    ],
)
def test_where_browsers_make_passkeys(address: str, usable: bool) -> None:
    assert Site(address, "").usable is usable
