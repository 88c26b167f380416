# SPDX-License-Identifier: Apache-2.0
"""Verifiers of others accept what we issue and refuse it with a change in it."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws as joserfc_jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, OKPKey

from nguon.base.base64url import url_text
from nguon.credentials import integrity
from nguon.credentials.contexts import CREDENTIALS_V2
from nguon.signing.keys import Algorithm
from tests.credentials_made import DOCUMENTS, ISSUER, KEYS, MOMENT, certificate, signed

_PACKAGES = [
    "jose@6",
    "jsonld-signatures@11",
    "@digitalbazaar/data-integrity@2",
    "@digitalbazaar/eddsa-jcs-2022-cryptosuite@1",
]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_joserfc_verifies_our_jwt(algorithm: Algorithm) -> None:
    jwk: Any = KEYS[algorithm].public.jwk()
    key = (OKPKey if algorithm is Algorithm.EDDSA else ECKey).import_key(jwk)
    token = signed(algorithm)
    found = joserfc_jws.deserialize_compact(token, key, algorithms=[str(algorithm)])
    assert json.loads(found.payload) == certificate()
    head, _, signature = token.split(".")
    other = url_text(json.dumps(certificate(name="Other")).encode())
    with pytest.raises(BadSignatureError):
        joserfc_jws.deserialize_compact(
            f"{head}.{other}.{signature}", key, algorithms=[str(algorithm)]
        )


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with packages of others, put there for these tests alone."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no Node on this machine")
    folder = tmp_path_factory.mktemp("packages")
    (folder / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *_PACKAGES]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=60, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the registry of packages did not answer within a minute")
    if done.returncode:
        pytest.skip(f"packages could not be had: {done.stderr[-200:]}")
    return folder


def _asked() -> list[dict[str, Any]]:
    key = KEYS[Algorithm.EDDSA]
    method = f"{ISSUER}#{key.public.multikey()}"
    plain = certificate(**{"@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"]})
    proved = integrity.add_proof(plain, key, method, MOMENT)
    changed = copy.deepcopy(proved)
    changed["credentialSubject"]["mg"] = 0.02
    tokens: list[dict[str, Any]] = [
        {"token": signed(name), "jwk": KEYS[name].public.jwk() | {"alg": str(name)}}
        for name in Algorithm
    ]
    broken = {**tokens[0], "token": signed(Algorithm.EDDSA, name="x").rpartition(".")[0]}
    broken["token"] += "." + signed().rpartition(".")[2]
    proofs = [{"document": one, "controller": DOCUMENTS[ISSUER]} for one in (proved, changed)]
    return [*tokens, proofs[0], broken, proofs[1]]


def test_packages_of_others_verify_what_we_issue(packages: Path) -> None:
    script = Path(__file__).with_name("outside_verifier.mjs")
    done = subprocess.run(
        ["node", str(script), str(packages)],
        input=json.dumps(_asked()),
        capture_output=True,
        timeout=60,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said[:3] == [{"holds": certificate()["id"]}] * 3
    assert [list(one) for one in said[3:]] == [["refused"], ["refused"]]
    assert "JWSSignatureVerificationFailed" in said[3]["refused"]
