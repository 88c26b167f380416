# SPDX-License-Identifier: Apache-2.0
"""Files over HTTP: sent, looked at, confirmed; templates, exports; bad files are never a 500."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from nguon.entries import imports
from nguon.registry import service
from nguon.registry.model import Register
from nguon.store import Store, open_store
from nguon.store import registry as rows
from nguon.tables.reading import read
from nguon.web.work import uploads
from tests.accounts import session_of, somebody, token_on, with_session
from tests.corpus.tables import files
from tests.integration.web.conftest import Server, sqlite_settings, stop, up

MASTER = Path(__file__).parents[3] / "examples" / "master"
COOPERATIVE, OTHER = "htx-nhan-tan-hung", "cao-nguyen-xanh"
DELIVERIES = (
    "HTX NHÃN TÂN HƯNG,,,,,\n"
    "Ngày,Mã hộ,Sản phẩm,Nơi nhận,Số lô,Khối lượng (kg)\n"
    "28/07/2026,ho-th-01,9521101000016,9521101000016,H01-260728,420\n"
    '28/07/2026,ho-th-02,9521101000016,9521101000016,H02-260728,"1.250,5"\n'
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Office:
    """A server with the demonstration registers, and people of two organisations."""

    def __init__(self, server: Server) -> None:
        self.server = server
        with server.store.reading() as connection:
            self.numbers = rows.organisation_ids(connection, [COOPERATIVE, OTHER])

    def person(self, role: str = "manager", code: str = COOPERATIVE) -> httpx.Client:
        """Somebody signed in."""
        store = self.server.store
        person = somebody(store, role, self.numbers[code])
        return with_session(self.server.client(), session_of(store, person))

    def key(self, *scopes: str) -> httpx.Client:
        """A program of the cooperative."""
        return self.server.member(self.numbers[COOPERATIVE], *scopes)


def fill(store: Store) -> None:
    """Load the registers of the demonstration."""
    for register, name in (
        (Register.ORGANISATION, "to-chuc"),
        (Register.PLACE, "dia-diem"),
        (Register.PRODUCT, "san-pham"),
        (Register.CERTIFICATE, "chung-nhan"),
    ):
        assert service.import_csv(store, register, MASTER / f"{name}.csv").done


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with the registers, to copy."""
    path = tmp_path_factory.mktemp("filled") / "nguon.db"
    shutil.copy(sqlite_template, path)
    with open_store(f"sqlite:///{path}") as store:
        fill(store)
    return path


@pytest.fixture(scope="module")
def shared(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for what changes nothing in it."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("shared"), filled))
    yield Office(running[2])
    stop(*running)


@pytest.fixture
def office(filled: Path, start: Callable[..., Server], tmp_path: Path) -> Office:
    """An office of the test's own."""
    return Office(start(sqlite_settings(tmp_path, filled)))


def _send(
    client: httpx.Client, kind: str, data: str | bytes, name: str = "x.csv"
) -> httpx.Response:
    token = token_on(client.get("/w/files").text)
    content = data.encode() if isinstance(data, str) else data
    return client.post(
        "/w/files", data={"_token": token, "kind": kind}, files={"file": (name, content)}
    )


def _act(client: httpx.Client, address: str, what: str, **fields: Any) -> httpx.Response:
    token = token_on(client.get(address).text)
    return client.post(f"{address}/{what}", data={"_token": token, **fields})


def test_a_sheet_is_sent_looked_at_and_confirmed(server: Server) -> None:
    fill(server.store)
    office = Office(server)
    client = office.person("clerk")
    sent = _send(client, "deliveries", DELIVERIES)
    assert sent.status_code == 303
    address = sent.headers["location"]
    shown = client.get(address)
    assert shown.status_code == 200
    assert "2 dòng dữ liệu, tên cột ở dòng 2" in shown.text
    assert "Ghi 2 dòng" in shown.text
    assert office.server.events() == 0
    done = _act(client, address, "confirm")
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert office.server.events() == 4
    report = client.get(address).text
    assert "Đã xong" in report
    assert "/w/done/1" in report
    token = token_on(client.get("/w/files").text)
    again = client.post(f"{address}/confirm", data={"_token": token})
    assert again.status_code == 303
    assert office.server.events() == 4


def test_the_same_sheet_twice_changes_nothing(office: Office) -> None:
    client = office.person("clerk")
    for _ in range(2):
        address = _send(client, "deliveries", DELIVERIES).headers["location"]
        _act(client, address, "confirm")
    assert "Mọi dòng đều đã có từ trước" in client.get(address).text
    assert office.server.events() == 4


def test_faults_are_shown_by_row_and_can_be_taken_away(office: Office) -> None:
    client = office.person("clerk")
    wrong = DELIVERIES.replace("ho-th-02", "ho-xx").replace(",420", ",nhiều")
    address = _send(client, "deliveries", wrong).headers["location"]
    shown = client.get(address)
    assert shown.status_code == 422
    assert "2 chỗ cần sửa" in shown.text
    assert "Dòng 3, Khối lượng (kg)" in shown.text
    assert "Không tìm thấy hộ “ho-xx”" in shown.text
    refused = client.post(f"{address}/confirm", data={"_token": token_on(shown.text)})
    assert refused.status_code == 303
    assert office.server.events() == 0
    answer = client.get(f"{address}/errors")
    assert answer.headers["content-type"] == _XLSX
    head, first, second = [row.cells for row in read(answer.content).sheets[0].rows]
    assert head[-2:] == ["Dòng", "Lỗi"]
    assert first[:2] == ["28/07/2026", "ho-th-01"]
    assert (first[-2], first[-1].split(":")[0]) == ("3", "Khối lượng (kg)")
    assert "ho-xx" in second[-1]


def test_a_column_is_given_another_meaning(office: Office) -> None:
    client = office.person("clerk")
    odd = DELIVERIES.replace("Khối lượng (kg)", "Cân được")
    address = _send(client, "deliveries", odd).headers["location"]
    shown = client.get(address)
    assert shown.status_code == 422
    assert "chưa rõ" in shown.text
    chosen = {"column-0": "day", "column-1": "grower", "column-2": "product", "column-3": "place",
              "column-4": "lot", "column-5": "quantity"}  # fmt: skip
    token = token_on(shown.text)
    answer = client.post(f"{address}/columns", data={"_token": token, **chosen})
    assert answer.status_code == 303
    assert "Ghi 2 dòng" in client.get(address).text
    _act(client, address, "confirm")
    assert office.server.events() == 4


def test_a_file_is_its_organisations_alone_and_goes(office: Office) -> None:
    mine, theirs = office.person("clerk"), office.person("clerk", OTHER)
    address = _send(mine, "deliveries", DELIVERIES).headers["location"]
    token = token_on(theirs.get("/w/files").text)
    assert theirs.get(address).status_code == 404
    assert theirs.get(f"{address}/errors").status_code == 404
    for what in ("confirm", "drop", "columns"):
        answer = theirs.post(f"{address}/{what}", data={"_token": token})
        assert answer.status_code == 404
    assert mine.get(address).status_code == 200
    assert _act(mine, address, "drop").headers["location"] == "/w/files"
    assert mine.get(address).status_code == 404
    folder = office.server.services.uploads
    assert list(folder.iterdir()) == []
    assert mine.get("/w/files/..%2f..%2fx").status_code == 404


def test_a_file_waits_two_hours_and_only_some_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.person("clerk")
    addresses = [_send(client, "deliveries", DELIVERIES).headers["location"] for _ in range(10)]
    kept = [client.get(address).status_code for address in addresses]
    assert kept == [404, 404, *[200] * 8]
    later = time.time() + uploads.SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(addresses[-1]).status_code == 404
    _send(client, "deliveries", DELIVERIES)
    assert len(list(office.server.services.uploads.iterdir())) == 2


def test_master_data_needs_the_registry(office: Office) -> None:
    clerk = office.person("clerk")
    assert "Hộ và đơn vị thành viên</option>" not in clerk.get("/w/files").text
    assert _send(clerk, "organisation", "mã,loại,tên\nx,hộ,X\n").status_code == 403
    manager = office.person("manager")
    table = f"mã,loại,tên,htx\nho-moi,hộ,Hộ mới,{COOPERATIVE}\n"
    address = _send(manager, "organisation", table).headers["location"]
    assert "Ghi 1 dòng" in manager.get(address).text
    _act(manager, address, "confirm")
    with office.server.store.reading() as connection:
        assert set(rows.organisation_ids(connection, ["ho-moi"])) == {"ho-moi"}


@pytest.mark.parametrize("name", files.BROKEN)
def test_no_file_is_a_500(shared: Office, name: str) -> None:
    client = shared.person("clerk")
    answer = _send(client, "deliveries", files.BROKEN[name], "x.xls")
    assert answer.status_code == 400
    assert "Có chỗ cần sửa" in answer.text
    assert not shared.server.services.uploads.exists()
    told = shared.key("capture").post("/api/v1/imports/deliveries", content=files.BROKEN[name])
    assert told.status_code == 400
    assert told.json()["code"].startswith("tables.")


def test_what_is_missing_in_the_form(office: Office) -> None:
    client = office.person("clerk")
    token = token_on(client.get("/w/files").text)
    empty = client.post("/w/files", data={"_token": token, "kind": "deliveries"})
    assert (empty.status_code, "Chưa chọn tệp." in empty.text) == (400, True)
    unknown = _send(client, "khac", DELIVERIES)
    assert (unknown.status_code, "Chọn loại dữ liệu" in unknown.text) == (400, True)
    assert client.post("/w/files", data={"kind": "deliveries"}).status_code == 403


@pytest.mark.parametrize("kind", imports.KINDS)
def test_templates_are_read_again_and_their_example_is_left_out(shared: Office, kind: str) -> None:
    client = shared.person()
    for form in ("xlsx", "csv"):
        answer = client.get(f"/w/files/template/{kind}.{form}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="mau-{kind}.{form}"'
        table = read(answer.content)
        head, example = table.sheets[0].rows
        assert len(head.cells) == len(imports.fields(kind))
        assert any(example.cells)
        dry = shared.key("capture", "registry").post(
            f"/api/v1/imports/{kind}?dry=true", content=answer.content
        )
        assert dry.status_code == 200, dry.text
        assert dry.json()["created"] == 0
        assert any(
            "dòng ví dụ" in remark or "example" in remark for remark in dry.json()["remarks"]
        )
    assert client.get(f"/w/files/template/{kind}.exe").status_code == 404


@pytest.mark.parametrize("register", list(Register))
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_taken_out_goes_in_again_unchanged(
    shared: Office, register: Register, form: str
) -> None:
    answer = shared.person().get(f"/w/files/export/{register}.{form}")
    assert answer.status_code == 200
    done = shared.key("capture", "registry").post(
        f"/api/v1/imports/{register}", content=answer.content
    )
    assert done.status_code == 200, done.text
    told = done.json()
    assert told["errors"] == []
    assert (told["created"], told["changed"]) == (0, 0)
    assert told["unchanged"] == told["rows"] > 0


def test_records_of_a_period_and_paper(office: Office) -> None:
    client = office.person("clerk")
    address = _send(client, "deliveries", DELIVERIES).headers["location"]
    _act(client, address, "confirm")
    answer = client.get("/w/files/export?from=28/07/2026&to=28/07/2026&format=xlsx")
    found = [row.cells for row in read(answer.content).sheets[0].rows]
    assert found[0] == ["Nhật ký từ 28/07/2026 đến 28/07/2026"]
    assert found[1][:4] == ["ngày", "việc", "địa điểm", "bên giao, bên nhận"]
    assert [row[1] for row in found[2:]] == ["Thu hoạch", "Thu hoạch", "Nhận hàng", "Nhận hàng"]
    assert found[5][5:8] == ["H02-260728", "1250.5", "kg"]
    none = client.get("/w/files/export?from=01/07/2026&to=27/07/2026&format=csv")
    assert none.content.count(b"\n") == 1
    paper = client.get("/w/files/export/receipt/1.pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert office.person("clerk", OTHER).get("/w/files/export/receipt/1.pdf").status_code == 404
    for bad, status in (
        ("/w/files/export?from=x", 400),
        ("/w/files/export?from=02/07/2026&to=01/07/2026", 400),
        ("/w/files/export?format=doc", 404),
        ("/w/files/export/organisation.doc", 404),
        ("/w/files/export/khac.csv", 404),
        ("/w/files/export/receipt/x.pdf", 404),
        ("/w/files/export/receipt/9.pdf", 404),
    ):
        assert client.get(bad).status_code == status, bad
    plots = client.get("/w/files/export/plots.geojson")
    assert msgspec.json.decode(plots.content) == {"type": "FeatureCollection", "features": []}


def test_programs_send_tables(office: Office) -> None:
    program = office.key("capture")
    dry = program.post("/api/v1/imports/deliveries?dry=true", content=DELIVERIES.encode())
    assert (dry.status_code, office.server.events()) == (200, 0)
    done = program.post("/api/v1/imports/deliveries", content=DELIVERIES.encode())
    assert done.json() == dry.json() | {"receipt": 1}
    assert {name: done.json()[name] for name in ("done", "rows", "created", "unchanged")} == {
        "done": True,
        "rows": 2,
        "created": 2,
        "unchanged": 0,
    }
    assert office.server.events() == 4
    wrong = program.post(
        "/api/v1/imports/deliveries", content=DELIVERIES.replace("28/07", "07/28").encode()
    )
    assert [(e["row"], e["column"], e["code"]) for e in wrong.json()["errors"]] == [
        (3, "Ngày", "tables.date-month-first"),
        (4, "Ngày", "tables.date-month-first"),
    ]
    assert program.post("/api/v1/imports/khac", content=b"x").status_code == 404
    assert program.post("/api/v1/imports/place", content=b"x").status_code == 403
    reader = office.key("read")
    assert reader.post("/api/v1/imports/deliveries", content=b"x").status_code == 403
