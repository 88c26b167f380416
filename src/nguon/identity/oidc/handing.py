# SPDX-License-Identifier: Apache-2.0
"""Whom a provider identified, handed to the page that asked: to one session, once."""

from nguon.identity.accounts import steps
from nguon.identity.oidc.model import Identified, Purpose
from nguon.store import Store

SECONDS = 900


def give(store: Store, purpose: Purpose, holder: str, found: Identified) -> str:
    """Keep it for whoever holds this session; gives the token to take it with."""
    return steps.begin(store, _kind(purpose), holder, found)


def look(store: Store, purpose: Purpose, holder: str, token: str) -> Identified | None:
    """What waits for this session, for this purpose."""
    return steps.look(store, _kind(purpose), holder, token, Identified)


def take(store: Store, purpose: Purpose, holder: str, token: str) -> Identified | None:
    """As `look`, and nobody gets it again."""
    return steps.take(store, _kind(purpose), holder, token, Identified)


def _kind(purpose: Purpose) -> steps.Kind:
    return steps.Kind(f"identified-{purpose}", SECONDS)
