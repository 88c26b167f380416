# SPDX-License-Identifier: Apache-2.0
"""GS1's resolver test suite, statement by statement, over the running server and both databases.

The thing under test is the product of the Resolver CE's example document, its
links loaded through our API; besides the suite's checks each of the document's
17 links is asked for by type, language and media type. The statements come from
the shared data: one that has no check here fails the test.
"""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from nguon.app import assemble, compose
from nguon.gs1 import Mode, parse
from nguon.identity.model import Scope
from nguon.registry.links import types
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation, import_csv
from nguon.store import Store
from tests.integration.web.conftest import Server, settings_in, stop, up
from tests.postgres import PostgresServer

KEY = "01/09506000134352"
LINKSET = "application/linkset+json"
VOC = "https://gs1.org/voc/"
ORIGIN = {"origin": "https://example.org"}
PRODUCT = "GTIN,tên,nhà sản xuất\n09506000134352,Risotto,dal-giardino\n"
GS1_MEMBERS = frozenset({"itemDescription"})
"""What GS1's profile of a linkset adds to the plain one of RFC 9264."""
_numbers = count(1)


class Resolver:
    """The running server, the document that was loaded into it, and questions to it."""

    def __init__(self, server: Server, document: Mapping[str, Any], schema: dict[str, Any]):
        self.client = server.client()
        self.base = server.base_url
        self.document = document
        self.validator = jsonschema_rs.validator_for(schema)

    def get(self, query: str = "", path: str = KEY, **headers: str) -> httpx.Response:
        """The answer to the product's link, as curl would ask for it."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(f"/{path}{query}", headers={"accept": "*/*", **sent})

    @cached_property
    def linkset(self) -> dict[str, Any]:
        """The linkset by its media type."""
        found: dict[str, Any] = self.get(accept=LINKSET).json()
        return found

    @property
    def context(self) -> dict[str, Any]:
        """The links of the product itself."""
        anchor = f"{self.base}/{KEY}"
        return next(one for one in self.linkset["linkset"] if one["anchor"] == anchor)


def links_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """A Resolver CE document as our API takes it."""
    links = [
        {
            "type": link["linktype"],
            "href": link["href"],
            "title": link["title"],
            "hreflang": link["hreflang"],
            "media_type": link["type"],
            "context": link.get("context", []),
        }
        for link in document["links"]
    ]
    return {"links": links, "default": document["defaultLinktype"]}


def registered(store: Store) -> int:
    """The maker of the document's product."""
    number = ensure_organisation(store, "dal-giardino", OrganisationKind.ENTERPRISE, "Dal Giardino")
    assert import_csv(store, "product", PRODUCT).created == 1
    return number


def documents(conformance: Path) -> list[dict[str, Any]]:
    lines = (conformance / "gs1-resolver-ce/data_entry_documents.jsonl").read_text("utf-8")
    return [json.loads(line)["doc"] for line in lines.splitlines() if line]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def resolver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, conformance: Path
) -> Iterator[Resolver]:
    folder = tmp_path_factory.mktemp("suite")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "nguon.db")
        url = f"sqlite:///{folder / 'nguon.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name, template = f"suite_{next(_numbers)}", request.getfixturevalue("postgres_template")
        server.copy(template, name)
        url = server.url(name)
    running = up(settings_in(folder, url))
    maker = registered(running[2].store)
    document = documents(conformance)[0]
    schema = json.loads((conformance / "gs1-linkset/gs1-linkset-schema.json").read_text())
    member = running[2].member(maker, Scope.READ, Scope.REGISTRY)
    answer = member.put("/api/v1/links", params={"key": KEY}, json=links_of(document))
    assert answer.status_code == 200, answer.text
    yield Resolver(running[2], document, schema)
    stop(*running)


def is_link(found: Resolver) -> None:
    identifier = parse(f"{found.base}/{KEY}", mode=Mode.STRICT)
    assert identifier.key == KEY


def has_tls(found: Resolver) -> None:
    """TLS ends before us: behind it every address that the resolver writes is https."""
    assert asyncio.run(_secure_addresses(found)) == []


async def _secure_addresses(found: Resolver) -> list[str]:
    """Addresses of a server behind TLS that are not https."""
    root = "https://id.example.vn"
    folder = Path(str(found.client.headers["x-folder"]))
    services = compose(replace(settings_in(folder, f"sqlite:///{folder}/tls.db"), base_url=root))
    try:
        registered(services.store)
        app: Any = assemble(services)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=root) as client:
            answers = [await client.get(f"/{KEY}"), await client.get(f"/{KEY}?linkType=linkset")]
            about = (await client.get("/.well-known/gs1resolver")).json()
        anchors = [one["anchor"] for one in answers[1].json()["linkset"]]
        written = [answers[0].headers["location"], about["resolverRoot"], *anchors]
        return [one for one in written if not one.startswith(root)]
    finally:
        services.scans.close()
        services.capture.close()
        services.store.close()


def has_description(found: Resolver) -> None:
    answer = found.client.get("/.well-known/gs1resolver")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    about = answer.json()
    assert about["resolverRoot"] == found.base
    assert about["linkTypeDefaultCanBeLinkset"] is False
    assert about["supportedLinkType"] == [
        {"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:"}
    ]
    allowed = {
        *("all", "00", "01", "253", "255", "401", "402", "410", "411", "412", "413", "414"),
        *("415", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018"),
    }
    assert set(about["supportedPrimaryKeys"]) == allowed - {"all", "410", "411", "412", "413"}
    assert found.client.options("/.well-known/gs1resolver").status_code == 204
    assert found.client.head("/.well-known/gs1resolver").content == b""


def has_http_version(found: Resolver) -> None:
    assert found.get().http_version == "HTTP/1.1"


def has_cors(found: Resolver) -> None:
    asked = {**ORIGIN, "access-control-request-method": "GET"}
    answer = found.client.options(f"/{KEY}", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert found.client.get(f"/{KEY}", headers=ORIGIN).headers["access-control-allow-origin"] == "*"


def has_methods(found: Resolver) -> None:
    allowed = found.client.options(f"/{KEY}").headers["access-control-allow-methods"]
    assert {one.strip() for one in allowed.split(",")} == {"GET", "HEAD", "OPTIONS"}
    bare, whole = found.client.head(f"/{KEY}"), found.client.get(f"/{KEY}")
    assert (bare.status_code, bare.headers["location"]) == (307, whole.headers["location"])
    assert bare.content == b""
    assert found.client.post(f"/{KEY}").status_code == 405


def says_linkset_on_redirect(found: Resolver) -> None:
    link = found.get().headers["link"]
    assert f'<{found.base}/{KEY}?linkType=linkset>; rel="linkset"; type="{LINKSET}"' in link


def says_not_all_links(found: Resolver) -> None:
    link = found.get().headers["link"]
    assert not any(one["href"] in link for one in found.document["links"])


def refuses_bad_syntax(found: Resolver) -> None:
    for path in (f"{KEY}/foo", f"{KEY}/99/A", f"{KEY}/17/261231", f"{KEY}/21/S/10/L", "01/1"):
        assert found.get(path=path).status_code == 400, path


def says_no_error_with_200(found: Resolver) -> None:
    for path in (f"{KEY}/foo", "01/09506000999990", "8004/0950600ABC", f"{KEY}?linkType=gs1:no"):
        assert found.get(path=path).status_code in {400, 404}, path


def bears_closing_slash(found: Resolver) -> None:
    plain, closed = found.get(), found.get(path=f"{KEY}/")
    assert (closed.status_code, closed.headers["location"]) == (307, plain.headers["location"])


def goes_up(found: Resolver) -> None:
    """Every qualifier of the key; what is not known of them leads where the product leads."""
    for path in ("10/KL8G", "21/S1", "22/V1", "22/V1/10/L/21/S", "235/TPX1"):
        answer = found.get(path=f"{KEY}/{path}")
        assert answer.status_code == 307, path
        assert answer.headers["location"] == found.get().headers["location"]
        pip = found.get("?linkType=gs1:pip", f"{KEY}/{path}", accept_language="ja")
        assert "index.html.ja?" in pip.headers["location"]
        anchors = [
            one["anchor"]
            for one in found.get("?linkType=linkset", f"{KEY}/{path}").json()["linkset"]
        ]
        assert (anchors[0], anchors[-1]) == (f"{found.base}/{KEY}/{path}", f"{found.base}/{KEY}")


def gives_linkset_by_type(found: Resolver, word: str = "linkset") -> None:
    answer = found.get(f"?linkType={word}")
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert answer.json() == found.linkset


def gives_linkset_by_all(found: Resolver) -> None:
    gives_linkset_by_type(found, "all")


def gives_linkset_by_accept(found: Resolver) -> None:
    answer = found.get(accept=LINKSET)
    assert answer.status_code == 200
    assert found.get(accept="application/json").json() == answer.json()


def says_content_type(found: Resolver) -> None:
    assert found.get(accept=LINKSET).headers["content-type"] == LINKSET
    page = found.get("?linkType=linkset", accept="text/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    embedded = found.get("?linkType=linkset", accept="application/ld+json")
    assert embedded.json()["@context"].endswith("/linkset-context")


def is_valid_linkset(found: Resolver) -> None:
    for path in (KEY, f"{KEY}/10/KL8G", f"{KEY}/22/V/10/KL8G/21/S"):
        found.validator.validate(found.get("?linkType=linkset", path).json())
    assert isinstance(found.linkset["linkset"], list)


def says_json_ld_context(found: Resolver) -> None:
    parts = found.get(accept=LINKSET).headers["link"].split(",")
    wanted = ('rel="http://www.w3.org/ns/json-ld#context"', 'type="application/ld+json"')
    assert any(all(word in part for word in wanted) for part in parts)


def passes_query_on(found: Resolver) -> None:
    href = found.context[f"{VOC}defaultLink"][0]["href"]
    assert "?" in href
    for query in ("foo=bar", "17=261231&3103=000189", "a=%C3%A9+b&flag&x=1&x=2"):
        assert found.get(f"?{query}").headers["location"] == f"{href}&{query}"


def has_one_default(found: Resolver) -> None:
    for context in found.linkset["linkset"]:
        (default,) = context[f"{VOC}defaultLink"]
        assert set(default) == {"href", "title"}
        described = [
            one["href"]
            for relation, links in context.items()
            if relation.startswith(VOC) and not relation.startswith(f"{VOC}defaultLink")
            for one in links
        ]
        assert default["href"] in described


def has_several_variants(found: Resolver) -> None:
    multi = found.context[f"{VOC}defaultLinkMulti"]
    described = [
        one["href"]
        for one in found.document["links"]
        if one["linktype"] == found.document["defaultLinktype"]
    ]
    assert [one["href"] for one in multi] == described
    assert len(multi) == 4
    for one in multi:
        answer = found.get(accept_language=one["hreflang"][0])
        assert answer.headers["location"] == one["href"]


def knows_link_types(found: Resolver) -> None:
    used = {name for one in found.linkset["linkset"] for name in one if name.startswith(VOC)}
    assert {name.removeprefix(VOC) for name in used} <= set(types.titles())


def leads_to_default(found: Resolver) -> None:
    answer = found.get()
    assert answer.status_code == 307
    assert answer.headers["location"] == found.context[f"{VOC}defaultLink"][0]["href"]
    nobody_speaks = found.get(accept_language="tlh")
    assert nobody_speaks.headers["location"] == answer.headers["location"]


def leads_to_every_link(found: Resolver) -> None:
    for relation, links in found.context.items():
        if relation.startswith(VOC) and relation != f"{VOC}defaultLinkMulti":
            for link in links:
                query = f"?linkType={relation.replace(VOC, 'gs1:')}"
                language = next(iter(link.get("hreflang", ())), "*")
                answer = found.get(query, accept=link.get("type", "*/*"), accept_language=language)
                assert _without_type(answer.headers["location"]) == link["href"]


def refuses_absent_type(found: Resolver) -> None:
    answer = found.get("?linkType=gs1:nosuchlt")
    assert answer.status_code == 404
    assert answer.json()["code"] == "resolver.no-link-type"


def _without_type(location: str) -> str:
    """As the suite compares: what it asked for may be passed on."""
    return location.partition("&linkType=")[0].partition("?linkType=")[0]


CHECKS: Mapping[str, Callable[[Resolver], None]] = {
    "isURL": is_link,
    "validDL": is_link,
    "plausibleDL": is_link,
    "isHttps": has_tls,
    "tlsOK": has_tls,
    "rdFile": has_description,
    "httpVersion": has_http_version,
    "corsCheck": has_cors,
    "methodsCheck": has_methods,
    "linkOnRedirect": says_linkset_on_redirect,
    "legacyLinkHeaders": says_not_all_links,
    "reportWith400": refuses_bad_syntax,
    "noErrorWith200": says_no_error_with_200,
    "trailingSlash": bears_closing_slash,
    "basicWalkUp": goes_up,
    "ltLinksetNoRedirect": gives_linkset_by_type,
    "ltAllNoRedirect": gives_linkset_by_all,
    "ltAcceptHeader": gives_linkset_by_accept,
    "declaredContentType": says_content_type,
    "validLinkset": is_valid_linkset,
    "hackedLinkset": is_valid_linkset,
    "linksetJsonldCheck": says_json_ld_context,
    "qsPassedOn": passes_query_on,
    "defaultLinkExists": has_one_default,
    "singleDefaulLink": has_one_default,
    "singleMultiLink": has_several_variants,
    "linkTypesDefined": knows_link_types,
    "defaultTarget": leads_to_default,
    "loObject": leads_to_every_link,
    "specificLinkTypeNotFound": refuses_absent_type,
}


def test_every_statement_of_the_suite_has_a_check(conformance: Path) -> None:
    file = conformance / "gs1-resolver-testsuite/test_statements.json"
    stated = [one["id"] for one in json.loads(file.read_text("utf-8"))]
    assert len(stated) == 30
    assert set(stated) == set(CHECKS)


@pytest.mark.parametrize("statement", CHECKS)
def test_statement(resolver: Resolver, statement: str, tmp_path: Path) -> None:
    resolver.client.headers["x-folder"] = str(tmp_path)
    CHECKS[statement](resolver)


@pytest.mark.parametrize("number", range(17))
def test_each_link_of_the_example_document(resolver: Resolver, number: int) -> None:
    link = resolver.document["links"][number]
    answer = resolver.get(
        f"?linkType={link['linktype']}", accept=link["type"], accept_language=link["hreflang"][0]
    )
    assert answer.status_code == 307
    assert _without_type(answer.headers["location"]) == link["href"]


def test_the_document_with_a_template_is_refused(resolver: Resolver, conformance: Path) -> None:
    """Targets with places to fill in are the Resolver CE's own: no URI has braces (RFC 3986)."""
    document = documents(conformance)[1]
    assert "{1}" in document["links"][0]["href"]
    assert resolver.get(path=document["anchor"][1:]).status_code == 404


def test_a_linkset_is_one_of_the_plain_rfc_too(resolver: Resolver, conformance: Path) -> None:
    """GS1's schema demands ``itemDescription``, the RFC's plain one forbids it: nothing can be
    valid to both as it is. Without GS1's member it is valid to the plain one, whose hreflang and
    type are the same.
    """
    schema = json.loads((conformance / "gs1-linkset/linkset-schema.json").read_text())
    plain = jsonschema_rs.validator_for(schema)
    assert not plain.is_valid(resolver.linkset)
    contexts = [
        {name: value for name, value in one.items() if name not in GS1_MEMBERS}
        for one in resolver.linkset["linkset"]
    ]
    plain.validate({"linkset": contexts})


def test_the_vocabulary_is_the_published_one(conformance: Path) -> None:
    file = conformance / "gs1-webvoc/linktypes_v1.16.json"
    published = {one["curie"].removeprefix("gs1:"): one for one in json.loads(file.read_text())}
    assert set(types.titles()) == set(published)
    gone = {name for name, one in published.items() if one["status"] == "deprecated"}
    kept = {"defaultLink", "defaultLinkMulti", "handledBy", "registryEntry"}
    assert set(types.offered()) == set(published) - gone - kept
