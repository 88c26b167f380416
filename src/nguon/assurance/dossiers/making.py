# SPDX-License-Identifier: Apache-2.0
"""The package of evidence of an item, of a claim or of a case, as one reader may have it."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from nguon.assurance.dossiers import told
from nguon.assurance.dossiers.credentialed import Held, credentials
from nguon.assurance.dossiers.proving import Logged, about_item, about_keys, packages
from nguon.assurance.dossiers.signed import signed
from nguon.assurance.facts import facts_of
from nguon.assurance.model import Gathered
from nguon.base.audience import Audience
from nguon.dossier.model import (
    ACCESS,
    CASES,
    CLAIMS,
    CREDENTIALS,
    HAND_OVERS,
    SIGNATURES,
    ClaimTold,
    Dossier,
    Signed,
    text_of,
)
from nguon.dossier.writing import Issuer, write
from nguon.ladder.evaluating import evaluate
from nguon.ladder.model import Facts
from nguon.ladder.rules import RULES_DIGEST
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.store import Store
from nguon.tlog.receipts import covering, number_of
from nguon.tlog.service import Tlog
from nguon.trace.entries import Completing, seen_of


class Making(msgspec.Struct, frozen=True):
    """What packages are made from; ``completing`` proves that lists are whole."""

    store: Store
    tlog: Tlog
    completing: Completing | None


class Wanted(msgspec.Struct, frozen=True):
    """What a package is of: an item, or of its claims one alone; with the steps of a case.

    ``claim`` is its id or the number of its record's receipt.
    """

    key: str
    claim: str = ""
    case: str = ""


def make(by: Making, wanted: Wanted, audience: Audience, moment: datetime) -> Dossier | None:
    """The package of what is wanted; None while there is nothing that the log can prove.

    Raises `LogError` where entries and files are not the same, `CustodyLostError` without the
    platform's key.
    """
    store, tlog, key = by.store, by.tlog, wanted.key
    seen = seen_of(store, by.completing, key, audience)
    gathered = facts_of(store, tlog, key, audience, moment)
    if gathered is not None and wanted.claim:
        gathered = _narrowed(gathered, wanted.claim)
    if seen is None or gathered is None or not tlog.shards():
        return None
    issuer = _issuer(store)
    entries = about_item(store, seen, audience)
    if wanted.claim:
        entries = entries.only(gathered.entries.values())
    signatures = _signatures(by, gathered, entries)
    papers = credentials(store, gathered.facts, custodian_of(store).key, moment)
    kids = {issuer.kid, *(one.kid for one in signatures), *papers.kids}
    keys = about_keys(store, by.completing, kids)
    if not _is_bound(tlog, issuer.kid, keys):
        return None
    parts = packages(tlog, entries, keys)
    parts |= _told(store, wanted, audience, gathered.facts, papers)
    parts[SIGNATURES] = text_of(signatures)
    parts[CLAIMS] = text_of([_claim(one, moment) for one in gathered.facts])
    return write(key, parts, RULES_DIGEST, moment, issuer)


def _narrowed(gathered: Gathered, claim: str) -> Gathered | None:
    """One claim alone; None where there is none."""
    places = [
        place
        for place, one in enumerate(gathered.facts)
        if claim in (one.claim.id, one.claim.receipt)
    ]
    return (
        msgspec.structs.replace(
            gathered,
            facts=tuple(gathered.facts[place] for place in places),
            entries={
                at: gathered.entries[place]
                for at, place in enumerate(places)
                if place in gathered.entries
            },
        )
        if places
        else None
    )


def _issuer(store: Store) -> Issuer:
    key, secret = custodian_of(store).platform()
    return Issuer(naming.did(store, key.party), key.kid, secret)


def _is_bound(tlog: Tlog, kid: str, keys: Logged) -> bool:
    """Whether a checkpoint that is handed out covers whose key it is; soon after the first start
    it does not yet.
    """
    first = min(
        (seq for seq, part in keys.parts.items() if part.open and _names(part.open.statement, kid)),
        default=None,
    )
    if first is None:
        return False
    found = covering(tlog, tlog.shard_of(first))
    return found is not None and found.covers(first)


def _names(body: bytes | None, kid: str) -> bool:
    return body is not None and kid.encode() in body


def _signatures(by: Making, gathered: Gathered, entries: Logged) -> list[Signed]:
    """Those over records that are shown whole, of parties that the reader may know."""
    known = {
        seq
        for place, seq in gathered.entries.items()
        if (one := gathered.facts[place].signature) is not None and one.kid
    }
    seqs = sorted(known & entries.opened().keys())
    return signed(by.store, seqs, {seq: number_of(by.tlog, seq) for seq in seqs})


def _claim(facts: Facts, moment: datetime) -> ClaimTold:
    return ClaimTold(
        facts=msgspec.to_builtins(facts),
        standing=msgspec.to_builtins(evaluate(facts, moment)),
    )


def _told(
    store: Store, wanted: Wanted, audience: Audience, facts: Collection[Facts], papers: Held
) -> dict[str, str]:
    """The parts that rest on credentials and on our word; empty ones are left out."""
    some = list(facts)
    found = {
        CREDENTIALS: papers.told,
        CASES: told.cases(store, some, wanted.case),
        HAND_OVERS: told.hand_overs(some),
        ACCESS: told.shown(store, wanted.key, audience),
    }
    return {name: text_of(each) for name, each in found.items() if each}
