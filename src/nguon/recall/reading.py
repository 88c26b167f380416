# SPDX-License-Identifier: Apache-2.0
"""Rows as values."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from nguon.base.time import from_microseconds
from nguon.recall.amounts import unpacked
from nguon.recall.model import (
    DisposalKind,
    DisposalState,
    Disposed,
    Filed,
    Level,
    Manner,
    Origin,
    Recall,
    Request,
    Side,
    Site,
    SiteState,
    SiteStep,
    SiteTaken,
    State,
    Step,
    Taken,
)

Row = Mapping[Any, Any]
_SAME = (
    *("id", "title", "signal", "maker", "opened_by", "province", "sector", "decided_by", "decider"),
    *("words_vi", "words_en", "instructions", "dispute", "scope", "things", "sites"),
)
_AMOUNTS = ("told", "sold_before", "found", "held", "sold", "disposed")
_SITE_TIMES = ("seen_at", "answered_at", "due", "escalated")
_TIMES = ("determined", "due", "decided", "closed", "answer_by")


def recall_of(row: Row, keys: Collection[str]) -> Recall:
    """A case; ``keys`` are what it starts from."""
    plain: dict[str, Any] = {name: row[name] for name in _SAME}
    return Recall(
        **plain | {name: moment(row[name]) for name in _TIMES},
        keys=tuple(keys),
        origin=Origin(row["origin"]),
        state=State(row["state"]),
        manner=Manner(row["manner"]) if row["manner"] else None,
        level=Level(row["level"]) if row["level"] else None,
        opened=from_microseconds(row["opened"]),
        seen=row["steps"],
    )


def site_of(row: Row) -> Site:
    """A site."""
    same = ("recall", "organisation", "party", "place", "province", "things", "version")
    plain: dict[str, Any] = {name: row[name] for name in (*same, "reminded", "released", "words")}
    plain |= {name: unpacked(row[name]) for name in _AMOUNTS}
    plain |= {name: moment(row[name]) for name in _SITE_TIMES}
    return Site(
        **plain,
        id=site_id(row["recall"], row["number"]),
        state=SiteState(row["state"]),
        told_at=from_microseconds(row["told_at"]),
        seen=row["steps"],
    )


def taken_of(row: Row) -> Taken:
    """A step."""
    same = ("number", "organisation", "actor", "words", "content")
    return Taken(
        **{name: row[name] for name in same},
        step=Step(row["step"]),
        side=Side(row["side"]),
        state=State(row["state"]),
        at=from_microseconds(row["at"]),
        due=moment(row["due"]),
    )


def site_taken_of(row: Row) -> SiteTaken:
    """A step at a site."""
    same = ("number", "organisation", "actor", "words", "content")
    return SiteTaken(
        **{name: row[name] for name in same},
        site=site_id(row["recall"], row["site"]),
        step=SiteStep(row["step"]),
        side=Side(row["side"]),
        state=SiteState(row["state"]),
        at=from_microseconds(row["at"]),
    )


def request_of(row: Row) -> Request:
    """A request for information."""
    same = ("id", "recall", "organisation", "party", "words", "answer")
    return Request(
        **{name: row[name] for name in same},
        asked=from_microseconds(row["asked"]),
        due=moment(row["due"]),
        answered=moment(row["answered"]),
    )


def disposed_of(row: Row) -> Disposed:
    """A disposal."""
    return Disposed(
        **{name: row[name] for name in ("id", "recall", "words", "organisation", "verify_words")},
        site=site_id(row["recall"], row["site"]),
        kind=DisposalKind(row["kind"]),
        state=DisposalState(row["state"]),
        quantity=unpacked(row["quantity"]),
        at=from_microseconds(row["at"]),
        verified=moment(row["verified"]),
    )


def filed_of(row: Row) -> Filed:
    """A file."""
    same = ("id", "recall", "name", "media_type", "size", "digest", "disposal", "number")
    site = None if row["site"] is None else site_id(row["recall"], row["site"])
    return Filed(**{name: row[name] for name in same}, site=site)


def site_id(recall: str, number: int) -> str:
    """The id of a site."""
    return f"{recall}-{number}"


def site_number(site: str) -> tuple[str, int]:
    """Recall and number of a site's id; (the text, 0) of what is none."""
    recall, _, number = site.rpartition("-")
    known = recall and number.isascii() and number.isdigit() and len(number) <= 9
    return (recall, int(number)) if known else (site, 0)


def moment(value: int | None) -> datetime | None:
    """A time that may not be there."""
    return None if value is None else from_microseconds(value)
