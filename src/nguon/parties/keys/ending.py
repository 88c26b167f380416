# SPDX-License-Identifier: Apache-2.0
"""All keys of a party that is no more are revoked: nothing signs for it from then on."""

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.parties.keys import queries, service
from nguon.parties.keys.model import KeyAction
from nguon.parties.keys.naming import OPERATOR
from nguon.store import Store

ERASED = "erased"
"""The reason where what is said of a party was erased."""


def end_all(store: Store, organisation: int, *, by: str, reason: str) -> list[str]:
    """Revoke every key of an organisation, as the operator; gives those that were not yet.

    ``by`` is who did it, as rows name actors. A second time changes nothing.
    """
    actor = Principal(OPERATOR, by, KeyKind.OPERATOR, frozenset({Scope.ADMIN}), strict=False)
    return [
        service.revoke(store, key.kid, by=actor, reason=reason).kid
        for key in queries.of(store, organisation)
        if not any(step.action is KeyAction.REVOKE for step in key.steps)
    ]
