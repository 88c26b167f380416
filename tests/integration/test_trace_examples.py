# SPDX-License-Identifier: Apache-2.0
"""Traces of the demonstration goods equal the sets written by hand in ``expected/``.

Each file names a start, a direction and what must be found, sorted by why it
hangs on the start; the sets were written from the story of the goods, not from
the program's answers. ``examples/README.md`` says what they contain.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.cli.demonstration import load, read_manifest
from nguon.epcis.items import Role
from nguon.store import Store, open_store
from nguon.trace import Direction, trace
from nguon.trace.model import Mode

EXAMPLES = Path(__file__).parents[2] / "examples"
EXPECTED = sorted((Path(__file__).parent / "expected").glob("*.json"))
ALL = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
MODES = {
    "made_from": Mode.WHOLE,
    "made_into": Mode.WHOLE,
    "contents": Mode.WHOLE,
    "pieces": Mode.WHOLE,
    "lots": Mode.LOT,
    "carriers": Mode.CARRIER,
    "attached": Mode.ATTACHED,
}


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with all demonstration goods."""
    folder = tmp_path_factory.mktemp("goods")
    with open_store(f"sqlite:///{folder / 'goods.db'}") as store:
        limits = Limits(body=1 << 28, events=100_000, whole=100_000, synchronous=1 << 28)
        capture = CaptureService(store, folder / "spool", limits, 0)
        load(store, capture, EXAMPLES, read_manifest(EXAMPLES), lambda _name: None)
        capture.close()
        yield store


def _spelled(text: str, names: Mapping[str, str]) -> str:
    head, slash, rest = text.partition("/")
    return names.get(head, head) + slash + rest


def _keys(entries: list[Any], names: Mapping[str, str]) -> Iterator[str]:
    """The keys of a list; ``from`` and ``to`` are a run of serial numbers."""
    for entry in entries:
        if isinstance(entry, str):
            yield _spelled(entry, names)
            continue
        first, last = entry["from"], entry["to"]
        for number in range(int(first), int(last) + 1):
            yield _spelled(entry["of"], names) + str(number).zfill(len(first))


def _without_parts(modes: Mapping[str, Mode]) -> dict[str, Mode]:
    """Part of a lot counts as goods."""
    return {k: Mode.WHOLE if mode is Mode.PART else mode for k, mode in modes.items()}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_trace_finds_what_the_story_says_and_nothing_else(goods: Store, path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    names = case["names"]
    expected = {
        key: mode for group, mode in MODES.items() for key in _keys(case.get(group, []), names)
    }
    lineage = trace(goods, ALL, case["start"], Direction(case["direction"]))
    found = {n.key: n.mode for n in lineage.nodes if n.mode is not Mode.PROCESS}
    assert found.pop(case["start"]) is Mode.WHOLE
    assert _without_parts(found) == expected
    assert not lineage.truncated
    assert found.keys().isdisjoint(_keys(case["never"], names))


def test_recalled_seasoning_reached_these_places_and_no_other(goods: Store) -> None:
    case = json.loads((EXPECTED[0].parent / "noodle-seasoning-forward.json").read_text("utf-8"))
    lineage = trace(goods, ALL, case["start"], Direction.FORWARD)
    found = sorted(lineage.keys() - {case["start"]})
    events = goods.events.by_items(ALL, found, limit=100_000)
    assert {
        item.key
        for event in events
        if getattr(event.event, "biz_step", None) == "receiving"
        for item in event.items
        if item.role is Role.BIZ_LOCATION
    } == set(case["received_at"])
