# SPDX-License-Identifier: Apache-2.0
"""Whatever is changed in a package of evidence: it is refused, or the claim that fell is named.

First as anybody could change it; then as the platform could, which signs the list of parts
anew: what rests on the log, on keys and on rules does not bend to it either.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from nguon.base.base64url import url_octets, url_text
from nguon.dossier.errors import DossierError
from nguon.dossier.findings import AnyFinding, failed
from nguon.dossier.manifest import read_manifest
from nguon.dossier.model import Dossier
from nguon.dossier.writing import Issuer, write
from nguon.ladder.rules import RULES_DIGEST
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.signing.keys import Algorithm, generate
from tests.dossier_made import about, claims, judged, logged, package, with_part, wrong
from tests.integration.web.samples import document
from tests.integration.web.signing_world import FRUIT, World

STRIDE = 11
"""Every so many octets one is changed; each run begins at another one of them."""


@pytest.fixture(scope="module")
def made(world: World) -> Dossier:
    return package(world)


def verdict(world: World, octets: bytes) -> tuple[AnyFinding, ...] | None:
    try:
        return judged(world, octets)
    except DossierError:
        return None


def test_any_octet(world: World) -> None:
    lot, signer = f"{FRUIT}/10/HS9", world.signer()
    body = json.dumps(document(about(lot, 0, action="ADD", bizStep="commissioning"))).encode()
    with world.client() as client:
        sent = signer.http("/epcis/capture", body)
        assert client.post("/epcis/capture", content=body, headers=sent).json()["success"]
    logged(world)
    whole = bytes(package(world, lot))
    assert wrong(judged(world, whole)) == []
    passed, named = [], 0
    for at in range(datetime.now(UTC).minute % STRIDE, len(whole), STRIDE):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 + at % 7
        found = verdict(world, bytes(spoilt))
        if found is not None and not failed(found):
            passed.append((at, whole[at - 20 : at + 20]))
        named += found is not None and any(one.holds is False for one in claims(found))
    assert passed == []
    assert named > len(whole) // STRIDE // 4


def test_octets_more_or_less(world: World, made: Dossier) -> None:
    whole = bytes(made)
    for changed in (
        whole[:-1],
        whole[1:],
        whole + b"}",
        b" " + whole,
        whole.replace(b",", b", ", 1),
    ):
        assert verdict(world, changed) is None
    assert verdict(world, b"") is None


def members(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every member and element, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from members(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield (*path, number)
            yield from members(inner, (*path, number))


def without(value: Any, path: tuple[Any, ...]) -> Any:
    copied = json.loads(json.dumps(value))
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copied


def test_any_member_of_the_file(world: World, made: Dossier) -> None:
    told = json.loads(bytes(made))
    for path in members(told):
        text = json.dumps(without(told, path), separators=(",", ":"), ensure_ascii=False)
        found = verdict(world, text.encode())
        assert found is None or failed(found), path


@pytest.mark.parametrize("part", ["claims", "signatures", "proofs/1"])
def test_any_member_of_a_part(world: World, made: Dossier, part: str) -> None:
    told = json.loads(made.parts[part])
    for number, path in enumerate(members(told)):
        if number % 10 == 0:
            found = verdict(world, bytes(with_part(made, part, json.dumps(without(told, path)))))
            assert found is not None
            assert ("part", part) in wrong(found), path


def resigned(world: World, made: Dossier, parts: dict[str, str]) -> bytes:
    """As the platform could change it."""
    key, secret = custodian_of(world.server.store).platform()
    did = naming.did(world.server.store, key.party)
    manifest, _ = read_manifest(made)
    issuer = Issuer(did, key.kid, secret)
    return bytes(write(manifest.item, parts, RULES_DIGEST, manifest.made, issuer))


def test_signed_anew_it_still_holds(world: World, made: Dossier) -> None:
    assert wrong(judged(world, resigned(world, made, made.parts))) == []


@pytest.mark.parametrize("member", ["eventTime", "bizStep", "action", "quantityList", "readPoint"])
def test_an_event_that_was_changed_fells_its_claims(
    world: World, made: Dossier, member: str
) -> None:
    proofs = json.loads(made.parts["proofs/1"])
    for entry in proofs["entries"]:
        if "event" not in entry:
            continue
        kept = entry["event"]
        event = json.loads(kept)
        event[member] = "2026-08-01T10:00:00.000+07:00" if member == "eventTime" else "other"
        entry["event"] = json.dumps(event)
        octets = resigned(world, made, {**made.parts, "proofs/1": json.dumps(proofs)})
        entry["event"] = kept
        found = judged(world, octets)
        fell = {one.params["receipt"] for one in claims(found) if one.holds is False}
        assert fell == {f"1-{entry['index']}"}
        assert {one.params["stage"] for one in claims(found) if one.holds is False} == {"logged"}


def falls(world: World, made: Dossier, told: list[Any], place: int, stage: str) -> None:
    """The claim at this place falls at this stage, and no other claim does."""
    octets = resigned(world, made, {**made.parts, "claims": json.dumps(told)})
    found = claims(judged(world, octets))
    assert [number for number, one in enumerate(found) if one.holds is False] == [place]
    assert found[place].params["stage"] == stage


FACTS: list[tuple[tuple[str, ...], Any, str]] = [
    (("logged", "receipt"), "1-9999", "logged"),
    (("logged", "leaf"), "{}", "logged"),
    (("claim", "receipt"), "1-1", "logged"),
    (("signature", "kid"), "x", "signed"),
    (("signature", "digest"), "00", "signed"),
    (("signature", "form"), "other", "signed"),
    (("signature", "valid"), False, "signed"),
    (("signature", "state"), "revoked", "signed"),
    (("signature", "party"), "another", "signed"),
    (("signature", "scope"), {"prefixes": ["01"]}, "signed"),
    (("step", "happened"), "2026-08-02T00:00:00Z", "facts"),
    (("step", "process"), "shipping", "judged"),
    (("unknown",), 1, "facts"),
]


@pytest.mark.parametrize(("path", "value", "stage"), FACTS, ids=lambda one: str(one)[:30])
def test_facts_are_those_of_the_evidence(
    world: World, made: Dossier, path: tuple[str, ...], value: Any, stage: str
) -> None:
    told = json.loads(made.parts["claims"])
    place = next(n for n, each in enumerate(told) if "signature" in each["facts"])
    inner = told[place]["facts"]
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    falls(world, made, told, place, stage)


def test_a_signature_left_out_of_the_facts(world: World, made: Dossier) -> None:
    told = json.loads(made.parts["claims"])
    place = next(n for n, each in enumerate(told) if "signature" in each["facts"])
    del told[place]["facts"]["signature"]
    falls(world, made, told, place, "signed")


def test_standings_are_those_of_the_rules(world: World, made: Dossier) -> None:
    told = json.loads(made.parts["claims"])
    for path in (["level"], ["flags"], ["rungs", 0, "satisfied"], ["results", 0, "holds"]):
        changed = json.loads(json.dumps(told))
        inner = changed[2]["standing"]
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = ["disputed"] if path == ["flags"] else 5
        falls(world, made, changed, 2, "judged")


def test_signatures_are_over_their_events(world: World, made: Dossier) -> None:
    told = json.loads(made.parts["signatures"])
    other = url_text(generate(Algorithm.EDDSA).sign(b"x"))
    for number, signed in enumerate(told):
        for name, value in (("signature", other), ("kid", "x"), ("base", signed["base"] + "x")):
            changed = json.loads(json.dumps(told))
            changed[number][name] = value
            octets = resigned(world, made, {**made.parts, "signatures": json.dumps(changed)})
            found = judged(world, octets)
            fell = {one.params["receipt"] for one in claims(found) if one.holds is False}
            assert fell == {each["entry"] for each in signed["over"]}, (signed["form"], name)


def test_batch_paths_and_places(world: World, made: Dossier) -> None:
    told = json.loads(made.parts["signatures"])
    batch = next(each for each in told if each["form"] == "batch")
    for name, value in (("position", 1), ("path", batch["over"][1]["path"])):
        changed = json.loads(json.dumps(told))
        found = next(each for each in changed if each["form"] == "batch")
        found["over"][0][name] = value
        octets = resigned(world, made, {**made.parts, "signatures": json.dumps(changed)})
        fell = [
            one.params["receipt"] for one in claims(judged(world, octets)) if one.holds is False
        ]
        assert fell == [batch["over"][0]["entry"]]


def test_a_stranger_s_list_is_nobody_s(world: World, made: Dossier) -> None:
    """Signed by a key that the log does not bind, or by that of a party."""
    manifest, read = read_manifest(made)
    stranger = generate(Algorithm.EDDSA)
    party = world.signer()
    key, _ = custodian_of(world.server.store).platform()
    operator = manifest.issuer
    for issuer in (
        Issuer(operator, stranger.public.thumbprint, stranger),
        Issuer(operator, key.kid, stranger),
        Issuer(operator, party.bound.kid, party.key),
        Issuer(naming.did(world.server.store, party.bound.party), party.bound.kid, party.key),
    ):
        again = write(manifest.item, made.parts, RULES_DIGEST, manifest.made, issuer)
        found = judged(world, bytes(again))
        assert found[0].holds is False
    assert read.header["alg"] == "EdDSA"


def test_manifests_of_another_form(world: World, made: Dossier) -> None:
    head, payload, tail = made.manifest.split(".")
    told = json.loads(url_octets(payload) or b"")
    for changed in (
        f"{head}.{url_text(json.dumps(told).encode())}.{tail}",
        f"{head}.{url_text(b'[]')}.{tail}",
        f"{head}.{payload}",
        "",
    ):
        assert verdict(world, bytes(msgspec.structs.replace(made, manifest=changed))) is None
