# SPDX-License-Identifier: Apache-2.0
"""The people of the demonstration: accounts to sign in with, one password for all of them."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nguon.cli.errors import CommandError
from nguon.cli.workplace import operator
from nguon.identity.accounts import people, signing
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Role
from nguon.registry import queries as registry
from nguon.store import Store

_FILE = "demonstration.password"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Account(msgspec.Struct, frozen=True):
    """Somebody who may sign in: ``login`` is an e-mail or a phone number."""

    login: str
    name: str
    organisation: str
    role: Role
    vi: str
    en: str
    """What he or she does here."""


def open_accounts(store: Store, accounts: Sequence[Account], folder: Path) -> str:
    """Make the accounts that are missing; gives their password.

    It is random, and kept readable by its owner only, because this is a
    demonstration: accounts of an earlier start keep theirs.
    """
    password = _password(folder)
    for account in accounts:
        known = people.find(store, contact(account.login))
        person = people.add(store, account.name, contact(account.login)) if not known else known.id
        people.join(store, person, _organisation(store, account.organisation), account.role)
        if known is None or not known.has_password:
            signing.set_password(store, person, password)
    return password


def _password(folder: Path) -> str:
    path = folder / _FILE
    if path.is_file():
        return path.read_text("ascii").strip()
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    made = "-".join(groups)
    path.touch(mode=0o600)
    path.write_text(made + "\n", "ascii")
    return made


def _organisation(store: Store, code: str) -> int:
    found = registry.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id
