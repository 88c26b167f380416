# SPDX-License-Identifier: Apache-2.0
"""Finds register entries by the beginnings of words, within what the reader may know.

Every word asked must begin a word of the entry's names or codes. Diacritics,
tone styles, letter case and the marks in codes do not matter. Words of a
household that it did not publish are kept for its owners, inspectors within
their mandate and the operator alone: others neither find nor count it.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from nguon.base.audience import Audience, AudienceKind
from nguon.identity.policy import Shown, relation, shown
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import search as rows
from nguon.store.search import EVERYBODY, WHOLE, EntryRow
from nguon.vn.text import fold

_MOST_WORDS = 8
_PORTION, _SCANNED, _ENOUGH = 400, 2_400, 100
"""Entries looked at together, of the rarest word, and found before looking on ends."""
_LONGEST = 200
_ORDER = {register: place for place, register in enumerate(Register)}
_SEES_ALL = frozenset({AudienceKind.OPERATOR, AudienceKind.INSPECTOR})


class Hit(msgspec.Struct, frozen=True):
    """An entry found: its register and its key there (``code`` of an organisation)."""

    register: Register
    key: str
    rank: int


def find(
    store: Store,
    audience: Audience,
    text: str,
    kinds: Sequence[Register] = (),
    limit: int = 20,
) -> list[Hit]:
    """The entries with a word for every word asked, best first.

    Where every word asked begins thousands of entries, the first of them are looked at.
    """
    words = list(dict.fromkeys(fold(text[:_LONGEST]).split()))[:_MOST_WORDS]
    if not words:
        return []
    with store.reading() as connection:
        found = _candidates(connection, audience, words, [kind.value for kind in kinds])
    hits = []
    for entry in found:
        known = _known(audience, entry)
        rank = _rank(known, words)
        if rank is not None:
            hits.append((rank, _ORDER[Register(entry.register)], known, entry.key, entry))
    ordered = sorted(hits, key=lambda hit: hit[:4])
    return [Hit(Register(hit[4].register), hit[3], hit[0]) for hit in ordered[:limit]]


def _candidates(
    connection: Connection, audience: Audience, words: Sequence[str], registers: Sequence[str]
) -> list[EntryRow]:
    """Entries of the rarest word that have the others too, and those with all words as one code."""
    readers = _readers(audience)
    lists = {word: rows.numbers(connection, readers, word, _PORTION) for word in words}
    rarest = min(words, key=lambda word: (len(lists[word]), -len(word)))
    others = [word for word in words if word != rarest]
    found = rows.entries(connection, lists[rarest], registers, others)
    if len(found) < _ENOUGH and len(lists[rarest]) >= _PORTION:
        more = rows.numbers(connection, readers, rarest, _SCANNED)
        for start in range(_PORTION, len(more), _PORTION):
            found += rows.entries(connection, more[start : start + _PORTION], registers, others)
            if len(found) >= _ENOUGH:
                break
    if len(words) > 1:
        coded = rows.numbers(connection, readers, "".join(words), _PORTION)
        found += rows.entries(connection, coded, registers) if coded else []
    return list({entry.id: entry for entry in found}.values())


def _readers(audience: Audience) -> list[int]:
    if audience.kind in _SEES_ALL:
        return [EVERYBODY, WHOLE]
    return [EVERYBODY] if audience.organisation is None else [EVERYBODY, audience.organisation]


def _known(audience: Audience, entry: EntryRow) -> str:
    """The words of an entry that its reader may know."""
    if not entry.own_words:
        return entry.open_words
    owners = [int(owner) for owner in entry.owners.split()]
    near = relation(audience, owners, province=entry.province)
    if near is AudienceKind.PARTNER or shown(near, "household-name") is not Shown.FULL:
        return entry.open_words
    return entry.own_words + entry.open_words


def _rank(known: str, words: Sequence[str]) -> int | None:
    """0 the name itself, 1 how it begins, 2 whole words, 3 beginnings, 4 a code; None: no match."""
    text = " ".join(words)
    if not all(f" {word}" in known for word in words):
        return 4 if f" {''.join(words)}" in known else None
    if known.startswith(f" {text} |"):
        return 0
    if known.startswith(f" {text}"):
        return 1
    return 2 if all(f" {word} " in known for word in words) else 3
