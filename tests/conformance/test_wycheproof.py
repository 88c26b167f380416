# SPDX-License-Identifier: Apache-2.0
"""Wycheproof's signatures under Ed25519 and P-256: every verdict is ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.signing.keys import Algorithm, PublicKey, public_key

FILES = {
    Algorithm.EDDSA: "ed25519_test.json",
    Algorithm.ES256: "ecdsa_secp256r1_sha256_p1363_test.json",
}
COUNTS = {Algorithm.EDDSA: 151, Algorithm.ES256: 262}
DISAGREEMENTS: dict[tuple[Algorithm, int], str] = {}
"""Vectors that we judge otherwise, with the clause that decides: none.

Signatures that can be made from others without the key (S not below the order, RFC 8032
section 5.1.7) are refused by libsodium as the vectors want; P-256 has such a pair by design
(s and n-s, SEC 1 section 4.1.4), which the vectors do not judge.
"""


def groups(conformance: Path, algorithm: Algorithm) -> list[dict[str, Any]]:
    octets = (conformance / "wycheproof" / FILES[algorithm]).read_bytes()
    found: list[dict[str, Any]] = json.loads(octets)["testGroups"]
    return found


def key_of(group: dict[str, Any], algorithm: Algorithm) -> PublicKey:
    told = group["publicKey"]
    raw = bytes.fromhex(told["pk"] if algorithm is Algorithm.EDDSA else told["uncompressed"])
    return PublicKey(algorithm, raw)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_every_verdict(conformance: Path, algorithm: Algorithm) -> None:
    count = 0
    differing = {}
    for group in groups(conformance, algorithm):
        key = key_of(group, algorithm)
        for test in group["tests"]:
            count += 1
            holds = key.verify(bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            if holds is not (test["result"] == "valid"):
                differing[algorithm, test["tcId"]] = test["comment"]
    assert count == COUNTS[algorithm]
    assert differing == DISAGREEMENTS


@pytest.mark.parametrize("algorithm", Algorithm)
def test_the_same_keys_as_jwk(conformance: Path, algorithm: Algorithm) -> None:
    for group in groups(conformance, algorithm):
        if jwk := group.get("publicKeyJwk"):
            assert public_key(jwk) == key_of(group, algorithm)
