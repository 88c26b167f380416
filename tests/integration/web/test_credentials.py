# SPDX-License-Identifier: Apache-2.0
"""Credentials over HTTP: issued, revoked, served to anybody; received, read by their own."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nguon.base.time import HANOI
from nguon.credentials import did
from nguon.credentials.status import StatusList
from nguon.credentials.untp.model import Kind
from nguon.credentials.untp.reading import kind_of
from nguon.credentials.verifying import Standing, Verified, verified_list, verify
from nguon.parties.keys.custody import custodian_of
from nguon.registry import service
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.service import ensure_organisation
from nguon.trace.telling import Told, records_of
from nguon.web import credential_events
from tests.integration.web.conftest import Server
from tests.integration.web.samples import bare

GTIN = "08938500001017"
LOT = f"01/{GTIN}/10/A1"
BASE = "/api/v1/credentials"


@pytest.fixture
def parties(server: Server) -> tuple[int, int]:
    """A certification body with a key that is kept here, and a cooperative without."""
    kind = OrganisationKind.COOPERATIVE
    body = ensure_organisation(server.store, "cn-01", OrganisationKind.ENTERPRISE, "TT Chứng nhận")
    custodian_of(server.store).make(body, name="kept", by="test")
    return body, ensure_organisation(server.store, "htx-kin", kind, "HTX Kín")


def body(server: Server, parties: tuple[int, int]) -> httpx.Client:
    return server.member(parties[0], "read", "registry", "capture")


def wish(**changed: Any) -> dict[str, Any]:
    return {
        "request": "r1",
        "kind": "certification",
        "title": "VietGAP",
        "scheme": "VietGAP",
        "number": "VG-1",
        "holder": "htx-kin",
        "about": [LOT],
        "first_day": "2026-01-01",
        "last_day": "2099-12-31",
        **changed,
    }


def outsider(server: Server, secured: str | dict[str, Any]) -> Verified:
    """As somebody verifies who has nothing but the addresses in the credential."""
    client = server.client()

    def documents(name: str) -> Any:
        path = did.web_url(name).partition("//")[2].partition("/")[2]
        answer = client.get(f"/{path}")
        return answer.json() if answer.status_code == 200 else None

    resolve = did.resolver(documents)

    def statuses(url: str) -> StatusList:
        answer = client.get(url).raise_for_status()
        assert answer.headers["content-type"] == "application/vc+jwt"
        assert "max-age=60" in answer.headers["cache-control"]
        return verified_list(answer.text, resolve, url, datetime.now(UTC))

    return verify(secured, resolve, statuses, datetime.now(UTC))


def test_issued_verified_revoked(server: Server, parties: tuple[int, int]) -> None:
    client = body(server, parties)
    made = client.post(BASE, json=wish())
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["state"], told["title"]) == ("valid", "VietGAP VG-1")
    public = server.client()
    token = public.get(told["address"]).raise_for_status()
    assert token.headers["content-type"] == "application/vc+jwt"
    assert outsider(server, token.text).standing is Standing.GOOD
    proved = public.get(told["address"], headers={"accept": "application/vc"}).json()
    found = outsider(server, proved)
    assert (found.standing, found.securing) == (Standing.GOOD, "eddsa-jcs-2022")
    assert public.get(told["address"], headers={"accept": "text/html"}).status_code == 406
    for step, state in (("suspension", "suspended"), ("resumption", "valid")):
        changed = client.post(f"{BASE}/{told['id']}/{step}", json={"reason": "hồ sơ"})
        assert changed.json()["state"] == state
    revoked = client.post(f"{BASE}/{told['id']}/revocation", json={"reason": "sai"})
    assert [one["state"] for one in revoked.json()["steps"]] == [
        *("valid", "suspended", "valid", "revoked"),
    ]
    assert outsider(server, token.text).standing is Standing.SUSPENDED
    assert outsider(server, proved).standing is Standing.SUSPENDED
    assert client.get(BASE).json()["issued"][0]["state"] == "revoked"
    holder = server.member(parties[1], "read")
    assert holder.get(BASE).json()["held"][0]["id"] == told["id"]


def test_who_may_not(server: Server, parties: tuple[int, int]) -> None:
    client = body(server, parties)
    made = client.post(BASE, json=wish()).json()
    stranger = server.member(parties[1], "read", "registry", "capture")
    revoke = f"{BASE}/{made['id']}/revocation"
    assert stranger.post(revoke, json={"reason": "x"}).status_code == 404
    assert server.member(parties[0], "read").post(BASE, json=wish()).status_code == 403
    assert server.client().post(BASE, json=wish()).status_code == 401
    assert stranger.post(BASE, json=wish()).status_code == 409
    assert client.post(f"{BASE}/licence", json={"licence": "x", "extends": "y"}).status_code == 403
    assert client.post(f"{BASE}/{made['id']}/nothing", json={"reason": "x"}).status_code == 404
    assert client.get(BASE).json()["issued"][0]["state"] == "valid"
    for recognition in ({}, {"attester": "x"}):
        answer = client.post("/api/v1/accreditations", json=recognition)
        assert answer.status_code in (400, 403)


BAD: list[dict[str, Any]] = [
    {"holder": "không có"},
    {"about": ["cam"]},
    {"kind": "khác"},
    {"first_day": "hôm qua"},
    {"last_day": "2020-01-01"},
    {"title": ""},
    {"number": "x" * 400},
]


def test_bad_wishes_are_refused(server: Server, parties: tuple[int, int]) -> None:
    client = body(server, parties)
    for changed in BAD:
        assert client.post(BASE, json=wish(**changed)).status_code in (400, 422), changed
    assert client.get(BASE).json()["issued"] == []


def _registered(server: Server, holder: str) -> None:
    for register, table in (
        (
            Register.PLACE,
            f"key,kind,name_vi,holder,commune\n414/8938500001239,factory,Kho,{holder},\n",
        ),
        (Register.PRODUCT, f"key,name_vi,maker,hs_code\n01/{GTIN},Sầu riêng,{holder},0810.60\n"),
    ):
        report = service.import_csv(server.store, register, table)
        assert report.done, report.faults


def test_documents_made_when_they_are_asked_for(server: Server, parties: tuple[int, int]) -> None:
    _registered(server, "cn-01")
    client = body(server, parties)
    client.post(BASE, json=wish()).raise_for_status()
    event = bare(1, epcList=[], quantityList=[{"epcClass": f"https://id.gs1.org/{LOT}"}])
    client.post("/epcis/events", json=event).raise_for_status()
    public = server.client()
    for path, kind in (
        (f"passport/{LOT}", Kind.PASSPORT),
        (f"passport/01/{GTIN}", Kind.PASSPORT),
        ("facility/414/8938500001239", Kind.FACILITY),
        (f"events/{LOT}", Kind.EVENT),
    ):
        answer = public.get(f"{BASE}/{path}")
        assert answer.status_code == 200, answer.text
        found = outsider(server, answer.text)
        assert (kind_of(found.credential), found.standing) == (kind, Standing.GOOD)
        proved = public.get(f"{BASE}/{path}", headers={"accept": "application/vc"})
        assert outsider(server, proved.json()).securing == "eddsa-jcs-2022"
    plain = outsider(server, public.get(f"{BASE}/events/{LOT}?version=0.8").text)
    assert plain.credential.subjects[0]["type"] == "ObjectEvent"
    passport = outsider(server, public.get(f"{BASE}/passport/{LOT}").text)
    assert passport.credential.issuer.endswith(":parties:cn-01")
    linked = passport.credential.subjects[0]["relatedDocument"]
    assert [one["linkName"] for one in linked] == ["VietGAP VG-1"]
    for path in ("passport/01/09521101530001", "facility/414/0000000000000", "events/cam",
                 "identity/cn-01", "passport/x", "events/01/09521101530001", "none"):  # fmt: skip
        assert public.get(f"{BASE}/{path}").status_code in (404, 422), path
    assert public.get("/api/v1/status/none").status_code == 404


def test_events_that_are_not_all_say_so_in_their_name(
    server: Server, parties: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = bare(1, epcList=[], quantityList=[{"epcClass": f"https://id.gs1.org/{LOT}"}])
    body(server, parties).post("/epcis/events", json=event).raise_for_status()

    def cut(*asked: Any) -> tuple[list[Told], bool]:
        return records_of(*asked)[0], True

    names = []
    for reading in (records_of, cut):
        monkeypatch.setattr(credential_events, "records_of", reading)
        found = outsider(server, server.client().get(f"{BASE}/events/{LOT}").text).credential
        names.append(found.document["name"])
    assert names == [LOT, f"{LOT} (records: the first 1, of more)"]


def test_received_by_one_and_read_by_nobody_else(server: Server, parties: tuple[int, int]) -> None:
    made = body(server, parties).post(BASE, json=wish()).json()
    token = server.client().get(made["address"]).text
    holder = server.member(parties[1], "read", "capture")
    sent = holder.post("/api/v1/attestations", json={"credential": token})
    assert sent.status_code == 201, sent.text
    told = sent.json()
    number = told["attestation"]["id"]
    assert (told["found"], told["attestation"]["status"]) == ([], "good")
    assert [one["id"] for one in holder.get("/api/v1/attestations").json()] == [number]
    path = f"/api/v1/attestations/{number}"
    assert holder.get(f"{path}/credential").text == token
    stranger = body(server, parties)
    for address in (path, f"{path}/credential"):
        assert stranger.get(address).status_code == 404
        assert server.client().get(address).status_code == 401
    for bad in ("", "x", "{}", token[:-4] + "AAAA", "a.b.c", "ü" * 100):
        answer = holder.post("/api/v1/attestations", json={"credential": bad})
        assert answer.status_code in (400, 422), bad


def test_the_pages_issue_and_revoke_without_scripts(
    server: Server, parties: tuple[int, int]
) -> None:
    client = body(server, parties)
    page = client.get("/w/credentials/new")
    assert page.status_code == 200
    form = {**wish(), "about": LOT, "scope": ""}
    form.pop("request")
    form["request"] = page.text.partition('name="request" value="')[2].partition('"')[0]
    bad = client.post("/w/credentials/new", data={**form, "holder": "không"})
    assert bad.status_code == 400
    assert 'href="#holder"' in bad.text
    made = client.post("/w/credentials/new", data=form)
    again = client.post("/w/credentials/new", data=form)
    assert (made.status_code, again.headers["location"]) == (303, made.headers["location"])
    one = made.headers["location"]
    shown = client.get(one)
    assert LOT in shown.text
    assert client.post(f"{one}/revoke", data={"reason": ""}).status_code == 400
    assert client.post(f"{one}/revoke", data={"reason": "sai"}).status_code == 303
    assert "Thu hồi vĩnh viễn" not in client.get(one).text
    assert server.member(99, "capture").get(one).status_code == 404


def test_the_pages_receive_credentials_and_papers(server: Server, parties: tuple[int, int]) -> None:
    made = body(server, parties).post(BASE, json=wish()).json()
    token = server.client().get(made["address"]).text
    client = server.member(parties[1], "read", "capture")
    assert client.get("/w/attestations/new").status_code == 200
    sent = client.post("/w/attestations/new", files={"credential": (None, token)})
    assert sent.status_code == 303
    assert "VietGAP" in client.get(sent.headers["location"]).text
    bad = client.post("/w/attestations/new", files={"credential": (None, token[:-4] + "AAAA")})
    assert bad.status_code == 400
    assert client.post("/w/attestations/new", files={"credential": (None, "")}).status_code == 400
    paper = {
        "paper": "1",
        "attester_name": "Chi cục",
        "kind": "testing",
        "scheme": "MRL",
        "number": "1",
        "about": LOT,
        "last_day": "31/12/2027",
    }
    files = {name: (None, text) for name, text in paper.items()}
    assert client.post("/w/attestations/new", files=files).status_code == 400
    file = ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20, "image/png")
    kept = client.post("/w/attestations/new", files={**files, "paper-file": file})
    assert kept.status_code == 303, kept.text
    assert "Chi cục" in client.get(kept.headers["location"]).text
    officer = server.member(7, "read", "supervise", kind="inspector")
    number = kept.headers["location"].rpartition("/")[2]
    confirmed = officer.post(
        f"/api/v1/attestations/{number}/confirmation", json={"status": "good", "reason": "đã hỏi"}
    )
    assert confirmed.json()["status"] == "good"


def test_recognition_over_http(server: Server, parties: tuple[int, int]) -> None:
    officer = server.member(7, "read", "supervise", kind="inspector")
    sent = {
        "attester": f"organisation/{parties[0]}",
        "name": "TT",
        "accreditor": "BoA",
        "schemes": ["VietGAP"],
        "valid_from": "2025-01-01",
    }
    made = officer.post("/api/v1/accreditations", json=sent)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    ended = officer.post(f"/api/v1/accreditations/{number}/withdrawal")
    today = datetime.now(HANOI).date().isoformat()
    assert [one["withdrawn"] for one in ended.json()] == [today]
    assert [one["id"] for one in officer.get("/api/v1/accreditations").json()] == [number]
