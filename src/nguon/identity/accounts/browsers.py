# SPDX-License-Identifier: Apache-2.0
"""Browsers: what a request tells of the one it comes from, and the mark by which it is known."""

import hmac
import re
import secrets
from dataclasses import dataclass

from nguon.store import Store


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request tells of where it comes from."""

    address: str
    agent: str
    session: str | None = None
    """The session token that it holds now; a new one takes its place."""
    mark: str | None = None
    """What it got when somebody signed in with it before."""
    stood: tuple[str, ...] = ()
    """For which memberships it spoke before, the last one first."""


def mark_of(store: Store, person: int) -> str:
    """What a browser keeps, to be known again when this person signs in."""
    number = f"{secrets.token_hex(8)}-{person:x}"
    return f"{number}.{_proof(store, person, number)}"


def marked(store: Store, mark: str | None) -> int | None:
    """Who signed in last with the browser that keeps a mark; None where it is not ours."""
    number = (mark or "").partition(".")[0].partition("-")[2]
    if not re.fullmatch("[0-9a-f]{1,15}", number):
        return None
    person = int(number, 16)
    return None if known(store, mark, person) is None else person


def known(store: Store, mark: str | None, person: int) -> str | None:
    """The number of a browser, if this person signed in with it before."""
    number, _, proof = (mark or "").partition(".")
    genuine = hmac.compare_digest(proof.encode(), _proof(store, person, number).encode())
    return number if genuine else None


def _proof(store: Store, person: int, number: str) -> str:
    return hmac.digest(store.secret, f"browser {number} {person}".encode(), "sha256").hex()
