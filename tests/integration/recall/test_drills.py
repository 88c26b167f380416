# SPDX-License-Identifier: Apache-2.0
"""Drills on the demonstration noodles: what each kind gives, and that nothing else is touched."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from nguon.base.base64url import url_octets
from nguon.cli import cli
from nguon.compliance import gather
from nguon.messages import queries as messages
from nguon.messages import service as inbox
from nguon.parties.keys import naming
from nguon.parties.keys import queries as party_keys
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.published import did_document
from nguon.recall.drills import auditing, queries, report, service
from nguon.recall.drills.errors import DrillError, DrillForbiddenError, UnknownDrillError
from nguon.recall.drills.model import Answer, Asked, Drill, Kind, Mark
from nguon.recall.errors import RecallFaultsError, RecallForbiddenError
from nguon.signing import jws
from nguon.stoplist.queries import stopped
from nguon.store.schema import metadata
from nguon.trace.errors import StartUnknownError
from nguon.trace.model import Direction
from tests.integration.recall.people import CARTON, SEASONING, World, cartons

BATCH = "01/19520010000756/10/MT2603"
MAKER_PARTY = "mi-song-tien"


def _recalls(goods: World) -> Mapping[str, int]:
    """Rows of recalls and of the stop list."""
    return {
        name: count for name, count in goods.rows().items() if name.startswith(("recall_", "stop"))
    }


def _mock(goods: World, by: str = "officer", **more: object) -> Drill:
    asked = {"kind": Kind.MOCK_RECALL, "start": SEASONING, "title": "Quý 3", **more}
    return service.start(goods.store, goods.people[by], Asked(**asked))  # type: ignore[arg-type]


def test_a_mock_recall_without_messages(goods: World) -> None:
    before = goods.rows()
    made = _mock(goods)
    result = made.result
    assert (result.things, result.lots, result.sites) == (726, 6, 8)
    assert (result.shipped, result.sold) == (cartons(640), cartons(80))
    after = goods.rows()
    assert {name for name in before if before[name] != after[name]} == {"log"}
    found = queries.view(goods.store, goods.officer, made.id)
    assert (found.missing, found.figures.told, found.figures.recovered) == (8, 0, None)
    service.note(goods.store, goods.officer, made.id, 1, Answer(found=cartons(192)))
    found = queries.view(goods.store, goods.officer, made.id)
    assert (found.missing, found.figures.answered, found.figures.by_hand) == (7, 1, 1)
    assert found.figures.recovered == 30.0
    assert queries.asked(goods.store, goods.shop) == []
    with pytest.raises(UnknownDrillError):
        service.answer(goods.store, goods.shop, made.id, Answer())


def test_a_mock_recall_with_messages(goods: World) -> None:
    store, shop = goods.store, goods.shop
    before = _recalls(goods)
    with pytest.raises(DrillForbiddenError):
        _mock(goods, "far", notices=True)
    assert messages.inbox(store, shop) == []
    made = _mock(goods, "maker", notices=True)
    [told] = messages.inbox(store, shop)
    assert (told.kind, told.link) == ("drills.notice", f"/w/drills/{made.id}/answer")
    assert told.due == made.started + timedelta(hours=24)
    [listed] = queries.asked(store, shop)
    _, mine = queries.mine(store, shop, made.id)
    assert listed.id == made.id
    inbox.acknowledge(store, shop, told.id)
    with pytest.raises(RecallFaultsError):
        service.answer(store, shop, made.id, Answer(found=cartons(-1)))
    sites = service.answer(store, shop, made.id, Answer(found=mine[0].told, words="đủ"))
    assert [one.answered is not None for one in sites] == [True] * len(mine)
    found = queries.view(store, goods.maker, made.id)
    assert found.figures.reached == 1
    assert found.figures.answered == len(mine)
    service.end(store, goods.maker, made.id)
    with pytest.raises(DrillError):
        service.answer(store, shop, made.id, Answer())
    ended = queries.view(store, goods.maker, made.id)
    kept = {one.term.id: one.met for one in ended.judged}
    assert kept["vn-circ-17-2021-decide"] is True
    assert kept["brcgs-4-hours"] is True
    assert kept["answers-24-hours"] is (ended.missing == 0)
    assert _recalls(goods) == before
    assert stopped(store, [SEASONING, CARTON]) == {}


def test_lists_go_on_where_a_part_ends(goods: World) -> None:
    made = [_mock(goods, "maker", notices=True).id for _ in range(3)]
    for listing, by in ((queries.listed, goods.maker), (queries.asked, goods.shop)):
        first = listing(goods.store, by, limit=2)
        assert first.after is not None
        second = listing(goods.store, by, after=first.after, limit=2)
        assert [one.id for one in (*first, *second)] == made[::-1]
        assert second.after is None
    with pytest.raises(RecallFaultsError):
        queries.listed(goods.store, goods.maker, after="x")


def test_the_yearly_duty(goods: World) -> None:
    made = _mock(goods, "maker")
    due = queries.due(goods.store, goods.maker)
    assert due is not None
    assert (due.last, due.late(made.started)) == (None, True)
    ended = service.end(goods.store, goods.maker, made.id)
    assert service.end(goods.store, goods.maker, made.id) == ended
    due = queries.due(goods.store, goods.maker)
    assert due is not None
    assert due.last == ended.ended
    assert not due.late(made.started + timedelta(days=364))
    assert due.late(made.started + timedelta(days=367))


def test_a_trace_exercise(goods: World) -> None:
    asked = Asked(kind=Kind.TRACE, start=SEASONING)
    found = service.start(goods.store, goods.officer, asked).result
    ways = {one.direction: one for one in found.ways}
    assert set(ways) == set(Direction)
    forward = ways[Direction.FORWARD]
    assert forward.things > 726
    assert forward.complete is not None
    assert 0 <= forward.complete <= 100
    with pytest.raises(DrillError):
        service.start(goods.store, goods.officer, Asked(kind=Kind.TRACE, start=SEASONING[:17]))


def test_a_mass_balance(goods: World) -> None:
    asked = Asked(kind=Kind.MASS_BALANCE, start=SEASONING, account=MAKER_PARTY)
    found = service.start(goods.store, goods.maker, asked).result
    [one] = found.balances
    assert (one.lot, one.unit, str(one.came), one.accounted) == (SEASONING, "KGM", "90", 100.0)
    assert (one.low, one.high, one.fits) == (95.0, 105.0, True)
    for account in ("", SEASONING):
        with pytest.raises(DrillError):
            service.start(
                goods.store,
                goods.maker,
                Asked(kind=Kind.MASS_BALANCE, start=SEASONING, account=account),
            )


def test_a_vertical_audit(goods: World) -> None:
    asked = Asked(kind=Kind.VERTICAL_AUDIT, start=SEASONING)
    found = service.start(goods.store, goods.officer, asked).result
    codes = {one.code for one in found.checks}
    assert {"records", "certificate", "gap", "stop"} <= codes
    marks = {one.code: one for one in found.checks}
    assert marks["stop"].mark is Mark.GOOD
    assert marks["records"].mark is Mark.GOOD
    assert marks["records"].count > 0
    assert "unread" not in codes


def test_an_audit_tells_once_what_it_left_unread(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "MOST_RECORDS", 1)
    monkeypatch.setattr(auditing, "MOST_RECORDS", 1)
    asked = Asked(kind=Kind.VERTICAL_AUDIT, start=SEASONING)
    found = service.start(goods.store, goods.officer, asked).result
    assert [one.mark for one in found.checks if one.code == "unread"] == [Mark.NONE]


def test_the_signed_report(goods: World) -> None:
    made = _mock(goods)
    before = goods.rows()["log"]
    signed = report.signed(goods.store, goods.officer, made.id)
    key, _ = custodian_of(goods.store).platform()
    read = jws.read(signed.jws)
    assert read.header["typ"] == report.TYPE
    assert str(read.header["kid"]).endswith(f"#{key.kid}")
    said = json.loads(url_octets(signed.jws.split(".")[1]) or b"")
    assert said["drill"]["result"]["things"] == 726
    assert said["missing"] == 8
    assert goods.rows()["log"] > before
    with pytest.raises(UnknownDrillError):
        report.signed(goods.store, goods.maker, made.id)


def test_the_report_is_verified_by_the_published_keys(goods: World, tmp_path: Path) -> None:
    signed = report.signed(goods.store, goods.officer, _mock(goods).id).jws
    keys = party_keys.of_party(goods.store, "")
    document = did_document(naming.did(goods.store, ""), keys, datetime.now(UTC))
    file, published = tmp_path / "report.jws", tmp_path / "did.json"

    def verify(text: str, **members: str) -> Result:
        file.write_text(text)
        methods = [one | members for one in document["verificationMethod"]]
        published.write_text(json.dumps(document | {"verificationMethod": methods}))
        return CliRunner().invoke(cli, ["drill", "verify", str(file), str(published)])

    good = verify(signed)
    assert good.exit_code == 0
    assert json.loads(good.stdout)["drill"]["result"]["things"] == 726
    head, body, tail = signed.split(".")
    assert verify(f"{head}.{body[:-2]}AA.{tail}").exit_code == 1
    assert verify(signed, revoked="2026-01-01T00:00:00Z").exit_code == 1


def _contents(goods: World) -> dict[str, object]:
    """All that is recorded but for drills and the log; who read what is in ``access``."""
    with goods.store.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in metadata.tables.items()
            if not name.startswith(("drill", "log", "running_number"))
        }


def test_no_kind_touches_what_is_recorded(goods: World) -> None:
    custodian_of(goods.store).platform()
    before = _contents(goods)
    for kind in Kind:
        asked = Asked(kind=kind, start=SEASONING, account=MAKER_PARTY)
        made = service.start(goods.store, goods.maker, asked)
        if kind is Kind.MOCK_RECALL:
            service.note(goods.store, goods.maker, made.id, 1, Answer(found=cartons(1)))
        service.end(goods.store, goods.maker, made.id)
        report.signed(goods.store, goods.maker, made.id)
    after = _contents(goods)
    assert {name for name in before if before[name] != after[name]} <= {"access"}


def test_who_may(goods: World) -> None:
    before = goods.rows()
    for by, asked in (
        ("shop", Asked(kind=Kind.MOCK_RECALL, start=SEASONING)),
        ("stranger", Asked(kind=Kind.MOCK_RECALL, start=SEASONING)),
        ("distributor", Asked(kind=Kind.MOCK_RECALL, start=BATCH, notices=True)),
    ):
        with pytest.raises((DrillForbiddenError, RecallForbiddenError)):
            service.start(goods.store, goods.people[by], asked)
    with pytest.raises(StartUnknownError):
        _mock(goods, start="không có gì")
    with pytest.raises(DrillError):
        _mock(goods, kind=Kind.TRACE, notices=True)
    assert goods.rows() == before


def test_what_an_organiser_may_not_know(goods: World) -> None:
    """A supplier's drill counts the holders of what became of his goods, and names none."""
    supplier = replace(goods.maker, organisation=goods.inside.organisation)
    asked = Asked(kind=Kind.MOCK_RECALL, start=SEASONING)
    made = service.start(goods.store, supplier, asked)
    found = queries.view(goods.store, supplier, made.id)
    assert (made.result.things, len(found.sites)) == (726, 8)
    for one in found.sites:
        assert (one.shown, one.organisation, one.party, one.place) == (False, None, None, None)
    with pytest.raises(UnknownDrillError):
        queries.view(goods.store, goods.maker, made.id)
