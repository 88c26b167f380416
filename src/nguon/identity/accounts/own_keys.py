# SPDX-License-Identifier: Apache-2.0
"""An organisation's API keys in the hands of its managers: made, ended, and both told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nguon.identity import keys
from nguon.identity.accounts import events
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.errors import KeyRefusedError
from nguon.identity.limits import Limits
from nguon.identity.model import ApiKey, Principal, Scope
from nguon.store import Store

SOON = timedelta(days=30)
"""So long before its end a key is said to end soon."""
LONGEST_NAME = 80
_GIVABLE = (Scope.CAPTURE, Scope.READ, Scope.TRACE, Scope.REGISTRY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key to be made."""

    name: str
    scopes: tuple[str, ...]
    strict: bool
    expires: datetime | None
    limits: Limits


def givable(by: Principal) -> list[Scope]:
    """What a speaker's keys may do: no more than the speaker."""
    return [scope for scope in _GIVABLE if scope in by.scopes]


def make(store: Store, by: Principal, browser: Browser, wanted: Wanted) -> tuple[ApiKey, str]:
    """Make a key of the speaker's organisation; gives it and its secret.

    Raises `KeyRefusedError` for a name or a scope that is none, and as `keys.create`.
    """
    if not 0 < len(wanted.name) <= LONGEST_NAME:
        raise KeyRefusedError("security.key-name", most=LONGEST_NAME)
    if not set(wanted.scopes) <= set(givable(by)):
        raise KeyRefusedError(
            "identity.scope", scopes=", ".join(wanted.scopes), allowed=", ".join(givable(by))
        )
    made, secret = keys.create(
        store,
        by.organisation,
        name=wanted.name,
        scopes=wanted.scopes,
        strict=wanted.strict,
        expires=wanted.expires,
        limits=wanted.limits,
    )
    _note(store, by, browser, Event.KEY_MADE, made.name)
    return made, secret


def end(store: Store, by: Principal, browser: Browser, key_id: str) -> None:
    """End a key of the speaker's organisation; raises `UnknownKeyError`."""
    keys.revoke(store, key_id, organisation=by.organisation)
    known = {one.id: one.name for one in keys.list_keys(store, by.organisation)}
    _note(store, by, browser, Event.KEY_ENDED, known.get(key_id) or key_id)


def ending(found: Sequence[ApiKey]) -> list[ApiKey]:
    """The keys that end soon."""
    now = datetime.now(UTC)
    return [
        one
        for one in found
        if one.usable(now) and one.expires is not None and one.expires - now <= SOON
    ]


def _note(store: Store, by: Principal, browser: Browser, kind: Event, about: str) -> None:
    with store.transaction() as connection:
        events.note(
            connection,
            kind,
            browser,
            organisation=by.organisation,
            about=about,
            actor=by.person,
        )
