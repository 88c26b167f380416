# SPDX-License-Identifier: Apache-2.0
"""Passwords: Argon2id with the parameters that RFC 9106 recommends where memory is scarce.

Checking an unknown person costs the same as checking a known one. A hash made
with other parameters is made anew when its owner next signs in.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from nguon.identity.errors import AccountError
from nguon.vn.text import fold

SHORTEST = 10
LONGEST = 200
_DIGITS_ONLY = 16
_DISTINCT = 5

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def verify(kept: str | None, password: str) -> bool:
    """Whether it is the password behind the hash; for nobody's, the same work and no."""
    try:
        _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def check_new(password: str, about: Iterable[str]) -> None:
    """Raises `AccountError` for a password that others would try early.

    ``about``: what is known of its owner, such as name and phone number.
    """
    if len(password) < SHORTEST:
        raise AccountError("accounts.password-short", least=SHORTEST)
    if len(password) > LONGEST:
        raise AccountError("accounts.password-long", most=LONGEST)
    if password.isdigit() and len(password) < _DIGITS_ONLY:
        raise AccountError("accounts.password-digits", least=_DIGITS_ONLY)
    own = [known for text in about if len(known := _joined(text)) > 3]
    if len(set(password)) < _DISTINCT or _left(_joined(password), own) < _DISTINCT:
        raise AccountError("accounts.password-common")


def _left(password: str, own: Iterable[str]) -> int:
    """Characters of a password that are in no common word and nothing of its owner's."""
    for known in sorted((*own, *_common()), key=len, reverse=True):
        password = password.replace(known, "")
    return len(password)


@cache
def _common() -> tuple[str, ...]:
    data = files("nguon.identity.accounts") / "common_passwords.toml"
    return tuple(tomllib.loads(data.read_text("utf-8"))["parts"])


@cache
def _nobodys() -> str:
    return _HASHER.hash("")


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")
