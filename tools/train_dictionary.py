# SPDX-License-Identifier: Apache-2.0
"""Trains the dictionary that event bodies are compressed with, from EPCIS JSON documents.

    python tools/train_dictionary.py 40001 examples/events/*/*.jsonld

writes ``src/nguon/store/dictionaries/40001.zdict``. A number that a release has
shipped is never trained again: bodies name it. Each event is used in many
variants, its digits and standard words changed, so that the dictionary learns
the language of events and not these events.
"""

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import zstandard

from nguon.epcis.vocabulary import standard_words
from nguon.store.bodies import layout

FOLDER = Path(__file__).parent.parent / "src/nguon/store/dictionaries"
SIZE = 48 * 1024
SAMPLES = 12_000
_DIGITS = re.compile(r"\d{3,}")
_WORDS = re.compile(r'("(?:bizStep|disposition)": ?)"\w+"')


def events_of(path: Path) -> Iterator[tuple[dict[str, Any], Any]]:
    """The events of a document with its context."""
    document = json.loads(path.read_text("utf-8"))
    for event in document.get("epcisBody", {}).get("eventList", ()):
        yield event, document.get("@context")


def variant(event: dict[str, Any], context: Any, chance: random.Random) -> bytes:
    """The event as somebody else might have sent it."""
    spaced = chance.random() < 0.5
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(event, ensure_ascii=chance.random() < 0.2, separators=separators)
    text = _DIGITS.sub(lambda found: _digits(found.group(), chance), text)
    text = _WORDS.sub(lambda found: _word(found, chance), text)
    return layout(text.encode(), json.dumps(context, separators=separators).encode())


def _digits(old: str, chance: random.Random) -> str:
    """Others at the end, where serial numbers differ; prefixes and years stay."""
    kept = len(old) // 2
    return old[:kept] + "".join(chance.choices("0123456789", k=len(old) - kept))


def _word(found: re.Match[str], chance: random.Random) -> str:
    if chance.random() < 0.7:
        return found.group()
    field = "bizStep" if "bizStep" in found.group(1) else "disposition"
    return f'{found.group(1)}"{chance.choice(sorted(standard_words(field)))}"'


def train(number: int, paths: Iterable[Path]) -> bytes:
    """The dictionary's bytes."""
    chance = random.Random(number)  # noqa: S311 - the same samples each time
    known = [found for path in paths for found in events_of(path)]
    samples = [variant(*chance.choice(known), chance) for _ in range(SAMPLES)]
    return zstandard.train_dictionary(SIZE, samples, dict_id=number, level=3).as_bytes()


def main() -> None:
    number = int(sys.argv[1])
    target = FOLDER / f"{number}.zdict"
    target.write_bytes(train(number, map(Path, sys.argv[2:])))


if __name__ == "__main__":
    main()
