# SPDX-License-Identifier: Apache-2.0
"""What a site was told and said, so that whoever holds it can show it without us; and its check.

A telling is a row: hashed under a salt of its own it is a leaf of the tree whose root the log has
of the step. A step at the site is a row whose digest the log has by itself. Each statement is
opened here; that its entry stands in the log is what the receipt with its number shows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.base64url import url_octets, url_text
from nguon.base.canonical_json import canonical
from nguon.identity.model import Principal
from nguon.recall import showing, sides
from nguon.recall.errors import UnknownRecallError
from nguon.recall.reading import Row, site_number
from nguon.recall.tellings import digest_of
from nguon.store import Store, opening, stated
from nguon.store import recall_lists as lists
from nguon.store import recall_sites as site_rows
from nguon.store import recall_told as told_rows
from nguon.store.opening import Stated
from nguon.store.statements import commitment
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash, leaf_hashes, root_of
from nguon.transparency.proving import prove_inclusion, verify_inclusion

FORMAT = "nguon/recall-site@v1"
MOST_KEYS = 10_000
"""Things that a telling names; of more it has the digest alone."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the log, opened: ``leaf`` commits to the SHA-256 of ``body`` under ``salt``.

    ``seq`` is its number in the log; ``receipt`` that of the receipt which proves it.
    """

    seq: int
    leaf: str
    body: str
    salt: str
    receipt: str | None = None


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What one step of the case told the site: leaf ``index`` of ``size`` under the root in
    ``entry``; ``keys`` are the things that it was about, None where there are too many.
    """

    row: dict[str, Any]
    salt: str
    index: int
    size: int
    path: tuple[str, ...]
    keys: tuple[str, ...] | None
    entry: Entry


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A step at the site; ``row`` is None where the reader may not know who took it."""

    row: dict[str, Any] | None
    entry: Entry


class SiteProof(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a site of a recall was told, and what was said and done there."""

    format: str
    recall: str
    site: str
    tellings: tuple[Telling, ...]
    steps: tuple[Said, ...]


def of_site(
    store: Store, by: Principal, site: str, *, receipt: Callable[[int], str] | None = None
) -> SiteProof:
    """What proves what a site was told and said, for whoever may read the site.

    ``receipt`` gives the number of the receipt of an entry of the log.

    Raises:
        UnknownRecallError: no such site that this reader may know of, or not whose it is.
    """
    with store.reading() as connection:
        case, found = sides.at_site(connection, by, site)
        recall, number = site_number(found.id)
        row = site_rows.find(connection, recall, number)
        if row is None or not showing.known(row, case, by):
            raise UnknownRecallError("recall.unknown-site")
        told = told_rows.of_site(connection, recall, number)
        taken = lists.site_steps(connection, recall, number)
        entries = _entries(connection, told, taken, receipt)
        tellings = tuple(_tellings(store, connection, told, entries))
    leads = sides.leads(case.sides, by)
    steps = [
        Said(
            row=_plain(one) if leads or one["organisation"] == by.organisation else None,
            entry=entry,
        )
        for one in taken
        if (entry := entries.get(_step_name(one))) is not None
    ]
    return SiteProof(
        format=FORMAT, recall=recall, site=found.id, tellings=tellings, steps=tuple(steps)
    )


def check(proof: SiteProof) -> list[str]:
    """What in a proof does not hold, each as ``<part>/<number>: <what>``; nothing: all holds.

    The log itself is not asked: that the entries stand in it is shown by their receipts.
    """
    faults = list[str]()
    if proof.format != FORMAT:
        return ["format"]
    for number, telling in enumerate(proof.tellings):
        faults += (f"tellings/{number}: {fault}" for fault in _telling_faults(proof, telling))
    for number, said in enumerate(proof.steps):
        faults += (f"steps/{number}: {fault}" for fault in _step_faults(proof, said))
    return faults


def _tellings(
    store: Store, connection: Connection, told: Sequence[Row], entries: Mapping[str, Entry]
) -> Iterator[Telling]:
    for row in told:
        entry = entries.get(_telling_name(row))
        if entry is None:
            continue
        of_step = told_rows.of_step(connection, row["recall"], row["number"])
        index = next(at for at, one in enumerate(of_step) if one["site"] == row["site"])
        hashes = leaf_hashes(told_rows.leaf(one, store.secret).entry for one in of_step)
        path = prove_inclusion(index, len(hashes), partial(_subtree, hashes))
        yield Telling(
            row=_plain(row),
            salt=url_text(told_rows.leaf(row, store.secret).salt),
            index=index,
            size=len(hashes),
            path=tuple(map(url_text, path)),
            keys=_keys(connection, row),
            entry=entry,
        )


def _subtree(hashes: Sequence[bytes], level: int, index: int) -> bytes:
    return root_of(hashes[index << level : (index + 1) << level])


def _keys(connection: Connection, row: Row) -> tuple[str, ...] | None:
    """The things of a telling, where they are not too many and are those of its digest."""
    if not row["things"]:
        return ()
    if row["things"] > MOST_KEYS:
        return None
    number = (row["recall"], row["site"])
    keys = told_rows.keys(connection, *number, row["at"], released=row["what"] == "released")
    found = tuple(keys)
    return found if digest_of(found) == row["digest"] else None


def _entries(
    connection: Connection,
    told: Iterable[Row],
    taken: Iterable[Row],
    receipt: Callable[[int], str] | None,
) -> dict[str, Entry]:
    names = [*map(_telling_name, told), *map(_step_name, taken)]
    found = opening.statements_by(connection, names)
    return {
        name: entry
        for name, some in found.items()
        if (entry := _entry(some[0], receipt)) is not None
    }


def _entry(found: Stated, receipt: Callable[[int], str] | None) -> Entry | None:
    if found.body is None or found.salt is None:
        return None
    return Entry(
        seq=found.seq,
        leaf=found.leaf.decode(),
        body=found.body.decode(),
        salt=url_text(found.salt),
        receipt=receipt and receipt(found.seq),
    )


def _telling_name(row: Row) -> str:
    return f"{told_rows.KIND}/{row['recall']}/{row['number']}"


def _step_name(row: Row) -> str:
    return f"recall.site-step/{row['recall']}/{row['site']}/{row['number']}"


def _plain(row: Row) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if value is not None}


def _telling_faults(proof: SiteProof, telling: Telling) -> Iterator[str]:
    yield from _entry_faults(telling.entry)
    row, body = telling.row, _body(telling.entry)
    if (row.get("recall"), f"{row.get('recall')}-{row.get('site')}") != (proof.recall, proof.site):
        yield "another site"
    if body.get("key") != f"{row.get('recall')}/{row.get('number')}":
        yield "another step"
    if telling.keys and digest_of(telling.keys) != row.get("digest"):
        yield "other things"
    if body.get("count") != telling.size or body.get("what") != told_rows.KIND:
        yield "another root"
    leaf = commitment(canonical(row), _octets(telling.salt)).encode()
    try:
        path = [_octets(one) for one in telling.path]
        root = _octets(str(body.get("root")))
        verify_inclusion(telling.index, telling.size, leaf_hash(leaf), root, path)
    except ProofError:
        yield "not under the root"


def _step_faults(proof: SiteProof, said: Said) -> Iterator[str]:
    yield from _entry_faults(said.entry)
    body, row = _body(said.entry), said.row
    if row is None:
        return
    key = f"{row.get('recall')}/{row.get('site')}/{row.get('number')}"
    if f"{row.get('recall')}-{row.get('site')}" != proof.site or body.get("key") != key:
        yield "another site"
    if body.get("digest") != stated.digest(row):
        yield "another row"


def _entry_faults(entry: Entry) -> Iterator[str]:
    commit = commitment(entry.body.encode(), _octets(entry.salt))
    try:
        leaf = msgspec.json.decode(entry.leaf)
    except msgspec.DecodeError:
        leaf = None
    if not isinstance(leaf, dict) or leaf.get("commit") != commit:
        yield "another entry"


def _body(entry: Entry) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(entry.body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _octets(text: str) -> bytes:
    return url_octets(text) or b""
