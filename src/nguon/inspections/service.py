# SPDX-License-Identifier: Apache-2.0
"""Minutes are recorded: once, with their photographs, stated in the log."""

import re
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import RowMapping

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.errors import Fault
from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.compliance.access import may_supervise
from nguon.identity.model import Principal
from nguon.inspections import checklist
from nguon.inspections.errors import (
    InspectionFaultsError,
    InspectionForbiddenError,
    InspectionMovedError,
)
from nguon.inspections.model import Minutes, Photo, Visit
from nguon.registry.documents import Folder, checked
from nguon.store import Store
from nguon.store import inspections as rows

MOST_CODES, MOST_PHOTOS = 100, 12
_LONGEST, _LONG = 200, 4000
_NONCE = re.compile(r"[\x21-\x7e]{8,64}")
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""No visit that is written down here was before."""
_CLOCK = timedelta(minutes=10)
"""By which an officer's device may be ahead."""


def require_officer(by: Principal) -> None:
    """Raises `InspectionForbiddenError` for whoever does not speak for an authority."""
    if not may_supervise(by):
        raise InspectionForbiddenError("inspections.only-authority")


def record(
    store: Store,
    by: Principal,
    visit: Visit,
    photos: Sequence[tuple[str, bytes]],
    folder: Folder,
) -> Minutes:
    """Record a visit with its photographs (name, octets); sent again, the same minutes.

    Raises:
        InspectionForbiddenError: not an officer.
        InspectionFaultsError: everything that is wrong with it; nothing is recorded.
        InspectionMovedError: the form was used for another visit.
        DocumentRefusedError: a photograph that is none, or too large.
    """
    require_officer(by)
    now = datetime.now(UTC)
    faults = list(_faults(visit, len(photos), now))
    if faults:
        raise InspectionFaultsError("inspections.faults", faults, count=len(faults))
    kept = [_kept(number, one, folder) for number, one in enumerate(photos)]
    digest = digest_of(visit, kept)
    with store.transaction() as connection:
        rows.take(connection, by.organisation)
        known = rows.by_nonce(connection, by.organisation, visit.nonce)
        if known is None:
            values = {
                "id": secrets.token_hex(8),
                "number": rows.next_number(connection, by.organisation),
                "organisation": by.organisation,
                "actor": by.key_id,
                "nonce": visit.nonce,
                "begun": to_microseconds(visit.begun),
                "recorded": to_microseconds(now),
                "body": msgspec.json.encode(visit).decode(),
                "digest": digest,
            }
            named = [{"inspection": values["id"], **msgspec.structs.asdict(one)} for one in kept]
            rows.add(connection, values, named)
            known = rows.find(connection, str(values["id"]))
        assert known is not None
        if known["digest"] != digest:
            raise InspectionMovedError("inspections.form-used", number=known["number"])
        return minutes(known, rows.photos(connection, known["id"]))


def digest_of(visit: Visit, photos: Sequence[Photo]) -> str:
    """SHA-256 (base64url) of the canonical JSON of a visit and its photographs' digests."""
    told = {"visit": msgspec.to_builtins(visit), "photos": [one.digest for one in photos]}
    return url_text(sha256(canonical(told)).digest())


def minutes(row: RowMapping, photos: Sequence[RowMapping]) -> Minutes:
    """Minutes as their rows have them."""
    return Minutes(
        id=row["id"],
        number=row["number"],
        organisation=row["organisation"],
        by=row["actor"],
        recorded=from_microseconds(row["recorded"]),
        visit=msgspec.json.decode(row["body"], type=Visit),
        photos=tuple(
            Photo(one["number"], one["name"], one["media_type"], one["size"], one["digest"])
            for one in photos
        ),
        digest=row["digest"],
    )


def _kept(number: int, sent: tuple[str, bytes], folder: Folder) -> Photo:
    media_type, name = checked(*sent)
    return Photo(number, name, media_type, len(sent[1]), folder.put(sent[1]))


def _faults(visit: Visit, photos: int, now: datetime) -> list[Fault]:
    found = []
    if _NONCE.fullmatch(visit.nonce) is None:
        found.append(Fault("/nonce", "inspections.nonce", {}))
    if not 0 < len(visit.place) <= _LONGEST or unsayable(visit.place):
        found.append(Fault("/place", "inspections.place-missing", {"most": _LONGEST}))
    timely = visit.begun.tzinfo is not None and _FIRST < visit.begun <= now + _CLOCK
    if not timely:
        found.append(Fault("/begun", "inspections.begun", {}))
    if not visit.codes and not visit.findings:
        found.append(Fault("/codes", "inspections.nothing", {}))
    if len(visit.codes) > MOST_CODES or any(len(one) > _LONG for one in visit.codes):
        found.append(Fault("/codes", "inspections.codes-many", {"most": MOST_CODES}))
    if photos > MOST_PHOTOS:
        found.append(Fault("/photos", "inspections.photos-many", {"most": MOST_PHOTOS}))
    found += [
        Fault(f"/{name}", "inspections.long", {"most": _LONG})
        for name in ("findings", "statement", "present", "party")
        if len(getattr(visit, name)) > _LONG
    ]
    return [*found, *(_marked(visit) if timely else ())]


def _marked(visit: Visit) -> Iterator[Fault]:
    """What is wrong with the lines of the checklist."""
    known = set(checklist.rules_of(visit.begun.astimezone(HANOI).date()))
    for one in visit.marks:
        if one.rule not in known:
            yield Fault("/marks", "inspections.rule", {"rule": one.rule[:60]})
        known.discard(one.rule)
        if len(one.words) > _LONG:
            yield Fault("/marks", "inspections.long", {"most": _LONG})


def unsayable(text: str) -> bool:
    """Whether a line says nothing, or has what no keyboard writes."""
    return not text.strip() or any(mark < " " and mark not in "\t\n\r" for mark in text)
