# SPDX-License-Identifier: Apache-2.0
"""A claim, the facts that speak for or against it, and how far it can be believed: plain values.

Facts stand for themselves: times, keys, digests, numbers of receipts, codes of
parties. They name nothing that only our database knows, so that whoever holds
the evidence can put them together again and come to the same standing.
"""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from nguon.base.canonical_json import canonical
from nguon.base.quantity import Quantity
from nguon.base.time import Moment


class Predicate(StrEnum):
    """What can hold of a claim; in the order in which the ladder shows them."""

    DECLARED = "declared"
    IDENTIFIED = "identified"
    SIGNED = "signed"
    CONFIRMED = "confirmed"
    PLAUSIBLE = "plausible"
    ATTESTED = "attested"


LADDER = tuple(Predicate)


class Flag(StrEnum):
    """What overrides every predicate."""

    DISPUTED = "disputed"
    CONTRADICTED = "contradicted"


class Addressee(StrEnum):
    """Who can raise a claim by one predicate."""

    NOBODY = ""
    PARTY = "party"
    PARTNER = "partner"
    BODY = "body"


class ClaimKind(StrEnum):
    """What is claimed."""

    PRODUCT = "product"
    """That the number stands for this product of this maker."""
    CODE = "code"
    """That the code on the piece was issued for it."""
    ORIGIN = "origin"
    """That it grew, or was made, in this area or facility."""
    CERTIFICATE = "certificate"
    """That it was made under this certificate."""
    STEP = "step"
    """That a recorded step happened."""


class _Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the parts of `Facts`."""


class Claim(_Fact, frozen=True, kw_only=True):
    """What is claimed: of which item, and in particular ``about`` which key.

    ``stage`` is a step's, as the passport calls it; ``at`` the time that the
    claim speaks of; ``by`` the public code of the party that makes it.
    """

    kind: ClaimKind
    item: str
    about: str = ""
    stage: str = ""
    at: Moment | None = None
    by: str = ""
    receipt: str = ""

    @property
    def id(self) -> str:
        """The same for the same claim, wherever it is put together."""
        said = msgspec.to_builtins(self)
        return f"{self.kind}-{sha256(canonical(said)).hexdigest()[:16]}"


class Logged(_Fact, frozen=True, kw_only=True):
    """The claim's entry in the log: number of its receipt, digest of its leaf, its time."""

    receipt: str
    leaf: str
    at: Moment


class Entity(_Fact, frozen=True, kw_only=True):
    """The legal entity behind the party, as it was established.

    ``way``: ``oidc``, ``certificate``, ``officers`` or ``member``; ``register``
    what the business register said of it ``as_of``.
    """

    code: str
    name: str = ""
    way: str = ""
    since: Moment | None = None
    until: Moment | None = None
    register: str = "unknown"
    as_of: Moment | None = None
    evidence: str = ""

    def identified(self, at: datetime) -> bool:
        """Whether it was established at this time, and not known to have ended."""
        if not self.way or self.register in {"dissolved", "suspended"}:
            return False
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


class Scope(_Fact, frozen=True, kw_only=True):
    """For what a key may speak; both empty is all that its party may speak for."""

    prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class Signature(_Fact, frozen=True, kw_only=True):
    """A signature that was checked over the record, and its key.

    ``valid`` says that it verifies; ``state`` is the key's at the time of the
    entry in the log (``active`` …); ``custody`` says who keeps the key.
    """

    kid: str
    digest: str
    form: str
    valid: bool
    state: str
    party: str
    custody: str = "own"
    scope: Scope = Scope()

    @property
    def good(self) -> bool:
        """Verified, by a key that was in force when the record was logged."""
        return self.valid and self.state == "active"


class Confirmation(_Fact, frozen=True, kw_only=True):
    """What the other party of a hand-over answered; ``agreed`` is None while it is open.

    ``disputed`` says that the other party denies it, not that it found less; ``sent`` and
    ``found`` are where they differ, in the same unit.
    """

    by: str
    reference: str
    at: Moment
    agreed: bool | None
    signed: bool = False
    disputed: bool = False
    sent: Quantity | None = None
    found: Quantity | None = None


class Attestation(_Fact, frozen=True, kw_only=True):
    """What a body for assessment, a laboratory or an authority says.

    ``accredited`` by whom it is recognised, empty where by nobody known;
    ``covers`` says that its scope names the claim's goods or place; ``status``
    is ``good``, ``suspended``, ``revoked`` or ``unknown``.
    """

    kind: str
    by: str
    number: str
    digest: str
    accredited: str
    covers: bool
    status: str
    at: Moment
    valid_from: date | None = None
    valid_to: date | None = None

    def good(self, day: date) -> bool:
        """Whether it stands for this day."""
        begun = self.valid_from is None or self.valid_from <= day
        inside = begun and (self.valid_to is None or day <= self.valid_to)
        return bool(self.accredited) and self.covers and self.status == "good" and inside


class Case(_Fact, frozen=True, kw_only=True):
    """A case about the claim, the item or the party; ``upheld`` when it was decided so."""

    number: str
    opened: Moment
    upheld: Moment | None = None


class Part(_Fact, frozen=True, kw_only=True):
    """Goods in a step: ``role`` is ``in``, ``out`` or ``thing``."""

    key: str
    role: str
    quantity: Quantity | None = None


class Earlier(_Fact, frozen=True, kw_only=True):
    """What must have come before the step, and when the earliest record says that it did.

    ``how``: ``born`` (the goods came into being), ``packed`` (the carrier was
    filled), ``sent`` (what was received had been sent).
    """

    how: str
    key: str
    at: Moment
    receipt: str


class Ended(_Fact, frozen=True, kw_only=True):
    """A single piece or carrier that was used up, destroyed or dissolved, and when."""

    key: str
    at: Moment
    receipt: str


class Step(_Fact, frozen=True, kw_only=True):
    """The recorded step: what, where, when it happened and when it was recorded.

    ``process`` is the business step's word; ``whole`` says that all its goods
    are given here (a reader may see a part only).
    """

    happened: Moment
    recorded: Moment
    process: str
    transforms: bool = False
    whole: bool = False
    parts: tuple[Part, ...] = ()
    places: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    ended: tuple[Ended, ...] = ()


class Issued(_Fact, frozen=True, kw_only=True):
    """What the issuer of a code says: ``state`` is ``issued``, ``void``, ``not-issued`` or ``""``.

    Empty is: nobody here can say. ``to`` is the party that holds the number.
    """

    key: str
    state: str
    to: str = ""
    reference: str = ""


class Paper(_Fact, frozen=True, kw_only=True):
    """A certificate or approval of the registers, and what it stood as when it mattered.

    ``days`` are the days of the steps that were done under it; ``fits`` says
    whether its product, place or crop are those of the goods (None: it names none).
    """

    number: str
    issuer: str
    status: str
    days: tuple[date, ...] = ()
    fits: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Facts(_Fact, frozen=True, kw_only=True):
    """Everything that a rule reads of one claim."""

    claim: Claim
    logged: Logged | None = None
    entity: Entity | None = None
    signature: Signature | None = None
    confirmations: tuple[Confirmation, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    cases: tuple[Case, ...] = ()
    step: Step | None = None
    issued: tuple[Issued, ...] = ()
    paper: Paper | None = None

    @property
    def at(self) -> datetime | None:
        """When the claim was made: its entry's time in the log, else the time it speaks of."""
        return self.logged.at if self.logged else self.claim.at

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (RFC 8785), hexadecimal."""
        return sha256(canonical(msgspec.to_builtins(self))).hexdigest()


class RuleResult(_Fact, frozen=True, kw_only=True):
    """What a rule found: ``holds`` is None where it has nothing to say.

    ``reason`` names the words, ``params`` has the numbers used; ``contradicts``
    says that the claim cannot be as recorded, not merely that it is weak.
    """

    rule: str
    version: int
    holds: bool | None
    reason: str
    params: dict[str, Any] = {}
    contradicts: bool = False


class Evidence(_Fact, frozen=True, kw_only=True):
    """What satisfies a predicate: a kind, its digest or number, who gave it, since when."""

    what: str
    reference: str = ""
    who: str = ""
    at: Moment | None = None
    params: dict[str, Any] = {}


class Rung(_Fact, frozen=True, kw_only=True):
    """One predicate of a claim: whether it is satisfied, by what; else what would raise it."""

    predicate: Predicate
    satisfied: bool
    since: Moment | None = None
    evidence: tuple[Evidence, ...] = ()
    raise_by: str = ""
    addressee: Addressee = Addressee.NOBODY


class Standing(_Fact, frozen=True, kw_only=True):
    """How far a claim can be believed and why; never one number alone.

    ``level`` is the place on the ladder that the satisfied predicates amount
    to, 0 where a flag overrides them.
    """

    claim: Claim
    rungs: tuple[Rung, ...]
    flags: tuple[Flag, ...]
    level: int
    results: tuple[RuleResult, ...]
    checked: Moment
    facts: str

    @property
    def satisfied(self) -> frozenset[Predicate]:
        """The predicates that hold."""
        return frozenset(rung.predicate for rung in self.rungs if rung.satisfied)

    def rung(self, predicate: Predicate) -> Rung:
        """The rung of a predicate."""
        return self.rungs[LADDER.index(predicate)]
