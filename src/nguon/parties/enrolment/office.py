# SPDX-License-Identifier: Apache-2.0
"""What enrolment works with on this installation: the register, the roots, the folders, rules."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from weakref import WeakKeyDictionary

from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.model import Way
from nguon.parties.enrolment.numbers import NumberKey
from nguon.parties.register.kept import KeptRegister
from nguon.registry.documents import Folder
from nguon.store import Store

CHALLENGE = timedelta(days=7)
"""How long a statement may be signed."""
DECISION = timedelta(days=30)
"""How long officers have; then the enrolment ends and may be begun anew."""
LASTS = {Way.OIDC: timedelta(days=365), Way.OFFICERS: timedelta(days=730)}
"""How long an enrolment counts; one by certificate as long as the certificate."""
WARNING = timedelta(days=60)
"""So long before the end the organisation is told."""


class Unknown(StrEnum):
    """What becomes of a certificate of which nobody says whether it was revoked."""

    REFUSE = "refuse"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Office:
    """The parts of enrolment; ``levels`` are the assurance levels of logins that suffice."""

    base_url: str
    documents: Folder
    numbers: NumberKey
    register: KeptRegister | None = None
    roots: Path | None = None
    unknown_revocation: Unknown = Unknown.OFFICERS
    levels: frozenset[str] = field(default_factory=frozenset)


_offices: WeakKeyDictionary[Store, Office] = WeakKeyDictionary()


def attach(store: Store, office: Office) -> None:
    """Enrolment over this store works with these."""
    _offices[store] = office


def office_of(store: Store) -> Office:
    """What enrolment over a store works with; raises `EnrolmentError` where nobody said."""
    found = _offices.get(store)
    if found is None:
        raise EnrolmentError("enrolment.not-set-up")
    return found
