# SPDX-License-Identifier: Apache-2.0
"""How far claims can be believed, over HTTP: on the passport, its page, for programs, signed."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.base.messages import LANGUAGES, Language, text
from nguon.credentials import jwt
from nguon.credentials.model import check
from nguon.ladder.model import LADDER
from nguon.ladder.rules import RULES, RULES_DIGEST
from nguon.parties.keys.custody import custodian_of
from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import LOT
from tests.integration.web.test_passport_goods import PACKED

BOX = PACKED["nhan-hung-yen"]
API = "/api/v1/standing"
_WORDS = re.compile(r"genuine|hàng thật|chính hãng|hàng giả", re.IGNORECASE)


@pytest.fixture(scope="module")
def server(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = up(sqlite_settings(tmp_path_factory.mktemp("standing"), sqlite_template))
    yield demonstration.loaded(started[2])
    stop(*started)


@pytest.fixture(scope="module")
def client(server: Server) -> httpx.Client:
    return server.client(accept="text/html")


def _page(client: httpx.Client, path: str, language: Language) -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, (path, answer.text[:300])
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_of_the_passport_shows_its_rung_and_the_band_the_weakest(
    client: httpx.Client, language: Language
) -> None:
    html = _page(client, f"/p/{BOX}", language)
    journey = html[html.index('id="journey"') :]
    declared = text("ladder.rung-declared", language)
    assert journey.count(f'<p class="rung l0">{declared}</p>') == journey.count("<h3>") >= 5
    band = html[html.index('class="verdict') : html.index("</section>")]
    assert text("ladder.lowest", language, claim="§", rung=declared).partition("§")[0] in band
    assert f'href="/p/{BOX}/standing"' in band
    assert not _WORDS.search(html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [*PACKED.values(), LOT])
def test_the_page_tells_every_claim_with_what_would_raise_it(
    client: httpx.Client, key: str, language: Language
) -> None:
    html = _page(client, f"/p/{key}/standing", language)
    assert len(html.encode()) < 200_000
    told = client.get(f"{API}/{key}").json()
    for rung in LADDER:
        assert text(f"ladder.rung-{rung}", language) in html
    for claim in told["claims"]:
        for rung in claim["rungs"]:
            if not rung["satisfied"]:
                assert text(rung["raise_by"], language) in html
    assert RULES_DIGEST[:12] in html
    assert not _WORDS.search(html)
    assert "{" not in re.sub(r"<style.*?</style>", "", html)


def test_programs_read_every_rung_and_every_result(client: httpx.Client) -> None:
    told = client.get(f"{API}/{BOX}").json()
    assert (told["item"], told["rules"], told["flags"]) == (BOX, RULES_DIGEST, [])
    assert not told["truncated"]
    ids = [claim["id"] for claim in told["claims"]]
    assert len(set(ids)) == len(ids)
    assert told["lowest"] in ids
    for claim in told["claims"]:
        assert [rung["predicate"] for rung in claim["rungs"]] == [one.value for one in LADDER]
        assert {one["rule"] for one in claim["results"]} == {rule.id for rule in RULES}
        assert re.fullmatch("[0-9a-f]{64}", claim["facts"])
    kinds = [claim["claim"]["kind"] for claim in told["claims"]]
    assert {"product", "code", "origin", "certificate", "step"} == set(kinds)


def test_a_summary_is_signed_by_the_platform(server: Server, client: httpx.Client) -> None:
    answer = client.get(f"{API}/{BOX}/summary")
    assert answer.headers["content-type"] == "application/vc+jwt"
    read, document = jwt.read(answer.text)
    key, _ = custodian_of(server.store).platform()
    read.verify(key.public)
    assert jwt.kid_of(read) == f"{document['issuer']}#{key.kid}"
    check(document)
    subject = document["credentialSubject"]
    told = client.get(f"{API}/{BOX}").json()
    assert subject["policy"]["digest"] == {"sha256": RULES_DIGEST}
    assert subject["resourceUri"] == f"https://id.gs1.org/{BOX}"
    assert subject["verificationResult"] == "PASSED"
    assert subject["verifiedLevels"] == ["NGUON_LADDER_0"]
    assert [one["digest"]["sha256"] for one in subject["inputAttestations"]][-1] == (
        told["claims"][-1]["facts"]
    )
    assert len(subject["claims"]) == len(told["claims"])
    assert subject["timeVerified"] == document["validFrom"] < document["validUntil"]


def test_the_platforms_key_is_published(server: Server, client: httpx.Client) -> None:
    _, document = jwt.read(client.get(f"{API}/{BOX}/summary").text)
    key, _ = custodian_of(server.store).platform()
    found = client.get("/.well-known/did.json", headers={"accept": "application/json"})
    assert found.status_code == 200
    published = found.json()
    assert published["id"] == document["issuer"]
    assert f"{document['issuer']}#{key.kid}" in {
        one["id"] for one in published["verificationMethod"]
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_in_force_are_public(client: httpx.Client, language: Language) -> None:
    html = _page(client, "/docs/ladder", language)
    assert RULES_DIGEST in html
    for rule in RULES:
        assert rule.id in html
        assert text(f"ladder.rule-{rule.id}", language) in html


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{API}/nonsense", 400, "gs1.not-identifier"),
        (f"{API}/01/09521101000016/10/NONE", 404, "ladder.nothing"),
        (f"{API}/01/09521101000016/10/NONE/summary", 404, "ladder.nothing"),
        (f"{API}/01/09521101000017/summary", 400, "gs1.check-digit"),
    ],
)
def test_what_is_not_there_is_said(client: httpx.Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]


def test_pages_of_what_is_not_there_help(client: httpx.Client) -> None:
    assert client.get("/p/01/09521101000016/10/NONE/standing").status_code == 404
    assert client.get("/p/01/09521101000017/standing").status_code == 400
    lot_of_that_name = client.get("/p/01/09521101000016/10/standing")
    assert lot_of_that_name.status_code in {200, 404}
    assert text("ladder.lead", "vi") not in lot_of_that_name.text
