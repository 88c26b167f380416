# SPDX-License-Identifier: Apache-2.0
"""The policy on who sees what: its levels, its floor, its sentences."""

from datetime import date
from importlib.resources import files

import pytest

from nguon.base.audience import Audience, AudienceKind, Mandate
from nguon.base.messages import LANGUAGES, Language
from nguon.identity.errors import PolicyError
from nguon.identity.policy import NEARNESS, Shown, policy, read, relation, sees, shown, who_sees
from nguon.identity.visibility import PUBLIC, decide

SOURCE = (files("nguon.identity") / "policy.toml").read_text("utf-8")
MEMBER = Audience(AudienceKind.OWNER, 7, decide)
OPERATOR = Audience(AudienceKind.OPERATOR, 1, decide)


def _inspector(mandate: Mandate | None) -> Audience:
    return Audience(AudienceKind.INSPECTOR, 9, decide, mandate=mandate)


def _changed(kind: str, reader: str, level: str) -> str:
    head, _, tail = SOURCE.partition(f"[{kind}]\n")
    lines = tail.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{reader} = "))
    lines[at] = f'{reader} = "{level}"'
    return f"{head}[{kind}]\n" + "\n".join(lines)


def test_every_line_has_a_level_for_every_reader_a_date_and_a_reason() -> None:
    for line in policy().values():
        assert list(line.levels) == list(NEARNESS)
        assert line.since <= date(2026, 12, 31)
        assert line.basis


@pytest.mark.parametrize(
    ("kind", "reader"),
    [
        ("personal-number", "public"),
        ("personal-number", "partner"),
        ("home-position", "public"),
        ("home-position", "partner"),
        ("household-address", "public"),
        ("household-contact", "partner"),
        ("person", "public"),
        ("exact-position", "public"),
        ("quantity", "public"),
    ],
)
@pytest.mark.parametrize("level", ["reduced", "full"])
def test_what_is_never_shown_is_refused_at_load(kind: str, reader: str, level: str) -> None:
    source = _changed(kind, reader, level)
    with pytest.raises(PolicyError) as refused:
        read(source)
    assert refused.value.code in {"access.policy-floor", "access.policy-order"}
    assert refused.value.params["kind"] == kind


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[a\n", "access.policy-syntax"),
        ("", "access.policy-missing"),
        ("a = 1\n", "access.policy-line"),
        ('[a]\npublic = "full"\n', "access.policy-line"),
        (
            '[a]\npublic="full"\npartner="full"\nsince=2026-01-01\nbasis=""\nx=1',
            "access.policy-line",
        ),
        ('[a]\npublic="all"\npartner="full"\nsince=2026-01-01\nbasis=""', "access.policy-level"),
        ('[a]\npublic="full"\npartner="hidden"\nsince=2026-01-01\nbasis=""', "access.policy-order"),
    ],
)
def test_a_faulty_file_is_refused(source: str, code: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read(source)
    assert refused.value.code == code


def test_nearness() -> None:
    hung_yen = _inspector(Mandate(frozenset({"33"})))
    assert relation(PUBLIC, [7]) is AudienceKind.PUBLIC
    assert relation(MEMBER, [7]) is AudienceKind.OWNER
    assert relation(MEMBER, [None, 8]) is AudienceKind.PUBLIC
    assert relation(MEMBER, [8], partner=True) is AudienceKind.PARTNER
    assert relation(PUBLIC, [8], partner=True) is AudienceKind.PUBLIC
    assert relation(OPERATOR, []) is AudienceKind.OPERATOR
    assert relation(_inspector(None), []) is AudienceKind.INSPECTOR
    assert relation(hung_yen, [], province="33") is AudienceKind.INSPECTOR
    assert relation(hung_yen, [], province="66") is AudienceKind.PUBLIC
    assert relation(hung_yen, []) is AudienceKind.PUBLIC
    assert relation(hung_yen, [9]) is AudienceKind.OWNER


def test_sees() -> None:
    assert not sees(MEMBER, "quantity", owner=8)
    assert sees(MEMBER, "quantity", owner=8, partner=True)
    assert sees(MEMBER, "personal-number", owner=(8, 7))
    assert not sees(MEMBER, "personal-number", owner=8, partner=True)
    assert sees(_inspector(Mandate(frozenset({"33"}))), "personal-number", province="33")
    assert not sees(_inspector(Mandate(frozenset({"33"}))), "personal-number", province="66")
    assert sees(PUBLIC, "certificate")
    assert shown(AudienceKind.PUBLIC, "household-name") is Shown.REDUCED
    with pytest.raises(KeyError):
        sees(MEMBER, "no such kind")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_sentence(language: Language) -> None:
    for kind in policy():
        assert who_sees(kind, language)


def test_the_sentences_say_what_the_policy_does() -> None:
    assert who_sees("certificate", "en") == "Who sees this: everybody."
    assert who_sees("quantity", "en").endswith("Nobody else.")
    assert "only your organisation" in who_sees("personal-number", "en")
    assert who_sees("household-name", "en").endswith("else the commune.")


def test_a_mandate_runs_on_both_its_days() -> None:
    mandate = Mandate(valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    assert [
        mandate.in_force(date(y, m, d))
        for y, m, d in ((2025, 12, 31), (2026, 1, 1), (2026, 12, 31), (2027, 1, 1))
    ] == [False, True, True, False]
    assert Mandate(frozenset({"33"}), frozenset({"health"})).covers("33", "health")
    assert not Mandate(frozenset({"33"}), frozenset({"health"})).covers("33", "trade")
    assert Mandate(frozenset({"33"})).covers("33", "trade")
    assert not Mandate(frozenset({"33"})).covers(None)
