# SPDX-License-Identifier: Apache-2.0
"""Following the log: how lots stand, which receipts are owed, figures by province."""

from datetime import UTC, datetime, timedelta

import pytest

from nguon.base.time import to_microseconds
from nguon.cli.workplace import operator
from nguon.compliance import duties, projection, state
from nguon.compliance.errors import ComplianceError
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from nguon.store import Store
from nguon.store import projections as rows
from tests.integration.compliance.conftest import Member

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def followed(goods: Store) -> Store:
    """The demonstration goods, followed to the end of the log."""
    while projection.advance(goods):
        pass
    return goods


def test_the_figures_reach_the_end_of_the_log(followed: Store) -> None:
    assert projection.position(followed) == followed.events.head().seq
    assert projection.advance(followed) == 0


def test_lots_by_province_ministry_and_sector(followed: Store) -> None:
    found = state.state(followed, operator(), NOW)
    lots = {
        (line.province, line.ministry, line.sector): (line.lots, line.complete)
        for line in found.lines
        if line.lots
    }
    assert lots["33", "mae", "plant"] == (33, 33)
    assert lots["66", "mae", "plant"] == (33, 17)
    assert lots["79", "moit", "industry-food"] == (32, 32)
    assert lots["79", "moh", "drug"] == (4, 4)
    assert found.seq == followed.events.head().seq
    joined = sum(line.organisations for line in found.lines)
    assert joined == len(queries.list_organisations(followed, operator(), limit=500))


def test_an_officer_counts_only_his_provinces(followed: Store, member: Member) -> None:
    officer = member("tram-kiem-dich", officer=True, provinces={"33"})
    found = state.state(followed, officer.audience, NOW)
    assert {line.province for line in found.lines} == {"33"}
    assert state.state(followed, PUBLIC, NOW).lines == ()
    assert state.state(followed, member("mi-song-tien").audience, NOW).lines == ()
    late = duties.overdue(followed, officer.audience, NOW)
    assert {province for province, _ in late.counts} <= {"33"}
    assert duties.overdue(followed, member("mi-song-tien").audience, NOW).counts == {}


def test_receipts_that_nobody_recorded(followed: Store, member: Member) -> None:
    """Three ponds' shrimp, two pallets and two lots of cherry were sent and never received."""
    officer = member("tram-kiem-dich", officer=True)
    late = duties.overdue(followed, officer.audience, NOW)
    receipts = [one for one in late.dues if one.kind == "receiving"]
    assert len(receipts) == 7
    mine = duties.todo(followed, member("thuy-san-nam-can"), NOW)
    subjects = [one.subject for one in mine if one.kind == "receiving"]
    assert [subject.rpartition("/")[2] for subject in subjects] == [
        "T-A1-260720",
        "T-A2-260721",
        "T-A3-260722",
    ]
    assert all(one.days_late(NOW) > 100 for one in mine if one.kind == "receiving")


def test_the_to_do_list_of_a_producer(followed: Store, member: Member) -> None:
    found = duties.todo(followed, member("cao-nguyen-xanh"), NOW)
    lacking = [one for one in found if one.kind == duties.MISSING]
    assert {one.fields for one in lacking} == {("food-safety-paper",)}
    assert "01/09521202000182/10/SR260817" in {one.subject for one in lacking}
    assert [one.due is None for one in found] == sorted(one.due is None for one in found)
    before = duties.todo(followed, member("cao-nguyen-xanh"), datetime(2027, 1, 29, tzinfo=UTC))
    assert "area-renewal" not in {one.kind for one in before}
    after = duties.todo(followed, member("cao-nguyen-xanh"), datetime(2027, 1, 31, tzinfo=UTC))
    assert "packing-house/VN-DLPH-9521" in {
        one.subject for one in after if one.kind == "area-renewal"
    }
    assert not any("KQ-952" in one.subject for one in found), "a report is not renewed"
    assert all(one.organisation == member("cao-nguyen-xanh").organisation for one in found)


def test_a_called_duty_is_opened_once_and_met(followed: Store, member: Member) -> None:
    maker = member("mi-song-tien").organisation
    begun = datetime(2026, 4, 28, 2, tzinfo=UTC)
    due = duties.call(followed, "trace-answer", "request-1", maker, begun)
    again = duties.call(followed, "trace-answer", "request-1", maker, begun + timedelta(days=9))
    assert (due.date().isoformat(), again > due) == ("2026-05-07", True)
    [one] = [
        d for d in duties.todo(followed, member("mi-song-tien"), NOW) if d.subject == "request-1"
    ]
    assert one.due == due
    duties.settle(followed, "trace-answer", "request-1", maker, NOW)
    assert not duties.is_open(followed, "trace-answer", "request-1", maker)
    with pytest.raises(ComplianceError):
        duties.call(followed, "us-records", "request-2", maker, begun)
    with pytest.raises(ComplianceError):
        duties.call(followed, "magic", "request-2", maker, begun)


def test_many_late_elsewhere_hide_nothing_here(followed: Store, member: Member) -> None:
    officer = member("tram-kiem-dich", officer=True, provinces={"33"})
    before = duties.overdue(followed, officer.audience, NOW)
    with followed.transaction() as connection:
        rows.open_duties(connection, [_late(n, "79", "moit") for n in range(3000)])
        rows.open_duties(connection, [_late(n, "33", "moh") for n in (3000, 3001)])
    late = duties.overdue(followed, officer.audience, NOW)
    assert late.counts == {**before.counts, ("33", "moh"): 2}
    assert len(late.dues) == len(before.dues) + 2
    everywhere = member("tram-kiem-dich", officer=True)
    national = duties.overdue(followed, everywhere.audience, NOW)
    assert national.counts["79", "moit"] >= 3000
    of_health = duties.overdue(followed, everywhere.audience, NOW, province="33", ministry="moh")
    assert [one.subject for one in of_health.dues] == ["late-3000", "late-3001"]
    assert duties.overdue(followed, officer.audience, NOW, province="79").dues == ()


def _late(number: int, province: str, ministry: str) -> dict[str, object]:
    begun = to_microseconds(NOW - timedelta(days=900)) + number
    return {
        "kind": "receiving",
        "subject": f"late-{number}",
        "organisation": 1,
        "province": province,
        "ministry": ministry,
        "begun": begun,
        "due": begun + 1,
        "done": None,
    }
