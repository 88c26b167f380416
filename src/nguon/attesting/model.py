# SPDX-License-Identifier: Apache-2.0
"""Credentials that were issued here and what bodies attest, as values."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from nguon.base.time import HANOI


class State(StrEnum):
    """What became of a credential that was issued here."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Kind(StrEnum):
    """What a conformity credential attests, in the words of UNTP."""

    CERTIFICATION = "certification"
    INSPECTION = "inspection"
    TESTING = "testing"
    VERIFICATION = "verification"


KINDS = frozenset(one.value for one in Kind)
LICENCE, KEY = "licence", "key"
"""Kinds of credentials in the shape of GS1 Digital Licences."""


class Source(StrEnum):
    """How an attestation came here."""

    ISSUED = "issued"
    CREDENTIAL = "credential"
    DOCUMENT = "document"
    REGISTER = "register"


class Standing(StrEnum):
    """What an attestation stands as; its days are another matter."""

    GOOD = "good"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became of a credential or became known of an attestation."""

    state: str
    at: datetime
    organisation: int
    by: str
    reason: str


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A credential issued here; ``token`` is it as JWT, ``digest`` its SHA-256 in hex."""

    id: str
    issuer: int
    kind: str
    title: str
    holder: int | None
    list: str
    place: int
    state: State
    valid_from: datetime
    valid_until: datetime | None
    kid: str
    token: str
    digest: str
    issued: datetime
    steps: tuple[Step, ...] = ()


class IssueAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A conformity credential to issue; ``request`` names this wish, so that it is met once.

    ``about`` are item keys, keys of places, or Digital Links; ``holder`` the number of the
    organisation it is issued to. The last day counts.
    """

    request: str
    kind: Kind
    title: str
    scheme: str
    number: str
    holder: int
    about: tuple[str, ...] = ()
    scope: str = ""
    first_day: date
    last_day: date | None = None


class PaperAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of a body to keep; the body is named, and nothing proves that it is the body's."""

    attester_name: str
    attester: str = ""
    kind: Kind
    scheme: str
    number: str
    about: tuple[str, ...]
    scope: str = ""
    first_day: date | None = None
    last_day: date | None = None


class Accreditation(msgspec.Struct, frozen=True, kw_only=True):
    """Who recognised a body (a DID or ``organisation/<id>``) for which schemes; empty: all."""

    id: str
    attester: str
    name: str
    accreditor: str
    number: str
    schemes: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    withdrawn: date | None = None

    def covers(self, scheme: str, day: date) -> bool:
        """Whether the body was recognised for a scheme on a day."""
        begun = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        stands = self.withdrawn is None or day < self.withdrawn
        return begun and stands and (not self.schemes or scheme.casefold() in self.schemes)


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says of goods, places or an organisation, and how far it can be relied on.

    ``accredited`` is at the day that was asked for, by ``accredited_by``; ``digest`` is the
    SHA-256 (hex) of what ``evidence`` leads to; ``attester`` a DID, ``organisation/<id>`` or
    empty.
    """

    id: str
    source: Source
    kind: str
    attester: str
    attester_name: str
    accredited: bool
    accredited_by: str
    scheme: str
    number: str
    scope: str
    about: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    status: Standing
    digest: str
    evidence: tuple[str, ...]
    received: datetime
    organisation: int | None = None
    steps: tuple[Step, ...] = ()

    @property
    def things(self) -> tuple[str, ...]:
        """The goods and places that it is about."""
        return tuple(key for key in self.about if not key.startswith("organisation/"))

    def good(self, day: date) -> bool:
        """Whether it stands and is within its days; nothing of who recognised the body."""
        begun = self.valid_from is None or self.valid_from <= day
        ended = self.valid_to is not None and day > self.valid_to
        return self.status is Standing.GOOD and begun and not ended


def day_of(moment: datetime) -> date:
    """The day of a moment in Viet Nam."""
    return moment.astimezone(HANOI).date()
