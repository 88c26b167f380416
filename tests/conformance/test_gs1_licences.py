# SPDX-License-Identifier: Apache-2.0
"""GS1's sample licences: each verifies up to GS1 Global; broken ones and what we issue."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from nguon.credentials import did, jwt, licensing
from nguon.credentials.errors import CredentialError
from nguon.credentials.heading import Heading
from nguon.credentials.licences import Judge, verify_chain
from nguon.credentials.model import check
from nguon.credentials.presentations import check_presentation
from nguon.credentials.status import StatusList, status_entry
from nguon.credentials.verifying import Standing, verified_list
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, generate

_HOME = "https://gs1.github.io/GS1DigitalLicenses/"
_GO = "did:web:gs1.github.io:GS1DigitalLicenses:dids:fake_go_did"
_MO = _GO.replace("_go_", "_mo_")
_MC = _GO.replace("_go_", "_mc_")
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


class World:
    """The samples' folder as the only place that anything can be had from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.more: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.keys: dict[str, Any] = {}

    def fetch(self, url: str) -> str | None:
        if url in self.more:
            return self.more[url]
        path = self.folder / url.removeprefix(_HOME)
        return path.read_text() if url.startswith(_HOME) and path.is_file() else None

    def documents(self, name: str) -> Any:
        if name in self.keys:
            return self.keys[name]
        path = did.web_url(name).removeprefix("https://gs1.github.io/GS1DigitalLicenses/")
        return json.loads((self.folder / path).read_bytes())

    def status(self, url: str) -> StatusList | None:
        found = self.fetch(url)
        try:
            return None if found is None else verified_list(found, self.resolve, url, MOMENT)
        except (SigningError, CredentialError) as error:
            self.refused[url] = error.code
            return None

    @property
    def resolve(self) -> did.Resolve:
        return did.resolver(self.documents)

    def judge(self, roots: tuple[str, ...] = (_GO,)) -> Judge:
        return Judge(
            fetch=self.fetch,
            resolve=self.resolve,
            statuses=self.status,
            roots=roots,
            moment=MOMENT,
        )


@pytest.fixture
def world(conformance: Path) -> World:
    return World(conformance / "gs1-digital-licenses")


@pytest.mark.parametrize(
    ("name", "levels", "standing"),
    [
        ("gs1-prefix-license", ["prefix"], Standing.GOOD),
        ("gcp", ["company-prefix", "prefix"], Standing.GOOD),
        ("id-key-license", ["id-key", "prefix"], Standing.GOOD),
        ("gtin-key-credential", ["key", "company-prefix", "prefix"], Standing.UNKNOWN),
        ("gtin-batch-key-credential", ["key", "key", "company-prefix", "prefix"], Standing.UNKNOWN),
        (
            "gtin-serial-key-credential",
            ["key", "key", "company-prefix", "prefix"],
            Standing.UNKNOWN,
        ),
        (
            "product-data-credential",
            ["data", "key", "company-prefix", "prefix"],
            Standing.UNKNOWN,
        ),
    ],
)
def test_each_sample_leads_to_the_root(
    world: World, name: str, levels: list[str], standing: Standing
) -> None:
    """What the company issued has an unknown status: its published list is malformed."""
    secured = (world.folder / "samples" / f"{name}-sample.jwt").read_text()
    chain = verify_chain(secured, world.judge())
    assert [str(one.level) for one in chain.links] == levels
    assert chain.standing is standing


DISAGREEING = {
    "gln-key-credential": "credentials.licence-number",
    "organization-data-credential": "credentials.licence-number",
}
"""Samples about GLN 0810159550004, whose check digit must be 0 (GS1 General Specifications,
7.9.1): no key of anybody."""


def test_samples_about_an_impossible_number_are_refused(world: World) -> None:
    for name, code in DISAGREEING.items():
        secured = (world.folder / "samples" / f"{name}-sample.jwt").read_text()
        with pytest.raises(CredentialError) as refused:
            verify_chain(secured, world.judge())
        assert refused.value.code == code


def test_the_malformed_status_list_is_refused(world: World) -> None:
    url = f"{_HOME}status/mc_status_list.jwt"
    assert world.status(url) is None
    assert world.refused == {url: "signing.jws-form"}
    assert world.status(url.replace("mc_", "mo_")) is not None
    assert world.status(url.replace("mc_", "go_")) is not None


def test_another_root_is_not_trusted(world: World) -> None:
    secured = (world.folder / "samples" / "gcp-sample.jwt").read_text()
    with pytest.raises(CredentialError) as refused:
        verify_chain(secured, world.judge(roots=(_MO,)))
    assert refused.value.code == "credentials.licence-root"


def test_a_presentation_shows_what_it_holds(world: World) -> None:
    text = (world.folder / "presentations" / "gtin_presentation_00810159550000.jwt").read_text()
    _, document = jwt.read(text.strip())
    document["holder"] = "did:web:healthytots.net"
    shown = check_presentation(document)
    levels = [str(verify_chain(one, world.judge()).links[0].level) for one in shown.enveloped[:2]]
    assert levels == ["company-prefix", "key"]


def test_the_presentation_names_a_holder_that_is_no_did(world: World) -> None:
    """``did:healthytots.net`` has no method-specific part and is a URL all the same."""
    text = (world.folder / "presentations" / "gtin_presentation_00810159550000.jwt").read_text()
    _, document = jwt.read(text.strip())
    assert check_presentation(document).holder == "did:healthytots.net"


def _heading(issuer: str, url: str, status: str) -> Heading:
    return Heading(
        id=url,
        issuer=issuer,
        issuer_name="GS1 Utopia",
        name="Licence",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        status=(status_entry(status, 7),),
    )


def _issued(prefix: str) -> list[tuple[str, dict[str, Any]]]:
    issuer, url = "did:web:licences.example", "https://licences.example/api/v1/credentials/"
    holder = licensing.Holder(did=_MC, gln="8938500001239", name="Hop tac xa")
    status = "https://licences.example/api/v1/status/1"
    root = f"{_HOME}samples/gs1-prefix-license-sample.jwt"
    return [
        (
            "companyprefix",
            licensing.company_prefix(_heading(issuer, url + "1", status), holder, prefix, root),
        ),
        (
            "idkey",
            licensing.one_key(
                _heading(issuer, url + "2", status), holder, "00810159550111", "GTIN", root
            ),
        ),
        (
            "key",
            licensing.key(
                _heading(issuer, url + "3", status),
                "https://id.gs1.org/01/00810159550111/10/L1",
                url + "2",
            ),
        ),
    ]


def test_what_we_issue_fits_gs1s_schemas(world: World) -> None:
    for schema, credential in _issued("081015955"):
        text = (world.folder / "schemas" / f"{schema}.json").read_bytes()
        judge = jsonschema_rs.validator_for(json.loads(text), validate_formats=True)
        assert [error.message for error in judge.iter_errors(credential)] == []
        assert check(credential).id == credential["id"]


def test_a_licence_of_ours_goes_on_from_the_samples(world: World) -> None:
    """Only the holder of the prefix licence may; a number outside the prefix is refused."""
    mine = generate(Algorithm.EDDSA)
    world.keys[_MO] = did.document(_MO, [("k1", mine.public)])
    world.keys[_GO] = world.documents(_GO)
    root = (world.folder / "samples" / "gs1-prefix-license-sample.jwt").read_text()
    assert verify_chain(root, world.judge()).links[0].holder == _MO
    for prefix, code in (("081015955", None), ("893850000", "credentials.licence-value")):
        credential = _issued(prefix)[0][1] | {"issuer": {"id": _MO, "name": "GS1 Utopia"}}
        secured = jwt.issue(credential, mine, f"{_MO}#k1")
        if code is None:
            chain = verify_chain(secured, world.judge())
            assert [one.value for one in chain.links] == [prefix, "08"]
            continue
        with pytest.raises(CredentialError) as refused:
            verify_chain(secured, world.judge())
        assert refused.value.code == code


def test_only_the_holder_may_issue_the_next(world: World) -> None:
    other = generate(Algorithm.ES256)
    world.keys[_MC] = did.document(_MC, [("k1", other.public)])
    credential = _issued("081015955")[0][1] | {"issuer": {"id": _MC, "name": "Healthy Tots"}}
    with pytest.raises(CredentialError) as refused:
        verify_chain(jwt.issue(credential, other, f"{_MC}#k1"), world.judge())
    assert refused.value.code == "credentials.licence-holder"
