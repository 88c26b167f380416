# SPDX-License-Identifier: Apache-2.0
"""Merkle proofs against transparency-dev's vectors, and trees that real logs broke."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from nguon.transparency.errors import ProofError
from nguon.transparency.proving import (
    verify,
    verify_consistency,
    verify_in_subtree,
    verify_inclusion,
)

FOLDER = "transparency-dev-merkle"

_ONE = "sizes-are-equal-one-and-proof-is-empty.json"
_ZERO = (
    "subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json"
)
_SHORT = "a root of 12 octets: a SHA-256 hash has 32 (RFC 6962 section 2.1)"
DIFFERENT = {
    f"consistency/additional/{_ONE}": _SHORT,
    f"subtreeconsistency/additional/{_ONE}": _SHORT,
    f"subtreeconsistency/additional/{_ZERO}": _SHORT,
}
"""Vectors that want success where the rule refuses, with the clause."""


def hashes(value: list[str] | None) -> list[bytes]:
    return [b64decode(each) for each in value or []]


def outcome(kind: str, case: dict[str, Any]) -> str | None:
    proof = hashes(case["proof"])
    try:
        if kind == "inclusion":
            root, leaf = b64decode(case["root"] or ""), b64decode(case["leafHash"] or "")
            verify_inclusion(case["leafIdx"], case["treeSize"], leaf, root, proof)
        elif kind == "consistency":
            roots = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
            verify_consistency(case["size1"], case["size2"], roots, proof)
        elif kind == "subtreeinclusion":
            root, leaf = b64decode(case["root"] or ""), b64decode(case["leafHash"] or "")
            within = case["leafIdx"], case["start"], case["end"]
            verify_in_subtree(within, leaf, root, proof)
        else:
            part, root = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
            verify((case["start"], case["end"], case["size"]), part, root, proof)
    except ProofError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("kind", "count"),
    [("inclusion", 76), ("consistency", 67), ("subtreeinclusion", 132), ("subtreeconsistency", 85)],
)
def test_vectors(conformance: Path, kind: str, count: int) -> None:
    folder = conformance / FOLDER
    files = sorted((folder / kind).rglob("*.json"))
    assert len(files) == count
    for file in files:
        case = json.loads(file.read_text("utf-8"))
        name = str(file.relative_to(folder))
        found = outcome(kind, case)
        if name in DIFFERENT:
            assert found == "transparency.hash-length", name
            assert not case["wantErr"], name
        else:
            assert (found is not None) == case["wantErr"], (name, found)
