# SPDX-License-Identifier: Apache-2.0
"""What the register's word does to the keys of an organisation: suspended with it, back with it.

Only keys that were suspended for this reason come back by themselves; what their
holder or an officer suspended stays so.
"""

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.parties.keys import queries as keys
from nguon.parties.keys import service
from nguon.parties.keys.model import KeyAction, KeyState, PartyKey
from nguon.parties.keys.naming import OPERATOR
from nguon.parties.register.model import RegisterState
from nguon.store import Store

ACTOR = "business-register"
_HALTED = frozenset({RegisterState.SUSPENDED, RegisterState.DISSOLVED})
_STANDING = frozenset({KeyState.ACTIVE, KeyState.NOT_YET})
_REGISTER = Principal(OPERATOR, ACTOR, KeyKind.OPERATOR, frozenset({Scope.ADMIN}), strict=False)


def follow(store: Store, organisation: int, state: RegisterState) -> list[str]:
    """Bring an organisation's keys level with the register; gives those that changed.

    Doing it twice changes nothing the second time.
    """
    found = keys.of(store, organisation)
    if state in _HALTED:
        return [
            service.suspend(store, key.kid, by=_REGISTER, reason=f"register: {state.value}").kid
            for key in found
            if _last(key) in _STANDING
        ]
    if state is not RegisterState.ACTIVE:
        return []
    return [
        service.resume(store, key.kid, by=_REGISTER, reason="register: active").kid
        for key in found
        if _last(key) is KeyState.SUSPENDED and _suspended_by(key) == ACTOR
    ]


def _last(key: PartyKey) -> KeyState:
    """How a key stands after all of its steps."""
    return key.standing(max(step.at for step in key.steps)) if key.steps else KeyState.NOT_YET


def _suspended_by(key: PartyKey) -> str | None:
    halts = [step for step in key.steps if step.action is KeyAction.SUSPEND]
    return halts[-1].by if halts else None
