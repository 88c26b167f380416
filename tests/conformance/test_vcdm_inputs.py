# SPDX-License-Identifier: Apache-2.0
"""W3C's inputs of the VC Data Model 2.0: our verdict is the one in each file's name."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.credentials.errors import InvalidCredentialError
from nguon.credentials.model import check
from nguon.credentials.presentations import check_presentation

_FOLDER = "w3c-vcdm2-inputs"
_ISSUER = "did:example:issuer"
_DATES = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2120-01-01T00:00:00Z"}
DECIDED_OTHERWISE: dict[str, str] = {}
"""Files whose name and the recommendation disagree, with the clause that decides: none."""


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """As W3C's runner completes them: an issuer where none is named, dates for their words."""
    made = {
        name: _DATES.get(value, value) if isinstance(value, str) else value
        for name, value in document.items()
    }
    if "VerifiablePresentation" in str(made.get("type")) or "holder" in made:
        return made
    issuer = made.get("issuer", _ISSUER)
    if isinstance(issuer, dict) and "id" not in issuer:
        issuer = {"id": _ISSUER, **issuer}
    return {**made, "issuer": issuer}


def _refused(name: str, document: dict[str, Any]) -> list[str]:
    judge: Any = check_presentation if name.startswith("presentation") else check
    try:
        judge(_completed(document))
    except InvalidCredentialError as error:
        return [f"{fault.pointer} {fault.code}" for fault in error.faults]
    return []


def test_each_verdict_is_that_of_the_file_name(conformance: Path) -> None:
    files = sorted((conformance / _FOLDER).rglob("*-*.json"))
    files = [path for path in files if path.name != "verifiable-credential-schema.json"]
    assert len(files) == 74
    wrong = {}
    for path in files:
        refused = _refused(path.name, json.loads(path.read_bytes()))
        wanted = "-fail" in path.name
        if bool(refused) is not wanted and path.name not in DECIDED_OTHERWISE:
            wrong[path.name] = refused
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("credential-redef-type-fail", ["/@context/1 credentials.context-redefines"]),
        ("credential-redef-type2-fail", ["/@context/2 credentials.context-redefines"]),
        ("credential-issuer-object-id-null-fail", ["/issuer credentials.url"]),
        ("credential-subject-multiple-empty-fail", ["/credentialSubject/1 credentials.subject"]),
        ("credential-validuntil-invalid-fail", ["/validUntil credentials.time"]),
        ("credential-validUntil-validFrom-fail", ["/validUntil credentials.time-order"]),
        (
            "presentation-vc-missing-required-type-fail",
            ["/verifiableCredential/0/type credentials.type"],
        ),
        ("presentation-holder-name-fail", ["/holder credentials.url"]),
    ],
)
def test_they_are_refused_for_their_reason(conformance: Path, name: str, faults: list[str]) -> None:
    document = json.loads((conformance / _FOLDER / f"{name}.json").read_bytes())
    assert _refused(name, document) == faults
