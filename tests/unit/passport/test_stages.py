# SPDX-License-Identifier: Apache-2.0
"""Which stage a step shows, and what is missing before the latest one."""

import pytest

from nguon.base.messages import LANGUAGES, Language, catalogue
from nguon.epcis.vocabulary import standard_words
from nguon.passport.model import StageState
from nguon.passport.stages import completeness
from nguon.trace.stages import (
    HARVESTING,
    NEW_LOT,
    chain,
    icon,
    is_harvest,
    is_packing,
    step_word,
    word,
)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("packing", "packing"),
        ("https://ref.gs1.org/cbv/BizStep-packing", "packing"),
        ("urn:epcglobal:cbv:bizstep:packing", "packing"),
        ("https://example.org/steps#roasting", "roasting"),
        ("", "other"),
        (None, "other"),
    ],
)
def test_a_business_step_in_any_form_has_one_word(sent: str | None, expected: str) -> None:
    assert word(sent) == expected


def test_the_first_code_given_where_things_grow_is_a_harvest() -> None:
    assert step_word("commissioning", harvest=True, transformation=False) == "harvesting"
    assert step_word("commissioning", harvest=False, transformation=False) == "commissioning"
    assert step_word("shipping", harvest=True, transformation=False) == "shipping"
    assert step_word("commissioning", harvest=False, transformation=False, land=True) == HARVESTING
    assert step_word("commissioning", harvest=False, transformation=False, lots=True) == NEW_LOT
    assert step_word(None, harvest=False, transformation=True) == "transforming"


def test_a_harvest_is_known_by_its_dates() -> None:
    assert is_harvest({"cbvmda:harvestDate": "2026-07-22"})
    assert is_harvest({"https://ref.gs1.org/cbv/mda/harvestStartDate": "2026-07-22"})
    assert not is_harvest({"cbvmda:productionDate": "2026-07-22"})


def test_what_is_done_on_land_has_its_own_words() -> None:
    assert step_word("stocking", harvest=False, transformation=True, land=True) == "stocking_pond"
    assert step_word("other", harvest=False, transformation=True, land=True) == "growing"
    assert step_word("other", harvest=False, transformation=False, land=True) == "other"
    assert step_word("stocking", harvest=False, transformation=False) == "stocking"


def test_a_gap_is_missing_and_the_future_is_ahead() -> None:
    found = completeness(["harvesting", "shipping"])
    assert [(stage.name, stage.state) for stage in found.stages] == [
        ("make", StageState.RECORDED),
        ("pack", StageState.MISSING),
        ("ship", StageState.RECORDED),
        ("receive", StageState.AHEAD),
        ("sell", StageState.AHEAD),
    ]
    assert found.recorded == 2
    assert found.missing == ("pack",)


def test_stages_that_not_every_product_has_count_where_recorded() -> None:
    found = completeness(["harvesting", "drying", "packing"])
    assert [stage.name for stage in found.stages][:3] == ["make", "process", "pack"]
    assert found.recorded == 3
    assert found.missing == ()


def test_where_nothing_was_grown_a_transformation_is_the_making() -> None:
    assert completeness(["transforming", "packing"]).missing == ()
    assert completeness(["receiving"]).missing == ("make", "pack", "ship")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_and_stage_has_words_and_a_drawing(language: Language) -> None:
    known = chain()
    words = catalogue(language)
    for step in standard_words("bizStep") | known.stage.keys():
        assert f"passport.step-{step}" in words, step
        assert icon(step)
    for stage in known.order:
        assert f"passport.stage-{stage}" in words


def test_packing_has_several_words() -> None:
    assert is_packing("urn:epcglobal:cbv:bizstep:packing")
    assert is_packing("repackaging")
    assert not is_packing("unpacking")
    assert not is_packing(None)
