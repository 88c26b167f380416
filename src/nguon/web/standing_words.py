# SPDX-License-Identifier: Apache-2.0
"""The standing of claims in words: lines of the passport, and the page that tells all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from nguon.assurance.model import ItemStanding
from nguon.base.messages import Language, catalogue, hint, text
from nguon.base.time import HANOI
from nguon.ladder.model import (
    LADDER,
    ClaimKind,
    Evidence,
    Flag,
    Predicate,
    RuleResult,
    Rung,
    Standing,
)
from nguon.passport.model import Passport, Step, Verdict
from nguon.web.formats import day, element_string, moment, number
from nguon.web.passport_view import stage_name

_SETTLING = {
    "passport.check-entity": (ClaimKind.STEP, Predicate.IDENTIFIED),
    "passport.check-place": (ClaimKind.ORIGIN, Predicate.ATTESTED),
    "passport.check-certificates": (ClaimKind.CERTIFICATE, Predicate.ATTESTED),
}
"""What settles a line under the band: of which claims what must hold."""
_FIGURES = frozenset({"inputs", "outputs", "most", "least", "count", "days", "allowed", "minutes"})
_OPAQUE = "p-"
"""How what a party is called begins where its name tells nothing."""
_RULES = 12
"""Characters of the rules' digest that a page shows."""


@dataclass(frozen=True, slots=True)
class RungLine:
    """One rung of a claim: whether it is reached, by what; else what would, and who can do it."""

    name: str
    satisfied: bool
    evidence: tuple[str, ...]
    lacking: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """Claims that stand alike, told once."""

    title: str
    when: str
    who: str
    level: int
    name: str
    """The rung or flag that it amounts to."""
    flagged: bool
    rungs: tuple[RungLine, ...]
    compared: tuple[tuple[str, str, bool], ...]
    """Rule, what it found, whether it holds."""
    count: int = 1


def name_of(one: Standing, language: Language) -> str:
    """What a claim amounts to, in a few words."""
    if one.flags:
        flag = Flag.CONTRADICTED if Flag.CONTRADICTED in one.flags else Flag.DISPUTED
        return text(f"ladder.flag-{flag}", language)
    return text(f"ladder.rung-{LADDER[one.level]}", language)


def title_of(one: Standing, language: Language) -> str:
    """What is claimed."""
    claim = one.claim
    about = element_string(claim.about) if claim.about else ""
    if claim.kind is ClaimKind.CERTIFICATE:
        about = claim.about.partition("/")[2]
    elif about.startswith("vn-"):
        about = about.partition(":")[2]
    stage = stage_name(claim.stage, language) if claim.stage else ""
    return text(f"ladder.claim-{claim.kind}", language, about=about, stage=stage)


def lowest(found: ItemStanding, language: Language) -> str | None:
    """The weakest link in one line."""
    if found.lowest is None:
        return None
    title, on = title_of(found.lowest, language), found.lowest.claim.at
    told = title if on is None else f"{title}, {_day(on, language)}"
    return text("ladder.lowest", language, claim=told, rung=name_of(found.lowest, language))


def _behind(found: ItemStanding) -> Predicate | None:
    """What holds of every recorded step: that an identified party signed it, or declared it."""
    steps = [one for one in found.claims if one.claim.kind is ClaimKind.STEP]
    if not steps or any(one.flags for one in steps):
        return None
    held = set(Predicate)
    for one in steps:
        held &= one.satisfied
    if Predicate.IDENTIFIED not in held:
        return None
    return Predicate.SIGNED if Predicate.SIGNED in held else Predicate.IDENTIFIED


def of_steps(
    found: ItemStanding | None, steps: Iterable[Step], language: Language
) -> list[tuple[int, str] | None]:
    """For each step of a journey the level of its weakest record, and its words.

    A flagged one has level -1.
    """
    return [_of_step(found, step, language) for step in steps]


def _of_step(found: ItemStanding | None, step: Step, language: Language) -> tuple[int, str] | None:
    if found is None:
        return None
    claims = [
        found.claims[found.steps[record.entry]]
        for record in step.records
        if record.entry in found.steps
    ]
    weakest = min(claims, key=lambda one: (not one.flags, one.level), default=None)
    if weakest is None:
        return None
    return -1 if weakest.flags else weakest.level, name_of(weakest, language)


def judged(passport: Passport, found: ItemStanding | None) -> Passport:
    """A passport whose band says what the standing of its claims makes of it; the worst wins."""
    told = [passport.verdict]
    for one in found.claims if found is not None else ():
        if any(result.contradicts for result in one.results):
            told.append(Verdict.INCONSISTENT)
        elif Flag.CONTRADICTED in one.flags:
            told.append(Verdict.CONTRADICTED)
        if Flag.DISPUTED in one.flags:
            told.append(Verdict.DISPUTED)
    settled = () if found is None else _settled(found)
    return msgspec.structs.replace(
        passport,
        verdict=min(told, key=list(Verdict).index),
        checks=tuple(one for one in passport.checks if one.code not in settled),
    )


def _settled(found: ItemStanding) -> frozenset[str]:
    """What the band need not call unchecked any more: it holds of every claim of its kind."""
    return frozenset(
        code
        for code, (kind, predicate) in _SETTLING.items()
        if (held := [predicate in one.satisfied for one in found.claims if one.claim.kind is kind])
        and all(held)
    )


def lines(found: ItemStanding, language: Language) -> list[ClaimLine]:
    """All claims in their order, those that stand alike together."""
    groups: dict[tuple[Any, ...], list[Standing]] = {}
    for one in found.claims:
        groups.setdefault(_alike(one), []).append(one)
    return [_line(group, language) for group in groups.values()]


def _alike(one: Standing) -> tuple[Any, ...]:
    claim = one.claim
    about = "" if claim.kind is ClaimKind.STEP else claim.about
    results = tuple((r.rule, r.reason) for r in one.results if r.holds is not None)
    return claim.kind, about, claim.stage, claim.by, one.satisfied, one.flags, results


def _line(group: list[Standing], language: Language) -> ClaimLine:
    one = group[0]
    times = [each.claim.at for each in group if each.claim.at is not None]
    when = ""
    if times:
        days = dict.fromkeys(_day(time, language) for time in (min(times), max(times)))
        when = " – ".join(days)
    who = one.rung(Predicate.DECLARED).evidence[0].who
    return ClaimLine(
        title=title_of(one, language),
        when=when,
        who=text("ladder.by", language, who=who) if who else "",
        level=one.level,
        name=name_of(one, language),
        flagged=bool(one.flags),
        rungs=tuple(_rung(one, rung, language) for rung in one.rungs),
        compared=tuple(
            (
                text(f"ladder.rule-{result.rule}", language),
                result_words(result, language),
                bool(result.holds),
            )
            for result in one.results
            if result.holds is not None
        ),
        count=len(group),
    )


def _rung(one: Standing, rung: Rung, language: Language) -> RungLine:
    shown = [] if rung.predicate is Predicate.PLAUSIBLE else rung.evidence
    evidence = tuple(evidence_words(each, one, language) for each in shown)
    name = text(f"ladder.rung-{rung.predicate}", language)
    if rung.satisfied:
        return RungLine(name, satisfied=True, evidence=evidence)
    lacking = text(rung.raise_by, language)
    advice = hint(rung.raise_by, language) or ""
    if rung.addressee:
        to = text(f"ladder.to-{rung.addressee}", language)
        advice = f"{to}: {advice[:1].lower()}{advice[1:]}"
    return RungLine(name, satisfied=False, evidence=evidence, lacking=lacking, advice=advice)


def evidence_words(one: Evidence, of: Standing, language: Language) -> str:
    """One piece of evidence, with its day."""
    code = f"ladder.evidence-{one.what}"
    if code not in catalogue(language):
        code = "ladder.evidence-attested-other"
    who = one.who or of.claim.by
    if not who or who.startswith(_OPAQUE):
        who = text("ladder.nobody", language)
    told = text(code, language, who=who, reference=one.reference)
    return told if one.at is None else f"{told}, {_day(one.at, language)}"


def result_words(result: RuleResult, language: Language) -> str:
    """What a rule found, with its numbers as people write them."""
    params = {name: _said(name, value, language) for name, value in result.params.items()}
    return text(result.reason, language, **params)


def _said(name: str, value: Any, language: Language) -> Any:
    if isinstance(value, datetime):
        return moment(value.astimezone(HANOI), language)
    if isinstance(value, date):
        return day(value, language)
    if name == "key":
        return element_string(value) if value else text("ladder.nobody", language)
    if name in _FIGURES and value is not None:
        try:
            return number(Decimal(str(value)).quantize(Decimal("0.01")), language)
        except InvalidOperation:
            return value
    return value


def _day(at: datetime, language: Language) -> str:
    return day(at.astimezone(HANOI).date(), language)


def passport_context(
    found: ItemStanding | None, passport: Passport, language: Language
) -> dict[str, Any]:
    """What ``passport/page.html`` takes: the weakest link, and the rung of each step."""
    return {
        "weakest": None if found is None else lowest(found, language),
        "behind": None if found is None else _behind(found),
        "rungs": of_steps(found, passport.journey, language),
    }


def page_context(found: ItemStanding, language: Language) -> Mapping[str, Any]:
    """What ``passport/standing.html`` takes of a standing."""
    return {
        "lowest": lowest(found, language),
        "lines": lines(found, language),
        "checked": moment(found.checked.astimezone(HANOI), language),
        "rules": found.rules[:_RULES],
        "truncated": found.truncated,
        "ladder": [
            (text(f"ladder.rung-{one}", language), hint(f"ladder.rung-{one}", language))
            for one in LADDER
        ],
    }
