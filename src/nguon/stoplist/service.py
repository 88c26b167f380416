# SPDX-License-Identifier: Apache-2.0
"""Putting things on the stop list and taking them off, inside the decision's own transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Connection

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339, to_microseconds
from nguon.stoplist import guard, rules
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import stoplist as rows
from nguon.store.sequencing import note
from nguon.store.statements import Statement

_MOST_SUBJECTS = 1000
_KINDS = {kind: number for number, kind in enumerate(StopKind)}
_Cause = tuple[str, str, int | None, bool, str, str, bool, datetime | None, str]


def put(connection: Connection, stops: Sequence[NewStop]) -> None:
    """Stop these things, in the caller's transaction, and state it in the log.

    What has the same words, reason and source is stated together: a million things are some
    seconds and one statement, which has their number and the digest of their keys.

    Raises:
        StopError: no key, or a run that is none; nothing is written.
    """
    wanted = sorted(map(rules.checked, stops), key=_sorting)
    for cause, some in groupby(wanted, _cause):
        distinct = {(one.kind, one.key, one.last): one for one in some}
        _put(connection, cause, list(distinct.values()))


def lift(
    connection: Connection, source: str, keys: Collection[str] | None = None, *, by: str
) -> int:
    """Take what a recall or a hold stopped off the list, all or these keys; gives how many.

    In the caller's transaction, stated in the log; what was lifted before stays as it is.
    """
    if not rows.any_standing(connection, source):
        return 0
    moment = datetime.now(UTC)
    now = to_microseconds(moment)
    version = rows.advance(connection, 0, now)
    values = {"lifted": now, "lifted_with": version, "actor": by}
    gone = rows.lift(connection, source, keys, values)
    if gone:
        rows.count(connection, -len(gone))
        _state(connection, "stop.lifted", version, gone, {"source": source, "by": by}, moment)
    return len(gone)


def _put(connection: Connection, cause: _Cause, stops: Sequence[NewStop]) -> None:
    moment = datetime.now(UTC)
    now = to_microseconds(moment)
    source, reason, level, mandatory, words_vi, words_en, public, since, by = cause
    version = rows.advance(connection, len(stops), now)
    values = {
        "number": version,
        "source": source,
        "reason": reason,
        "level": level,
        "mandatory": int(mandatory),
        "words_vi": words_vi,
        "words_en": words_en,
        "public": int(public),
        "since": now if since is None else to_microseconds(since),
        "made": now,
        "actor": by,
    }
    written = [
        (version, number, rules.item_of(one), _KINDS[one.kind], one.key, one.last, None, None, None)
        for number, one in enumerate(stops)
    ]
    rows.add(connection, values, written)
    names = [one.key if one.last is None else f"{one.key} {one.last}" for one in stops]
    said = {name: value for name, value in values.items() if name in _SAID and value is not None}
    _state(connection, "stop", version, names, {**said, "by": by}, moment)


_SAID = ("source", "reason", "level", "mandatory", "words_vi", "words_en", "public")


def _state(
    connection: Connection,
    kind: str,
    version: int,
    keys: Iterable[str],
    said: dict[str, object],
    moment: datetime,
) -> None:
    """State in the log that these keys were stopped or let go, with the list's version."""
    guard.moving(connection)
    named = sorted(keys)
    digest = url_text(sha256("\n".join(named).encode()).digest())
    body = {**said, "what": kind, "version": version, "at": rfc3339(moment)}
    body |= {"count": len(named), "keys": digest}
    about = (f"stop/{said['source']}", str(said["source"]).replace(":", "/", 1))
    subjects = tuple(dict.fromkeys(key.partition(" ")[0] for key in named))
    if len(subjects) > _MOST_SUBJECTS:
        subjects = ()
    note(connection, Statement(kind, canonical(body), about=about, subjects=subjects))


def _cause(one: NewStop) -> _Cause:
    said = (one.source, one.reason, one.level, one.mandatory, one.words_vi, one.words_en)
    return (*said, one.public, one.since, one.by)


def _sorting(one: NewStop) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in _cause(one))
