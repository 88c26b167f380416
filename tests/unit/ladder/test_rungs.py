# SPDX-License-Identifier: Apache-2.0
"""Each predicate of a claim: when it holds, by what, and what would raise it."""

from datetime import date, timedelta
from typing import Any

import pytest

from nguon.ladder.chain import lowest
from nguon.ladder.evaluating import evaluate, level
from nguon.ladder.model import (
    LADDER,
    Addressee,
    Case,
    ClaimKind,
    Facts,
    Flag,
    Predicate,
    Standing,
)
from tests.unit.ladder import made
from tests.unit.ladder.made import MOMENT, RECORDED, facts, strong

_changed = made.changed


def judged(found: Facts) -> Standing:
    return evaluate(found, MOMENT)


def test_a_claim_without_anything_is_declared() -> None:
    found = judged(facts())
    assert found.satisfied == {Predicate.DECLARED}
    assert (found.level, found.flags) == (0, ())
    assert [rung.raise_by for rung in found.rungs] == [
        "",
        "ladder.raise-identify",
        "ladder.raise-log",
        "ladder.raise-confirm",
        "ladder.raise-numbers",
        "ladder.raise-attest",
    ]
    assert [rung.addressee for rung in found.rungs[1:]] == [
        Addressee.PARTY,
        Addressee.PARTY,
        Addressee.PARTNER,
        Addressee.PARTY,
        Addressee.BODY,
    ]


def test_a_claim_with_everything_reaches_every_rung_with_its_evidence() -> None:
    found = judged(strong())
    assert found.satisfied == set(LADDER)
    assert (found.level, found.flags) == (5, ())
    told = {rung.predicate: [one.what for one in rung.evidence] for rung in found.rungs}
    assert told == {
        Predicate.DECLARED: ["declared"],
        Predicate.IDENTIFIED: ["enrolled-officers"],
        Predicate.SIGNED: ["signed-own", "logged"],
        Predicate.CONFIRMED: ["confirmed-signed"],
        Predicate.PLAUSIBLE: [
            "rule-clock",
            "rule-hand-over",
            "rule-issued-code",
            "rule-key-scope",
            "rule-order",
        ],
        Predicate.ATTESTED: ["attested-testing"],
    }
    assert found.rung(Predicate.SIGNED).since == RECORDED
    assert found.rung(Predicate.SIGNED).evidence[0].params == {"kid": "kid-1", "form": "http"}
    assert found.facts == strong().digest


@pytest.mark.parametrize(
    ("changes", "reached"),
    [
        ({}, True),
        ({"way": ""}, False),
        ({"since": RECORDED + timedelta(seconds=1)}, False),
        ({"since": RECORDED}, True),
        ({"until": RECORDED}, False),
        ({"until": RECORDED + timedelta(seconds=1)}, True),
        ({"register": "unknown"}, True),
        ({"register": "dissolved"}, False),
        ({"register": "suspended"}, False),
    ],
)
def test_a_party_is_identified_when_it_says_something(
    changes: dict[str, Any], reached: bool
) -> None:
    found = judged(strong(entity=_changed(made.ENTITY, **changes)))
    assert found.rung(Predicate.IDENTIFIED).satisfied is reached


def test_a_dissolved_party_is_told_so() -> None:
    found = judged(strong(entity=_changed(made.ENTITY, register="dissolved")))
    assert found.rung(Predicate.IDENTIFIED).raise_by == "ladder.raise-register"


@pytest.mark.parametrize(
    ("changes", "reached", "raised"),
    [
        ({}, True, ""),
        ({"signature": None}, False, "ladder.raise-sign"),
        ({"logged": None}, False, "ladder.raise-log"),
        ({"signature": _changed(made.SIGNATURE, valid=False)}, False, "ladder.raise-sign"),
        ({"signature": _changed(made.SIGNATURE, state="revoked")}, False, "ladder.raise-sign"),
        ({"signature": _changed(made.SIGNATURE, state="suspended")}, False, "ladder.raise-sign"),
        ({"signature": _changed(made.SIGNATURE, state="not-yet")}, False, "ladder.raise-sign"),
    ],
)
def test_a_signature_counts_by_a_key_in_force_when_it_was_logged(
    changes: dict[str, Any], reached: bool, raised: str
) -> None:
    rung = judged(strong(**changes)).rung(Predicate.SIGNED)
    assert (rung.satisfied, rung.raise_by) == (reached, raised)


def test_what_is_logged_without_a_signature_is_told_with_its_receipt() -> None:
    rung = judged(facts(logged=made.LOGGED)).rung(Predicate.SIGNED)
    assert [(one.what, one.reference) for one in rung.evidence] == [("logged", "1-12")]


def test_custody_is_said() -> None:
    kept = _changed(made.SIGNATURE, custody="custodial")
    rung = judged(strong(signature=kept)).rung(Predicate.SIGNED)
    assert rung.evidence[0].what == "signed-custodial"


def test_nobody_confirms_his_own_claim() -> None:
    own = _changed(made.AGREED, by=made.PARTY)
    waiting = _changed(made.AGREED, agreed=None)
    for one in (own, waiting):
        assert not judged(strong(confirmations=(one,))).rung(Predicate.CONFIRMED).satisfied


def test_a_harvest_has_nobody_to_confirm_it() -> None:
    found = judged(strong(claim=made.claim(stage="harvesting"), confirmations=()))
    rung = found.rung(Predicate.CONFIRMED)
    assert (rung.raise_by, rung.addressee) == ("ladder.raise-no-partner", Addressee.NOBODY)


@pytest.mark.parametrize(
    "changes",
    [
        {"accredited": ""},
        {"covers": False},
        {"status": "revoked"},
        {"status": "suspended"},
        {"status": "unknown"},
        {"valid_to": date(2026, 11, 19)},
        {"valid_from": date(2026, 11, 21)},
    ],
)
def test_an_attestation_must_be_of_a_recognised_body_in_scope_and_stand(
    changes: dict[str, Any],
) -> None:
    bad = _changed(made.ATTESTED, **changes)
    assert not judged(strong(attestations=(bad,))).rung(Predicate.ATTESTED).satisfied
    beside = judged(strong(attestations=(bad, made.ATTESTED)))
    assert beside.rung(Predicate.ATTESTED).satisfied


def test_flags_override_every_rung() -> None:
    case = Case(number="c-1", opened=RECORDED)
    disputed = judged(strong(cases=(case,)))
    assert (disputed.flags, disputed.level) == ((Flag.DISPUTED,), 0)
    assert disputed.satisfied == set(LADDER)
    upheld = judged(strong(cases=(_changed(case, upheld=MOMENT),)))
    assert upheld.flags == (Flag.CONTRADICTED,)
    late = _changed(made.BORN, at=made.HAPPENED + timedelta(days=1))
    wrong = judged(strong(step=made.step(earlier=(late,)), cases=(case,)))
    assert wrong.flags == (Flag.DISPUTED, Flag.CONTRADICTED)
    assert not wrong.rung(Predicate.PLAUSIBLE).satisfied


@pytest.mark.parametrize(
    ("satisfied", "expected"),
    [
        ("", 0),
        ("plausible", 0),
        ("identified", 1),
        ("identified plausible confirmed", 1),
        ("identified signed", 2),
        ("signed confirmed", 0),
        ("identified signed confirmed", 3),
        ("identified signed plausible", 4),
        ("attested", 5),
    ],
)
def test_what_a_party_says_counts_on_top_of_who_it_is(satisfied: str, expected: int) -> None:
    assert level(frozenset(map(Predicate, satisfied.split()))) == expected


def test_the_lowest_link_is_a_contradicted_then_a_disputed_then_the_lowest() -> None:
    case = Case(number="c-1", opened=RECORDED)
    weak, whole = judged(facts()), judged(strong())
    disputed = judged(strong(cases=(case,)))
    wrong = judged(strong(cases=(_changed(case, upheld=MOMENT),)))
    product = judged(facts(claim=made.claim(kind=ClaimKind.PRODUCT), step=None))
    assert lowest(()) is None
    assert lowest((whole, weak)) is weak
    assert lowest((whole, weak, disputed)) is disputed
    assert lowest((whole, weak, disputed, wrong)) is wrong
    assert lowest((whole, product)) is whole
    assert lowest((product,)) is product
