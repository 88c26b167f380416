# SPDX-License-Identifier: Apache-2.0
"""W3C's vectors of eddsa-jcs-2022 and ecdsa-jcs-2019: verified, and none with a change in it."""

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nguon.credentials import did
from nguon.credentials.errors import CredentialError
from nguon.credentials.integrity import verify_proof

_SIGNED = [
    "w3c-vc-di-eddsa/eddsa-jcs-2022/signedJCS.json",
    "w3c-vc-di-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
]
_RESOLVE = did.resolver(lambda name: None)
MOMENT = datetime.fromisoformat("2026-01-01T00:00:00Z")


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [one for name in value for one in _leaves(value[name], (*path, name))]
    if isinstance(value, list):
        return [one for place, part in enumerate(value) for one in _leaves(part, (*path, place))]
    return [path]


def _changed(document: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    made = copy.deepcopy(document)
    holder: Any = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] += "1"
    return made


@pytest.mark.parametrize("name", _SIGNED)
def test_the_proof_holds(conformance: Path, name: str) -> None:
    document = json.loads((conformance / name).read_bytes())
    method = document["proof"]["verificationMethod"]
    assert verify_proof(document, _RESOLVE) == (method,)


@pytest.mark.parametrize("name", _SIGNED)
def test_a_change_of_any_value_is_seen(conformance: Path, name: str) -> None:
    document = json.loads((conformance / name).read_bytes())
    leaves = _leaves(document)
    assert len(leaves) == 19
    for path in leaves:
        with pytest.raises(CredentialError):
            verify_proof(_changed(document, path), _RESOLVE)


@pytest.mark.parametrize("name", _SIGNED)
def test_a_context_added_after_signing_is_refused(conformance: Path, name: str) -> None:
    document = json.loads((conformance / name).read_bytes())
    document["@context"].append("https://evil.example/context")
    with pytest.raises(CredentialError) as refused:
        verify_proof(document, _RESOLVE)
    assert refused.value.code == "credentials.context-changed"


@pytest.mark.parametrize(
    "name",
    [
        "w3c-vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json",
        "w3c-vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    ],
)
def test_suites_that_need_rdf_are_refused_by_name(conformance: Path, name: str) -> None:
    document = json.loads((conformance / name).read_bytes())
    with pytest.raises(CredentialError) as refused:
        verify_proof(document, _RESOLVE)
    assert refused.value.code == "credentials.algorithm"
    assert "rdfc" in refused.value.params["found"]
