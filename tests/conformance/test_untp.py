# SPDX-License-Identifier: Apache-2.0
"""UNTP 0.7.0: what we write fits its schemas and an outside validator; its samples are read."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from nguon.base.canonical_json import canonical
from nguon.credentials.errors import CredentialError
from nguon.credentials.heading import Heading
from nguon.credentials.model import check
from nguon.credentials.status import status_entry
from nguon.credentials.untp import model as m
from nguon.credentials.untp.adapters import Version, render
from nguon.credentials.untp.reading import attested, kind_of

_PREFINAL = "untp-0.7.0-prefinal/artefacts/schema/v0.7.0"
_FINAL = "untp-0.7.0-bcgov/untp/bundled/v0.7.0/schemas"
SCHEMAS = {
    m.Kind.PASSPORT: [
        f"{_PREFINAL}/dpp/DigitalProductPassport.json",
        "dppvalidator-schemas/untp-dpp-schema-0.7.0.json",
    ],
    m.Kind.CONFORMITY: [
        f"{_PREFINAL}/dcc/ConformityCredential.json",
        f"{_FINAL}/ConformityCredential.json",
    ],
    m.Kind.FACILITY: [f"{_PREFINAL}/dfr/DigitalFacilityRecord.json"],
    m.Kind.IDENTITY: [
        f"{_PREFINAL}/dia/DigitalIdentityAnchor.json",
        f"{_FINAL}/dia/DigitalIdentityAnchor.json",
    ],
    m.Kind.EVENT: [f"{_PREFINAL}/dte/DigitalTraceabilityEvent.json"],
}
HEADING = Heading(
    id="https://nguon.example/api/v1/credentials/1",
    issuer="did:web:nguon.example:parties:hop-tac-xa",
    issuer_name="Hop tac xa Sau rieng",
    name="Product passport",
    valid_from=datetime(2026, 3, 1, tzinfo=UTC),
    valid_until=datetime(2027, 3, 1, tzinfo=UTC),
    status=(status_entry("https://nguon.example/api/v1/status/1", 42),),
)
_GS1 = m.Named(id="https://id.gs1.org", name="GS1 Digital Link")
_HS = m.Named(id="https://www.wcoomd.org/hs", name="Harmonized System")
_REGISTER = m.Named(id="https://nguon.example/registers/puc", name="Planting area codes")
_PARTY = m.Party(
    id="did:web:nguon.example:parties:hop-tac-xa",
    name="Hop tac xa Sau rieng",
    registered_id="0312345678",
    register=_REGISTER,
    country="VN",
)
_FACILITY = m.Facility(
    id="https://id.gs1.org/414/8938500001239",
    name="Vuon A",
    registered_id="VN-DL-0001",
    register=_REGISTER,
    operator=_PARTY,
    address=m.Address(locality="Xa Ea Kly", region="Dak Lak"),
    point=(12.7, 108.2),
    processes=(m.Category(code="0810.60", name="Durian", scheme=_HS),),
)
_PRODUCT = m.Product(
    id="https://id.gs1.org/01/08938500001017/10/A1",
    name="Sau rieng Ri6",
    scheme=_GS1,
    batch="A1",
    categories=(m.Category(code="0810.60", name="Durian", scheme=_HS),),
    parties=(("producer", _PARTY),),
    documents=(m.Link(url="https://nguon.example/d/1", name="Test report", sha256="00" * 32),),
    facility=_FACILITY,
    produced=date(2026, 3, 1),
)
_SHIPPING = m.Category(
    code="shipping",
    name="Shipping",
    scheme=m.Named(id="https://ref.gs1.org/cbv/BizStep", name="GS1 CBV Business Step"),
)


def _happened(deed: m.Deed) -> m.Happened:
    return m.Happened(
        id="https://nguon.example/events/1",
        name="Shipped",
        at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        deed=deed,
        activity=_SHIPPING,
        facility=_FACILITY,
        to=_FACILITY,
        inputs=(m.Handled(product=_PRODUCT),),
        goods=(m.Handled(product=_PRODUCT, quantity=(1250.5, "KGM")),),
        parties=(("consignor", _PARTY),),
        consignment="urn:nguon:hand-over:1",
        epcis={"type": "ObjectEvent", "action": "OBSERVE"},
    )


TOLD: dict[m.Kind, Any] = {
    m.Kind.PASSPORT: _PRODUCT,
    m.Kind.CONFORMITY: m.Conformity(
        id="https://nguon.example/attestations/1",
        name="VietGAP",
        to=_PARTY,
        scheme=m.Named(id="https://vietgap.example/scheme", name="VietGAP"),
        authorisations=(("Accreditation by BoA", _PARTY),),
        certificate=m.Link(url="https://nguon.example/c/1", name="Certificate"),
        assessments=(
            m.Assessment(
                id="https://nguon.example/assessments/1",
                name="Audit",
                on=date(2026, 1, 5),
                criteria=(m.Named(id="https://vietgap.example/c/1", name="Soil"),),
                topics=(m.Named(id="https://vietgap.example/t/1", name="Food safety"),),
                products=(_PRODUCT,),
                facilities=(_FACILITY,),
                organisation=_PARTY,
                conforms=True,
            ),
        ),
    ),
    m.Kind.FACILITY: _FACILITY,
    m.Kind.IDENTITY: m.Identity(
        did="did:web:nguon.example:parties:hop-tac-xa",
        name="Hop tac xa Sau rieng",
        registered_id="0312345678",
        since=date(2020, 5, 1),
        register=m.Named(id="https://dangkykinhdoanh.example", name="Business register"),
        registrar=_PARTY,
        scope=("https://nguon.example/scopes/01/0893850000101",),
    ),
    m.Kind.EVENT: tuple(_happened(deed) for deed in m.Deed),
}


def _faults(conformance: Path, schema: str, document: Any) -> list[str]:
    text = json.loads((conformance / schema).read_bytes())
    judge = jsonschema_rs.validator_for(text, validate_formats=True)
    return [f"{list(one.instance_path)}: {one.message}" for one in judge.iter_errors(document)]


@pytest.mark.parametrize("kind", list(m.Kind))
def test_what_we_write_fits_the_schemas(conformance: Path, kind: m.Kind) -> None:
    """Every schema of the version, the last drafts and the final ones as far as they are here."""
    document = render(kind, HEADING, TOLD[kind])
    for schema in SCHEMAS[kind]:
        assert _faults(conformance, schema, document) == [], schema
    assert kind_of(check(document)) is kind
    assert canonical(document)


@pytest.mark.parametrize("granularity", ["model", "batch", "item"])
def test_an_outside_validator_accepts_our_passport(granularity: str) -> None:
    from dppvalidator.validators.engine import ValidationEngine

    told = {
        "model": m.Product(**{**_fields(_PRODUCT), "batch": None}),
        "batch": _PRODUCT,
        "item": m.Product(**{**_fields(_PRODUCT), "item": "7"}),
    }[granularity]
    document = render(m.Kind.PASSPORT, HEADING, told)
    assert document["credentialSubject"]["idGranularity"] == granularity
    result = ValidationEngine(schema_version="0.7.0").validate(document)
    assert [str(one) for one in result.errors] == []
    assert result.valid


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


def test_events_have_the_plain_form_announced_for_the_next_version() -> None:
    document = render(m.Kind.EVENT, HEADING, TOLD[m.Kind.EVENT], Version.V0_8_EPCIS)
    assert document["credentialSubject"][0] == {
        "id": "https://nguon.example/events/1",
        "type": "ObjectEvent",
        "action": "OBSERVE",
    }
    assert check(document).types == ("VerifiableCredential",)


def test_there_is_no_passport_of_the_next_version() -> None:
    with pytest.raises(CredentialError) as refused:
        render(m.Kind.PASSPORT, HEADING, _PRODUCT, Version.V0_8_EPCIS)
    assert refused.value.code == "credentials.untp-kind"


_SAMPLES = {
    "untp-0.7.0-prefinal/artefacts/samples/v0.7.0/dpp": m.Kind.PASSPORT,
    "untp-0.7.0-prefinal/artefacts/samples/v0.7.0/dcc": m.Kind.CONFORMITY,
    "untp-0.7.0-prefinal/artefacts/samples/v0.7.0/dfr": m.Kind.FACILITY,
    "untp-0.7.0-prefinal/artefacts/samples/v0.7.0/dia": m.Kind.IDENTITY,
    "untp-0.7.0-prefinal/artefacts/samples/v0.7.0/dte": m.Kind.EVENT,
    "untp-0.7.0-bcgov/tests/fixtures/untp_samples/v0.7.0/dcc": m.Kind.CONFORMITY,
    "untp-0.7.0-bcgov/tests/fixtures/untp_samples/v0.7.0/dia": m.Kind.IDENTITY,
}


def test_the_samples_are_read(conformance: Path) -> None:
    read = []
    for folder, kind in _SAMPLES.items():
        for path in sorted((conformance / folder).glob("*.json")):
            credential = check(json.loads(path.read_bytes()))
            assert kind_of(credential) is kind, path
            read.append(path)
            if kind is m.Kind.CONFORMITY:
                assert attested(credential).scheme.id
    assert len(read) == 15


def test_a_sample_attests_what_it_says(conformance: Path) -> None:
    path = conformance / list(_SAMPLES)[5] / "ConformityCredential_instance.json"
    told = attested(check(json.loads(path.read_bytes())))
    assert told.scheme == m.Named(id="https://coppermark.org", name="Coppermark")
    assert told.to.id == "did:web:sample-mine.example.com"
    assert [one.name for one in told.authorities] == ["The Copper Mark Company"]
    assert told.facilities == ("https://facility-register.example.com/fac-001",)
    assert told.conforms is True


def test_what_we_write_is_read_again() -> None:
    told = attested(check(render(m.Kind.CONFORMITY, HEADING, TOLD[m.Kind.CONFORMITY])))
    assert told.products == (_PRODUCT.id,)
    assert told.facilities == (_FACILITY.id,)
    assert told.organisations == (_PARTY.id,)
    assert told.scheme.name == "VietGAP"


OTHER_VERSIONS = {
    "conformity-credential-simple.json",
    "identity-anchor-for-dcc-issuer.json",
    "identity-anchor-for-dia-issuer.json",
    "identity-anchor-for-dpp-issuer.json",
    "product-passport-simple.json",
}


def test_examples_of_earlier_versions_are_refused_by_name(conformance: Path) -> None:
    """The test suite's examples have contexts that are not known: nobody knows their types."""
    folder = conformance / "untp-test-suite-examples" / "UNTP"
    found = {path.name for path in folder.glob("*.json")}
    assert found == OTHER_VERSIONS
    for name in sorted(found):
        with pytest.raises(CredentialError):
            kind_of(check(json.loads((folder / name).read_bytes())))
