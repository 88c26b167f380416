# SPDX-License-Identifier: Apache-2.0
"""Witnesses as processes: two over one state, killed in the middle, started again."""

import random
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.hashing import root_of
from nguon.transparency.notes import known, open_note, read_note
from nguon.transparency.witnessing import Last
from nguon.witness import keyfile, serving
from nguon.witness.state import State
from tests.integration.witness.running import Process
from tests.unit.transparency.made_log import LOG, ORIGIN
from tests.unit.witness.made_witness import Growing, made

SIZE = 400
TREE = Growing(SIZE)
FORKS = [TREE, *(Growing(SIZE, fork=at) for at in (1, 40, 90))]
PLACE = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path / "w")


@pytest.fixture
def processes(folder: Path) -> Iterator[list[Process]]:
    both = [Process(folder), Process(folder)]
    yield both
    for each in both:
        each.kill()


def hammer(urls: list[str], seed: int, signed: list[tuple[int, bytes]], errors: list[str]) -> None:
    """Ask both processes for one tree's growth, as fast as they answer; each thread its own."""
    choice, tree = random.Random(seed), FORKS[seed % len(FORKS)]
    old = 0
    with httpx.Client(timeout=20) as client:
        for _ in range(30):
            new = min(old + choice.randrange(4), SIZE)
            found = client.post(f"{choice.choice(urls)}/add-checkpoint", content=tree.ask(old, new))
            if found.status_code == 200:
                signed.append((new, root_of(tree.hashes[:new])))
                old = new
            elif found.status_code == 409:
                old = int(found.text)
            elif found.status_code not in {422, 429, 503}:
                errors.append(f"{found.status_code} {found.text}")


def of_one_tree(signed: list[tuple[int, bytes]]) -> bool:
    """Whether everything that was cosigned is the history of one log."""
    return any(all(root_of(tree.hashes[:size]) == root for size, root in signed) for tree in FORKS)


@pytest.mark.fault
def test_two_processes_never_cosign_two_histories(processes: list[Process], folder: Path) -> None:
    for each in processes:
        each.start()
    signed: list[tuple[int, bytes]] = []
    errors: list[str] = []
    urls = [each.url for each in processes]
    threads = [threading.Thread(target=hammer, args=(urls, n, signed, errors)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(signed) > 4
    assert of_one_tree(signed)
    notes = [httpx.get(each.url + PLACE).content for each in processes]
    assert notes[0] == notes[1]
    assert read_checkpoint(read_note(notes[0]).text).size == max(size for size, _ in signed)


def remembered(folder: Path) -> Last:
    state = State(folder / serving.STATE)
    last = state.last(ORIGIN)
    state.close()
    return last


@pytest.mark.fault
def test_killed_anywhere_nothing_signed_is_forgotten(folder: Path) -> None:
    process = Process(folder)
    key = keyfile.read(folder / serving.KEY).key
    signed: list[tuple[int, bytes]] = [(0, root_of([]))]
    choice = random.Random(7)
    for _ in range(4):
        process.start()
        known_size = remembered(folder).size
        assert known_size >= signed[-1][0]
        timer = threading.Timer(choice.uniform(0, 0.03), process.kill)
        old, enough = known_size, known_size + choice.randrange(1, 5)
        with httpx.Client(timeout=20) as client:
            while True:
                tree = choice.choice(FORKS)
                new = min(old + 1, SIZE)
                try:
                    found = client.post(process.url + "/add-checkpoint", content=tree.ask(old, new))
                except httpx.TransportError:
                    break
                if found.status_code == 200:
                    note = read_note(tree.note(new) + found.content)
                    assert open_note(note, known([key, LOG.key])).verified[-1].key == key
                    signed.append((new, root_of(tree.hashes[:new])))
                    old = new
                    if old == enough:
                        timer.start()
        timer.join()
        last = remembered(folder)
        assert last.size in {old, old + 1}
        if last.size > old:  # Kept, and killed before it was answered.
            signed.append((last.size, last.root))
    assert len(signed) > 4
    assert of_one_tree(signed)
