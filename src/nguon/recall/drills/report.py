# SPDX-License-Identifier: Apache-2.0
"""The signed report of a drill."""

from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.recall.drills import queries
from nguon.recall.drills.reading import of_organiser
from nguon.recall.report import Signed
from nguon.signing import jws
from nguon.store import Store
from nguon.store import drills as rows

TYPE = "nguon-drill-report+jws"


def signed(store: Store, by: Principal, number: str) -> Signed:
    """The drill as it stands, signed by the platform's own key; the log gets the row's digest.

    Raises `UnknownDrillError`, and `CustodyLostError` where the platform's key is lost.
    """
    found = queries.view(store, by, number)
    payload = canonical(msgspec.to_builtins(found, str_keys=True))
    key, secret = custodian_of(store).platform()
    issuer = naming.did(store, key.party)
    compact = jws.sign(payload, secret, {"kid": f"{issuer}#{key.kid}", "typ": TYPE, "iss": issuer})
    made = Signed(compact, url_text(sha256(compact.encode()).digest()))
    with store.transaction() as connection:
        of_organiser(connection, by, number)
        rows.take(connection, number)
        values = {
            "drill": number,
            "number": len(rows.reports(connection, number)) + 1,
            "at": to_microseconds(datetime.now(UTC)),
            "actor": by.key_id,
            "digest": made.digest,
            "jws": made.jws,
        }
        rows.add_report(connection, values)
    return made
