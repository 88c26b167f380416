# SPDX-License-Identifier: Apache-2.0
"""Signing keys over HTTP: bound by proof, changed by their party or the operator, published."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nguon.base.base64url import url_text
from nguon.credentials.did import key_of
from nguon.credentials.errors import CredentialError
from nguon.parties.keys import naming, proving, queries
from nguon.parties.keys.custody import custodian_of
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.signing import jws
from nguon.signing.keys import Algorithm, PrivateKey, generate
from tests.accounts import send, signed_in
from tests.integration.web.conftest import Server

BASE = "/api/v1/signing-keys"
REFUSED = {400, 422}
"""What is asked for cannot be; a signature does not hold."""


@pytest.fixture
def parties(server: Server) -> tuple[int, int]:
    """Two organisations."""
    kind = OrganisationKind.COOPERATIVE
    return (
        ensure_organisation(server.store, "htx-kin", kind, "HTX Kín"),
        ensure_organisation(server.store, "htx-khac", kind, "HTX Khác"),
    )


def manager(server: Server, organisation: int) -> httpx.Client:
    return server.member(organisation, "read", "registry")


def proof_for(client: httpx.Client, key: PrivateKey) -> str:
    asked = client.post(f"{BASE}/challenge").raise_for_status().json()
    return proving.prove(key, asked["challenge"])


def bound(client: httpx.Client, key: PrivateKey, **members: Any) -> httpx.Response:
    return client.post(BASE, json={"proof": proof_for(client, key), "name": "cân", **members})


def forged(payload: str, header: dict[str, Any], secret: bytes) -> str:
    """A signature by an algorithm that is none, or under a secret that everybody has."""
    head = f"{url_text(json.dumps(header).encode())}.{url_text(payload.encode())}"
    return f"{head}.{url_text(hmac.digest(secret, head.encode(), 'sha256')) if secret else ''}"


def test_a_key_is_bound_by_its_proof(server: Server, parties: tuple[int, int]) -> None:
    client, key = manager(server, parties[0]), generate(Algorithm.ES256)
    made = bound(client, key, prefixes=["8931234"], last_day="2099-12-31")
    assert made.status_code == 201
    told = made.json()
    assert (told["kid"], told["state"], told["custody"]) == (key.public.thumbprint, "active", "own")
    assert told["did"] == naming.did(server.store, "htx-kin")
    assert told["valid_to"] == "2099-12-31T17:00:00Z"
    assert told["prefixes"] == ["8931234"]
    assert client.get(BASE).json() == [told]
    assert client.get(f"{BASE}/{told['kid']}").json() == told
    stranger = manager(server, parties[1])
    assert stranger.get(BASE).json() == []
    assert stranger.get(f"{BASE}/{told['kid']}").status_code == 404
    document = server.client().get("/parties/htx-kin/did.json")
    assert document.headers["content-type"] == "application/did+ld+json"
    assert document.headers["access-control-allow-origin"] == "*"
    assert key_of(document.json(), f"{told['did']}#{told['kid']}") == key.public


def test_proofs_that_prove_nothing(server: Server, parties: tuple[int, int]) -> None:
    client, other = manager(server, parties[0]), manager(server, parties[1])
    key, thief = generate(Algorithm.EDDSA), generate(Algorithm.EDDSA)
    challenge = client.post(f"{BASE}/challenge").json()["challenge"]
    foreign = other.post(f"{BASE}/challenge").json()["challenge"]
    name, until, _ = challenge.split()
    header = {"typ": proving.PROOF, "jwk": key.public.jwk()}
    bare = jws.sign(challenge.encode(), key, {"typ": proving.PROOF})
    proofs = {
        "of the challenge of another party": proving.prove(key, foreign),
        "of a challenge made up": proving.prove(key, f"{name} {until} {'A' * 22}"),
        "of one that lasts longer": proving.prove(key, challenge.replace(until, "9999999999")),
        "by another key": jws.sign(challenge.encode(), thief, header),
        "of another type": jws.sign(challenge.encode(), key, {"jwk": key.public.jwk()}),
        "without a key": bare,
        "with a private key": jws.sign(
            challenge.encode(), key, {**header, "jwk": {**key.public.jwk(), "d": "AA"}}
        ),
        "without an algorithm": forged(challenge, {**header, "alg": "none"}, b""),
        "with the public key as a secret": forged(
            challenge, {**header, "alg": "HS256"}, key.public.raw
        ),
        "no proof": "abc",
        "empty": "",
    }
    before = server.store.log.head()
    for what, proof in proofs.items():
        answer = client.post(BASE, json={"proof": proof, "name": ""})
        assert answer.status_code in REFUSED, what
        assert answer.json()["hint"], what
    named = client.post(
        BASE,
        json={"proof": proving.prove(key, challenge), "name": "", "key": thief.public.multikey()},
    )
    assert named.status_code == 400
    assert queries.of(server.store, parties[0]) == []
    assert server.store.log.head() == before
    assert client.post(BASE, json={"proof": bare, "name": "", "key": "x"}).status_code == 400
    good = client.post(BASE, json={"proof": bare, "name": "", "key": key.public.multikey()})
    assert good.status_code == 201, "the key may come beside the proof"


def test_a_challenge_lasts_an_hour(server: Server, parties: tuple[int, int]) -> None:
    key, long_ago = generate(Algorithm.EDDSA), datetime.now(UTC) - timedelta(hours=1, minutes=1)
    with server.store.reading() as connection:
        old = proving.challenge(server.store, connection, parties[0], long_ago)
    answer = manager(server, parties[0]).post(
        BASE, json={"proof": proving.prove(key, old), "name": ""}
    )
    assert answer.status_code == 400
    assert "type" in answer.json()
    assert queries.of(server.store, parties[0]) == []


def test_who_may_do_what(server: Server, parties: tuple[int, int]) -> None:
    key = generate(Algorithm.EDDSA)
    client = manager(server, parties[0])
    kid = bound(client, key).json()["kid"]
    reason = {"reason": "mất máy"}
    reader = server.member(parties[0], "capture", "read")
    assert reader.post(f"{BASE}/challenge").status_code == 403
    stranger = manager(server, parties[1])
    for step in ("suspension", "resumption", "revocation"):
        assert reader.post(f"{BASE}/{kid}/{step}", json=reason).status_code == 403
        assert stranger.post(f"{BASE}/{kid}/{step}", json=reason).status_code == 403
        assert client.post(f"{BASE}/x/{step}", json=reason).status_code == 404
    assert stranger.post(BASE, json={"proof": "x", "name": ""}).status_code in REFUSED
    taken = bound(stranger, key)
    assert taken.status_code == 409
    assert client.get(f"{BASE}/{kid}").json()["state"] == "active"
    assert client.post(f"{BASE}/{kid}/suspension", json={"reason": " "}).status_code == 400
    assert client.post(f"{BASE}/{kid}/suspension", json=reason).json()["state"] == "suspended"
    assert client.post(f"{BASE}/{kid}/resumption", json=reason).json()["state"] == "active"
    gone = client.post(f"{BASE}/{kid}/revocation", json=reason).json()
    assert (gone["state"], gone["steps"][-1]["reason"]) == ("revoked", "mất máy")
    assert bound(client, key).status_code == 409
    document = server.client().get("/parties/htx-kin/did.json").json()
    with pytest.raises(CredentialError):
        key_of(document, f"{gone['did']}#{kid}")


def test_another_key_in_its_place(server: Server, parties: tuple[int, int]) -> None:
    client = manager(server, parties[0])
    old, new, thief = (generate(Algorithm.EDDSA) for _ in range(3))
    kid = bound(client, old).json()["kid"]
    proof = proof_for(client, new)
    for endorsement in (
        proving.endorse(thief, new.public),
        proving.endorse(old, thief.public),
        proof,
    ):
        sent = {"proof": proof, "endorsement": endorsement}
        assert client.post(f"{BASE}/{kid}/replacement", json=sent).status_code in REFUSED
    assert len(queries.of(server.store, parties[0])) == 1
    sent = {"proof": proof, "endorsement": proving.endorse(old, new.public)}
    assert (
        client.post(f"{BASE}/{kid}/replacement", json={**sent, "overlap_days": 0}).status_code
        == 201
    )
    assert [one["state"] for one in client.get(BASE).json()] == ["expired", "active"]


def test_the_platform_keeps_a_key(server: Server, parties: tuple[int, int]) -> None:
    assert server.client().get("/.well-known/did.json").status_code == 404
    custodian = custodian_of(server.store)
    key, _ = custodian.platform()
    document = server.client().get("/.well-known/did.json").json()
    assert document["id"] == naming.did(server.store, "")
    assert key_of(document, f"{document['id']}#{key.kid}") == key.public
    client = manager(server, parties[0])
    made = client.post(f"{BASE}/custodial", json={"name": "giữ hộ"}).json()
    assert (made["custody"], made["state"]) == ("custodial", "active")
    assert client.post(f"{BASE}/custodial", json={"name": "giữ hộ"}).json() == made
    custodian.key_file.write_bytes(b"{}")
    lost = manager(server, parties[1]).post(f"{BASE}/custodial", json={"name": ""})
    assert lost.status_code == 503
    assert json.loads(lost.content)["hint"]


def test_nobody_is_told_of_parties_without_keys(server: Server, parties: tuple[int, int]) -> None:
    for code in ("htx-kin", "nobody", "..%2F..", ""):
        assert server.client().get(f"/parties/{code}/did.json").status_code == 404


def test_the_pages_of_an_organisation(server: Server, parties: tuple[int, int]) -> None:
    page = signed_in(server.client(), server.store, "manager", parties[0])
    assert "Chưa có ai" in page.get("/w/keys").text
    made = send(page, "/w/keys", {"keep": "yes"}, "/w/keys/custodial")
    assert made.status_code == 303
    address = made.headers["location"]
    assert "nền tảng giữ hộ" in page.get(address).text
    refused = send(page, address, {"reason": " "}, f"{address}/suspend")
    assert refused.status_code == 400
    assert 'href="#suspend-reason"' in refused.text
    assert send(page, address, {"reason": "nghi lộ"}, f"{address}/suspend").status_code == 303
    assert "tạm ngừng" in page.get(address).text
    assert send(page, address, {}, f"{address}/resume").status_code == 303
    renewed = send(page, address, {}, f"{address}/renew")
    assert renewed.status_code == 303
    assert send(page, address, {}, f"{address}/nothing").status_code == 404
    assert len(queries.of(server.store, parties[0])) == 2
    stranger = signed_in(server.client(), server.store, "manager", parties[1])
    assert stranger.get(address).status_code == 404
    clerk = signed_in(server.client(), server.store, "clerk", parties[0])
    assert clerk.get("/w/keys").status_code == 403


def test_binding_on_the_page(server: Server, parties: tuple[int, int]) -> None:
    page = signed_in(server.client(), server.store, "manager", parties[0])
    old, new = generate(Algorithm.ES256), generate(Algorithm.EDDSA)
    with server.store.reading() as connection:
        asked = proving.challenge(server.store, connection, parties[0], datetime.now(UTC))
    fields = {"proof": proving.prove(old, asked), "name": "Cân 1", "first": "hôm qua"}
    wrong = send(page, "/w/bind-key", fields)
    assert wrong.status_code == 400
    assert 'href="#first"' in wrong.text
    assert "Cân 1" in wrong.text
    broken = send(page, "/w/bind-key", {**fields, "first": "", "prefixes": "abc"})
    assert (broken.status_code, 'href="#prefixes"' in broken.text) == (400, True)
    made = send(page, "/w/bind-key", {**fields, "first": ""})
    assert made.status_code == 303
    again = send(page, "/w/bind-key", {**fields, "first": ""})
    assert again.status_code == 400
    address = f"/w/bind-key?replaces={old.public.thumbprint}"
    sent = {"proof": proving.prove(new, asked), "replaces": old.public.thumbprint, "overlap": "3"}
    assert send(page, address, {**sent, "endorsement": "x"}, "/w/bind-key").status_code == 400
    sent["endorsement"] = proving.endorse(old, new.public)
    done = send(page, address, sent, "/w/bind-key")
    assert done.headers["location"] == f"/w/keys/{new.public.thumbprint}"
    assert page.get("/w/bind-key?replaces=x").status_code == 404


def test_the_desk(server: Server, parties: tuple[int, int]) -> None:
    client, key = manager(server, parties[0]), generate(Algorithm.EDDSA)
    kid = bound(client, key).json()["kid"]
    officer = signed_in(server.client(), server.store, "officer", parties[1])
    for asked in ("htx-kin", kid, naming.did(server.store, "htx-kin")):
        assert f"/s/keys/{kid}" in officer.get("/s/keys", params={"q": asked}).text
    assert "Không tìm thấy" in officer.get("/s/keys?q=nobody").text
    assert "/suspend" not in officer.get(f"/s/keys/{kid}").text
    operator = signed_in(server.client(), server.store, "operator", parties[1])
    address = f"/s/keys/{kid}"
    assert send(operator, address, {"reason": ""}, f"{address}/suspend").status_code == 400
    assert send(operator, address, {"reason": "nghi lộ"}, f"{address}/suspend").status_code == 303
    halted = client.post(f"{BASE}/{kid}/resumption", json={"reason": ""})
    assert halted.status_code == 403
    assert send(operator, address, {"reason": "lộ"}, f"{address}/revoke").status_code == 303
    assert send(operator, address, {"reason": "lộ"}, f"{address}/revoke").status_code != 303
    assert client.get(f"{BASE}/{kid}").json()["state"] == "revoked"
    refused = officer.post(f"{address}/revoke", data={"reason": "x"})
    assert refused.status_code == 403
