# SPDX-License-Identifier: Apache-2.0
"""The document that a party's did:web leads to: which keys speak for it, and which did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nguon.base.time import rfc3339
from nguon.credentials.did import document
from nguon.parties.keys.model import KeyAction, KeyState, PartyKey


def did_document(did: str, keys: Sequence[PartyKey], at: datetime) -> dict[str, Any]:
    """The document of a party at a time.

    Every key that was ever bound is there, so that an old signature finds its key; those that
    stand now are the ones that assert. What ended says when (Controlled Identifiers 1.0,
    2.2: ``expires``, ``revoked``).
    """
    ended = {
        method: said
        for key in keys
        if (said := _ended(key))
        for method in (f"{did}#{key.kid}", f"{did}#{key.public.multikey()}")
    }
    standing = [key for key in keys if key.standing(at) is KeyState.ACTIVE]
    made = document(did, [(key.kid, key.public) for key in keys])
    asserting = document(did, [(key.kid, key.public) for key in standing])
    methods = [method | ended.get(method["id"], {}) for method in made["verificationMethod"]]
    return asserting | {"verificationMethod": methods}


def _ended(key: PartyKey) -> dict[str, str]:
    revoked = [step.at for step in key.steps if step.action is KeyAction.REVOKE]
    if revoked:
        return {"revoked": rfc3339(revoked[0])}
    end = key.ends(key.steps[-1].at) if key.steps else key.valid_to
    return {} if end is None else {"expires": rfc3339(end)}
