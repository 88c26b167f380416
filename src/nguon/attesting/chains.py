# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Licences of others, followed to a root that the operator trusts."""

from collections.abc import Sequence
from datetime import datetime

from nguon.attesting import receiving, trusted
from nguon.attesting.errors import AttestingError
from nguon.credentials import jwt
from nguon.credentials.licences import Chain, Judge, verify_chain
from nguon.store import Store

MOST = 8
_SCHEME = "gs1"


def follow(
    store: Store, secured: Sequence[str], status_lists: Sequence[str], now: datetime
) -> Chain:
    """The chain of the first licence; the others are those that it rests on, in any order.

    Roots are the bodies of the operator's list that are there for the scheme GS1.

    Raises:
        AttestingError: none was sent, or too many.
        CredentialError, SigningError: a link is missing, does not hold, or goes too far.
    """
    if not 0 < len(secured) <= MOST or len(status_lists) > MOST:
        raise AttestingError("attesting.too-much", most=MOST, lists=MOST)
    by_address = {str(jwt.read(one.strip())[1].get("id")): one.strip() for one in secured}
    roots = [
        one.did
        for one in trusted.bodies(store).values()
        if _SCHEME in (scheme.casefold() for scheme in one.schemes)
    ]
    judge = Judge(
        fetch=by_address.get,
        resolve=trusted.resolve_of(store, now),
        statuses=receiving.statuses_of(store, status_lists, now),
        roots=roots,
        moment=now,
    )
    return verify_chain(secured[0].strip(), judge)
