# SPDX-License-Identifier: Apache-2.0
"""What people agreed to: for which purpose, how, shown by what, until withdrawn.

Law 91/2025/QH15 asks for an explicit consent that can be shown: none is taken
from silence, and each purpose is asked for by itself. Consents are kept after
they are withdrawn; what may be done rests on those that stand.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import RowMapping

from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.identity.errors import ConsentError, UnknownConsentError
from nguon.store import Store
from nguon.store import consents as rows


class Purpose(StrEnum):
    """What for; the words are ``access.purpose-…``, what ends with it ``access.ends-…``."""

    REGISTER = "register"
    NAME = "name"
    ABROAD = "abroad"
    CONTACT = "contact"


class Means(StrEnum):
    """How the consent was given; the words are ``access.means-…``."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's or household's consent to one purpose."""

    id: str
    subject: int
    purpose: Purpose
    means: Means
    evidence: str | None
    given: date
    recorder: int
    recorded: datetime
    withdrawn: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it has not been withdrawn."""
        return self.withdrawn is None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Consents as one paper gives them: who agreed to what, when and how."""

    agreed: Sequence[tuple[int, Purpose]]
    means: Means
    given: date
    evidence: str


def record(store: Store, sheet: Sheet, *, recorder: int, by: str) -> int:
    """Record a sheet of consents; those that stand already are left as they are. Gives how many.

    Raises `ConsentError`: nobody agreed, a day to come, or nothing that shows it.
    """
    if not sheet.agreed:
        raise ConsentError("access.consent-none")
    if sheet.given > datetime.now(HANOI).date():
        raise ConsentError("access.consent-day")
    if not sheet.evidence.strip():
        raise ConsentError("access.consent-evidence")
    with store.transaction() as connection:
        found = rows.of_subjects(connection, [subject for subject, _ in sheet.agreed])
        standing = {(row["subject"], row["purpose"]) for row in found if row["withdrawn"] is None}
        new = [pair for pair in dict.fromkeys(sheet.agreed) if pair not in standing]
        now = to_microseconds(datetime.now(UTC))
        rows.add(
            connection,
            [
                {
                    "id": secrets.token_hex(8),
                    "subject": subject,
                    "purpose": purpose.value,
                    "means": sheet.means.value,
                    "evidence": sheet.evidence.strip(),
                    "given": sheet.given.isoformat(),
                    "recorder": recorder,
                    "recorded_by": by,
                    "recorded": now,
                }
                for subject, purpose in new
            ],
        )
    return len(new)


def of_subjects(store: Store, subjects: Collection[int]) -> list[Consent]:
    """All consents of some people, the latest first."""
    with store.reading() as connection:
        return [_consent(row) for row in rows.of_subjects(connection, list(subjects))]


def standing(store: Store, subjects: Iterable[int], purpose: Purpose) -> frozenset[int]:
    """Which of these people agree to a purpose now."""
    found = of_subjects(store, list(subjects))
    return frozenset(one.subject for one in found if one.stands and one.purpose is purpose)


def find(store: Store, number: str, subjects: Collection[int]) -> Consent:
    """The consent with this id, of one of these people; `UnknownConsentError`."""
    with store.reading() as connection:
        row = rows.find(connection, number)
    if row is None or row["subject"] not in subjects:
        raise UnknownConsentError("access.consent-unknown")
    return _consent(row)


def withdraw(store: Store, consent: Consent, *, by: str) -> None:
    """End a consent now; ending it twice changes nothing."""
    with store.transaction() as connection:
        rows.withdraw(connection, consent.id, to_microseconds(datetime.now(UTC)), by)


def _consent(row: RowMapping) -> Consent:
    return Consent(
        id=row["id"],
        subject=row["subject"],
        purpose=Purpose(row["purpose"]),
        means=Means(row["means"]),
        evidence=row["evidence"],
        given=date.fromisoformat(row["given"]),
        recorder=row["recorder"],
        recorded=from_microseconds(row["recorded"]),
        withdrawn=None if row["withdrawn"] is None else from_microseconds(row["withdrawn"]),
    )
