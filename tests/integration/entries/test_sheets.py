# SPDX-License-Identifier: Apache-2.0
"""Tables of everyday entries: recorded whole or not at all, the same twice changes nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from nguon.base.messages import LANGUAGES
from nguon.base.time import HANOI
from nguon.entries import service
from nguon.entries.model import Entry, Harvest, Pack, Receive, Ship
from nguon.entries.sheets import words
from nguon.entries.sheets.service import Report, look, take
from nguon.entries.sheets.words import Kind
from nguon.registry.service import import_csv
from nguon.tables.headings import Headed, headed
from nguon.tables.reading import read
from tests.corpus.tables.files import workbook
from tests.integration.entries.conftest import (
    BOX,
    CHAIN,
    COOPERATIVE,
    FRUIT,
    HOUSE,
    NOW,
    Village,
    kilos,
    pieces,
)

DELIVERIES = """HTX NHÃN TÂN HƯNG,,,,,,
,,,,,,
STT,Ngày,Mã hộ,Sản phẩm,Nơi nhận,Số lô,Khối lượng (kg)
1,28/07/2026,ho-th-01,9521101000016,9521101000016,H01-260728,420
2,28/07/2026,HO-TH-02,9521101000016,Nhà đóng gói nhãn Tân Hưng,,"1.250,5"
Tổng cộng,,,,,,"1.670,5"
"""
LATER = NOW + timedelta(days=1)


def _headed(kind: Kind, source: str | bytes) -> Headed:
    data = source.encode() if isinstance(source, str) else source
    return headed(read(data), partial(words.column, kind))


def _take(village: Village, kind: Kind, source: str | bytes) -> Report:
    return take(village.sending(COOPERATIVE), kind, _headed(kind, source), LATER)


def _look(village: Village, kind: Kind, source: str | bytes) -> Report:
    return look(village.sending(COOPERATIVE), kind, _headed(kind, source), LATER)


def _faults(report: Report) -> list[tuple[int, str, str]]:
    for fault in report.faults:
        if not fault.code.startswith("entries."):
            assert all(fault.text(language) for language in LANGUAGES)
    return [(fault.row, fault.column, fault.code) for fault in report.faults]


def _entries(village: Village, receipt: int) -> tuple[Entry, ...]:
    form = service.receipt(village.store, village.numbers[COOPERATIVE], receipt)
    assert form is not None
    return form.entries


def test_deliveries_become_harvests_and_receipts(village: Village) -> None:
    seen = _look(village, Kind.DELIVERIES, DELIVERIES)
    assert (seen.rows, seen.created, seen.unchanged, seen.faults) == (2, 2, 0, ())
    assert village.events() == 0
    done = _take(village, Kind.DELIVERIES, DELIVERIES)
    assert (done.rows, done.created, done.receipt) == (2, 2, 1)
    assert village.events() == 4
    at = datetime(2026, 7, 28, 6, tzinfo=HANOI)
    first, received, second, _ = _entries(village, 1)
    assert isinstance(first, Harvest)
    assert isinstance(received, Receive)
    assert isinstance(second, Harvest)
    assert (first.at, first.grower, first.lot) == (
        at - timedelta(minutes=1),
        village.numbers["ho-th-01"],
        "H01-260728",
    )
    assert (first.quantity, second.quantity) == (kilos("420"), kilos("1250.5"))
    assert (received.at, received.place, received.giver) == (at, HOUSE, first.grower)
    assert received.lines[0].item == first.item
    assert second.lot == "ho-th-02-260728"


def test_the_same_sheet_twice_changes_nothing_and_a_longer_one_adds_its_new_rows(
    village: Village,
) -> None:
    _take(village, Kind.DELIVERIES, DELIVERIES)
    again = _take(village, Kind.DELIVERIES, DELIVERIES)
    assert (again.created, again.unchanged, again.receipt, again.faults) == (0, 2, None, ())
    assert village.events() == 4
    row = "3,28/07/2026,ho-th-01,9521101000016,9521101000016,H01-260728-B,7\nTổng"
    more = _take(village, Kind.DELIVERIES, DELIVERIES.replace("Tổng", row))
    assert (more.created, more.unchanged, more.receipt) == (1, 2, 2)
    assert village.events() == 6


def test_a_changed_row_is_refused_and_nothing_recorded(village: Village) -> None:
    _take(village, Kind.DELIVERIES, DELIVERIES)
    changed = _take(village, Kind.DELIVERIES, DELIVERIES.replace(",420", ",421"))
    assert _faults(changed) == [(4, "Số lô", "entries.lot-taken")]
    assert village.events() == 4


def test_every_fault_of_every_row_is_named_and_nothing_recorded(village: Village) -> None:
    report = _take(
        village,
        Kind.DELIVERIES,
        "ngày;mã hộ;sản phẩm;nơi nhận;lô;khối lượng\n"
        "06/28/2026;ho-th-01;9521101000016;;A;1 hộp rưỡi\n"
        "28/07/26;ho-xx;9521101000017;khong-co;LÔ 1;-3\n"
        "01/01/2030;ho-th-01;khong;9521101000016;B;0\n"
        ";;9521101000016;9521101000016;C;2\n"
        "28/07/2026;ho-th-01;9521101000016;9521101000016;D;2\n",
    )
    assert _faults(report) == [
        (2, "ngày", "tables.date-month-first"),
        (2, "nơi nhận", "files.place-missing"),
        (2, "khối lượng", "tables.unit"),
        (3, "ngày", "tables.date-short-year"),
        (3, "mã hộ", "files.grower"),
        (3, "nơi nhận", "files.place"),
        (3, "sản phẩm", "files.product"),
        (3, "lô", "codes.lot-accents"),
        (3, "khối lượng", "entries.amount-range"),
        (4, "ngày", "entries.future"),
        (4, "sản phẩm", "files.product"),
        (4, "khối lượng", "entries.amount-range"),
        (5, "ngày", "registry.required"),
        (5, "mã hộ", "registry.required"),
    ]
    assert village.events() == 0


def test_a_name_that_several_have_is_refused_with_all_of_them(village: Village) -> None:
    own = COOPERATIVE
    double = f"mã,loại,tên,htx\nho-a,hộ,Hộ bà Lan,{own}\nho-b,hộ,Hộ Bà Lan,{own}\n"
    assert import_csv(village.store, "organisation", double).done
    table = "ngày,hộ,sản phẩm,kho,kg\n28/07/2026,ho ba lan,9521101000016,9521101000016,5\n"
    report = _take(village, Kind.DELIVERIES, table)
    assert _faults(report) == [(2, "hộ", "files.several")]
    assert report.faults[0].params["names"] == "Hộ Bà Lan (ho-b); Hộ bà Lan (ho-a)"


def test_a_persons_number_is_not_repeated(village: Village) -> None:
    table = "ngày,hộ,sản phẩm,kho,kg\n28/07/2026,001085123456,9521101000016,9521101000016,5\n"
    report = _take(village, Kind.DELIVERIES, table)
    assert _faults(report) == [(2, "hộ", "files.personal")]
    assert "001085123456" not in report.faults[0].text("vi")


def test_columns_that_are_missing_unknown_or_double(village: Village) -> None:
    report = _take(village, Kind.HARVEST, "ngày,mã hộ,màu,ngày\n28/07/2026,ho-th-01,x,\n")
    assert _faults(report) == [
        (1, "màu", "registry.unknown-column"),
        (1, "ngày", "registry.repeated-column"),
        (1, "sản phẩm", "registry.column-missing"),
        (1, "số lượng", "registry.column-missing"),
    ]


def test_packing_and_shipping_from_workbooks(village: Village) -> None:
    _take(village, Kind.DELIVERIES, DELIVERIES)
    head = ["ngày", "giờ", "cơ sở", "mã lệnh", "hàng vào", "lô vào", "lượng vào",
            "hàng ra", "lô ra", "lượng ra", "tịnh một hộp"]  # fmt: skip
    first = ["28/07/2026", "8:00", HOUSE, "DG-1", FRUIT, "H01-260728", "0,4 tấn", BOX, "TH260728",
             "500 hộp", "2 kg"]  # fmt: skip
    second = [*first[:5], "ho-th-02-260728", "700 kg", *[""] * 4]
    merged = [(1, column, 2, column, first[column]) for column in (7, 8, 9, 10)]
    done = _take(village, Kind.PACK, workbook([head, first, second], merged=merged))
    assert (_faults(done), done.created) == ([], 2)
    [pack] = _entries(village, 2)
    assert isinstance(pack, Pack)
    assert [line.quantity for line in pack.inputs] == [kilos("400"), kilos("700")]
    assert [(one.lot, one.quantity, one.content) for one in pack.outputs] == [
        ("TH260728", pieces(500), kilos("2"))
    ]
    shipment = (
        "ngày,giờ,nơi xuất,bên nhận,số phiếu,sản phẩm,số lô,số lượng\n"
        f"28/07/2026,9h30,{HOUSE},{CHAIN},PX-1,{BOX},TH260728,100 hộp\n"
        f"28/07/2026,9h30,{HOUSE},{CHAIN},PX-1,{BOX},TH260728,450 hộp\n"
    )
    over = _take(village, Kind.SHIP, shipment)
    assert _faults(over) == [(3, "số lượng", "entries.more-than-in-hand")]
    assert over.faults[0].params["over"] == Decimal(50)
    done = _take(village, Kind.SHIP, shipment.replace("450", "400"))
    assert (_faults(done), done.created) == ([], 2)
    [ship] = _entries(village, 3)
    assert isinstance(ship, Ship)
    assert (ship.document, len(ship.lines), ship.receiver) == ("PX-1", 2, village.numbers[CHAIN])


def test_amounts_that_could_mean_two_things_are_told(village: Village) -> None:
    table = "ngày,hộ,sản phẩm,kho,lượng\n28/07/2026,ho-th-01,9521101000016,9521101000016,1.250\n"
    seen = _look(village, Kind.DELIVERIES, table)
    assert [remark.text("vi") for remark in seen.remarks] == [
        "Cột E: 1 số như “1.250” (dòng 2) đọc là 1250; cũng có thể là 1,25."
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_column_has_its_words(kind: Kind) -> None:
    columns = words.columns(kind)
    assert set(columns.required) <= set(columns.fields)
    for field in columns.fields:
        for name in (field, *words.words(field)):
            assert words.column(kind, name) == field
        assert isinstance(words.example(field), str)
    assert words.column(kind, "lượng (kg)") == words.column(kind, "lượng")
    assert words.unit_in("Khối lượng (tấn)") == "tấn"


def test_a_sheet_before_six_takes_the_moment_of_recording(village: Village) -> None:
    dawn = NOW.replace(hour=5, minute=12)
    table, sending = _headed(Kind.DELIVERIES, DELIVERIES), village.sending(COOPERATIVE)
    seen = look(sending, Kind.DELIVERIES, table, dawn)
    assert (seen.faults, seen.created, village.events()) == ((), 2, 0)
    [remark] = [one for one in seen.remarks if one.code == "entries.early-rows"]
    assert remark.params == {"count": 2, "time": "05:12"}
    assert all(remark.text(language) for language in LANGUAGES)
    done = take(sending, Kind.DELIVERIES, table, dawn)
    assert (done.faults, done.created, village.events()) == ((), 2, 4)
    recorded = service.receipt(village.store, village.numbers[COOPERATIVE], done.receipt or 0)
    assert recorded is not None
    assert {entry.at for entry in recorded.entries} == {dawn, dawn - timedelta(minutes=1)}
    # The same sheet later that day, and the next, says nothing new.
    for later in (dawn.replace(hour=9), dawn + timedelta(days=1)):
        again = take(sending, Kind.DELIVERIES, table, later)
        assert (again.faults, again.created, again.unchanged) == ((), 0, 2)
    assert village.events() == 4
    # A time that is written and still to come stays refused.
    timed = DELIVERIES.replace("STT,", "Giờ,").replace("\n1,", "\n05:40,").replace("\n2,", "\n,")
    refused = look(sending, Kind.DELIVERIES, _headed(Kind.DELIVERIES, timed), dawn)
    assert [(fault.row, fault.code) for fault in refused.faults] == [(4, "entries.future")]
