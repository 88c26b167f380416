# SPDX-License-Identifier: Apache-2.0
"""Contacts, passwords, roles and browsers, without a database."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from nguon.identity.accounts import passwords
from nguon.identity.accounts.contacts import Contact, contact
from nguon.identity.accounts.invitations import givable
from nguon.identity.accounts.signing import check_new
from nguon.identity.errors import AccountError
from nguon.identity.model import Principal, Role, Scope
from nguon.identity.visibility import KeyKind
from nguon.web.account.agents import device


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", "+84912345678"),
        (" 0912 345 678 ", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("(091) 234-5678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084 912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("+4915112345678", "+4915112345678"),
        ("02213 862 345", "+842213862345"),
    ],
)
def test_numbers_in_one_form(typed: str, phone: str) -> None:
    assert contact(typed) == Contact(phone=phone)


@pytest.mark.parametrize("typed", ["Lan@Example.com", "lan@example.COM ", "LAN@EXAMPLE.COM"])
def test_addresses_in_one_form(typed: str) -> None:
    assert contact(typed) == Contact(email="lan@example.com")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Lan",
        "0912",
        "12345",
        "a@b",
        "a b@c.vn",
        "a@b.vn, c@d.vn",
        "@b.vn",
        "٠٩١٢٣٤٥٦٧٨",
        "0" * 400,
    ],
)
def test_what_is_neither(typed: str) -> None:
    with pytest.raises(AccountError) as refused:
        contact(typed)
    assert refused.value.code == "accounts.contact"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắn quá", "accounts.password-short"),
        ("x" * 201, "accounts.password-long"),
        ("201119901234", "accounts.password-digits"),
        ("aaaaaaaaaaaa", "accounts.password-common"),
        ("matkhau123456", "accounts.password-common"),
        ("Mật khẩu 2026", "accounts.password-common"),
        ("PASSWORD-1234!", "accounts.password-common"),
        ("0912345678aa", "accounts.password-common"),
        ("Nguyễn-Hương-1", "accounts.password-common"),
        ("huong.nguyen99", "accounts.password-common"),
    ],
)
def test_passwords_that_others_would_try(password: str, code: str) -> None:
    for known in (Contact(phone="+84912345678"), Contact(email="huong.nguyen@example.com")):
        if code == "accounts.password-common" and "0912" in password and known.email:
            continue
        if "huong.n" in password and known.phone:
            continue
        with pytest.raises(AccountError) as refused:
            check_new(password, "Nguyễn Thị Hương", known)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "password", ["mít na vải dừa", "7 con vịt bơi", "1029384756473829", "kX9#vq2LmZ"]
)
def test_passwords_that_will_do(password: str) -> None:
    check_new(password, "Nguyễn Thị Hương", Contact(phone="+84912345678"))


def test_hashes_cost_what_the_standard_asks() -> None:
    kept = passwords.hashed("mít na vải dừa")
    found = extract_parameters(kept)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (
        Type.ID,
        3,
        65536,
        4,
    )
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert passwords.verify(kept, "mít na vải dừa")
    assert not passwords.verify(kept, "mít na vải dưa")
    assert not passwords.outdated(kept)
    assert passwords.outdated(PasswordHasher(1, 8, 1).hash("x"))


def test_nobody_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
    assert not passwords.verify(None, "")
    assert not passwords.verify(None, "x")
    assert not passwords.verify("not a hash", "x")


def test_nobody_gives_more_than_he_has() -> None:
    def principal(role: Role) -> Principal:
        return Principal(1, "person-1", role.kind, role.scopes, strict=False, person=1)

    assert givable(principal(Role.MANAGER)) == [Role.CLERK, Role.MANAGER]
    assert givable(principal(Role.OPERATOR)) == list(Role)
    assert Scope.PEOPLE not in Role.OFFICER.scopes | Role.CLERK.scopes
    assert [role.kind for role in Role] == [
        KeyKind.MEMBER,
        KeyKind.MEMBER,
        KeyKind.INSPECTOR,
        KeyKind.OPERATOR,
    ]


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537.36 Edg/126", "Edge, Windows"),
        ("curl/8", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_browsers_by_their_names(agent: str, told: str) -> None:
    assert device(agent, "en") == told
