# SPDX-License-Identifier: Apache-2.0
"""Each rule of plausibility: holds, does not, contradicts, or is silent, with its numbers."""

from datetime import date, timedelta
from typing import Any

import pytest

from nguon.base.messages import LANGUAGES, catalogue
from nguon.ladder.model import Ended, Facts, Issued, Paper, Part, RuleResult, Scope
from nguon.ladder.rules import RULES, RULES_DIGEST, digest, in_force
from tests.unit.ladder import made
from tests.unit.ladder.made import HAPPENED, LOT, facts, step, strong, transformation

_BY_ID = {rule.id: rule for rule in RULES}
SILENT = (None, "ladder.rule-silent", False)


def result(rule: str, found: Facts) -> RuleResult:
    return _BY_ID[rule].apply(found)


def told(rule: str, found: Facts) -> tuple[bool | None, str, bool]:
    one = result(rule, found)
    return one.holds, one.reason, one.contradicts


def test_rules_have_names_versions_dates_and_sources() -> None:
    assert [rule.id for rule in RULES] == [
        "balance",
        "certificate",
        "clock",
        "hand-over",
        "issued-code",
        "key-scope",
        "order",
    ]
    assert all(rule.version >= 1 and rule.source for rule in RULES)
    assert in_force(date(2026, 10, 31)) == ()
    assert in_force(date(2026, 11, 1)) == RULES
    assert digest() == RULES_DIGEST
    assert len(RULES_DIGEST) == 64


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_words(language: Any) -> None:
    assert {f"ladder.rule-{rule.id}" for rule in RULES} <= catalogue(language).keys()


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), SILENT),
        (("",), SILENT),
        (("issued", ""), (True, "ladder.code-issued", False)),
        (("issued", "not-issued"), (False, "ladder.code-not-issued", True)),
        (("void",), (False, "ladder.code-void", True)),
    ],
)
def test_a_code_is_issued_or_not_or_nobody_knows(states: Any, expected: Any) -> None:
    issued = tuple(Issued(key=f"{LOT}{at}", state=state) for at, state in enumerate(states))
    assert told("issued-code", facts(issued=issued)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), (True, "ladder.key-inside", False)),
        (Scope(prefixes=("01/0952110100001",)), (True, "ladder.key-inside", False)),
        (Scope(prefixes=("9521101",)), (True, "ladder.key-inside", False)),
        (Scope(prefixes=("9521999",)), (False, "ladder.key-outside", False)),
        (Scope(places=("414/9521101000016",)), (True, "ladder.key-inside", False)),
        (Scope(places=("vn-area:VN-1",)), (False, "ladder.key-outside", False)),
    ],
)
def test_a_key_speaks_for_what_it_may(scope: Scope, expected: Any) -> None:
    signature = made.changed(made.SIGNATURE, scope=scope)
    found = facts(signature=signature, step=transformation("10", "10"))
    assert told("key-scope", found) == expected


def test_a_key_that_was_not_in_force_or_does_not_fit_is_said() -> None:
    gone = made.changed(made.SIGNATURE, state="revoked")
    wrong = made.changed(made.SIGNATURE, valid=False)
    assert told("key-scope", facts()) == SILENT
    assert told("key-scope", facts(signature=gone)) == (False, "ladder.key-not-in-force", False)
    assert told("key-scope", facts(signature=wrong)) == (False, "ladder.signature-wrong", True)


@pytest.mark.parametrize("how", ["born", "packed", "sent"])
def test_no_step_comes_before_its_cause(how: str) -> None:
    minutes = timedelta(minutes=1)
    for late, expected in ((15, True), (16, False)):
        cause = made.changed(made.BORN, how=how, at=HAPPENED + late * minutes)
        one = result("order", facts(step=step(earlier=(made.BORN, cause))))
        assert one.holds is expected
        assert one.contradicts is not expected
    assert one.reason == f"ladder.before-{how}"
    assert one.params == {"key": LOT, "cause": HAPPENED + 16 * minutes, "step": HAPPENED}


def test_nothing_is_done_with_what_has_ended() -> None:
    ended = Ended(key="00/095211010000000017", at=HAPPENED - timedelta(hours=1), receipt="1-3")
    assert told("order", facts(step=step(ended=(ended,)))) == (False, "ladder.after-end", True)
    later = made.changed(ended, at=HAPPENED)
    assert told("order", facts(step=step(ended=(later,)))) == (True, "ladder.in-order", False)
    assert told("order", facts()) == SILENT


@pytest.mark.parametrize(
    ("went", "came", "process", "expected"),
    [
        ("100", "100", "sorting", (True, "ladder.balanced", False)),
        ("100", "102", "sorting", (True, "ladder.balanced", False)),
        ("100", "102.01", "sorting", (False, "ladder.too-much-out", True)),
        ("100", "1", "sorting", (True, "ladder.balanced", False)),
        ("100", "84", "roasting", (True, "ladder.balanced", False)),
        ("100", "99", "roasting", (False, "ladder.too-much-out", True)),
        ("100", "69", "roasting", (False, "ladder.too-little-out", False)),
        ("100", "500", "mixing", SILENT),
        (None, "5", "sorting", SILENT),
        ("5", None, "sorting", SILENT),
        ("0", "5", "sorting", SILENT),
    ],
)
def test_what_comes_out_is_not_more_than_what_went_in(
    went: str | None, came: str | None, process: str, expected: Any
) -> None:
    assert told("balance", facts(step=transformation(went, came, process))) == expected


def test_a_balance_says_its_numbers_and_converts_units() -> None:
    tonne = made.changed(made.kilograms("1.5"), unit="TNE")
    found = transformation("0", "1400")
    went = Part(key=made.FRUIT, role="in", quantity=tonne)
    one = result("balance", facts(step=made.changed(found, parts=(went, found.parts[1]))))
    assert one.holds
    assert {name: one.params[name] for name in ("inputs", "outputs", "most")} == {
        "inputs": "1500",
        "outputs": "1400",
        "most": "1530",
    }
    assert "Conservation of mass" in one.params["source"]


def test_a_balance_is_silent_where_not_all_is_seen_or_counted_in_mass() -> None:
    found = transformation("10", "500")
    pieces = Part(key=LOT, role="out", quantity=made.changed(made.kilograms("5"), unit="EA"))
    for changed in (
        made.changed(found, whole=False),
        made.changed(found, transforms=False),
        made.changed(found, parts=(found.parts[0], pieces)),
    ):
        assert told("balance", facts(step=changed)) == SILENT


DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (True, "ladder.paper-covers", False)),
        ({"valid_from": DAY, "valid_to": DAY}, (True, "ladder.paper-covers", False)),
        ({"valid_to": date(2026, 11, 19)}, (False, "ladder.paper-over", False)),
        ({"valid_from": date(2026, 11, 21)}, (False, "ladder.paper-not-yet", False)),
        ({"status": "suspended"}, (False, "ladder.paper-suspended", True)),
        ({"status": "revoked"}, (False, "ladder.paper-revoked", True)),
        ({"status": "refused"}, (False, "ladder.paper-refused", True)),
        ({"status": "declared"}, SILENT),
        ({"days": ()}, SILENT),
        ({"fits": False}, (False, "ladder.paper-other-scope", False)),
    ],
)
def test_a_certificate_is_judged_on_the_day_of_the_step(
    changes: dict[str, Any], expected: Any
) -> None:
    paper = Paper(number="VG-1", issuer="Q", status="approved", days=(DAY,), fits=True)
    found = facts(paper=made.changed(paper, **changes), step=None)
    assert told("certificate", found) == expected


def test_hand_overs_agree_or_differ() -> None:
    differs = made.changed(
        made.AGREED, agreed=False, sent=made.kilograms("20"), found=made.kilograms("18")
    )
    waiting = made.changed(made.AGREED, agreed=None)
    denied = made.changed(differs, disputed=True, reference="1-14")
    assert told("hand-over", facts()) == SILENT
    assert told("hand-over", facts(confirmations=(waiting,))) == SILENT
    assert told("hand-over", strong()) == (True, "ladder.hand-over-agrees", False)
    one = result("hand-over", strong(confirmations=(made.AGREED, differs)))
    assert (one.holds, one.contradicts) == (False, False)
    assert one.params == {"reference": "1-13", "sent": "20", "found": "18", "unit": "KGM"}
    two = result("hand-over", strong(confirmations=(differs, denied)))
    assert (two.contradicts, two.params["reference"]) == (True, "1-14")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(), (True, "ladder.recorded-in-time", False)),
        (timedelta(minutes=-15), (True, "ladder.recorded-in-time", False)),
        (timedelta(minutes=-16), (False, "ladder.recorded-ahead", True)),
        (timedelta(days=30, hours=23), (True, "ladder.recorded-in-time", False)),
        (timedelta(days=31), (False, "ladder.recorded-late", False)),
    ],
)
def test_a_step_is_recorded_after_it_happened_and_soon(after: timedelta, expected: Any) -> None:
    assert told("clock", facts(step=step(recorded=HAPPENED + after))) == expected
