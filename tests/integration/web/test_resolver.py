# SPDX-License-Identifier: Apache-2.0
"""The resolver over HTTP: redirects, linksets, refusals, as GS1-Conformant Resolver 1.2 says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from nguon.gs1 import parse
from nguon.gs1.compression import compress_link
from nguon.gs1.compression.epc import compress_epc
from tests.integration.web import demonstration
from tests.integration.web.conftest import sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX, BOX_AS_SCANNED, LOT, PALLET, PRODUCT

LINKSET = "application/linkset+json"
PAGE = {"accept": "text/html"}
VOC = "https://gs1.org/voc/"


@pytest.fixture(scope="module")
def client(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("resolver"), sqlite_template))
    yield demonstration.loaded(running[2]).client()
    stop(*running)


def _links(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"/{path}", headers={"accept": LINKSET})
    assert answer.status_code == 200
    contexts: list[dict[str, Any]] = answer.json()["linkset"]
    return contexts


def _refusals(client: httpx.Client) -> None:
    for path, code in (
        (f"/{PRODUCT}/foo", "gs1."),
        ("/01/09521101000024", "gs1."),
        ("/01/9521101000023", "gs1."),
        (f"/{PRODUCT}?10=ABC", "gs1."),
    ):
        answer = client.get(path)
        assert answer.status_code == 400, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"].startswith(code)
        page = client.get(path, headers=PAGE)
        assert page.status_code == 400
        assert "<mark>" in page.text
    unknown = client.get("/01/09521234543213/21/NOBODY")
    assert unknown.status_code == 404
    assert unknown.json()["code"] == "resolver.unknown"
    page = client.get("/01/09521234543213/21/NOBODY", headers=PAGE)
    assert page.status_code == 404
    assert "Không có trong hệ thống" in page.text
    assert client.post(f"/{PRODUCT}").status_code == 405


def test_a_scan_is_led_to_the_passport(client: httpx.Client) -> None:
    base = str(client.base_url).rstrip("/")
    answer = client.get(f"/{BOX_AS_SCANNED}", headers=PAGE)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{base}/p/{BOX_AS_SCANNED}"
    assert 'rel="linkset"' in answer.headers["link"]
    assert f'type="{LINKSET}"' in answer.headers["link"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.get(f"/{BOX_AS_SCANNED}/").headers["location"] == answer.headers["location"]
    bare = client.head(f"/{BOX_AS_SCANNED}")
    assert (bare.status_code, bare.headers["location"]) == (307, answer.headers["location"])
    passed = client.get(f"/{PRODUCT}?foo=b%20r&linkType=gs1:pip", headers={"accept-language": "en"})
    assert passed.headers["location"] == (f"{base}/p/{PRODUCT}?lang=en&foo=b%20r&linkType=gs1:pip")
    _refusals(client)


def test_the_linkset_names_every_level(client: httpx.Client, conformance: Path) -> None:
    base = str(client.base_url).rstrip("/")
    contexts = _links(client, BOX_AS_SCANNED)
    assert [context["anchor"] for context in contexts] == [
        f"{base}/{BOX_AS_SCANNED}",
        f"{base}/{LOT}",
        f"{base}/{PRODUCT}",
    ]
    schema = json.loads((conformance / "gs1-linkset/gs1-linkset-schema.json").read_text())
    validator = jsonschema_rs.validator_for(schema)
    for path in (BOX_AS_SCANNED, LOT, PRODUCT, PALLET, f"{PRODUCT}/10/KL8G"):
        document = client.get(f"/{path}?linkType=linkset").json()
        validator.validate(document)
        for context in document["linkset"]:
            (default,) = context[f"{VOC}defaultLink"]
            assert set(default) == {"href", "title"}
            described = [link["href"] for link in context[f"{VOC}pip"]]
            assert described == [f"{default['href']}?lang=vi", f"{default['href']}?lang=en"]
    answer = client.get(f"/{PRODUCT}?linkType=linkset", headers={"accept": f"text/html, {LINKSET}"})
    assert answer.headers["content-type"] == LINKSET
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["link"]
    by_default = client.get(f"/{LOT}").headers["location"]
    assert _links(client, LOT)[0][f"{VOC}defaultLink"][0]["href"] == by_default


def test_link_types_and_the_way_up(client: httpx.Client) -> None:
    base = str(client.base_url).rstrip("/")
    for spelling in ("gs1:", VOC, "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/"):
        query = f"linkType={spelling}traceability"
        answer = client.get(f"/{LOT}?{query}")
        assert answer.headers["location"] == f"{base}/p/{LOT}?lang=vi&{query}"
    none = client.get(f"/{LOT}?linkType=gs1:nosuchlt")
    assert none.status_code == 404
    assert none.json()["code"] == "resolver.no-link-type"
    assert client.get(f"/{PRODUCT}?linkType=gs1:traceability").status_code == 404
    unrecorded = client.get(f"/{PRODUCT}/10/KL8G")
    assert unrecorded.status_code == 307
    contexts = _links(client, f"{PRODUCT}/10/KL8G")
    assert [context["anchor"] for context in contexts] == [
        f"{base}/{PRODUCT}/10/KL8G",
        f"{base}/{PRODUCT}",
    ]
    assert f"{VOC}traceability" not in contexts[0]


def test_what_the_resolver_is(client: httpx.Client) -> None:
    described = client.get("/.well-known/gs1resolver").json()
    assert described["resolverRoot"] == str(client.base_url).rstrip("/")
    assert set(described["supportedPrimaryKeys"]) >= {"01", "00", "414", "417", "8006", "8003"}
    options = client.options(f"/{PRODUCT}", headers={"origin": "https://example.org"})
    assert options.status_code == 204
    assert options.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_compressed_links_lead_where_their_links_lead(client: httpx.Client) -> None:
    base = str(client.base_url).rstrip("/")
    link = f"{base}/{BOX_AS_SCANNED}"
    for partial in (False, True):
        short = compress_link(link, partial=partial).removeprefix(base)
        assert short != f"/{BOX_AS_SCANNED}"
        for path in (short, f"{short}/"):
            answer = client.get(f"{path}?foo=bar")
            assert answer.status_code == 307
            assert answer.headers["location"] == f"{base}/p/{BOX_AS_SCANNED}?foo=bar"
            assert f'<{link}>; rel="owl:sameAs"' in answer.headers["link"]
            assert f"<{link}?linkType=linkset>" in answer.headers["link"]
        assert client.head(short).headers["location"] == f"{base}/p/{BOX_AS_SCANNED}"
        assert client.options(short).headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        document = client.get(f"{short}?linkType=linkset").json()
        assert document["linkset"][0]["anchor"] == link
    for hexadecimal in (True, False):
        tag = compress_epc(parse(BOX).parts, base, hexadecimal=hexadecimal).removeprefix(base)
        answer = client.get(tag)
        assert tag.startswith("/eh" if hexadecimal else "/ex")
        assert answer.headers["location"] == f"{base}/p/{BOX}"
        assert f'<{base}/{BOX}>; rel="owl:sameAs"' in answer.headers["link"]
    for nothing in ("/robots", "/wp-login.php", "/DBHKVAdpQgpBz3gXX", "/x"):
        assert client.get(nothing).status_code == 404, nothing
    assert client.get(f"/{PRODUCT}/foo").status_code == 400
