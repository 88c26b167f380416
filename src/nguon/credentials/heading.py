# SPDX-License-Identifier: Apache-2.0
"""What every credential that we make has in common: name, issuer, validity, status."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.time import rfc3339
from nguon.credentials.contexts import CREDENTIALS_V2


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """Who says something under which address, from when to when; ``status`` entries if any."""

    id: str
    issuer: str
    issuer_name: str
    name: str
    valid_from: datetime
    valid_until: datetime | None = None
    status: tuple[Mapping[str, Any], ...] = ()


def members(heading: Heading, contexts: Sequence[str], types: Sequence[str]) -> dict[str, Any]:
    """The members of a credential up to its subject."""
    made: dict[str, Any] = {
        "@context": [CREDENTIALS_V2, *contexts],
        "id": heading.id,
        "type": ["VerifiableCredential", *types],
        "issuer": {"id": heading.issuer, "name": heading.issuer_name},
        "name": heading.name,
        "validFrom": rfc3339(heading.valid_from),
    }
    if heading.valid_until is not None:
        made["validUntil"] = rfc3339(heading.valid_until)
    if heading.status:
        entries = [dict(one) for one in heading.status]
        made["credentialStatus"] = entries[0] if len(entries) == 1 else entries
    return made
