# SPDX-License-Identifier: Apache-2.0
"""The six predicates: when each is satisfied, by what, and what would raise it; pure."""

from collections.abc import Sequence
from datetime import datetime

from nguon.ladder.model import (
    Addressee,
    ClaimKind,
    Evidence,
    Facts,
    Predicate,
    RuleResult,
    Rung,
)
from nguon.ladder.rules import in_force

HANDED = frozenset({"shipping", "receiving", "departing", "arriving", "accepting", "loading"})
"""Steps that have another party who can confirm them."""
_STOPPED = frozenset({"dissolved", "suspended"})


def declared(facts: Facts) -> Rung:
    """Somebody says so: always."""
    name = facts.entity.name if facts.entity else ""
    evidence = Evidence(what="declared", who=name or facts.claim.by, at=facts.at)
    return Rung(
        predicate=Predicate.DECLARED,
        satisfied=True,
        since=facts.at,
        evidence=(evidence,),
    )


def identified(facts: Facts, moment: datetime) -> Rung:
    """The legal entity behind the party was established when the claim was made."""
    entity = facts.entity
    if entity is None or not entity.identified(facts.at or moment):
        stopped = entity is not None and entity.register in _STOPPED
        code = "ladder.raise-register" if stopped else "ladder.raise-identify"
        return _open(Predicate.IDENTIFIED, code, Addressee.PARTY)
    evidence = Evidence(
        what=f"enrolled-{entity.way}",
        reference=entity.evidence,
        who=entity.name or entity.code,
        at=entity.since,
        params={"register": entity.register},
    )
    return _held(Predicate.IDENTIFIED, evidence)


def signed(facts: Facts) -> Rung:
    """In the log, with a signature by a key that was in force at the time of the entry."""
    logged, signature = facts.logged, facts.signature
    found = []
    if logged is not None:
        found.append(
            Evidence(
                what="logged", reference=logged.receipt, at=logged.at, params={"leaf": logged.leaf}
            )
        )
    if logged is None or signature is None or not signature.good:
        code = "ladder.raise-log" if logged is None else "ladder.raise-sign"
        return _open(Predicate.SIGNED, code, Addressee.PARTY, *found)
    said = Evidence(
        what=f"signed-{signature.custody}",
        reference=signature.digest,
        who=signature.party,
        at=logged.at,
        params={"kid": signature.kid, "form": signature.form},
    )
    return _held(Predicate.SIGNED, said, *found)


def confirmed(facts: Facts) -> Rung:
    """Another party than the one that claims it agreed."""
    agreed = [
        one for one in facts.confirmations if one.agreed and one.by and one.by != facts.claim.by
    ]
    if agreed:
        return _held(
            Predicate.CONFIRMED,
            *(
                Evidence(
                    what="confirmed-signed" if one.signed else "confirmed",
                    reference=one.reference,
                    who=one.by,
                    at=one.at,
                )
                for one in agreed
            ),
        )
    if facts.claim.kind is ClaimKind.STEP and facts.claim.stage in HANDED:
        return _open(Predicate.CONFIRMED, "ladder.raise-confirm", Addressee.PARTNER)
    return _open(Predicate.CONFIRMED, "ladder.raise-no-partner", Addressee.NOBODY)


def plausible(results: Sequence[RuleResult], moment: datetime) -> Rung:
    """No rule is against it, and one that carries is for it."""
    failed = [result for result in results if result.holds is False]
    held = [result for result in results if result.holds]
    carrying = {rule.id for rule in in_force(moment.date()) if rule.carries}
    if failed:
        return _open(Predicate.PLAUSIBLE, "ladder.raise-correct", Addressee.PARTY)
    if not any(result.rule in carrying for result in held):
        return _open(Predicate.PLAUSIBLE, "ladder.raise-numbers", Addressee.PARTY)
    evidence = (
        Evidence(what=f"rule-{result.rule}", at=moment, params={"version": result.version})
        for result in held
    )
    return _held(Predicate.PLAUSIBLE, *evidence)


def attested(facts: Facts, moment: datetime) -> Rung:
    """A recognised body says so, for these goods or this place, for that day."""
    about = (facts.claim.at or moment).date()
    good = [one for one in facts.attestations if one.good(about)]
    if not good:
        return _open(Predicate.ATTESTED, "ladder.raise-attest", Addressee.BODY)
    return _held(
        Predicate.ATTESTED,
        *(
            Evidence(
                what=f"attested-{one.kind}",
                reference=one.number or one.digest,
                who=one.by,
                at=one.at,
                params={"digest": one.digest, "accredited": one.accredited},
            )
            for one in good
        ),
    )


def _held(predicate: Predicate, *evidence: Evidence) -> Rung:
    times = [one.at for one in evidence if one.at is not None]
    return Rung(
        predicate=predicate,
        satisfied=True,
        since=min(times) if times else None,
        evidence=evidence,
    )


def _open(predicate: Predicate, code: str, to: Addressee, *evidence: Evidence) -> Rung:
    return Rung(
        predicate=predicate, satisfied=False, evidence=evidence, raise_by=code, addressee=to
    )
