# SPDX-License-Identifier: Apache-2.0
"""Guessing what public entries are about, with every lot number there is. Attack 15."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from itertools import product
from typing import Any

from nguon.base.base64url import url_text
from nguon.base.mac import mac
from nguon.evidence.commitments import item_mark, item_secret
from nguon.store import open_store
from tests.fault.log.conftest import World
from tests.fault.log.test_proofs_passed_off import serial
from tests.fault.log.world import Operator

KNOWN = [serial(number) for number in range(1, 500)]
"""Every number that could be meant; five of them are."""


def octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def leaves_of(operator: Operator) -> list[dict[str, Any]]:
    """The public entries about events."""
    found = [json.loads(each) for each in operator.entries() if each.startswith(b"{")]
    return [each for each in found if each["kind"] == "event"]


def public_values(operator: Operator) -> set[bytes]:
    """All that everybody can read of an installation, and what one might try besides."""
    found = {b"", b"nguon", bytes(16), bytes(32), operator.origin.encode()}
    for key in operator.log_keys():
        found |= {key.public, key.id, str(key).encode()}
    checkpoint = operator.checkpoint()
    found |= {checkpoint.root, operator.note(), operator.base_url.encode()}
    for leaf in leaves_of(operator):
        for value in leaf.values():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    found |= {text.encode()} | ({octets(text)} if len(text) > 20 else set())
    # A key of more than a block stands for its hash.
    return {each for each in found if len(each) <= 64} | {sha256(each).digest() for each in found}


def test_nothing_is_matched_without_the_secret(world: World) -> None:
    leaves = leaves_of(world.one)
    marks = {mark for leaf in leaves for mark in leaf.get("subjects", ())}
    commitments = {str(leaf[name]) for leaf in leaves for name in ("commit", "by")}
    assert len(leaves) >= 5
    guesses: set[str] = set()
    for key, value in product(KNOWN, public_values(world.one)):
        told = key.encode()
        for made in (
            item_mark(key, value),
            item_mark(key, item_secret(key, value)),
            sha256(told).digest(),
            sha256(value + told).digest(),
            mac(told, value),
        ):
            guesses |= {url_text(made), url_text(made[:16])}
    assert guesses.isdisjoint(marks | commitments)
    assert len(guesses) > 100_000
    with open_store(world.one.database_url) as store:
        secret = store.secret
    right = {url_text(item_mark(key, item_secret(key, secret))) for key in KNOWN}
    assert len(right & marks) >= 5, "with the secret they are found: the guess had the right form"


def test_two_entries_of_one_event_have_nothing_in_common(world: World) -> None:
    """The same lots and events in two installations: no mark, no commitment is the same."""
    both = [leaves_of(each) for each in (world.one, world.two)]
    said = [{json.dumps(value) for leaf in leaves for value in leaf.values()} for leaves in both]
    assert said[0] & said[1] == {'"event"', "1"}
    marks = [{mark for leaf in leaves for mark in leaf.get("subjects", ())} for leaves in both]
    assert marks[0].isdisjoint(marks[1])
