# SPDX-License-Identifier: Apache-2.0
"""Claims of a package of evidence, judged anew: facts beside the proofs, rules on the facts.

A claim falls at the first stage that does not hold: ``logged`` (its entry is in the log and
about its event), ``signed`` (signature and standing of its key), ``facts`` (what the facts say
is what the evidence says), ``judged`` (the rules give the standing that is told).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nguon.base.errors import NguonError
from nguon.base.time import Moment
from nguon.dossier.errors import DossierError
from nguon.dossier.findings import Code, Finding, fails, held, left_open
from nguon.dossier.histories import Histories
from nguon.dossier.logged import Entries, Proved
from nguon.dossier.model import CLAIMS, ClaimTold
from nguon.dossier.signatures import Checked
from nguon.ladder.evaluating import evaluate
from nguon.ladder.model import Facts, Signature
from nguon.ladder.rules import RULES_DIGEST


class Basis(msgspec.Struct, frozen=True):
    """What claims rest on, each already judged."""

    entries: Entries
    keys: Histories
    signatures: Mapping[str, Checked]
    """By the number of the entry."""
    made: Moment
    rules: str


def facts_of(place: int, told: ClaimTold) -> Facts:
    """The facts of a claim; raises `DossierError` where they are not written as rules read them."""
    try:
        found = msgspec.convert(told.facts, Facts)
        plain = _plain(found)
    except (msgspec.ValidationError, NguonError, ValueError) as error:
        raise DossierError("dossier.form", place=f"{CLAIMS}[{place}]") from error
    if plain != told.facts:
        raise DossierError("dossier.form", place=f"{CLAIMS}[{place}]")
    return found


def judge(place: int, told: ClaimTold, basis: Basis) -> Finding:
    """Whether a claim has the standing that is told of it."""
    try:
        facts = facts_of(place, told)
    except DossierError as error:
        return fails(Code.CLAIM, error.code, **_unread(place, told), stage="facts", **error.params)
    params = _params(facts, told)
    open_: Finding | None = None
    for stage, holds, reason in _stages(facts, told, basis):
        if holds is False:
            return fails(Code.CLAIM, reason, **params, stage=stage)
        if holds is None and open_ is None:
            open_ = left_open(Code.CLAIM, reason, **params, stage=stage)
    return open_ or held(Code.CLAIM, **params, stage="judged")


def _stages(facts: Facts, told: ClaimTold, basis: Basis) -> Iterator[tuple[str, bool | None, str]]:
    """Each stage with what it gives and why."""
    proved = None if facts.logged is None else basis.entries.get(facts.logged.receipt)
    if facts.logged is not None:
        yield "logged", *_logged(facts, proved)
    if facts.signature is not None:
        yield "signed", *_signed(facts, facts.signature, proved, basis)
    elif facts.logged is not None and facts.logged.receipt in basis.signatures:
        yield "signed", False, "dossier.signature-untold"
    yield "facts", *_event(facts, proved)
    yield "judged", *_judged(facts, told, basis)


def _logged(facts: Facts, proved: Proved | None) -> tuple[bool | None, str]:
    assert facts.logged is not None
    if facts.claim.receipt != facts.logged.receipt:
        return False, "dossier.entry-other"
    if proved is None:
        return None, "dossier.entry-absent"
    if proved.wrong is not None:
        return False, str(proved.wrong.params["reason"])
    return proved.entry.entry == facts.logged.leaf.encode(), "dossier.entry-other"


def _signed(
    facts: Facts, told: Signature, proved: Proved | None, basis: Basis
) -> tuple[bool | None, str]:
    assert facts.logged is not None or proved is None
    number = "" if facts.logged is None else facts.logged.receipt
    found = basis.signatures.get(number)
    if found is None or proved is None or facts.logged is None:
        return None, "dossier.signature-absent"
    if found.digest != told.digest or found.signed.form != told.form:
        return False, "dossier.signature-other"
    if told.kid and told.kid != found.signed.kid:
        return False, "dossier.signature-other"
    if found.verified is not None and found.verified is not told.valid:
        return False, "signing.signature"
    if found.events[number] is False:
        return False, "dossier.signature-other"
    key = basis.keys.get(found.signed.kid)
    if key is None:
        return False, "dossier.key-unbound"
    if key.state(facts.logged.at, proved.place) != told.state:
        return False, "dossier.key-state"
    scope = (told.scope.prefixes, told.scope.places)
    if told.kid and scope != (key.prefixes, key.places):
        return False, "dossier.key-scope"
    if told.party and not key.did.endswith(f":{told.party}"):
        return False, "dossier.key-party"
    return (True, "") if found.events[number] else (None, "dossier.signature-part")


def _event(facts: Facts, proved: Proved | None) -> tuple[bool | None, str]:
    """The time that a step's facts tell is its event's."""
    event = None if proved is None else proved.event
    if event is None or facts.step is None:
        return True, ""
    try:
        happened = msgspec.json.decode(event, type=_Event).event_time
    except msgspec.MsgspecError:
        return True, ""
    return happened == facts.step.happened, "dossier.facts-event"


class _Event(msgspec.Struct, rename="camel"):
    event_time: Moment


def _judged(facts: Facts, told: ClaimTold, basis: Basis) -> tuple[bool | None, str]:
    if basis.rules != RULES_DIGEST:
        return None, "dossier.rules-other"
    try:
        standing = _plain(evaluate(facts, basis.made))
    except (NguonError, ValueError, ArithmeticError, TypeError):
        return False, "dossier.standing-other"
    return standing == told.standing, "dossier.standing-other"


def _plain(value: Any) -> Any:
    """As it would be read from a file."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _params(facts: Facts, told: ClaimTold) -> dict[str, Any]:
    claim = facts.claim
    return {
        "claim": claim.id,
        "kind": claim.kind.value,
        "about": claim.about or claim.item,
        "receipt": claim.receipt or "–",
        "level": told.standing.get("level", 0),
    }


def _unread(place: int, told: ClaimTold) -> dict[str, Any]:
    said = told.facts.get("claim")
    claim = said if isinstance(said, dict) else {}
    return {
        "claim": f"{CLAIMS}[{place}]",
        "kind": str(claim.get("kind", "–")),
        "about": str(claim.get("about") or claim.get("item") or "–"),
        "receipt": str(claim.get("receipt", "–")),
        "level": 0,
    }
