# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence on the page that works without a network: it agrees with the verifier in
Python on whatever is changed, and names the claim that fell.
"""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from nguon.base.base64url import url_octets, url_text
from nguon.base.messages import text as words
from nguon.dossier.errors import DossierError
from nguon.dossier.manifest import read_manifest
from nguon.dossier.model import Dossier
from nguon.dossier.verifying import verify
from nguon.dossier.writing import Issuer, write
from nguon.ladder.rules import RULES_DIGEST
from nguon.parties.keys import naming, service
from nguon.parties.keys.custody import custodian_of
from nguon.signing.keys import Algorithm
from nguon.transparency.judging import Clock
from nguon.transparency.policies import Policy, write_policy
from nguon.web.verifier import built
from tests.browser.verifier_page import kept, text
from tests.dossier_made import captured, logged, package, policy_of, with_part
from tests.integration.web.signing_world import COOPERATIVE, FRUIT, World, manager, opened

pytestmark = pytest.mark.browser

NOW = int(datetime.now(UTC).timestamp())
LOT = f"{FRUIT}/10/HS1"
OTHER = f"{FRUIT}/10/HS2"


@pytest.fixture(scope="module", params=["sqlite"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with opened(request, tmp_path_factory.mktemp("evidence")) as made:
        custodian_of(made.server.store).platform()
        captured(made, made.signer())
        signer = made.signer(algorithm=Algorithm.ES256)
        captured(made, signer, OTHER)
        by = manager(made.numbers[COOPERATIVE])
        service.revoke(made.server.store, signer.bound.kid, by=by, reason="lost")
        logged(made)
        yield made


@pytest.fixture(scope="module")
def made(world: World) -> Dossier:
    return package(world, LOT)


@pytest.fixture(scope="module")
def page(
    browser: Browser, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    taste: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN"}
    folder = tmp_path_factory.mktemp("page")
    with kept(browser, folder, write_policy(policy_of(world)), **taste) as found:
        yield found


_VERIFY = """async ([policy, now, files]) => {
  const read = nguon.readPolicy(nguon.octetsOf(policy));
  const found = [];
  for (const file of files) {
    try {
      const asked = { policy: read, now: BigInt(now) };
      const { findings } = await nguon.verify(nguon.octetsOf(file), asked);
      found.push(findings.map(({ code, holds, params }) =>
        [code, holds, params.reason ?? null, params.stage ?? null]));
    } catch (error) { found.push(error.code ?? String(error)); }
  }
  return found;
}"""


def there(page: Page, policy: Policy, files: list[bytes]) -> list[Any]:
    """What the page says."""
    told = [text(write_policy(policy)), str(NOW), list(map(text, files))]
    found: list[Any] = page.evaluate(_VERIFY, told)
    return found


def here(policy: Policy, octets: bytes) -> Any:
    """What Python says; claims that stand up to the rules stay open on the page."""
    try:
        found = verify(octets, policy, Clock(NOW))
    except DossierError as error:
        return error.code
    return [_plain(one) for one in found]


def _plain(one: Any) -> list[Any]:
    params = one.params
    if one.code == "claim" and params["stage"] == "judged":
        return ["claim", None, "dossier.rules-here", "judged"]
    return [str(one.code), one.holds, params.get("reason"), params.get("stage")]


def test_the_page_stays_small(world: World) -> None:
    assert len(built(write_policy(policy_of(world))).html) <= 130_000


@pytest.mark.parametrize("lot", [LOT, OTHER])
def test_both_say_the_same_of_what_is_sound(world: World, page: Page, lot: str) -> None:
    octets = bytes(package(world, lot))
    policy = policy_of(world)
    [found] = there(page, policy, [octets])
    assert found == here(policy, octets)
    assert not [one for one in found if one[1] is False]
    assert [one[1] for one in found if one[0] == "signature"] == [True] * 3


def resigned(world: World, made: Dossier, **parts: str) -> bytes:
    key, secret = custodian_of(world.server.store).platform()
    issuer = Issuer(naming.did(world.server.store, key.party), key.kid, secret)
    at = read_manifest(made)[0].made
    named = {name.replace("_", "/"): told for name, told in parts.items()}
    return bytes(write(LOT, {**made.parts, **named}, RULES_DIGEST, at, issuer))


def changes(world: World, made: Dossier) -> Iterator[bytes]:
    """Packages that somebody changed, some of them signed anew by the platform."""
    whole = bytes(made)
    # What does not begin as such a package is read as another file, and refused as that.
    for at in range(26, len(whole), 1201):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 + at % 7
        yield bytes(spoilt)
    for name in made.parts:
        yield bytes(with_part(made, name, made.parts[name] + " "))
        yield bytes(with_part(made, name, "[]"))
        yield bytes(Dossier(made.manifest, {n: t for n, t in made.parts.items() if n != name}))
    yield bytes(with_part(made, "more", "[]"))
    proofs = json.loads(made.parts["proofs/1"])
    opened = next(entry for entry in proofs["entries"] if "event" in entry)["opening"]
    sealed = opened["digest"]
    opened["digest"] = f"{'B' if sealed[0] == 'A' else 'A'}{sealed[1:]}"
    yield resigned(world, made, proofs_1=json.dumps(proofs))
    opened["digest"] = sealed
    for entry in proofs["entries"]:
        if "event" in entry:
            kept_event = entry["event"]
            entry["event"] = kept_event.replace("inspecting", "shipping").replace(
                "10/HS1", "10/HS7"
            )
            yield resigned(world, made, proofs_1=json.dumps(proofs))
            entry["event"] = kept_event
    signatures = json.loads(made.parts["signatures"])
    for number, one in enumerate(signatures):
        for name, value in (
            ("kid", "x"),
            ("base", one["base"] + "x"),
            ("form", "other"),
            ("count", 7),
        ):
            again = json.loads(made.parts["signatures"])
            again[number][name] = value
            yield resigned(world, made, signatures=json.dumps(again))
        again = json.loads(made.parts["signatures"])
        again[number]["over"][0]["position"] = 1
        yield resigned(world, made, signatures=json.dumps(again))
    told = json.loads(made.parts["claims"])
    place = next(n for n, each in enumerate(told) if "signature" in each["facts"])
    for part, name, value in (
        ("logged", "leaf", "{}"),
        ("logged", "receipt", "1-99999"),
        ("claim", "receipt", "1-1"),
        ("signature", "state", "revoked"),
        ("signature", "digest", "00"),
        ("signature", "party", "another"),
        ("signature", "scope", {"prefixes": ["01"], "places": []}),
        ("signature", "valid", False),
        ("step", "happened", "2026-08-09T00:00:00Z"),
    ):
        again = json.loads(made.parts["claims"])
        again[place]["facts"][part][name] = value
        yield resigned(world, made, claims=json.dumps(again))


TIMES = (
    "2026-08-07T05:00:00",
    "2026-02-30T05:00:00Z",
    "2026-08-07T24:00:00Z",
    "2026-08-07T05:00:60Z",
    "2026-08-07T05:00:00+24:00",
    "0000-08-07T05:00:00Z",
    "2026-08-07",
    7,
)
"""No times, or without a zone."""


def misshapen(world: World, made: Dossier) -> Iterator[bytes]:
    """Packages signed anew in which one thing is not in its form, the rest is."""
    for old, new in (('"claim":', '"clain":'), ('"logged":{', '"logged":"x","loggee":{')):
        told = made.parts["claims"]
        assert old in told
        yield resigned(world, made, claims=told.replace(old, new, 1))
    told = json.loads(made.parts["claims"])
    place = next(n for n, each in enumerate(told) if "signature" in each["facts"])
    for part, name in (("logged", "at"), ("step", "happened")):
        for spoilt in TIMES:
            again = json.loads(made.parts["claims"])
            again[place]["facts"][part][name] = spoilt
            yield resigned(world, made, claims=json.dumps(again))
    proofs = json.loads(made.parts["proofs/1"])
    for entry in proofs["entries"]:
        if "event" in entry:
            kept_event = entry["event"]
            for spoilt in (kept_event[:-1] + "|", "null", kept_event.replace(":", ";", 1)):
                entry["event"] = spoilt
                yield resigned(world, made, proofs_1=json.dumps(proofs))
            entry["event"] = kept_event


def test_one_thing_that_cannot_be_read_hides_no_other(
    world: World, page: Page, made: Dossier
) -> None:
    _same(world, page, list(misshapen(world, made)))


def mislabelled(made: Dossier) -> Iterator[bytes]:
    """Packages whose manifest is not UTF-8, or says in its header too little or too much."""
    pieces = made.manifest.split(".")
    for at in (0, 1):
        octets = url_octets(pieces[at]) or b""
        spoilt = [octets.replace(b"did:web", b"did:w\xffb", 1)]
        if at == 0:
            header = json.loads(octets)
            rest = {name: told for name, told in header.items() if name != "kid"}
            others = (rest, header | {"kid": 7}, header | {"cty": "x"})
            spoilt += [json.dumps(each).encode() for each in others]
        for each in spoilt:
            parts = [*pieces[:at], url_text(each), *pieces[at + 1 :]]
            yield bytes(Dossier(".".join(parts), made.parts))


def test_a_manifest_in_another_form_is_refused(world: World, page: Page, made: Dossier) -> None:
    policy = policy_of(world)
    files = list(mislabelled(made))
    found = there(page, policy, files)
    assert found == [here(policy, octets) for octets in files] == ["dossier.form"] * 5


def misnumbered(world: World, made: Dossier) -> Iterator[bytes]:
    """Signatures with members out of their bounds, of another type, empty or not ASCII."""
    name: str
    value: object
    number = len(json.loads(made.parts["signatures"]))
    for at in range(number):
        for name, value in (
            ("count", 1 << 52),
            ("count", 1 << 53),
            ("count", 0),
            ("count", -1),
            ("custodial", 1),
            ("custodial", None),
            ("frame", []),
            ("frame", None),
            ("base", ""),
        ):
            again = json.loads(made.parts["signatures"])
            again[at][name] = value
            yield resigned(world, made, signatures=json.dumps(again))
        for name, value in (("position", -1), ("position", 1 << 53), ("path", ["\u0111"])):
            again = json.loads(made.parts["signatures"])
            again[at]["over"][0][name] = value
            yield resigned(world, made, signatures=json.dumps(again))


def test_signatures_are_read_within_the_same_bounds(
    world: World, page: Page, made: Dossier
) -> None:
    policy = policy_of(world)
    files = list(misnumbered(world, made))
    for octets, one in zip(files, there(page, policy, files), strict=True):
        assert one == here(policy, octets)


def test_names_of_parts_keep_their_order_and_number(
    world: World, page: Page, made: Dossier
) -> None:
    policy = policy_of(world)
    added = [["b", "2", "1", "__proto__"], [f"part{at}" for at in range(64)]]
    files = [bytes(Dossier(made.manifest, made.parts | dict.fromkeys(n, "[]"))) for n in added]
    found = there(page, policy, files)
    assert found == [here(policy, octets) for octets in files]
    assert sum(each[2] == "dossier.part-unknown" for each in found[0]) == 4
    assert found[1] == "dossier.too-many"


def test_both_say_the_same_of_what_was_changed(world: World, page: Page, made: Dossier) -> None:
    files = list(changes(world, made))
    assert len(files) > 60
    _same(world, page, files)


def _same(world: World, page: Page, files: list[bytes]) -> None:
    policy = policy_of(world)
    found = there(page, policy, files)
    for octets, one in zip(files, found, strict=True):
        ours = here(policy, octets)
        assert isinstance(one, str) or any(each[1] is False for each in one) or _only_open(one)
        if isinstance(one, str) or isinstance(ours, str):
            assert one == ours
        else:
            fell = {each[0] for each in one if each[1] is False}
            assert [_shared(each, told, fell) for each, told in zip(one, ours, strict=True)] == ours


def _shared(there: list[Any], here: list[Any], fell: Collection[str]) -> list[Any]:
    """What rules cannot read, the page, which applies none, does not see; nor, as it works out no
    record digest, that an event is not that of a changed one: the opening with it falls in both.
    """
    unread = ["claim", False, "dossier.form", "facts"]
    undigested = ["event", False, "evidence.event-differs", None]
    known = (here == unread and there[0] == "claim") or (
        here == undigested and there == ["event", True, None, None] and "opening" in fell
    )
    return here if known else there


def _only_open(found: list[Any]) -> bool:
    """What is then not shown any more is told to be open, claim by claim."""
    return any(each[0] == "claim" and each[2] not in {None, "dossier.rules-here"} for each in found)


def test_the_page_names_the_claim_that_fell(world: World, page: Page, made: Dossier) -> None:
    proofs = json.loads(made.parts["proofs/1"])
    entry = next(each for each in proofs["entries"] if "event" in each)
    entry["event"] = entry["event"].replace("commissioning", "destroying")
    assert give(page, bytes(made)) == words("verifier.part", "vi"), "nobody witnesses this log"
    assert page.locator('li[data-code="claim"].open').count() == 8
    assert give(page, resigned(world, made, proofs_1=json.dumps(proofs))) == words(
        "verifier.bad", "vi"
    )
    fallen = page.locator('li[data-code="claim"].no')
    assert fallen.count() == 1
    said = fallen.inner_text()
    assert "KHÔNG ĐỨNG VỮNG" in said
    assert f"1-{entry['index']}" in said
    assert "logged" in said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def give(page: Page, octets: bytes) -> str:
    """Chooses a file; what the page then says first."""
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.set_input_files(
        "#files", [FilePayload(name="HS1.nguon-evidence.json", mimeType="", buffer=octets)]
    )
    expect(page.locator("#verdict")).to_be_focused()
    return page.inner_text("#verdict")
