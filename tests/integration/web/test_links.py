# SPDX-License-Identifier: Apache-2.0
"""Links of codes: who may give them, what becomes of them, and what the resolver does with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from nguon.base.time import HANOI
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation, import_csv
from tests.accounts import send, signed_in
from tests.integration.web.conftest import Server

PRODUCT = "01/09521101000023"
LOT = f"{PRODUCT}/10/L1"
LINKSET = "application/linkset+json"
VOC = "https://gs1.org/voc/"
_PARTIES = """mã,loại,tên,địa chỉ,xã,GLN,hợp tác xã
htx,hợp tác xã,HTX,Thôn Nội,11977,9521101000009,
ho-1,hộ,Hộ,Thôn Nội,11977,9521101001013,htx
khac,doanh nghiệp,Khác,Thôn Nội,11977,9521102000008,
"""
_PRODUCTS = "GTIN,tên,nhà sản xuất\n9521101000023,Nhãn,htx\n9521102000015,Khác,khac\n"
_PLACES = "GLN,loại,tên,chủ,mã xã\n9521101002010,vườn,Vườn,ho-1,11977\n"


@dataclass
class World:
    """A server with two firms, and clients with their keys."""

    server: Server
    owner: httpx.Client
    other: httpx.Client
    operator: httpx.Client
    public: httpx.Client
    numbers: dict[str, int]

    def put(
        self, links: list[dict[str, Any]], default: str | None = None, key: str = PRODUCT
    ) -> Any:
        """Says what a key leads to; the answer's body."""
        body = {"links": links, "default": default}
        answer = self.owner.put("/api/v1/links", params={"key": key}, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def leads(self, path: str = PRODUCT, **headers: str) -> str:
        """Where a code leads."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.public.get(f"/{path}", headers=sent)
        assert answer.status_code == 307, answer.text
        return str(answer.headers["location"])

    def linkset(self, path: str = PRODUCT) -> list[dict[str, Any]]:
        """The contexts of a code's linkset."""
        found = self.public.get(f"/{path}", headers={"accept": LINKSET}).json()["linkset"]
        assert isinstance(found, list)
        return found


@pytest.fixture
def world(server: Server) -> World:
    store = server.store
    for register, text in (
        ("organisation", _PARTIES),
        ("place", _PLACES),
        ("product", _PRODUCTS),
    ):
        assert import_csv(store, register, text).done
    numbers = {
        code: ensure_organisation(store, code, OrganisationKind.ENTERPRISE, code)
        for code in ("htx", "ho-1", "khac", "operator")
    }
    scopes = ("read", "registry")
    return World(
        server,
        server.member(numbers["htx"], *scopes),
        server.member(numbers["khac"], *scopes),
        server.member(numbers["operator"], *scopes, "admin", kind="operator"),
        server.client(accept="*/*"),
        numbers,
    )


def link(name: str, relation: str = "pip", **more: Any) -> dict[str, Any]:
    return {"type": f"gs1:{relation}", "href": f"https://b.example/{name}", "title": name, **more}


def test_only_the_holder_says_where_a_code_leads(world: World) -> None:
    asked = {"links": [link("a")]}
    for key in (PRODUCT, LOT, f"{PRODUCT}/21/S", "414/9521101002010", "417/9521101000009"):
        refused = world.other.put("/api/v1/links", params={"key": key}, json=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "links.not-yours")
        assert world.other.get("/api/v1/links", params={"key": key}).status_code == 403
        assert world.put([link("a")], key=key)["links"][0]["href"] == "https://b.example/a"
    sscc = "00/095211010000000527"
    assert world.other.put("/api/v1/links", params={"key": sscc}, json=asked).status_code in {
        400,
        403,
    }
    nobody = world.owner.put("/api/v1/links", params={"key": "8004/8939ABC"}, json=asked)
    assert (nobody.status_code, nobody.json()["code"]) == (403, "links.no-holder")
    by_operator = world.operator.put("/api/v1/links", params={"key": "8004/8939ABC"}, json=asked)
    assert by_operator.status_code == 200
    malformed = world.owner.put("/api/v1/links", params={"key": "01/09521101000024"}, json=asked)
    assert malformed.status_code == 400
    reader = world.server.member(world.numbers["htx"], "read")
    assert reader.put("/api/v1/links", params={"key": PRODUCT}, json=asked).status_code == 403
    assert world.public.get("/api/v1/links", params={"key": PRODUCT}).status_code == 401


def test_nothing_is_lost_and_the_same_again_changes_nothing(world: World) -> None:
    first = world.put([link("a"), link("b", hreflang=["en"])], "gs1:pip")
    assert world.put([link("a"), link("b", hreflang=["en"])], "gs1:pip") == first
    assert first["default"] == "pip"
    wrong = {"links": [link("c"), link("d", href="http://x")], "default": "gs1:faqs"}
    refused = world.owner.put("/api/v1/links", params={"key": PRODUCT}, json=wrong)
    assert refused.status_code == 400
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/links/1/href", "links.href-https"),
        ("/default", "links.default-without-link"),
    ]
    assert world.owner.get("/api/v1/links", params={"key": PRODUCT}).json() == first
    kept = first["links"][1]
    second = world.put([link("b", hreflang=["en"]), link("e", "faqs")])
    assert second["links"][0] == kept
    assert second["default"] is None
    past = world.owner.get("/api/v1/links/history", params={"key": PRODUCT}).json()
    assert {one["title"]: one["ended"] is None for one in past} == {
        "a": False,
        "b": True,
        "e": True,
    }
    answer = world.owner.post(f"/api/v1/links/{kept['id']}/end")
    assert [one["title"] for one in answer.json()["links"]] == ["e"]
    assert world.owner.post(f"/api/v1/links/{kept['id']}/end").status_code == 200
    for client in (world.other, world.owner):
        unknown = "none" if client is world.owner else kept["id"]
        assert client.post(f"/api/v1/links/{unknown}/end").status_code == 404
    assert [one["title"] for one in world.owner.get("/api/v1/links/mine").json()] == ["e"]


def test_the_default_is_the_passport_until_another_is_chosen(world: World) -> None:
    base = world.server.base_url
    assert world.leads() == f"{base}/p/{PRODUCT}"
    assert world.leads(accept_language="en") == f"{base}/p/{PRODUCT}?lang=en"
    world.put([link("a")])
    assert world.leads() == f"{base}/p/{PRODUCT}"
    assert world.leads(f"{PRODUCT}?linkType=gs1:pip").startswith("https://b.example/a?linkType=")
    described = world.linkset()[0][f"{VOC}registryEntry"]
    assert described[0]["href"] == f"{base}/p/{PRODUCT}?lang=vi"
    found = world.put([link("a", hreflang=["vi"]), link("b", hreflang=["en"])], "gs1:pip")
    for path in (PRODUCT, LOT, f"{LOT}/21/S", f"{PRODUCT}/22/V"):
        assert world.leads(path) == "https://b.example/a"
        assert world.leads(path, accept_language="en-GB, vi;q=0.5") == "https://b.example/b"
        (default,) = world.linkset(path)[0][f"{VOC}defaultLink"]
        assert default == {"href": "https://b.example/a", "title": "a"}
    for one in found["links"]:
        world.owner.post(f"/api/v1/links/{one['id']}/end")
    assert world.owner.get("/api/v1/links", params={"key": PRODUCT}).json()["default"] is None
    assert world.leads() == f"{base}/p/{PRODUCT}"


def test_links_work_on_their_days_and_for_everybody(world: World) -> None:
    today = datetime.now(HANOI).date()
    day = timedelta(days=1)
    world.put(
        [
            link("past", "faqs", valid_to=str(today - day)),
            link("future", "review", valid_from=str(today + day)),
            link("hidden", "support", public=False),
            link("now", "promotion", valid_from=str(today), valid_to=str(today)),
        ]
    )
    for relation in ("faqs", "review", "support"):
        assert world.public.get(f"/{PRODUCT}?linkType=gs1:{relation}").status_code == 404
    assert world.leads(f"{PRODUCT}?linkType=gs1:promotion").startswith("https://b.example/now?")
    context = world.linkset()[0]
    assert {name.removeprefix(VOC) for name in context if name.startswith(VOC)} == {
        *("defaultLink", "defaultLinkMulti", "promotion", "pip"),
    }


def test_query_context_and_what_cannot_be_told_apart(world: World) -> None:
    world.put(
        [
            link("q", "faqs", href="https://b.example/q?a=b#top"),
            link("bare", "review", fwqs=False),
            link("home", "support"),
            link("eu", "support", context=["EU"]),
            link("one", "tutorial"),
            link("two", "tutorial"),
        ]
    )
    asked = "linkType=gs1:faqs&x=%20&y"
    assert world.leads(f"{PRODUCT}?{asked}") == f"https://b.example/q?a=b&{asked}#top"
    assert world.leads(f"{PRODUCT}?linkType=gs1:review&x=1") == "https://b.example/bare"
    assert world.linkset()[0][f"{VOC}review"][0]["fwqs"] is False
    assert world.leads(f"{PRODUCT}?linkType=gs1:support").startswith("https://b.example/home?")
    query = "linkType=gs1:support&context=eu"
    assert world.leads(f"{PRODUCT}?{query}") == f"https://b.example/eu?{query}"
    open_choice = world.public.get(f"/{PRODUCT}?linkType=gs1:tutorial")
    assert open_choice.status_code == 300
    assert "location" not in open_choice.headers
    offered = open_choice.json()["linkset"][0][f"{VOC}tutorial"]
    assert [one["title"] for one in offered] == ["one", "two"]
    page = world.public.get(f"/{PRODUCT}?linkType=gs1:tutorial", headers={"accept": "text/html"})
    assert page.status_code == 300
    assert 'href="https://b.example/two"' in page.text
    listed = world.public.get(f"/{PRODUCT}?linkType=linkset", headers={"accept": "text/html"})
    assert listed.status_code == 200
    assert 'href="https://b.example/eu"' in listed.text


def test_another_resolver_answers_for_a_prefix(world: World) -> None:
    asked = {"prefix": "9521101", "resolver": "https://id.brand.example/r/", "title": "Brand"}
    assert world.owner.post("/api/v1/delegations", json=asked).status_code == 403
    made = world.operator.post("/api/v1/delegations", json=asked)
    assert made.status_code == 201
    assert world.operator.post("/api/v1/delegations", json=asked).json() == made.json()
    there = "https://id.brand.example/r"
    answer = world.public.get(f"/{LOT}?17=261231&linkType=gs1:pip")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{there}/{LOT}?17=261231&linkType=gs1:pip"
    assert answer.headers["link"].startswith(f'<{there}/{LOT}>; rel="gs1:handledBy ')
    assert 'rel="linkset"' not in answer.headers["link"]
    contexts = world.linkset(LOT)
    handled = {"href": f"{there}/{LOT}", "title": "Brand"}
    assert contexts[0][f"{VOC}handledBy"] == contexts[0][f"{VOC}defaultLink"] == [handled]
    unknown = "414/9521101009996"
    assert world.leads(unknown) == f"{there}/{unknown}"
    assert "b.example" not in world.leads("01/09521102000015")
    assert world.public.get("/01/09521101000024").status_code == 400
    bad = [
        {**asked, "prefix": "95"},
        {**asked, "prefix": "10/LOT"},
        {**asked, "resolver": "http://id.brand.example"},
        {**asked, "resolver": "https://id.brand.example/?q="},
        {**asked, "title": " "},
    ]
    assert [world.operator.post("/api/v1/delegations", json=b).status_code for b in bad] == [
        400
    ] * 5
    ending = f"/api/v1/delegations/{made.json()['id']}/end"
    assert world.operator.post(ending).status_code == 204
    assert world.operator.post(ending).status_code == 404
    assert world.leads() == f"{world.server.base_url}/p/{PRODUCT}"
    assert len(world.operator.get("/api/v1/delegations").json()) == 1


def test_what_another_process_writes_is_found_within_five_seconds(world: World) -> None:
    directory = world.server.services.directory
    passed = 0.0
    real = directory.clock
    directory.clock = lambda: real() + passed
    assert world.leads() == f"{world.server.base_url}/p/{PRODUCT}"
    age, kept = directory.age, dict(directory.kept)
    forget, directory.forget = directory.forget, lambda: None  # type: ignore[method-assign]
    world.put([link("a")], "pip")
    assert (directory.age, directory.kept) == (age, kept)
    passed = 5.0
    assert world.leads() == "https://b.example/a"
    directory.forget = forget  # type: ignore[method-assign]


def test_the_page(world: World) -> None:
    boss = signed_in(world.server.client(), world.server.store, "manager", world.numbers["htx"])
    page = f"/w/links?key={PRODUCT}"
    fields = {
        "key": PRODUCT,
        "type": "pip",
        "href": "https://b.example/a",
        "title": "Trang",
        "fwqs": "1",
    }
    wrong = send(boss, page, {**fields, "href": "javascript:x", "valid_to": ""}, "/w/links")
    assert wrong.status_code == 400
    assert 'id="href-error"' in wrong.text
    assert 'value="Trang"' in wrong.text
    bad_day = send(boss, page, {**fields, "valid_from": "31/02/2026"}, "/w/links")
    assert bad_day.status_code == 400
    assert 'id="valid_from-error"' in bad_day.text
    done = send(boss, page, {**fields, "default": "1", "hreflang": "vi, en"}, "/w/links")
    assert (done.status_code, done.headers["location"]) == (303, page)
    assert world.leads() == "https://b.example/a"
    shown = boss.get("/w/links?key=9521101000023").text
    assert "https://b.example/a" in shown
    chosen = send(boss, page, {"key": PRODUCT, "first": ""}, "/w/links/default")
    assert chosen.status_code == 303
    assert world.leads() == f"{world.server.base_url}/p/{PRODUCT}"
    none = send(boss, page, {"key": PRODUCT, "first": "faqs"}, "/w/links/default")
    assert none.status_code == 400
    [kept] = world.owner.get("/api/v1/links", params={"key": PRODUCT}).json()["links"]
    assert send(boss, page, {}, f"/w/links/{kept['id']}/end").status_code == 303
    assert "https://b.example/a" in boss.get(page).text
    assert PRODUCT not in boss.get("/w/links").text
    assert boss.get("/w/links?key=9521102000015").status_code == 400
    assert boss.get("/w/links?key=xyz").status_code == 400
