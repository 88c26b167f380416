# SPDX-License-Identifier: Apache-2.0
"""Check it yourself over HTTP: the page and the file, for everybody, in both languages."""

from typing import Any

import pytest

from nguon.archive.served import TEXT
from nguon.base.messages import text as words
from nguon.evidence.package_reading import read_package
from nguon.web.often import AHEAD, MOST, Allowances, allowances
from nguon.web.pages import HTML
from nguon.web.problems import MEDIA_TYPE
from tests.integration.web import demonstration
from tests.integration.web.demonstration import BOX_AS_SCANNED, LOT, PRODUCT

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks tests of what does not depend on the database."""


@ONE
def test_the_page_and_the_file(server: Any) -> None:
    demonstration.loaded(server)
    parts = server.services
    parts.tlog.turn()
    parts.completer.once()
    parts.tlog.turn()
    client = server.client(accept="text/html")
    passport = client.get(f"/p/{BOX_AS_SCANNED}")
    assert f'href="/log/check/{BOX_AS_SCANNED}"' in passport.text
    page = client.get(f"/log/check/{LOT}")
    assert page.status_code == 200
    assert "Không bản ghi nào bị bỏ sót." in page.text
    assert "có đúng 4 mục về mã này" in page.text
    assert words("check.unwitnessed", "vi") in page.text, "nobody watches this log"
    assert "<script" not in page.text
    assert len(page.content) < 30_000
    assert "private" in page.headers["cache-control"]
    assert f'href="/log/package/{LOT}"' in page.text
    english = client.get(f"/log/check/{LOT}", headers={"accept-language": "en"})
    assert "exactly 4 are about this code" in english.text
    got = client.get(f"/log/package/{LOT}")
    assert got.headers["content-type"] == "application/json"
    name = "09521101000023-TH260806H.nguon-proofs.json"
    assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
    made = read_package(got.content)
    assert [one.item for one in made.completeness] == [LOT]
    assert not any(entry.opening for entry in made.entries), "everybody sees no record whole"


@ONE
def test_two_parts_of_the_log_have_a_file_each(server: Any) -> None:
    demonstration.loaded(server)
    parts = server.services
    parts.tlog.turn()
    parts.tlog.cut()
    for _ in range(2):
        parts.tlog.turn()
        parts.completer.once()
    parts.tlog.turn()
    client = server.client(accept="text/html")
    page = client.get(f"/log/check/{LOT}")
    assert page.status_code == 200
    assert "Nhật ký có 2 phần có liên quan" in page.text
    assert f'href="/log/package/{LOT}"' not in page.text
    for part, count in (("1", 4), ("2", 0)):
        address = f"/log/package/{LOT}?part={part}"
        assert f'href="{address}"' in page.text
        got = client.get(address)
        name = f"09521101000023-TH260806H-{part}.nguon-proofs.json"
        assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
        made = read_package(got.content)
        assert [len(one.entries) for one in made.completeness] == [count]
        assert made.checkpoint.partition(b"\n")[0].endswith(f"/log/{part}".encode())
    for part in ("3", "nothing", "1/2"):
        assert client.get(f"/log/package/{LOT}?part={part}").status_code == 303


@ONE
def test_what_is_no_item_of_a_passport(server: Any) -> None:
    demonstration.loaded(server)
    client = server.client(accept="text/html")
    assert client.get(f"/log/check/{PRODUCT}/10/NEVER").status_code == 404
    assert client.get("/log/check/01/09521101000024").status_code == 400
    assert client.get("/log/package/01/09521101000024").status_code == 400
    unknown = client.get(f"/log/package/{PRODUCT}/10/NEVER")
    assert unknown.status_code == 303
    assert unknown.headers["location"] == f"/log/check/{PRODUCT}/10/NEVER"


@ONE
def test_files_of_proofs_end_for_a_while_where_one_network_took_many(server: Any) -> None:
    demonstration.loaded(server)
    parts = server.services
    for _ in range(2):
        parts.tlog.turn()
        parts.completer.once()
    parts.tlog.turn()
    client = server.client()
    assert client.get(f"/log/package/{LOT}").status_code == 200
    allowances(parts.store).end("127.0.0.1", 2 * MOST)
    for path in (f"/log/package/{LOT}", f"/log/evidence/{LOT}", f"/api/v1/evidence/{LOT}"):
        got = client.get(path)
        assert (got.status_code, got.json()["code"]) == (429, "check.too-often")
        assert 0 < int(got.headers["retry-after"]) <= 65
    assert client.get(f"/log/check/{LOT}").status_code == 200


def test_what_a_network_has_left_comes_back_evenly() -> None:
    now = 0.0
    kept = Allowances(lambda: now)
    assert [kept.take("a") for _ in range(MOST // AHEAD)] == [0.0] * (MOST // AHEAD)
    assert kept.take("a") == 60 * AHEAD / MOST
    assert kept.take("b") == 0.0
    now = 60 * AHEAD / MOST
    assert kept.take("a") == 0.0
    assert kept.take("a") > 0
    kept.end("a", 1_000)
    kept.end("a", MOST)
    now += 61
    assert kept.take("a") == 0.0


@ONE
def test_problems_below_the_log_are_pages_for_people(server: Any) -> None:
    page = server.client(accept="text/html,*/*;q=0.8")
    for path, status in (("/log/nothing", 404), ("/log/check/foo", 400)):
        got = page.get(path)
        assert (got.status_code, got.headers["content-type"]) == (status, HTML)
        assert "<h1" in got.text
        program = server.client().get(path)
        assert (program.status_code, program.headers["content-type"]) == (status, MEDIA_TYPE)
    file = page.get("/log/1/nothing")
    assert (file.status_code, file.headers["content-type"]) == (404, TEXT.decode())
