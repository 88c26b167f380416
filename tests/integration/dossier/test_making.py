# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence from a server's records: what is in them, for whom, and that it holds."""

import json
from datetime import UTC, datetime

import pytest

from nguon.assurance.dossiers.making import Making, Wanted, make
from nguon.base.messages import LANGUAGES
from nguon.dossier.findings import Code, failed, words
from nguon.dossier.reading import read
from nguon.evidence.package_reading import read_package
from nguon.identity.visibility import PUBLIC
from nguon.parties.keys import service as party_keys
from nguon.parties.keys.custody import custodian_of
from tests.dossier_made import (
    LOT,
    about,
    captured,
    claims,
    judged,
    logged,
    package,
    policy_of,
    with_part,
    wrong,
)
from tests.integration.web.samples import document
from tests.integration.web.signing_world import CHAIN, COOPERATIVE, FRUIT, STRANGER, World, manager
from tests.records import OPERATOR


def codes(found: tuple[object, ...]) -> list[str]:
    return [str(one.code) for one in found]  # type: ignore[attr-defined]


def test_all_of_it_holds(world: World) -> None:
    made = package(world)
    assert list(made.parts) == ["claims", "proofs/1", "signatures"]
    assert read(bytes(made)) == made
    found = judged(world, bytes(made))
    assert wrong(found) == []
    assert codes(found)[:3] == ["issuer", "manifest", "log-signature"]
    assert codes(found).count("key") == 2
    signatures = [one for one in found if one.code == "signature"]
    assert [(one.params["form"], one.holds) for one in signatures] == [
        ("http", True),
        ("jws", True),
        ("batch", True),
    ]
    about_steps = [one for one in claims(found) if one.params["kind"] == "step"]
    assert [one.holds for one in about_steps] == [True] * 6
    for language in LANGUAGES:
        assert all(words(one, language).text for one in found)


def test_everybody_gets_what_everybody_may_see(world: World) -> None:
    made = package(world, audience=PUBLIC)
    assert not failed(judged(world, bytes(made)))
    proofs = read_package(made.parts["proofs/1"].encode())
    opened = [entry for entry in proofs.entries if entry.opening is not None]
    assert not any(entry.event for entry in proofs.entries)
    assert all(entry.statement and '"jwk"' in entry.statement for entry in opened)
    assert json.loads(made.parts["signatures"]) == []
    assert "access" not in made.parts


def test_who_was_shown_it_is_told_to_the_owner_alone(world: World) -> None:
    owner = manager(world.numbers[COOPERATIVE]).audience
    made = package(world, audience=owner)
    assert not failed(judged(world, bytes(made)))
    assert set(made.parts) - {"access"} == {"claims", "proofs/1", "signatures"}


def test_a_key_s_whole_story_is_in_it(world: World) -> None:
    lot, signer = f"{FRUIT}/10/HS2", world.signer()
    captured(world, signer, lot)
    by = manager(world.numbers[COOPERATIVE])
    party_keys.revoke(world.server.store, signer.bound.kid, by=by, reason="stolen")
    logged(world)
    made = package(world, lot)
    found = judged(world, bytes(made))
    assert wrong(found) == []
    story = next(one for one in found if one.params.get("kid") == signer.bound.kid)
    assert (story.holds, story.params["count"]) == (True, 2)
    states = [
        each["facts"]["signature"]["state"]
        for each in json.loads(made.parts["claims"])
        if "signature" in each["facts"]
    ]
    assert set(states) == {"active"}
    # An entry that came after the revocation would not count, whatever the facts say.
    told = json.loads(made.parts["claims"])
    signed = next(each for each in told if "signature" in each["facts"])
    signed["facts"]["signature"]["state"] = "revoked"
    changed = with_part(made, "claims", json.dumps(told))
    assert ("claim", "signed") in wrong(judged(world, bytes(changed)))


def test_before_the_platform_s_key_is_in_the_log_there_is_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian = custodian_of(world.server.store)
    kid = custodian.platform()[0].kid
    custodian.replace(kid, by=manager(0))
    parts = world.server.services
    by = Making(parts.store, parts.tlog, parts.completer)
    # The server signs its log when it will: as it was before the next checkpoint.
    with monkeypatch.context() as before:
        before.setattr("nguon.assurance.dossiers.making.covering", lambda *_: None)
        assert make(by, Wanted(LOT), OPERATOR, datetime.now(UTC)) is None
    logged(world)
    assert not failed(judged(world, bytes(package(world))))
    assert make(by, Wanted(f"{FRUIT}/10/NEVER"), OPERATOR, datetime.now(UTC)) is None


def test_judged_by_other_rules_is_left_open(world: World, monkeypatch: object) -> None:
    made = package(world)
    monkeypatch.setattr("nguon.dossier.claims.RULES_DIGEST", "0" * 64)  # type: ignore[attr-defined]
    found = judged(world, bytes(made))
    assert wrong(found) == []
    assert {one.holds for one in claims(found)} == {None}


def test_parts_of_documents_stay_open(world: World) -> None:
    """A document of two lots, of which one is packed: its signature holds for what is not shown."""
    lot, signer = f"{FRUIT}/10/HS3", world.signer()
    events = [about(lot, 0, action="ADD", bizStep="commissioning"), about(f"{lot}B", 1)]
    for headers in ("http", "jws"):
        body = json.dumps(document(*events)).encode()
        sent = signer.http("/epcis/capture", body) if headers == "http" else signer.jws(body)
        with world.client() as client:
            assert client.post("/epcis/capture", content=body, headers=sent).json()["success"]
        events = [about(lot, 2), about(f"{lot}B", 3)]
    logged(world)
    found = judged(world, bytes(package(world, lot)))
    assert wrong(found) == []
    assert [one.holds for one in found if one.code == Code.SIGNATURE] == [None, None]


def test_over_http(world: World) -> None:
    with world.client() as client:
        got = client.get(f"/api/v1/evidence/{LOT}")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/json")
        name = "09521101000016-HS1.nguon-evidence.json"
        assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert "private" in got.headers["cache-control"]
        assert not failed(judged(world, got.content))
        assert json.loads(read(got.content).parts["signatures"]), "the owner sees them"
        assert client.get(f"/api/v1/evidence/{FRUIT}/10/NEVER").status_code == 404
        assert client.get("/api/v1/evidence/nonsense").status_code == 400
    with world.server.client(accept="text/html") as anybody:
        got = anybody.get(f"/log/evidence/{LOT}")
        assert got.status_code == 200
        assert json.loads(read(got.content).parts["signatures"]) == []
        page = anybody.get(f"/log/check/{LOT}")
        assert f'href="/log/evidence/{LOT}"' in page.text
        missing = anybody.get(f"/log/evidence/{FRUIT}/10/NEVER")
        assert (missing.status_code, missing.headers["location"]) == (
            303,
            f"/log/check/{FRUIT}/10/NEVER",
        )
        assert anybody.get("/log/evidence/01/09521101000024").status_code == 400


def test_of_one_claim(world: World) -> None:
    whole = json.loads(package(world).parts["claims"])
    receipt = next(one["facts"]["claim"]["receipt"] for one in whole if "signature" in one["facts"])
    with world.client() as client:
        got = client.get(f"/api/v1/evidence/{LOT}", params={"claim": receipt})
        assert got.status_code == 200
        found = judged(world, got.content)
        assert wrong(found) == []
        [claim] = json.loads(read(got.content).parts["claims"])
        assert claim["facts"]["claim"]["receipt"] == receipt
        assert [one.holds for one in claims(found)] == [True]
        assert len(json.loads(read(got.content).parts["signatures"])) == 1
        opened = read_package(read(got.content).parts["proofs/1"].encode()).entries
        assert [f"1-{one.index}" for one in opened if one.event] == [receipt]
        assert client.get(f"/api/v1/evidence/{LOT}", params={"claim": "1-9"}).status_code == 404


def test_of_a_case(world: World) -> None:
    whole = json.loads(package(world).parts["claims"])
    receipt = next(one["facts"]["claim"]["receipt"] for one in whole if "signature" in one["facts"])
    with world.server.member(world.numbers[STRANGER], "read", "capture", kind="operator") as client:
        numbers = {}
        for about in (LOT, receipt, COOPERATIVE):
            told = {"subject": about, "kind": "label", "words": "Nhãn ghi khác hồ sơ."}
            numbers[about] = client.post("/api/v1/cases", json=told).json()["id"]
        for about, several in ((LOT, True), (receipt, False)):
            got = client.get(f"/api/v1/cases/{numbers[about]}/evidence")
            assert got.status_code == 200, got.text
            assert wrong(judged(world, got.content)) == []
            parts = read(got.content).parts
            assert (len(json.loads(parts["claims"])) > 1) is several
            assert [one["number"] for one in json.loads(parts["cases"])] == [numbers[about]]
        missing = client.get(f"/api/v1/cases/{numbers[COOPERATIVE]}/evidence")
        assert (missing.status_code, missing.json()["code"]) == (404, "check.no-case-evidence")
    with world.client(CHAIN) as other:
        assert other.get(f"/api/v1/cases/{numbers[LOT]}/evidence").status_code == 404


def test_the_policy_decides_whom_to_trust(world: World) -> None:
    made = package(world)
    assert policy_of(world).quorum == "none"
    found = judged(world, bytes(made))
    assert [one.holds for one in found if one.code == "witnesses"] == [None]
