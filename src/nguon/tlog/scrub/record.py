# SPDX-License-Identifier: Apache-2.0
"""One recorded event against its entry in the log: which of both, or of its columns, is damaged.

The entry commits to what was received and to who sent it, under one salt. Where both do not
fit it is the salt; where one does not, it is that one. So a single damage is named once.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from nguon.evidence.commitments import commitment
from nguon.store.leaf import author, leaf
from nguon.store.packing import unpack_items
from nguon.store.values import EventRecord, Submitter
from nguon.tlog.scrub.findings import Finding

_COLUMNS = ("digest", "time", "zone", "type", "action", "correction", "event_id")


class Examined(msgspec.Struct, frozen=True):
    """What was found in an event's row and entry, and what its index rows must follow from."""

    findings: tuple[Finding, ...]
    trusted: bool
    """The body is what was received: index rows can be compared with it."""
    sender: bool = True
    """The row says who sent it."""


def examine(
    entry: Any, row: Any, made: EventRecord | None, who: Submitter, secret: bytes
) -> Examined:
    """An event's row and entry against the record made anew from its body (None: unreadable).

    ``who`` sent it, as the rows of the event and of its signature say.
    """
    if made is None:
        return Examined((_found("scrub.body", "event.body", entry),), trusted=False)
    salt = entry.salt or b""
    said = told(entry.leaf)
    commits = said.get("commit") == commitment(made.digest, made.received, salt)
    sent = said.get("by") == author(who, salt)
    trusted = commits or made.digest == row.digest
    findings: list[Finding] = []
    if not commits and not sent:
        findings.append(_found("scrub.salt", "log.salt", entry))
    elif not commits:
        findings.append(_found("scrub.body", "event.body", entry))
    elif not sent:
        findings.append(_found("scrub.column", "event.submitter", entry))
    elif entry.leaf != leaf(made, who, salt, secret):
        findings.append(_found("scrub.leaf", "log.leaf", entry))
    if trusted:
        findings += _columns(entry, row, made)
    return Examined(tuple(findings), trusted, sent)


def erased(entry: Any, row: Any, *, ordered: bool) -> Iterator[Finding]:
    """An event whose content is gone, or that is said to be erased: both, or something is wrong."""
    if not ordered:
        yield _found("scrub.body", "event.body", entry)
        return
    left = {"log.salt": entry.salt, "event.body": row.body, "event.event_id": row.event_id}
    for place, value in (left | {"event.item_list": row.item_list}).items():
        if value is not None:
            yield _found("scrub.erased", place, entry)


def _columns(entry: Any, row: Any, made: EventRecord) -> Iterator[Finding]:
    for name in _COLUMNS:
        if getattr(row, name) != getattr(made, name):
            yield _found("scrub.column", f"event.{name}", entry)
    try:
        same = row.item_list is not None and unpack_items(row.item_list) == made.items
    except Exception:  # noqa: BLE001 - whatever damaged octets are taken for
        same = False
    if not same:
        yield _found("scrub.items", "event.item_list", entry)


def _found(code: str, place: str, entry: Any) -> Finding:
    return Finding(code, place, entry.seq, entry.event)


def told(octets: bytes) -> dict[str, Any]:
    """An entry's JSON object; empty for anything else."""
    try:
        found = msgspec.json.decode(octets)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
