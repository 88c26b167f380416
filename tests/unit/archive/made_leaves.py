# SPDX-License-Identifier: Apache-2.0
"""Leaves of events that mark items, for tests of maps and mirrors."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256


def text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def mark(number: int) -> bytes:
    """The mark of an item, as if keyed."""
    return sha256(b"item %d" % number).digest()[:16]


def leaf(number: int, items: Sequence[int]) -> bytes:
    """Like the log's: canonical JSON, marks sorted."""
    marks = sorted(text(mark(item)) for item in items)
    commit = text(sha256(b"event %d" % number).digest())
    value = {"by": commit, "commit": commit, "kind": "event", "subjects": marks, "v": 1}
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def beside(number: int, items: Sequence[int]) -> tuple[bytes, str, bytes]:
    """A leaf that states a file of marks, the file's name and the file."""
    marks = sorted(text(mark(item)) for item in items)
    root = sha256("".join(marks).encode()).digest()
    commit = text(sha256(b"event %d" % number).digest())
    value = {"by": commit, "commit": commit, "kind": "event", "subjects_root": text(root), "v": 1}
    octets = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    return octets, root.hex(), json.dumps(marks).encode()
