# SPDX-License-Identifier: Apache-2.0
"""Who may change a key: a manager of its party, or the operator; pure."""

from nguon.identity.model import Principal, Scope
from nguon.parties.keys.errors import PartyKeyForbiddenError
from nguon.parties.keys.naming import OPERATOR


def acting(actor: Principal, organisation: int) -> int:
    """For whom somebody changes a key of a party: for the party itself, or as the operator (0).

    Raises:
        PartyKeyForbiddenError: neither is his to do.
    """
    if actor.organisation == organisation and actor.may(Scope.REGISTRY):
        return organisation
    if actor.may(Scope.ADMIN):
        return OPERATOR
    raise PartyKeyForbiddenError("party-keys.not-yours")
