# SPDX-License-Identifier: Apache-2.0
"""The history of each key from the statements in the log: whose it is, when it stood.

What counts is the order of the log: a step that comes after an entry changes nothing of it,
so that a stolen key can be ended and cannot be used for a day before it was stolen.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec

from nguon.base.time import Moment
from nguon.dossier.findings import Code, Finding, fails, held, left_open
from nguon.dossier.logged import Entries, statement
from nguon.signing.errors import SigningError
from nguon.signing.keys import PublicKey, public_key

_STATEMENT = b'"kind":"statement"'
_VERSION = 1
_MARK = "key:"
_Place = tuple[int, int]


class Step(NamedTuple):
    """What became of a key at a place of the log."""

    place: _Place
    action: str
    until: Moment | None


class History(msgspec.Struct, frozen=True):
    """A key that the log binds to ``did``; ``whole`` where the map shows that this is all."""

    kid: str
    did: str
    public: PublicKey
    valid_from: Moment
    valid_to: Moment | None
    custody: str
    prefixes: tuple[str, ...]
    places: tuple[str, ...]
    steps: tuple[Step, ...]
    whole: bool = False

    def state(self, at: datetime, place: _Place | None = None) -> str:
        """How it stood for an entry at a place of the log, recorded at a time."""
        steps = [step for step in self.steps if place is None or step.place < place]
        said = [step.action for step in steps]
        if "revoke" in said:
            return "revoked"
        if "bind" not in said or at < self.valid_from:
            return "not-yet"
        halts = [action for action in said if action in {"suspend", "resume"}]
        if halts and halts[-1] == "suspend":
            return "suspended"
        ends = [step.until for step in steps if step.until is not None]
        end = min([*ends, *([] if self.valid_to is None else [self.valid_to])], default=None)
        return "expired" if end is not None and at >= end else "active"


Histories = Mapping[str, History]


class _Scope(msgspec.Struct, frozen=True):
    prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class _Said(msgspec.Struct, frozen=True):
    """The body of a statement about a key."""

    action: Literal["bind", "replace", "suspend", "resume", "revoke"]
    kid: str
    did: str
    v: int
    jwk: dict[str, str] | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    until: Moment | None = None
    custody: str = ""
    scope: _Scope = _Scope()


def histories_of(entries: Entries, whole: Iterable[str]) -> dict[str, History]:
    """The histories that proved statements give; ``whole``: the items whose lists are proved."""
    said: dict[str, list[tuple[_Place, _Said]]] = {}
    for proved in entries.values():
        body = statement(proved) if _STATEMENT in proved.entry.entry else None
        read = None if body is None else _read(body)
        if read is not None:
            said.setdefault(read.kid, []).append((proved.place, read))
    complete = set(whole)
    found = {}
    for kid, told in said.items():
        made = _history(kid, sorted(told, key=lambda one: one[0]), f"{_MARK}{kid}" in complete)
        if made is not None:
            found[kid] = made
    return found


def judge_history(kid: str, found: Histories) -> Finding:
    """Whether the log binds a key, and whether that is all that became of it."""
    history = found.get(kid)
    if history is None:
        return fails(Code.KEY, "dossier.key-unbound", kid=kid)
    params = {"kid": kid, "did": history.did, "count": len(history.steps)}
    if not history.whole:
        return left_open(Code.KEY, "dossier.key-part", **params)
    return held(Code.KEY, **params)


def _read(body: dict[str, Any]) -> _Said | None:
    try:
        said = msgspec.convert(body, _Said)
    except msgspec.ValidationError:
        return None
    return said if said.v == _VERSION else None


def _history(kid: str, told: list[tuple[_Place, _Said]], whole: bool) -> History | None:
    first = told[0][1]
    if first.action != "bind" or first.jwk is None or first.valid_from is None:
        return None
    try:
        public = public_key(first.jwk)
    except SigningError:
        return None
    if public.thumbprint != kid or any(said.did != first.did for _, said in told):
        return None
    return History(
        kid=kid,
        did=first.did,
        public=public,
        valid_from=first.valid_from,
        valid_to=first.valid_to,
        custody=first.custody,
        prefixes=first.scope.prefixes,
        places=first.scope.places,
        steps=tuple(Step(place, said.action, said.until) for place, said in told),
        whole=whole,
    )
