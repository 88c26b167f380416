# SPDX-License-Identifier: Apache-2.0
"""What the passport's band says of every step: the least that holds of all, never of some."""

from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from nguon.assurance.model import ItemStanding
from nguon.ladder.model import LADDER, Claim, ClaimKind, Flag, Predicate, Rung, Standing
from nguon.passport.model import Passport, Verdict
from nguon.web.standing_words import passport_context, title_of

PASSPORT = Passport(
    key="01/09521101000016/10/A", kind="gtin", verdict=Verdict.RECORDED, checks=(), codes=()
)
NOW = datetime(2026, 8, 6, tzinfo=UTC)
KNOWN, SIGNED = {Predicate.DECLARED, Predicate.IDENTIFIED}, {*LADDER[:3]}
ATTESTED = {Predicate.DECLARED, Predicate.ATTESTED}


def standing(
    held: Collection[Predicate], *flags: Flag, kind: ClaimKind = ClaimKind.STEP, about: str = ""
) -> Standing:
    return Standing(
        claim=Claim(kind=kind, item="01/09521101000016/10/A", stage="packing", about=about),
        rungs=tuple(Rung(predicate=one, satisfied=one in held) for one in LADDER),
        flags=flags,
        level=0,
        results=(),
        checked=NOW,
        facts="",
    )


def item(*claims: Standing) -> ItemStanding:
    return ItemStanding(
        item="01/09521101000016/10/A", claims=claims, lowest=None, flags=(), rules="r",
        checked=NOW, truncated=False, steps={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "behind"),
    [
        ((), None),
        ((standing(SIGNED), standing({*LADDER})), Predicate.SIGNED),
        ((standing(SIGNED), standing(KNOWN)), Predicate.IDENTIFIED),
        ((standing(SIGNED), standing({Predicate.DECLARED})), None),
        ((standing(SIGNED), standing(ATTESTED)), None),
        ((standing({Predicate.DECLARED, Predicate.SIGNED}),), None),
        ((standing(SIGNED), standing(SIGNED, Flag.DISPUTED)), None),
        ((standing(SIGNED), standing(set(), kind=ClaimKind.PRODUCT)), Predicate.SIGNED),
        ((standing(SIGNED, kind=ClaimKind.PRODUCT),), None),
    ],
)
def test_what_holds_of_every_step(claims: tuple[Standing, ...], behind: Predicate | None) -> None:
    assert passport_context(item(*claims), PASSPORT, "vi")["behind"] is behind


def test_areas_are_named_as_issued() -> None:
    claimed = standing(KNOWN, kind=ClaimKind.ORIGIN, about="vn-area:VN-HYOR-9521")
    assert title_of(claimed, "vi").endswith(" VN-HYOR-9521")
    assert "vn-area" not in title_of(claimed, "en")
