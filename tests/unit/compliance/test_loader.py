# SPDX-License-Identifier: Apache-2.0
"""The requirement files agree with themselves, and files that do not are refused by name."""

from datetime import date, timedelta

import pytest

from nguon.base.messages import LANGUAGES, catalogue
from nguon.compliance.errors import RequirementFileError
from nguon.compliance.loader import instrument, instruments, load
from nguon.compliance.model import Binding, Force, Kind, Market
from nguon.compliance.paths import Path, Subject, parse

FIELDS = '[product-name]\npath = "product.name"\nsupplier = "maker"\nplace = "product"\n'
GOOD = """
number = "1/2026"
body = "most"
source = "seen"
valid_from = 2026-01-01
valid_to = 2026-12-31
suspended = [{ from = 2026-02-01, to = 2026-02-28, by = "2/2026" }]
obligation = [{ from = 2026-01-01, is = "mandatory", by = "1/2026" }]
row = [{ field = "product-name", clause = "1" }]
"""


def test_all_instruments_are_read_and_have_words() -> None:
    found = instruments()
    assert len(found) == 17
    assert sum(len(entry.rows) for entry in found) == 122
    for language in LANGUAGES:
        words = catalogue(language)
        for entry in found:
            assert f"instrument.{entry.id}" in words
            for row in entry.rows:
                assert words[f"requirement.{row.field}"]["hint"]
                assert row.clause.in_language(language)


def test_every_market_has_rules() -> None:
    markets = {m for entry in instruments() for m in entry.scope.markets}
    assert markets == set(Market)
    assert {entry.id for entry in instruments() if entry.kind is Kind.LABEL} == {
        "label-37-2026",
        "label-43-2017",
    }


@pytest.mark.parametrize(
    ("day", "force"),
    [
        (date(2026, 1, 25), Force.NOT_YET),
        (date(2026, 1, 26), Force.IN_FORCE),
        (date(2026, 2, 3), Force.IN_FORCE),
        (date(2026, 2, 4), Force.SUSPENDED),
        (date(2026, 4, 15), Force.SUSPENDED),
        (date(2026, 4, 16), Force.IN_FORCE),
    ],
)
def test_a_suspended_decree(day: date, force: Force) -> None:
    decree = instrument("decree-46-2026")
    assert decree.force(day) is force
    assert decree.suspended[0].by == "09/2026/NQ-CP"


def test_labels_change_from_one_decree_to_the_next_without_a_gap() -> None:
    old, new = instrument("label-43-2017"), instrument("label-37-2026")
    assert old.valid.end is not None
    assert old.valid.end + timedelta(days=1) == new.valid.start
    assert old.force(date(2026, 1, 23)) is Force.ENDED
    assert new.force(date(2026, 1, 22)) is Force.NOT_YET


def test_a_binding_changes_on_its_day() -> None:
    circular = instrument("circular-02-2024")
    assert circular.binding(date(2025, 12, 31)).binding is Binding.VOLUNTARY
    assert circular.binding(date(2026, 1, 1)).binding is Binding.BY_RISK
    eudr = instrument("market-eu-eudr")
    assert eudr.binding(date(2026, 12, 29)).binding is Binding.VOLUNTARY
    assert eudr.binding(date(2026, 12, 30)).binding is Binding.MANDATORY
    fsma = instrument("market-us-fsma204")
    assert fsma.binding(date(2028, 7, 19)).binding is Binding.VOLUNTARY
    assert fsma.binding(date(2028, 7, 20)).binding is Binding.MANDATORY


def test_a_good_file_is_taken() -> None:
    (only,) = load({"one": GOOD}, FIELDS)
    assert only.rows[0].id == "one/product-name"
    assert only.rows[0].paths == (Path(Subject.PRODUCT, (), "name"),)


@pytest.mark.parametrize(
    ("before", "after", "pointer", "code"),
    [
        ("product-name", "shoe-size", "/one/row/0", "compliance.unknown-field"),
        ('clause = "1"', 'clause = "1", path = "product.shoes"', "/one/row/0",
         "compliance.unknown-path"),
        ("2026-12-31", "2025-12-31", "/one/valid_to", "compliance.ends-before-start"),
        ("2026-02-28", "2026-01-28", "/one/suspended/0", "compliance.outside-validity"),
        ("2026-02-28", "2027-02-28", "/one/suspended/0", "compliance.outside-validity"),
        ("{ from = 2026-01-01", "{ from = 2026-03-01", "/one/obligation",
         "compliance.obligation-order"),
        ('clause = "1"', 'clause = "1", groups = ["stones"]', "/one/product-name",
         "compliance.unknown-group"),
        ('clause = "1"', 'clause = "1", ministries = ["magic"]', "/one/product-name",
         "compliance.unknown-ministry"),
        ('clause = "1"', 'clause = "1", valid_from = 2025-06-01', "/one/product-name",
         "compliance.outside-validity"),
        ('source = "seen"', 'sauce = "seen"', "/one", "compliance.file-unreadable"),
        ("row = [{", "row = [{{", "/one", "compliance.file-unreadable"),
        ('[{ field = "product-name", clause = "1" }]', "[]", "/one", "compliance.no-rows"),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused(
    before: str, after: str, pointer: str, code: str
) -> None:
    assert before in GOOD
    with pytest.raises(RequirementFileError) as refused:
        load({"one": GOOD.replace(before, after)}, FIELDS)
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "text",
    ["", "shop.name", "product", "product[x].name", "code[shop]", "code[pond].when", "report",
     "event[receiving]", "event[receiving].mood", "lot.ilmd.", "stages.price", "lot.name || no"],
)  # fmt: skip
def test_paths_that_mean_nothing(text: str) -> None:
    assert parse(text) is None
