# SPDX-License-Identifier: Apache-2.0
"""The page and the verifier in Python give the same findings, whatever they are handed."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from nguon.evidence import packed
from nguon.evidence.errors import EvidenceError
from nguon.evidence.items import Item
from nguon.evidence.opening import Opening
from nguon.evidence.receipts import Shown, make_receipt
from nguon.evidence.verifying import Asked, verify
from nguon.transparency.errors import TransparencyError
from nguon.transparency.hashing import root_of
from nguon.transparency.judging import Clock
from nguon.transparency.policies import write_policy
from tests.browser.verifier_packages import many_marked, statements
from tests.browser.verifier_page import kept, text
from tests.evidence_made import (
    LOTS,
    NOW,
    WITNESSES,
    SmallLog,
    noted,
    policy,
    secret_of,
)

pytestmark = pytest.mark.browser

LOG = SmallLog()
LOT_A, LOT_B = LOTS
POLICY = policy(quorum="2")
RECEIPT = bytes(LOG.receipt(2))
PACKAGE = bytes(LOG.package(LOT_A))
EVENT = LOG.logged[2].event.encode()

Case = tuple[bytes, dict[str, Any]]
Outcome = list[list[Any]] | str
"""Codes, what they come to and why; or the code of a refusal."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The verifier, opened from a file."""
    with kept(browser, tmp_path_factory.mktemp("verifier"), write_policy(POLICY)) as found:
        yield found


def here(octets: bytes, asked: dict[str, Any]) -> Outcome:
    """What the verifier in Python says."""
    more = {name: value for name, value in asked.items() if name in {"item", "number"}}
    clock = Clock(asked.get("now", NOW), asked.get("most"))
    try:
        found = verify(octets, POLICY, clock, event=asked.get("event"), asked=Asked(**more))
    except (EvidenceError, TransparencyError) as error:
        return error.code
    return [[each.code.value, each.holds, each.params.get("reason")] for each in found]


def spelled(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked, on its way into the page."""
    item = asked.get("item")
    told: dict[str, Any] = {"now": str(asked.get("now", NOW)), "number": asked.get("number")}
    told["most"] = None if asked.get("most") is None else str(asked["most"])
    told["event"] = None if asked.get("event") is None else text(asked["event"])
    secret = None if item is None or item.secret is None else text(item.secret)
    return told | {"item": None if item is None else {"key": item.key, "secret": secret}}


_VERIFY = """async ([policy, cases]) => {
  const read = nguon.readPolicy(nguon.octetsOf(policy));
  const octets = (told) => (told === null ? null : nguon.octetsOf(told));
  const found = [];
  for (const [file, asked] of cases) {
    const more = {
      policy: read, now: BigInt(asked.now), most: asked.most && BigInt(asked.most),
      number: asked.number, event: octets(asked.event),
      item: asked.item && { key: asked.item.key, secret: octets(asked.item.secret) },
    };
    try {
      const { findings } = await nguon.verify(octets(file), more);
      found.push(findings.map(({ code, holds, params }) => [code, holds, params.reason ?? null]));
    } catch (error) { found.push(error.code ?? String(error)); }
  }
  return found;
}"""


def there(page: Page, cases: list[Case]) -> list[Outcome]:
    """What the page says."""
    told = [[text(octets), spelled(asked)] for octets, asked in cases]
    found: list[Outcome] = page.evaluate(_VERIFY, [text(write_policy(POLICY)), told])
    return found


NOT_OCTETS = ["event", None, "verifier.not-octets"]
DIFFERS = ["event", False, "evidence.event-differs"]
OTHER_RECORD = ["event", False, "evidence.other-record"]
HELD = ["event", True, None]


def agree(one: Outcome, other: Outcome, *, given: bool) -> bool:
    """Whether both say the same. The page does not work out record digests: whether an event
    given beside a proof is another spelling stays open there, and a digest that the entry does
    not commit to, which ``opening`` refuses, is not compared.
    """
    if isinstance(one, str) or isinstance(other, str) or len(one) != len(other):
        return one == other
    allowed: list[Any] = (
        [(each, NOT_OCTETS) for each in (HELD, DIFFERS, OTHER_RECORD)] if given else []
    )
    if ["opening", False, "evidence.opening-differs"] in one:
        allowed.append((DIFFERS, HELD))
    return all(own == its or (own, its) in allowed for own, its in zip(one, other, strict=True))


def both(page: Page, cases: list[Case]) -> list[Outcome]:
    """What is said of each here, which the page must say, too."""
    expected = [here(*case) for case in cases]
    found = there(page, cases)
    for case, one, other in zip(cases, expected, found, strict=True):
        assert agree(one, other, given=case[1].get("event") is not None), (case, one, other)
    return expected


def flipped(octets: bytes, step: int = 1) -> list[Case]:
    """With one bit turned in each octet by turns, or in every so many."""
    found: list[Case] = []
    for at in range(0, len(octets), step):
        broken = bytearray(octets)
        broken[at] ^= 1 << at % 7
        found.append((bytes(broken), {}))
    return found


def holds(outcome: Outcome) -> bool:
    """Whether it says nothing that is wrong, and that the log signed."""
    if isinstance(outcome, str):
        return False
    return outcome[0][1] is True and all(each[1] is not False for each in outcome)


def test_each_octet_of_a_receipt_counts(page: Page) -> None:
    assert holds(here(RECEIPT, {}))
    found = both(page, flipped(RECEIPT))
    # What can be turned and still holds: an octet of one of three witnesses' lines, of whom two
    # are enough, that makes the line another's.
    passing = [at for at, one in enumerate(found) if holds(one)]
    start = RECEIPT.index(b"\n\xe2\x80\x94 witness1") + 1
    names = [line.partition(b" ")[2].partition(b" ")[0] for line in RECEIPT[start:].splitlines()]
    assert len(names) == 3
    assert all(at >= start for at in passing)
    for at in passing:
        line = RECEIPT[:at].rpartition(b"\n")[2]
        assert line.count(b" ") == 1 or len(line.rpartition(b" ")[2]) < 6, at


def test_octets_of_a_package_count(page: Page) -> None:
    assert holds(here(PACKAGE, {}))
    both(page, flipped(PACKAGE, 23))


def test_octets_of_a_packed_receipt_count(page: Page) -> None:
    address = packed.address("https://nguon.example.vn", LOG.receipt(2)).encode()
    assert both(page, [(address, {}), (RECEIPT, {})])[0] == here(RECEIPT, {})
    both(page, flipped(address, 3))


def changed(**members: Any) -> bytes:
    """The package with other members."""
    return json.dumps(json.loads(PACKAGE) | members).encode()


def entry_changed(**members: Any) -> bytes:
    """The package with another first entry."""
    told = json.loads(PACKAGE)
    told["entries"][0] |= members
    return json.dumps(told).encode()


def complete_changed(**members: Any) -> bytes:
    """The package with another list."""
    told = json.loads(PACKAGE)
    told["completeness"][0] |= members
    return json.dumps(told).encode()


def without(*path: str | int) -> bytes:
    """The package without a member."""
    told = json.loads(PACKAGE)
    at = told
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return json.dumps(told).encode()


FIRST = json.loads(PACKAGE)["entries"][0]
COMPLETE = json.loads(PACKAGE)["completeness"][0]
LISTED = COMPLETE["list"]
OTHER = bytes(LOG.package(LOT_B))
MANY = b",".join([b'"%s"' % FIRST["proof"][0].encode()] * 64)
SHAPES: list[bytes] = [
    *(b"", b"{", b"{}", b"[]", b" {}", b"nothing", b"#r=", b"#r=AQ", b"AQ==", b"\xff", b"\n\n"),
    b'{"format":1}',
    b'{"format":null}',
    b'{"format":"other"}',
    b'{"format":"nguon/proofs@v1"}',
    PACKAGE + b" ",
    b"\n\t" + PACKAGE,
    b"\xef\xbb\xbf" + PACKAGE,
    PACKAGE + b"{}",
    PACKAGE[:-1],
    PACKAGE[:-1] + b',"checkpoint":""}',
    PACKAGE[:-1] + b',"more":1}',
    PACKAGE[:-1] + b',"anchors":[]}',
    PACKAGE[:-1] + b',"anchors":null}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":""}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"A"}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"","x":1}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"","proof":[]}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"","proof":null}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"","proof":["AA=="]}]}',
    PACKAGE[:-1] + b',"anchors":[{"kind":"a","checkpoint":"","token":"","proof":[%s]}]}' % MANY,
    PACKAGE.replace(b'"index":0', b'"index":0.0', 1),
    PACKAGE.replace(b'"index":0', b'"index":-0', 1),
    PACKAGE.replace(b'"index":0', b'"index":-1', 1),
    PACKAGE.replace(b'"index":0', b'"index":1', 1),
    PACKAGE.replace(b'"index":0', b'"index":12', 1),
    PACKAGE.replace(b'"index":0', b'"index":9007199254740991', 1),
    PACKAGE.replace(b'"index":0', b'"index":9007199254740992', 1),
    PACKAGE.replace(b'"index":0', b'"index":"0"', 1),
    PACKAGE.replace(b'"index":0', b'"index":true', 1),
    PACKAGE.replace(b'"index":0', b'"index":00', 1),
    PACKAGE.replace(b'"event":"', b'"event":"\\ud800', 1),
    PACKAGE.replace(b'"event":"', b'"event":"\\u0020', 1),
    PACKAGE.replace(b'"event":"', b'"event":"\x01', 1),
    PACKAGE.replace(b'"event":"', b'"event":"\\x', 1),
    changed(checkpoint=""),
    changed(checkpoint=LOG.checkpoint.decode().replace("\n12\n", "\n13\n")),
    changed(checkpoint=noted(11, root_of(LOG.hashes[:11])).decode()),
    changed(checkpoint=noted(12, root_of(LOG.hashes), witnesses=WITNESSES[:2]).decode()),
    changed(checkpoint=noted(12, root_of(LOG.hashes), witnesses=WITNESSES[:1]).decode()),
    changed(checkpoint=noted(12, root_of(LOG.hashes), witnesses=[WITNESSES[0]] * 2).decode()),
    changed(checkpoint=noted(12, root_of(LOG.hashes), witnesses=()).decode()),
    changed(entries=[]),
    changed(entries=[FIRST] * 2),
    changed(entries=json.loads(OTHER)["entries"]),
    changed(entries=json.loads(PACKAGE)["entries"][:2]),
    changed(entries={}),
    changed(completeness=[]),
    changed(completeness=json.loads(OTHER)["completeness"]),
    changed(completeness=[COMPLETE, *json.loads(OTHER)["completeness"]]),
    changed(completeness=json.loads(PACKAGE)["completeness"] * 2),
    entry_changed(proof=[]),
    entry_changed(proof=FIRST["proof"][::-1]),
    entry_changed(proof=[*FIRST["proof"], FIRST["proof"][0]]),
    entry_changed(proof=FIRST["proof"][:-1]),
    entry_changed(proof=FIRST["proof"] * 30),
    entry_changed(proof=["A" * 44]),
    entry_changed(proof=[each.rstrip("=") for each in FIRST["proof"]]),
    entry_changed(entry=""),
    entry_changed(entry=f" {FIRST['entry']}"),
    entry_changed(opening={}),
    entry_changed(opening=FIRST["opening"] | {"salt": FIRST["opening"]["digest"]}),
    entry_changed(opening=FIRST["opening"] | {"salt": "AA"}),
    entry_changed(opening=FIRST["opening"] | {"salt": FIRST["opening"]["salt"] + "="}),
    entry_changed(opening=FIRST["opening"] | {"salt": FIRST["opening"]["salt"].replace("_", "/")}),
    entry_changed(opening=FIRST["opening"] | {"more": "AA"}),
    entry_changed(opening={"salt": FIRST["opening"]["salt"], "digest": FIRST["opening"]["digest"]}),
    entry_changed(event=FIRST["event"] + " "),
    entry_changed(event=""),
    entry_changed(event=FIRST["event"], statement="{}"),
    entry_changed(statement="{}"),
    entry_changed(context="{}"),
    entry_changed(marks=[]),
    entry_changed(marks=["a"]),
    entry_changed(marks="a"),
    complete_changed(item=LOT_B),
    complete_changed(item=""),
    complete_changed(secret="AA"),
    complete_changed(secret=json.loads(OTHER)["completeness"][0]["secret"]),
    complete_changed(list=LISTED[:-1]),
    complete_changed(list=LISTED[1:]),
    complete_changed(list=LISTED[::-1]),
    complete_changed(list=[*LISTED, LISTED[-1]]),
    complete_changed(list=[*LISTED, LISTED[-1] | {"index": 11}]),
    complete_changed(list=[LISTED[0] | {"leaf": LISTED[1]["leaf"]}, *LISTED[1:]]),
    complete_changed(list=[]),
    complete_changed(head=FIRST),
    complete_changed(head=json.loads(PACKAGE)["completeness"][0]["head"] | {"index": 8}),
    complete_changed(map_proof=json.loads(OTHER)["completeness"][0]["map_proof"]),
    complete_changed(map_proof=""),
    complete_changed(map_proof="nguon/map-proof@v1\nnothing\n"),
    without("checkpoint"),
    without("entries"),
    without("completeness"),
    without("entries", 0, "index"),
    without("entries", 0, "proof"),
    without("entries", 0, "opening"),
    without("entries", 0, "event"),
    without("completeness", 0, "secret"),
    without("completeness", 0, "head"),
    without("completeness", 0, "list", 0, "leaf"),
]


def note_with(change: Callable[[bytes], bytes]) -> bytes:
    """The receipt with another checkpoint."""
    receipt = LOG.receipt(2)
    return bytes(msgspec.structs.replace(receipt, checkpoint=change(receipt.checkpoint)))


def extra_with(extra: bytes | None) -> bytes:
    """The receipt with another extra."""
    return bytes(msgspec.structs.replace(LOG.receipt(2), extra=extra))


SHOWN = json.loads(LOG.receipt(2).extra or b"")


def shown_with(**members: Any) -> bytes:
    """The receipt that shows something else, canonically."""
    return extra_with(json.dumps(SHOWN | members, sort_keys=True, separators=(",", ":")).encode())


OPENED = LOG.logged[2].opening
RECEIPTS: list[bytes] = [
    RECEIPT,
    RECEIPT + b"\n",
    RECEIPT[:-1],
    b"\n" + RECEIPT,
    RECEIPT.replace(b"\n", b"\r\n"),
    RECEIPT.replace(b"index 2", b"index 02"),
    RECEIPT.replace(b"index 2", b"index  2"),
    RECEIPT.replace(b"index 2", b"index -2"),
    RECEIPT.replace(b"index 2", b"index 3"),
    RECEIPT.replace(b"index 2", b"index 9223372036854775807"),
    RECEIPT.replace(b"index 2", b"index 9223372036854775808"),
    RECEIPT.replace(b"index 2", "index \u0662".encode()),
    RECEIPT.replace(b"index 2\n", b""),
    RECEIPT.replace(b"index 2\n", b"index 2\nextra AAAA\n"),
    RECEIPT.replace(b"@v1", b"@v2"),
    RECEIPT.replace(b"\n\n", b"\n", 1),
    RECEIPT.replace(b"\n12\n", b"\n012\n"),
    RECEIPT.replace(b"\n12\n", b"\n13\n"),
    LOG.checkpoint,
    LOG.checkpoint + b"more",
    LOG.checkpoint[:-9],
    bytes(LOG.receipt(2, opening=None)),
    bytes(LOG.receipt(9)),
    bytes(LOG.receipt(2, record="urn:uuid:00000000-0000-4000-8000-000000000002")),
    bytes(LOG.receipt(2, record="another")),
    bytes(LOG.receipt(2, opening=LOG.logged[3].opening)),
    bytes(LOG.receipt(2, opening=Opening(OPENED.salt, OPENED.digest))),
    bytes(make_receipt(3, LOG.proof(2), LOG.checkpoint, Shown(LOG.entries[2]))),
    bytes(make_receipt(2, LOG.proof(2)[::-1], LOG.checkpoint, Shown(LOG.entries[2]))),
    bytes(make_receipt(2, LOG.proof(2), LOG.checkpoint, Shown(LOG.entries[3]))),
    bytes(make_receipt(2, (bytes(32),) * 63, LOG.checkpoint, Shown(LOG.entries[2]))),
    bytes(make_receipt(2, (bytes(32),) * 64, LOG.checkpoint, Shown(LOG.entries[2]))),
    extra_with(None),
    extra_with(b""),
    extra_with(b"{}"),
    extra_with(b"[]"),
    extra_with(b"\xff"),
    extra_with(b'{"entry":"a","v":1}'),
    extra_with(b'{"entry":"a","v":1.0}'),
    extra_with(b'{"entry":"a","v":2}'),
    extra_with(b'{"entry":"a","v":true}'),
    extra_with(b'{"v":1,"entry":"a"}'),
    extra_with(b'{"entry":"a","entry":"b","v":1}'),
    extra_with(b'{"entry":"\\ud800","v":1}'),
    extra_with(b'{"entry":"\\u00e9","v":1}'),
    extra_with('{"entry":"\u00e9","v":1}'.encode()),
    extra_with(b'{"entry":"a/\\n\x7f","v":1}'),
    extra_with(b'{"entry":"a\\/","v":1}'),
    extra_with(b'{"entry":"a","more":9007199254740993,"v":1}'),
    shown_with(more=1),
    shown_with(record=None),
    shown_with(record=""),
    shown_with(opening=None),
    shown_with(opening=SHOWN["opening"] | {"more": "AA"}),
    shown_with(opening={"salt": "AA", "digest": "AA"}),
    shown_with(entry=1),
    note_with(lambda note: note + note),
    note_with(lambda note: note + note.rpartition(b"\n\n")[2]),
    note_with(lambda note: note.replace(b"\xe2\x80\x94", b"-")),
    note_with(lambda note: note.replace(b"w ", b"w  ")),
    note_with(lambda note: note.replace(b"\n\n", b"\n\x00\n", 1)),
    note_with(lambda note: note.replace(b"\n\n", b"\nmore\n\n", 1)),
    note_with(lambda note: note + "— a.example AAAAAAAAAA==\n".encode()),
    note_with(lambda note: note + "— a.example AAAAAA==\n".encode()),
    note_with(lambda note: note + "— a.example AAAAAAAAAA=\n".encode()),
    note_with(lambda note: note + "— a\u00a0b AAAAAAAAAA==\n".encode()),
    note_with(lambda note: note + "— a+b AAAAAAAAAA==\n".encode()),
    note_with(lambda note: note + "— a AAAAAAAAAA==\n".encode() * 96),
    note_with(lambda note: note + "— a AAAAAAAAAA==\n".encode() * 97),
    note_with(lambda note: b"\n".join(reversed(note.split(b"\n")))),
    note_with(lambda note: b"x" * 1_000_001),
    b"x" * 2_000_001,
]


def test_shapes_and_receipts(page: Page) -> None:
    found = both(page, [(octets, {}) for octets in [*SHAPES, *RECEIPTS]])
    assert len(found) >= 160
    assert len({json.dumps(one) for one in found}) >= 35


def asked_besides() -> list[Case]:
    """Clocks, ages, numbers, items, events."""
    document: dict[str, Any] = {"@context": [], "type": "EPCISDocument", "schemaVersion": "2.0"}
    document |= {"creationDate": "2026-07-28T08:00:00Z", "epcisBody": {"eventList": []}}
    listed = json.dumps(document).replace("[]}", f"[ {EVENT.decode()} , {LOG.logged[3].event}]}}")
    events = [EVENT, b"\n" + EVENT + b" ", EVENT.replace(b"08:02", b"08:03"), b"", b"no", b"{}"]
    events += [EVENT.replace(b", ", b","), LOG.logged[3].event.encode(), listed.encode()]
    named = bytes(LOG.receipt(2, record="urn:uuid:00000000-0000-4000-8000-000000000002"))
    other = bytes(LOG.receipt(2, record="urn:uuid:00000000-0000-4000-8000-000000000003"))
    held = [RECEIPT, PACKAGE, named, other, bytes(LOG.receipt(2, opening=None)), LOG.checkpoint]
    cases: list[Case] = [(octets, {"event": event}) for octets in held for event in events]
    for now in (0, NOW - 91, NOW - 90, NOW, NOW + 10**9):
        cases += [(RECEIPT, {"now": now, "most": most}) for most in (None, 0, 59, 60, 10**9)]
    numbers = ["1-2", "1-3", "2-2", "1-02", "x", "", "1-2 "]
    cases += [(octets, {"number": one}) for octets in (RECEIPT, PACKAGE) for one in numbers]
    items = [Item(LOT_A, secret_of(LOT_A)), Item(LOT_B, secret_of(LOT_B)), Item(LOT_A), Item("x")]
    broken = RECEIPT.replace(b"index 2", b"index 3")
    return cases + [
        (octets, {"item": item}) for octets in (RECEIPT, PACKAGE, broken) for item in items
    ]


def test_what_is_asked_besides(page: Page) -> None:
    cases = asked_besides()
    found = both(page, cases)
    assert len(cases) >= 100
    assert len({json.dumps(one) for one in found}) >= 15


def test_statements_heads_and_marks(page: Page) -> None:
    items = [None, Item(LOT_A, secret_of(LOT_A)), Item("x", b"x" * 32)]
    cases = [
        (octets, {} if item is None else {"item": item})
        for octets in [*many_marked(), *statements()]
        for item in items
    ]
    found = both(page, cases)
    assert len({json.dumps(one) for one in found}) >= 10
