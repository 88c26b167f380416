# SPDX-License-Identifier: Apache-2.0
"""GS1 identification keys in all their forms; knows nothing of events."""

from nguon.gs1.errors import IdentifierError
from nguon.gs1.facts import Facts, facts
from nguon.gs1.identifier import Identifier
from nguon.gs1.keys import Kind, Level
from nguon.gs1.lookup import canonical_digital_link, item_key, key_hash, memberships, warning
from nguon.gs1.mode import Mode
from nguon.gs1.parsing import parse
from nguon.gs1.writing import company_prefix, digital_link, epc_urn

__all__ = [
    "Facts",
    "Identifier",
    "IdentifierError",
    "Kind",
    "Level",
    "Mode",
    "canonical_digital_link",
    "company_prefix",
    "digital_link",
    "epc_urn",
    "facts",
    "item_key",
    "key_hash",
    "memberships",
    "parse",
    "warning",
]
