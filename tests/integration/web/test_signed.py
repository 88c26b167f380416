# SPDX-License-Identifier: Apache-2.0
"""Signed submissions over HTTP: what counts, what is kept, and every way in which one does not."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from nguon.base.base64url import url_text
from nguon.capture import frames
from nguon.evidence.commitments import author
from nguon.parties.keys import queries as party_keys
from nguon.parties.keys import service as keys
from nguon.signing import jws
from nguon.signing.keys import Algorithm
from nguon.store import signatures
from nguon.store.signatures import SignatureRow
from nguon.transparency.hashing import leaf_hash, leaf_hashes, root_of
from nguon.transparency.proving import verify_inclusion
from tests.integration.web.signing_world import (
    CHAIN,
    COOPERATIVE,
    STRANGER,
    Signer,
    World,
    bare,
    batch_of,
    manager,
    opened,
)

EVENTS, CAPTURE = "/epcis/events", "/epcis/capture"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One server for all tests here: each uses keys and goods of its own."""
    with opened(request, tmp_path_factory.mktemp(f"signed_{request.param}")) as made:
        yield made


@pytest.fixture
def signer(world: World) -> Signer:
    """A new key of the cooperative."""
    return world.signer()


def covering(world: World, *seqs: int) -> list[SignatureRow]:
    """The signatures of entries."""
    with world.server.store.reading() as connection:
        found = signatures.covering(connection, seqs)
    return [found[seq] for seq in seqs]


def refused(world: World, answer: httpx.Response, status: int, code: str, before: int) -> Any:
    """Refused so, with words, and nothing written."""
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), answer.text
    assert told["detail"] != code
    assert told["hint"]
    assert world.events() == before
    return told


def captured(world: World, answer: httpx.Response) -> list[int]:
    """The entries of a document that was captured at once."""
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told["success"], told
    spans = world.server.services.capture.entries(told["captureID"])
    return [seq for first, last in spans for seq in range(first, last + 1)]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_signature_of_the_request_stands_for_the_submitter(
    world: World, algorithm: Algorithm
) -> None:
    signer, body = world.signer(algorithm=algorithm), bare()
    answer = world.client(None).post(EVENTS, content=body, headers=signer.http(EVENTS, body))
    assert answer.status_code == 201, answer.text
    [row] = covering(world, answer.json()["seq"])
    assert (row.kid, row.form, row.custodial) == (signer.bound.kid, "http", False)
    assert row.organisation == world.numbers[COOPERATIVE]
    assert row.content == sha256(body).digest()
    assert signer.key.public.verify(row.base, row.signature)
    assert '"content-digest": sha-256=:' in row.base.decode()
    [entry] = world.server.store.log.at([answer.json()["seq"]], salts=True)
    assert entry.salt is not None
    said = author(world.numbers[COOPERATIVE], signer.bound.kid, entry.salt, row.digest)
    assert json.loads(entry.leaf)["by"] == said


def test_beside_an_api_key_the_key_submits(world: World, signer: Signer) -> None:
    body = bare()
    answer = world.client().post(EVENTS, content=body, headers=signer.http(EVENTS, body))
    assert answer.status_code == 201, answer.text
    assert covering(world, answer.json()["seq"])[0].kid == signer.bound.kid


def test_a_document_can_be_put_together_again(world: World, signer: Signer) -> None:
    body, raws = batch_of(3)
    answer = world.client(None).post(CAPTURE, content=body, headers=signer.http(CAPTURE, body))
    found = covering(world, *captured(world, answer))
    assert [row.position for row in found] == [0, 1, 2]
    assert {row.count for row in found} == {3}
    assert found[0].frame is not None
    assert frames.joined(found[0].frame, raws) == body
    assert found[0].content == sha256(body).digest()


def test_a_detached_jws_is_over_the_body(world: World, signer: Signer) -> None:
    body, _ = batch_of(2)
    answer = world.client().post(CAPTURE, content=body, headers=signer.jws(body))
    row = covering(world, *captured(world, answer))[1]
    assert (row.form, row.position, row.path) == ("jws", 1, None)
    assert signer.key.public.verify(row.signed_octets(body), row.signature)
    assert len(row.base) < 200


def test_a_batch_shows_each_event_alone(world: World, signer: Signer) -> None:
    body, raws = batch_of(5)
    answer = world.client().post(CAPTURE, content=body, headers=signer.batch(raws))
    found = covering(world, *captured(world, answer))
    root = root_of(leaf_hashes(raws))
    for at, row in enumerate(found):
        assert (row.form, row.position, row.count) == ("batch", at, 5)
        assert row.path is not None
        verify_inclusion(at, 5, leaf_hash(raws[at]), root, row.path)
    token = jws.Jws({}, b"", found[0].base, found[0].signature)
    assert signer.key.public.verify(token.signed, token.signature)


@pytest.mark.parametrize("form", ["http", "batch"])
def test_a_large_document_is_signed_too(world: World, signer: Signer, form: str) -> None:
    padding = {"example:note": "x" * 9000}
    body, raws = batch_of(120, **padding)
    assert len(body) > world.server.services.capture.limits.synchronous
    headers = signer.http(CAPTURE, body) if form == "http" else signer.batch(raws)
    answer = world.client().post(CAPTURE, content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    job = finished(world, answer)
    assert job["success"], job
    spans = world.server.services.capture.entries(job["captureID"])
    found = covering(world, *(seq for first, last in spans for seq in range(first, last + 1)))
    assert {row.form for row in found} == {form}
    assert [row.position for row in found] == list(range(120))
    assert not list(world.server.spool.glob("*.signature"))


def test_a_large_batch_with_another_root_is_refused_by_its_job(
    world: World, signer: Signer
) -> None:
    body, raws = batch_of(120, **{"example:note": "x" * 9000})
    before = world.events()
    headers = signer.batch([*raws[1:], raws[0]])
    job = finished(world, world.client().post(CAPTURE, content=body, headers=headers))
    assert not job["success"]
    assert [error["code"] for error in job["errors"]] == ["signing.signature"]
    assert world.events() == before


def finished(world: World, answer: httpx.Response) -> Any:
    """The job of a large document at its end."""
    address = answer.headers["location"]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job = world.client().get(address).json()
        if not job["running"]:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_large_document_that_was_changed_is_refused_at_once(world: World, signer: Signer) -> None:
    body, _ = batch_of(120, **{"example:note": "x" * 9000})
    before = world.events()
    headers = signer.http(CAPTURE, body)
    changed = body.replace(b"xxx", b"xyx", 1)
    answer = world.client().post(CAPTURE, content=changed, headers=headers)
    refused(world, answer, 422, "signing.digest-differs", before)
    too_large = world.client().post(CAPTURE, content=body, headers=signer.jws(body))
    refused(world, too_large, 422, "capture.signature-too-large", before)


def test_the_same_again_is_answered_with_the_first_receipt(world: World, signer: Signer) -> None:
    body = bare()
    headers = signer.http(EVENTS, body)
    first = world.client(None).post(EVENTS, content=body, headers=headers).json()
    again = world.client(None).post(EVENTS, content=body, headers=headers)
    assert again.status_code == 200
    assert again.json() == first | {"repeated": True}


def test_a_nonce_counts_once(world: World, signer: Signer) -> None:
    first, second = bare(), bare()
    sent = world.client(None).post(
        EVENTS, content=first, headers=signer.http(EVENTS, first, nonce="once")
    )
    assert sent.status_code == 201
    before = world.events()
    headers = signer.http(EVENTS, second, nonce="once")
    refused(world, world.client(None).post(EVENTS, content=second, headers=headers),
            409, "store.replayed", before)  # fmt: skip
    headers = signer.jws(second, nonce="once")
    refused(world, world.client().post(EVENTS, content=second, headers=headers),
            409, "store.replayed", before)  # fmt: skip


def test_a_replay_by_somebody_else_is_not_his(world: World, signer: Signer) -> None:
    body = bare()
    headers = signer.http(EVENTS, body)
    assert world.client(None).post(EVENTS, content=body, headers=headers).status_code == 201
    before = world.events()
    answer = world.client(STRANGER).post(EVENTS, content=body, headers=headers)
    refused(world, answer, 422, "capture.signature-not-yours", before)


def test_time_is_bounded(world: World, signer: Signer) -> None:
    now, before = int(time.time()), world.events()
    for created, nonce, code in (
        (now - 400, None, "capture.signature-old"),
        (now - 25 * 3600, "late", "capture.signature-old"),
        (now + 400, "early", "capture.signature-future"),
    ):
        body = bare()
        headers = signer.http(EVENTS, body, created=created, nonce=nonce)
        answer = world.client(None).post(EVENTS, content=body, headers=headers)
        refused(world, answer, 422, code, before)
    body = bare()
    headers = signer.http(EVENTS, body, created=now - 20, expires=now - 10)
    answer = world.client(None).post(EVENTS, content=body, headers=headers)
    refused(world, answer, 422, "capture.signature-old", before)
    headers = signer.http(EVENTS, body, created=None)
    answer = world.client(None).post(EVENTS, content=body, headers=headers)
    refused(world, answer, 422, "capture.signature-created", before)
    offline = signer.http(EVENTS, body, created=now - 20 * 3600, nonce="outbox")
    assert world.client(None).post(EVENTS, content=body, headers=offline).status_code == 201


@pytest.mark.parametrize("missing", ["@method", "@authority", "@path", "content-digest"])
def test_what_is_not_covered_may_be_changed_by_anybody(
    world: World, signer: Signer, missing: str
) -> None:
    body, before = bare(), world.events()
    parts = tuple(
        one for one in ("@method", "@authority", "@path", "content-digest") if one != missing
    )
    headers = signer.http(EVENTS, body, components=parts)
    answer = world.client(None).post(EVENTS, content=body, headers=headers)
    refused(world, answer, 422, "signing.component-uncovered", before)


def test_the_whole_address_may_stand_for_its_parts(world: World, signer: Signer) -> None:
    body = bare()
    parts = ("@method", "@target-uri", "content-digest")
    headers = signer.http(EVENTS, body, components=parts)
    assert world.client(None).post(EVENTS, content=body, headers=headers).status_code == 201


def test_a_signature_is_for_one_address(world: World, signer: Signer) -> None:
    body, before = bare(), world.events()
    headers = signer.http(EVENTS, body)
    answer = world.client(None).post(CAPTURE, content=body, headers=headers)
    refused(world, answer, 422, "signing.signature", before)


def test_other_content_is_not_signed(world: World, signer: Signer) -> None:
    body, other, before = bare(), bare(), world.events()
    answer = world.client(None).post(EVENTS, content=other, headers=signer.http(EVENTS, body))
    refused(world, answer, 422, "signing.digest-differs", before)
    swapped = signer.http(EVENTS, body) | {
        "content-digest": signer.http(EVENTS, other)["content-digest"]
    }
    answer = world.client(None).post(EVENTS, content=other, headers=swapped)
    refused(world, answer, 422, "signing.signature", before)
    answer = world.client().post(EVENTS, content=other, headers=signer.jws(body))
    refused(world, answer, 422, "signing.signature", before)


def test_the_key_decides_the_algorithm(world: World, signer: Signer) -> None:
    body, before = bare(), world.events()
    headers = signer.http(EVENTS, body, alg="ecdsa-p256-sha256")
    answer = world.client(None).post(EVENTS, content=body, headers=headers)
    refused(world, answer, 422, "signing.algorithm", before)
    token = signer.jws(body)["nguon-signature"]
    for alg in ("none", "HS256", "ES256"):
        head = url_text(
            json.dumps({"alg": alg, "typ": "nguon-capture+jws", "kid": signer.bound.kid,
                        "iat": int(time.time())}).encode()
        )  # fmt: skip
        sent = {"nguon-signature": f"{head}..{token.rpartition('.')[2]}",
                "content-type": "application/json"}  # fmt: skip
        refused(world, world.client().post(EVENTS, content=body, headers=sent),
                422, "signing.algorithm", before)  # fmt: skip


def test_count_and_root_of_a_batch_must_be_those_of_its_events(
    world: World, signer: Signer
) -> None:
    body, raws = batch_of(4)
    before = world.events()
    for headers in (
        signer.batch(raws, count=3),
        signer.batch(raws[:3]),
        signer.batch([raws[1], raws[0], *raws[2:]]),
    ):
        answer = world.client().post(CAPTURE, content=body, headers=headers)
        refused(world, answer, 422, "signing.signature", before)


def test_a_jws_says_what_it_is_over_and_who_made_it_when(world: World, signer: Signer) -> None:
    body, before = bare(), world.events()
    for headers, code in (
        (signer.jws(body, "JWT"), "capture.signature-type"),
        (signer.jws(body, iat="now"), "capture.signature-created"),
        (signer.jws(body, kid="nobody"), "capture.signature-key-unknown"),
        (signer.jws(body, nonce="n" * 300), "capture.signature-nonce"),
        (signer.http(EVENTS, body) | signer.jws(body), "capture.signature-two"),
        ({"nguon-signature": "no token", "content-type": "application/json"}, "signing.jws-form"),
    ):
        answer = world.client().post(EVENTS, content=body, headers=headers)
        refused(world, answer, 422, code, before)


def test_a_jws_alone_submits_for_nobody(world: World, signer: Signer) -> None:
    body, before = bare(), world.events()
    answer = world.client(None).post(EVENTS, content=body, headers=signer.jws(body))
    assert answer.status_code == 401
    answer = world.client(None).get(
        "/epcis/events?perPage=1", headers=signer.http("/epcis/events", b"")
    )
    assert answer.status_code == 401
    assert world.events() == before


def test_the_key_of_another_party_signs_nothing_of_ours(world: World) -> None:
    theirs, body, before = world.signer(CHAIN), bare(), world.events()
    answer = world.client().post(EVENTS, content=body, headers=theirs.http(EVENTS, body))
    told = refused(world, answer, 422, "capture.signature-not-yours", before)
    assert theirs.bound.kid in told["detail"]


def test_a_key_counts_while_it_stands(world: World, signer: Signer) -> None:
    by = manager(world.numbers[COOPERATIVE])
    store, kid = world.server.store, signer.bound.kid

    def sent() -> httpx.Response:
        body = bare()
        return world.client(None).post(EVENTS, content=body, headers=signer.http(EVENTS, body))

    assert sent().status_code == 201
    before = world.events()
    keys.suspend(store, kid, by=by, reason="a lost phone")
    told = refused(world, sent(), 422, "capture.signature-key-suspended", before)
    assert party_keys.find(store, kid).steps[-1].at.isoformat()[:16] in told["detail"]  # type: ignore[union-attr]
    keys.resume(store, kid, by=by)
    assert sent().status_code == 201
    keys.revoke(store, kid, by=by, reason="stolen")
    before = world.events()
    refused(world, sent(), 422, "capture.signature-key-revoked", before)
    refused(world, late(world, signer), 422, "capture.signature-key-revoked", before)


def late(world: World, signer: Signer) -> httpx.Response:
    """Signed, as it says, before the key ended."""
    body = bare()
    headers = signer.http(EVENTS, body, created=int(time.time()) - 3600)
    return world.client(None).post(EVENTS, content=body, headers=headers)


def test_a_key_counts_from_its_day_to_its_day(world: World) -> None:
    later = world.signer(valid_from=datetime.now(UTC) + timedelta(hours=1))
    end = datetime.now(UTC) + timedelta(seconds=3)
    ended = world.signer(valid_to=end)
    before = world.events()
    for signer, code in (
        (later, "capture.signature-key-not-yet"),
        (ended, "capture.signature-key-expired"),
    ):
        if signer is ended:
            time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds() + 0.05))
        body = bare()
        answer = world.client(None).post(EVENTS, content=body, headers=signer.http(EVENTS, body))
        refused(world, answer, 422, code, before)


def test_a_key_may_be_named_by_its_address(world: World, signer: Signer) -> None:
    body = bare()
    did = f"did:web:example.vn:parties:{COOPERATIVE}#{signer.bound.kid}"
    headers = signer.http(EVENTS, body, keyid=did)
    assert world.client(None).post(EVENTS, content=body, headers=headers).status_code == 201
