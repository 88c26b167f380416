# SPDX-License-Identifier: Apache-2.0
"""Who the other party is: a few letters find it, several are offered, nothing typed is lost."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from nguon.base.time import HANOI
from nguon.registry import service
from tests.accounts import send, signed_in, token_on
from tests.integration.registry.codes import COOPERATIVE as HOLDER
from tests.integration.registry.codes import DURIAN, registered
from tests.integration.web.conftest import Server
from tests.integration.web.test_entry_pages import COOPERATIVE, numbers

__all__ = ["numbers"]
NEW = """M\u00e3,T\u00ean,Lo\u1ea1i
moc-phuc,C\u00f4ng ty Th\u1ea3o M\u1ed9c Xu\u00e2n Ph\u00fac,doanh nghi\u1ec7p
moc-loc,C\u00f4ng ty Th\u1ea3o M\u1ed9c Xu\u00e2n L\u1ed9c,doanh nghi\u1ec7p
"""


@pytest.fixture
def two(server: Server, tmp_path: Path) -> None:
    """Two companies whose names begin alike."""
    table = tmp_path / "hai.csv"
    table.write_text(NEW, "utf-8")
    assert service.import_csv(server.store, "organisation", table).done


@pytest.mark.usefixtures("two")
def test_several_are_offered_and_nothing_typed_is_lost(
    server: Server, numbers: dict[str, int]
) -> None:
    client = signed_in(server.client(), server.store, "clerk", numbers[COOPERATIVE])
    page = client.get("/w/receive").text
    form = re.search(r'name="_form" value="([^"]+)"', page)
    assert form is not None
    typed = {
        "_token": token_on(page), "_form": form[1], "day": f"{datetime.now(HANOI):%d/%m/%Y}",
        "place": "414/9521101000016", "party": "thao moc xuan", "product-1": "01/09521101000016",
        "lot-1": "NGOAI-1", "count-1": "30", "document": "PX-7",
    }  # fmt: skip
    asked = client.post("/w/receive", data={**typed, "_step": "look"})
    assert (asked.status_code, server.events()) == (422, 0)
    assert re.findall(r'name="party-choice" id="[^"]+" value="([^"]+)"', asked.text) == [
        "moc-phuc", "moc-loc",
    ]  # fmt: skip
    for kept in ('value="thao moc xuan"', 'value="NGOAI-1"', 'value="PX-7"'):
        assert kept in asked.text
    chosen = {**typed, "party-asked": "thao moc xuan", "party-choice": "moc-loc"}
    look = client.post("/w/receive", data={**chosen, "_step": "look"})
    assert look.status_code == 200
    done = client.post("/w/receive", data={**chosen, "_step": "record"})
    assert (done.status_code, server.events()) == (303, 1)
    # A name typed afterwards is the one that counts, and the last partner is offered first.
    other = {**chosen, "_form": "other-form-0001", "lot-1": "NGOAI-2", "party": "xuan phuc"}
    assert "moc-phuc" in client.post("/w/receive", data={**other, "_step": "look"}).text
    again = client.post("/w/receive", data={**typed, "_form": "other-form-0002", "_step": "look"})
    assert re.findall(r'name="party-choice" id="[^"]+" value="([^"]+)"', again.text) == [
        "moc-loc", "moc-phuc",
    ]  # fmt: skip
    empty = client.post(
        "/w/receive", data={**typed, "_form": "other-form-0003", "party": "", "_step": "look"}
    )
    assert re.findall(r'name="party-choice" id="[^"]+" value="([^"]+)"', empty.text) == ["moc-loc"]


@pytest.mark.usefixtures("two")
def test_a_grant_never_goes_to_whom_a_beginning_may_mean(server: Server) -> None:
    registered(server.store)
    page = signed_in(server.client(), server.store, "manager", HOLDER)
    typed: dict[str, object] = {
        "code": DURIAN, "party": "thao moc", "market": "CN", "from": "01/07/2026",
        "to": "2026-12-31", "quantity": "600", "once": "abc",
    }  # fmt: skip
    form = "/w/authorisations/new"
    for beginning in ("thao moc", "thao moc xuan loc"):
        asked = send(page, form, {**typed, "party": beginning}, "/w/authorisations")
        assert (asked.status_code, page.get("/w/authorisations").text.count("UQ-")) == (400, 0)
    asked = send(page, form, typed, "/w/authorisations")
    assert asked.status_code == 400
    offered = re.findall(r'name="party-choice" id="[^"]+" value="([^"]+)"', asked.text)
    assert sorted(offered) == ["moc-loc", "moc-phuc"]
    assert 'value="2026-12-31"' in asked.text
    chosen = {**typed, "party-asked": "thao moc", "party-choice": "moc-loc"}
    made = send(page, form, chosen, "/w/authorisations")
    assert made.status_code == 303
    assert "(moc-loc)" in page.get(form).text
