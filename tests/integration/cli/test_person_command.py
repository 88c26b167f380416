# SPDX-License-Identifier: Apache-2.0
"""``nguon person``: the first people of an organisation."""

import io
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from nguon.identity.accounts import invitations, passwords, people, sessions, signing
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import contact
from nguon.identity.errors import SignInError
from nguon.identity.model import Role
from nguon.store import Store
from tests.integration.cli.conftest import SQLITE, Run

ADD = ("person", "add", "--role", "manager", "--name", "Chị Lan", "--phone", "0912 345 678")
HERE = Browser("192.0.2.1", "test")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))


def test_the_first_manager_is_invited(run: Run, farm: str, reopened: Callable[[], Store]) -> None:
    made = run(*ADD, "--organisation", farm, "--json")
    assert (made.status, made.err) == (0, "")
    assert made.json["link"].startswith("http://localhost:8000/account/invitation/")
    store = reopened()
    token = made.json["link"].rpartition("/")[2]
    number, _ = invitations.accept_new(store, token, "Chị Lan", "mít na vải dừa")
    assert [one.role for one in people.memberships(store, number)] == [Role.MANAGER]
    listed = run("person", "list", "--organisation", farm)
    assert listed.out.split() == ["manager", "+84912345678", "Chị", "Lan"]
    assert run("person", "list", "--organisation", farm, "--json").json[0]["person"] == number


@SQLITE
def test_a_password_can_be_given_and_given_again(
    run: Run, farm: str, reopened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mít na vải dừa\n"))
    made = run(*ADD, "--organisation", farm, "--password-stdin")
    assert made.status == 0
    assert "mít" not in made.out
    store = reopened()
    entered = signing.sign_in(store, HERE, "0912345678", "mít na vải dừa")
    monkeypatch.setattr("sys.stdin", io.StringIO("bốn con vịt bơi\n"))
    assert run("person", "password", "--login", "+84912345678").status == 0
    assert sessions.recognise(reopened(), entered.token) is None
    with pytest.raises(SignInError):
        signing.sign_in(store, HERE, "0912345678", "mít na vải dừa")
    signing.sign_in(store, HERE, "0912345678", "bốn con vịt bơi")


@SQLITE
def test_a_known_account_joins_only_when_told_so_and_keeps_its_password(
    run: Run, farm: str, reopened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = reopened()
    known = people.add(store, "Chị Lan", contact("0912345678"))
    signing.set_password(store, known, "mít na vải dừa")
    monkeypatch.setattr("sys.stdin", io.StringIO("bốn con vịt bơi\n"))
    refused = run(*ADD, "--organisation", farm, "--password-stdin")
    assert (refused.status, "--join" in refused.err) == (1, True)
    assert people.memberships(store, known) == []
    joined = run(*ADD, "--organisation", farm, "--password-stdin", "--join", "--json")
    assert (joined.status, joined.json["person"]) == (0, known)
    assert [one.role for one in people.memberships(store, known)] == [Role.MANAGER]
    signing.sign_in(store, HERE, "0912345678", "mít na vải dừa")
    with pytest.raises(SignInError):
        signing.sign_in(store, HERE, "0912345678", "bốn con vịt bơi")
    nobody = run(*ADD[:-1], "0912 345 679", "--organisation", farm, "--join")
    assert (nobody.status, "+84912345679" in nobody.err) == (1, True)


@SQLITE
def test_what_cannot_be_done_is_explained(
    run: Run, farm: str, reopened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = run(*ADD, "--organisation", "khong-co")
    assert nowhere.status == 1
    assert "khong-co" in nowhere.err
    bad = run(
        "person", "add", "--organisation", farm, "--role", "clerk", "--name", "X", "--email", "x"
    )
    assert bad.status == 1
    nobody = run("person", "password", "--login", "0912345678")
    assert nobody.status == 1
    assert "+84912345678" in nobody.err
    monkeypatch.setattr("sys.stdin", io.StringIO("ngắn\n"))
    short = run(*ADD, "--organisation", farm, "--password-stdin")
    assert short.status == 1
    assert people.find(reopened(), contact("0912345678")) is None
