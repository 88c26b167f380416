# SPDX-License-Identifier: Apache-2.0
"""What an entry's leaf says to everybody."""

import json
from hashlib import sha256
from typing import Any

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.errors import NguonError

EVENT = "event"


class LeafFacts(msgspec.Struct, frozen=True):
    """Nothing is said where a leaf is of another kind or form."""

    kind: str | None = None
    commit: str | None = None
    subjects: tuple[str, ...] | None = None
    """Marks of what it is about."""
    subjects_root: str | None = None
    """Stands for them where they are many."""
    body: bytes | None = None
    """Of a public statement: canonical JSON."""

    def marks(self, told: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Its marks; those told beside it count if their hash stands in it. None: unknown."""
        if self.subjects_root is None or told is None:
            return self.subjects
        root = url_text(sha256("".join(told).encode()).digest())
        return told if root == self.subjects_root else None


def read_leaf(octets: bytes) -> LeafFacts:
    """The facts of a leaf; of octets that are no canonical JSON object there are none."""
    try:
        told = json.loads(octets)
        if not isinstance(told, dict) or canonical(told) != octets:
            return LeafFacts()
    except (ValueError, RecursionError, NguonError):
        return LeafFacts()
    subjects = told.get("subjects")
    listed = isinstance(subjects, list) and all(isinstance(mark, str) for mark in subjects)
    return LeafFacts(
        _text(told, "kind"),
        _text(told, "commit"),
        tuple(subjects) if listed and isinstance(subjects, list) else None,
        _text(told, "subjects_root"),
        canonical(told["body"]) if "body" in told else None,
    )


def _text(told: dict[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) else None
