# SPDX-License-Identifier: Apache-2.0
"""The dates of a label come from the lot data, whatever prefix their names carry."""

from datetime import date

from nguon.passport.dates import label_dates
from nguon.passport.model import DateKind, LabelDate


def test_dates_in_the_order_of_a_label() -> None:
    own = [
        {"cbvmda:itemExpirationDate": "2026-09-30", "cbvmda:productionDate": "2026-07-28"},
        {"urn:epcglobal:cbv:mda:itemExpirationDate": "2026-09-29"},
    ]
    sources = [{"cbvmda:harvestStartDate": "2026-07-20"}, {"cbvmda:harvestEndDate": "2026-07-22"}]
    assert label_dates(own, sources) == (
        LabelDate(DateKind.HARVESTED, date(2026, 7, 22), date(2026, 7, 20)),
        LabelDate(DateKind.PRODUCED, date(2026, 7, 28)),
        LabelDate(DateKind.EXPIRES, date(2026, 9, 29)),
    )


def test_an_own_harvest_date_goes_before_those_of_the_sources() -> None:
    own = [{"cbvmda:harvestEndDate": "2026-07-22"}]
    sources = [{"cbvmda:harvestEndDate": "2026-07-01"}]
    assert label_dates(own, sources) == (LabelDate(DateKind.HARVESTED, date(2026, 7, 22)),)


def test_what_is_no_date_is_left_out() -> None:
    own: list[dict[str, object]] = [
        {"cbvmda:bestBeforeDate": "soon", "cbvmda:lotNumber": "2026-07-22"},
        {"cbvmda:bestBeforeDate": 20260722, "productionDate": ["2026-07-22"]},
        {"https://ref.gs1.org/cbv/mda/packagingDate": {"@value": "2026-07-23T08:00:00Z"}},
    ]
    assert label_dates(own, []) == (LabelDate(DateKind.PACKED, date(2026, 7, 23)),)
