# SPDX-License-Identifier: Apache-2.0
"""Credentials of bodies elsewhere and here, and papers: taken in, refused, judged again."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from nguon.attesting import changing, issuing, queries, receiving, trusted
from nguon.attesting.errors import (
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.attesting.model import Attestation, Kind, PaperAsked, Source, Standing
from nguon.base.errors import NguonError
from nguon.credentials import did, jwt
from nguon.credentials.heading import Heading
from nguon.credentials.status import BitstringList, status_credential, status_entry
from nguon.credentials.untp.adapters import render
from nguon.credentials.untp.model import Assessment, Conformity, Named, Party, Product
from nguon.credentials.untp.model import Kind as Document
from nguon.signing.keys import Algorithm, PrivateKey
from nguon.store import Store
from tests.integration.attesting.made import LOT, World, asked, made

LAB = "did:web:lab.example"
LIST = "https://lab.example/status/1"
KEY = PrivateKey(Algorithm.ES256, b"\x21" * 32)
_ISSUERS = """
[[body]]
did = "did:web:lab.example"
name = "Phòng thử nghiệm"
document = "lab.json"
accreditor = "BoA"
number = "VILAS 007"
schemes = ["MRL"]
valid_from = 2025-01-01
"""


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    (tmp_path / "issuers.toml").write_text(_ISSUERS, "utf-8")
    document = did.document(LAB, [("k1", KEY.public)])
    (tmp_path / "lab.json").write_text(json.dumps(document))
    trusted.attach(store, tmp_path / "issuers.toml")
    return made(store, tmp_path)


def _report(
    item: str = "https://id.gs1.org/" + LOT,
    issuer: str = LAB,
    more: dict[str, object] | None = None,
) -> str:
    now = datetime.now(UTC)
    heading = Heading(
        id="https://lab.example/reports/1",
        issuer=issuer,
        issuer_name="Phòng thử nghiệm",
        name="Dư lượng",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=30),
        status=(status_entry(LIST, 5),),
    )
    scheme = Named(id="https://lab.example/mrl", name="MRL")
    lot = Product(id=item, name="Sầu riêng", scheme=scheme)
    assessed = Assessment(
        id="https://lab.example/a/1", name="Cd", on=now.date(), criteria=(scheme,), products=(lot,)
    )
    told = Conformity(
        id="https://lab.example/t/1",
        name="KQ-01",
        to=Party(id="https://farm.example", name="Farm"),
        scheme=scheme,
        kind="testing",
        assessments=(assessed,),
    )
    return jwt.issue(render(Document.CONFORMITY, heading, told) | (more or {}), KEY, f"{issuer}#k1")


def _list(*set_at: int) -> str:
    bits, now = BitstringList(), datetime.now(UTC)
    for place in set_at:
        bits.set(place)
    end = now + timedelta(days=2)
    told = status_credential(LIST, LAB, "revocation", bits, now - timedelta(hours=1), end)
    return jwt.issue(told, KEY, f"{LAB}#k1")


def _about(world: World, *items: str) -> list[Attestation]:
    return queries.attestations_for(world.store, items=items or [LOT], at=datetime.now(UTC))


def test_a_known_laboratorys_report_is_taken_in(world: World) -> None:
    token = _report()
    made = receiving.receive(world.store, world.grower, token, [_list()])
    assert made.findings == ()
    [found] = _about(world)
    assert (found.id, found.source, found.status) == (made.id, Source.CREDENTIAL, Standing.GOOD)
    assert (found.attester, found.attester_name) == (LAB, "Phòng thử nghiệm")
    assert (found.accredited, found.accredited_by, found.kind) == (True, "BoA", "testing")
    assert queries.secured(world.store, made.id) == token.encode()
    assert [one.id for one in queries.received(world.store, world.farm)] == [made.id]
    assert queries.received(world.store, world.body) == []


def test_the_same_is_judged_again_with_a_newer_list(world: World) -> None:
    token = _report()
    first = receiving.receive(world.store, world.grower, token)
    assert [one.code for one in first.findings] == ["credentials.status-missing"]
    assert _about(world)[0].status is Standing.UNKNOWN
    for places, standing in (((), Standing.GOOD), ((5,), Standing.REVOKED)):
        again = receiving.receive(world.store, world.grower, token, [_list(*places)])
        assert again.id == first.id
        assert _about(world)[0].status is standing
    steps = queries.one(world.store, first.id).steps
    assert [one.state for one in steps] == ["good", "revoked"]
    kept = receiving.receive(world.store, world.inspector, token)
    assert [one.code for one in kept.findings] == ["credentials.revoked"]


def test_a_list_of_somebody_else_changes_nothing(world: World) -> None:
    bits = BitstringList()
    bits.set(5)
    stranger = PrivateKey(Algorithm.EDDSA, b"\x31" * 32)
    name = did.key_did(stranger.public)
    now = datetime.now(UTC)
    told = status_credential(LIST, name, "revocation", bits, now - timedelta(hours=1))
    forged = jwt.issue(told, stranger, f"{name}#{name.removeprefix('did:key:')}")
    receiving.receive(world.store, world.grower, _report(), [_list()])
    receiving.receive(world.store, world.grower, _report(), [forged])
    assert _about(world)[-1].status is not Standing.REVOKED


def test_what_does_not_hold_is_refused_and_nothing_is_kept(world: World) -> None:
    token = _report()
    head, body, signature = token.split(".")
    beyond = status_entry(LIST, 131_072)
    for sent, code in (
        (f"{head}.{body}.{signature[:-4]}AAAA", "signing.signature"),
        (_report(issuer="did:web:unknown.example"), "credentials.did-unknown"),
        (_report(item="https://id.gs1.org/01/08938500001018"), "attesting.about-nothing"),
        (_report(more={"credentialStatus": beyond}), "credentials.status-index"),
        (_report(more={"@context": ["https://evil.example"]}), "credentials.invalid"),
        ("x" * (receiving.MOST_OCTETS + 1), "attesting.too-much"),
        ("nothing", "signing.jws-form"),
    ):
        with pytest.raises(NguonError) as refused:
            receiving.receive(world.store, world.grower, sent, [_list()])
        assert refused.value.code == code
    assert queries.received(world.store, world.farm) == []
    assert _about(world) == []


def test_what_was_issued_here_follows_its_issuer(world: World) -> None:
    one = issuing.issue(world.store, world.inspector, asked(world), world.keys)
    received = receiving.receive(world.store, world.grower, one.token)
    assert received.findings == ()
    changing.change(world.store, world.inspector, one.id, "suspend", "thiếu hồ sơ")
    found = queries.one(world.store, received.id)
    assert (found.status, found.attester) == (Standing.SUSPENDED, f"organisation/{world.body}")
    again = receiving.receive(world.store, world.grower, one.token)
    assert [each.code for each in again.findings] == ["credentials.suspended"]


def test_the_list_of_bodies_says_what_is_wrong_with_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "issuers.toml").write_text("[[body]]\nname = 1", "utf-8")
    with pytest.raises(AttestingError) as refused:
        receiving.receive(world.store, world.grower, _report())
    assert refused.value.code == "attesting.trusted-list"


def _paper(**changed: object) -> PaperAsked:
    given = {
        "attester_name": "Chi cục",
        "kind": Kind.CERTIFICATION,
        "scheme": "VietGAP",
        "number": "VG-9",
        "about": (LOT,),
        "first_day": date(2026, 1, 1),
        "last_day": None,
    }
    return PaperAsked(**{**given, **changed})  # type: ignore[arg-type]


def test_a_paper_counts_once_an_officer_confirmed_it(world: World) -> None:
    number = receiving.keep_paper(world.store, world.grower, _paper(), "ab" * 32)
    assert receiving.keep_paper(world.store, world.grower, _paper(), "ab" * 32) == number
    [found] = _about(world)
    assert (found.status, found.accredited, found.attester) == (Standing.UNKNOWN, False, "")
    assert [one.id for one in queries.papers_waiting(world.store)] == [number]
    with pytest.raises(AttestingForbiddenError):
        receiving.confirm(world.store, world.grower, number, Standing.GOOD, "đúng")
    with pytest.raises(AttestingError):
        receiving.confirm(world.store, world.officer, number, Standing.GOOD, " ")
    receiving.confirm(world.store, world.officer, number, Standing.GOOD, "đã gọi")
    assert _about(world)[0].status is Standing.GOOD
    assert queries.papers_waiting(world.store) == []
    with pytest.raises(AttestingUnknownError):
        receiving.confirm(world.store, world.officer, "none", Standing.GOOD, "x")
    for changed, field in (
        ({"about": ()}, "about"),
        ({"attester_name": ""}, "attester_name"),
        ({"last_day": date(2025, 1, 1)}, "last_day"),
    ):
        with pytest.raises(AttestingError) as refused:
            receiving.keep_paper(world.store, world.grower, _paper(**changed), "cd" * 32)
        assert refused.value.params["field"] == field
