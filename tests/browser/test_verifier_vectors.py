# SPDX-License-Identifier: Apache-2.0
"""The page's verifier against the vectors of others, each as the verifier in Python judges it."""

import json
from collections.abc import Iterator
from hashlib import sha256, sha512
from hmac import digest as mac
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from nguon.transparency.armour import octets_of
from nguon.transparency.bundles import read_bundle
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.keys import Key, Kind, Signer, read_key, verified
from nguon.transparency.notes import known
from nguon.transparency.policies import Policy, read_policy
from nguon.transparency.proving import prove_consistency, prove_inclusion
from nguon.transparency.reading import TileHashes
from nguon.transparency.tiles import ENTRIES, Tile, tile_at
from tests.browser.verifier_page import kept, text
from tests.conformance.test_transparency_merkle import outcome
from tests.conformance.test_transparency_witness import hexadecimal
from tests.unit.transparency.test_policies import HEAD, MALFORMED, SIGNERS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The verifier, opened from a file."""
    with kept(browser, tmp_path_factory.mktemp("verifier"), b"quorum none\n") as found:
        yield found


_TRYING = """(many, run) => many.map((one) => {
  try { run(one); return null; } catch (error) { return error.code ?? String(error); }
})"""


def test_hashes(page: Page) -> None:
    random = Random(5)
    cases = [random.randbytes(n) for n in (*range(140), 255, 256, 1000, 5000, 70_000)]
    found = page.evaluate(
        """async (cases) => Promise.all(cases.map(nguon.octetsOf).map(async (each) => [
             nguon.hex(nguon.sha256(each)), nguon.hex(await nguon.digested(each)),
             each.length > 5000 ? '' : nguon.hex(nguon.sha512(each)),
             nguon.hex(nguon.hmac256(each, each))]))""",
        [text(each) for each in cases],
    )
    assert found == [
        [
            sha256(each).hexdigest(),
            sha256(each).hexdigest(),
            "" if len(each) > 5000 else sha512(each).hexdigest(),
            mac(each, each, "sha256").hex(),
        ]
        for each in cases
    ]


BASE64 = [
    *("", "AA==", "AB==", "AAA=", "AAB=", "AAAA", "A", "AA", "AAA", "AA=", "A===", "=AAA"),
    *("AA==\n", " AA==", "AA= =", "A-__", "AAAA====", "QUJD", "QUJDRA==", "QU=D", "Ą==="),
]


def test_base64_has_one_spelling(page: Page) -> None:
    found = page.evaluate(
        "cases => cases.map(nguon.octetsOf).map((each) => each && nguon.hex(each))", BASE64
    )
    expected = [octets_of(each) for each in BASE64]
    assert found == [None if each is None else each.hex() for each in expected]


def test_merkle_vectors(conformance: Path, page: Page) -> None:
    folder = conformance / "transparency-dev-merkle"
    kinds = ("inclusion", "consistency", "subtreeinclusion", "subtreeconsistency")
    cases = [
        (kind, json.loads(file.read_text("utf-8")))
        for kind in kinds
        for file in sorted((folder / kind).rglob("*.json"))
    ]
    found = page.evaluate(
        """(cases) => {
          const octets = (told) => nguon.octetsOf(told ?? '');
          const run = {
            inclusion: (c) => nguon.checkInclusion(BigInt(c.leafIdx), BigInt(c.treeSize),
              octets(c.leafHash), octets(c.root), c.proof.map(octets)),
            consistency: (c) => nguon.checkConsistency(BigInt(c.size1), BigInt(c.size2),
              octets(c.root1), octets(c.root2), c.proof.map(octets)),
            subtreeinclusion: (c) => nguon.checkInSubtree([c.leafIdx, c.start, c.end].map(BigInt),
              octets(c.leafHash), octets(c.root), c.proof.map(octets)),
            subtreeconsistency: (c) => nguon.checkPart([c.start, c.end, c.size].map(BigInt),
              octets(c.root1), octets(c.root2), c.proof.map(octets)),
          };
          return cases.map(([kind, one]) => {
            try { run[kind](one); return null; }
            catch (error) { return error.code ?? String(error); }
          });
        }""",
        [(kind, spelled(case)) for kind, case in cases],
    )
    assert len(found) == 360
    assert found == [outcome(kind, case) for kind, case in cases]


def spelled(case: dict[str, Any]) -> dict[str, Any]:
    """A vector with numbers as texts: the page reads them exactly."""
    told = {name: str(each) if isinstance(each, int) else each for name, each in case.items()}
    return told | {"proof": case["proof"] or []}


_NOTES = """async (cases) => {
  const found = [];
  for (const [octets, keys] of cases) {
    try {
      const known = nguon.knownKeys(keys.map(nguon.readKey));
      const opened = await nguon.openNote(nguon.readNote(nguon.octetsOf(octets)), known);
      found.push(opened.verified.map(({ key }) => key.name));
    } catch (error) { found.push(error.code ?? String(error)); }
  }
  return found;
}"""


def test_sumdb_and_the_example_of_notes(conformance: Path, page: Page) -> None:
    told = json.loads((conformance / "golang-sumdb-note/note_cases.json").read_text("utf-8"))
    example = json.loads((conformance / "c2sp-spec-examples/examples.json").read_text("utf-8"))
    signed = example["signed_note"]
    cases = [(text(case["note"].encode()), case["keys"]) for case in told["cases"]]
    cases.append((text(signed["note"].encode()), [signed["vkey"]]))
    cases += [(text(b""), [key]) for key in told["bad_vkeys"]]
    found = page.evaluate(_NOTES, cases)
    for case, one in zip(told["cases"], found, strict=False):
        if case["ok"]:
            assert one == case["verified"], case["name"]
        else:
            assert one.startswith("transparency."), case["name"]
    assert found[8] == [signed["vkey"].partition("+")[0]]
    assert found[9:] == ["transparency.key-form", "transparency.key-type"]


def test_the_log_of_tessera(conformance: Path, page: Page) -> None:
    folder = conformance / "tessera-testlog"
    vkey = (folder / "vkey.txt").read_text("utf-8").strip()
    octets = [file.read_bytes() for file in sorted((folder / "log").glob("checkpoint*"))]
    seen = [open_checkpoint(each, known([read_key(vkey)])).checkpoint for each in octets]
    found = page.evaluate(
        """async ([vkey, notes]) => Promise.all(notes.map(async (note) => {
          const { checkpoint } = await nguon.openCheckpoint(
            nguon.octetsOf(note), nguon.knownKeys([nguon.readKey(vkey)]));
          return [checkpoint.origin, String(checkpoint.size), nguon.hex(checkpoint.root)];
        }))""",
        [vkey, [text(each) for each in octets]],
    )
    assert found == [[each.origin, str(each.size), each.root.hex()] for each in seen]
    assert len(found) == 12

    def read(tile: Tile) -> bytes:
        return (folder / "log" / tile.path).read_bytes()

    hashes = TileHashes(15, read)
    leaves = leaf_hashes(read_bundle(read(tile_at(ENTRIES, 0, 15)), 15))
    roots = {each.size: each.root for each in seen if each.size}
    inclusions = [
        (index, size, leaves[index], root, prove_inclusion(index, size, hashes))
        for size, root in roots.items()
        for index in range(size)
    ]
    consistencies = [
        (old, new, roots[old], roots[new], prove_consistency(old, new, hashes))
        for old, new in combinations(sorted(roots), 2)
    ]
    for name, proofs in (("checkInclusion", inclusions), ("checkConsistency", consistencies)):
        cases = [
            (one, two, text(part), text(root), [text(each) for each in proof])
            for one, two, part, root, proof in proofs
        ]
        # Each as it is, and with the proof's last hash (or the part) turned by a bit.
        assert page.evaluate(
            f"""(cases) => ({_TRYING})(cases.flatMap(
              (one) => [[one, false], [one, true]]), ([[at, size, part, root, proof], turned]) => {{
                const hashes = proof.map(nguon.octetsOf);
                const known = nguon.octetsOf(part);
                if (turned) (hashes.at(-1) ?? known)[31] ^= 1;
                nguon.{name}(BigInt(at), BigInt(size), known, nguon.octetsOf(root), hashes);
              }})""",
            cases,
        ) == [None, "transparency.proof-fails"] * len(cases)


def test_sunlight_cosignatures(conformance: Path, page: Page) -> None:
    base = conformance / "sunlight/skylight"
    cases = []
    for folder, manifest in (
        ("witness", "witness/witness.v0.json"),
        ("witness/mirror", "witness/mirror/mirror.v0.json"),
        ("witness2", "witness2/witness.v0.json"),
    ):
        vkey = json.loads((base / manifest).read_text("utf-8"))["verifier_keys"][0]
        for file in sorted((base / folder).glob("[0-9a-f]" * 64 + "/checkpoint")):
            octets = bytearray(file.read_bytes())
            cases.append((text(bytes(octets)), [vkey]))
            octets[5] ^= 1
            cases.append((text(bytes(octets)), [vkey]))
    found = page.evaluate(_NOTES, cases)
    names = [keys[0].partition("+")[0] for _, keys in cases]
    assert len(found) == 6
    assert found[::2] == [[name] for name in names[::2]]
    assert set(found[1::2]) == {"transparency.signature-fails"}


_POLICIES = """(cases) => cases.map((octets) => {
  const sigsum = (told, kind) => ({ name: told, kind, octets: nguon.unhex(told), id: told });
  try {
    const read = nguon.readPolicy(nguon.octetsOf(octets[0]), ...(octets[1] ? [sigsum] : []));
    return octets[2].map((signed) => nguon.satisfied(read, new Set(signed)));
  } catch (error) { return [error.code ?? String(error), error.params.line]; }
})"""


def subsets(policy: Policy) -> list[list[str]]:
    """Some sets of the witnesses' keys, in hexadecimal."""
    keys = [each.key.public.hex() for each in policy.witnesses.values()]
    random = Random(len(keys))
    return [random.sample(keys, random.randint(0, len(keys))) for _ in range(60)]


def test_sigsum_policies(conformance: Path, page: Page) -> None:
    files = sorted((conformance / "sigsum-policies").glob("*.builtin-policy"))
    policies = [read_policy(file.read_bytes(), hexadecimal) for file in files]
    cases = [
        (text(file.read_bytes()), True, subsets(policy))
        for file, policy in zip(files, policies, strict=True)
    ]
    assert len(cases) == 4
    assert page.evaluate(_POLICIES, cases) == [
        [policy.satisfied(map(bytes.fromhex, signed)) for signed in subsets(policy)]
        for policy in policies
    ]


def test_policies_of_the_format(page: Page) -> None:
    lines = "group a 2 w0 w1 w2\ngroup b any w3 w4\ngroup c all w5 a b\nquorum c\n"
    nested = read_policy((HEAD + lines).encode())
    strange = b"witness \xff %b\nquorum \xff\n" % str(SIGNERS[0].key).encode()
    cases = [
        (text((HEAD + lines).encode()), False, subsets(nested)),
        (text(strange), False, [[SIGNERS[0].key.public.hex()], []]),
        *((text(told.encode()), False, []) for told, _, _ in MALFORMED),
    ]
    assert page.evaluate(_POLICIES, cases) == [
        [nested.satisfied(map(bytes.fromhex, signed)) for signed in subsets(nested)],
        [True, False],
        *([f"transparency.{code}", line] for _, code, line in MALFORMED),
    ]


KEY = Signer("log.example.vn/log/1", Kind.SIGNATURE, b"k" * 32).key
ODD_KEYS = [
    str(KEY),
    str(KEY).replace("+", " ", 1),
    str(KEY)[:-4],
    f"{KEY}=",
    "",
    "a",
    "a+b",
    "++",
] + [
    str(Key(name, Kind.SIGNATURE, KEY.public))
    for name in (
        "",
        "a b",
        "a\u00a0b",
        "a\u0085",
        "a\u2028b",
        "a\ufeffb",
        "a\x1fb",
        "Nguồn",
        "a\u3000",
    )
]


def test_keys(page: Page) -> None:
    def outcome_of(spelling: str) -> str:
        try:
            return read_key(spelling).name
        except NoteError as error:
            return error.code

    found = page.evaluate(
        """(keys) => keys.map((key) => {
          try { return nguon.readKey(key).name; }
          catch (error) { return error.code ?? String(error); }
        })""",
        ODD_KEYS,
    )
    assert found == [outcome_of(each) for each in ODD_KEYS]


_ED25519 = """async ([cases, own]) => {
  const found = [];
  for (const one of cases) {
    found.push(await nguon.signatureHolds(...one.map(nguon.octetsOf), own));
  }
  return found;
}"""


@pytest.mark.parametrize("own", [False, True], ids=["browser", "own"])
def test_wycheproof_ed25519(conformance: Path, page: Page, own: bool) -> None:
    told = json.loads((conformance / "wycheproof/ed25519_test.json").read_text("utf-8"))
    cases = [
        (
            bytes.fromhex(group["publicKey"]["pk"]),
            bytes.fromhex(one["msg"]),
            bytes.fromhex(one["sig"]),
        )
        for group in told["testGroups"]
        for one in group["tests"]
    ]
    valid = [one["result"] == "valid" for group in told["testGroups"] for one in group["tests"]]
    assert len(cases) == 151
    cases += strange_signatures()
    found = page.evaluate(_ED25519, [[[text(part) for part in case] for case in cases], own])
    assert found[:151] == valid
    assert found == [verified(*case) for case in cases]


MIXED = [
    (
        "40a4cf5c611d737a2f1c6fcca84d9cabfed80987f186a5a6c57e629bff1af27f",
        "04",
        "205b0f537994e4754a69d556e021685ffabc6150ec47b726dbce0a7f6ee57dbd",
        "0b1bc5123987bab5e180be8968becbf3112aa54beca4c4e9b43a9e1512f25d03",
    ),
    (
        "40a4cf5c611d737a2f1c6fcca84d9cabfed80987f186a5a6c57e629bff1af27f",
        "05",
        "205b0f537994e4754a69d556e021685ffabc6150ec47b726dbce0a7f6ee57dbd",
        "8b6fd821e23aba47e3842ed4df17612fa94a3c56a1e81d4150dfd06b2bef9005",
    ),
    (
        "ef4f62f8479733ad879cfaced3c89a9c39dd4fc795ef2efa1c3eafe4d729a081",
        "6d",
        "37156422280c0dcab41e93fdf9b1a740fc984b3cd62c56a44bf59943120d20fb",
        "d41eb7b40bc6e9eecdcf190c6a7c1278b637fc9a311220df9d80ce00d724270f",
    ),
]
"""Keys and points with a part of small order: only the equation with the cofactor would let all
pass. Made with numbers of our own: key, message, halves of the signature."""


def strange_signatures() -> list[tuple[bytes, bytes, bytes]]:
    """Points of small order, keys and numbers in a second spelling, mixed with good ones."""
    field, order = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    eighth = 2707385501144840649318225287225658788936804267575313519463743609750303021
    signer = Signer("a", Kind.SIGNATURE, b"z" * 32)
    good = signer.sign(b"message")
    points = [0, 1, field - 1, field, field + 1, eighth, field - eighth, 2**255 - 1, 2]
    spelled = [(y | sign << 255).to_bytes(32, "little") for y in points for sign in (0, 1)]
    s = int.from_bytes(good[32:], "little")
    found = [(signer.key.public, b"message", good), (signer.key.public, b"massage", good)]
    found += [(point, b"message", good) for point in spelled]
    found += [(signer.key.public, b"message", point + good[32:]) for point in spelled]
    found += [(point, b"message", other + bytes(32)) for point in spelled for other in spelled]
    for key, message, *halves in MIXED:
        found.append((bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex("".join(halves))))
    for more in (order, 2 * order, 8 * order, 15 * order):
        if s + more < 2**256:
            scalar = (s + more).to_bytes(32, "little")
            found.append((signer.key.public, b"message", good[:32] + scalar))
    return found


def test_browser_has_ed25519(page: Page) -> None:
    """So that the vectors above do go both ways."""
    assert page.evaluate(
        "crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).then(() => true)"
    )
