# SPDX-License-Identifier: Apache-2.0
"""The entries of a package of evidence: those of all parts of the log, by their numbers.

Whatever the proofs inside do not bear out counts as not there.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from nguon.dossier.errors import DossierError
from nguon.dossier.reading import strict
from nguon.evidence.entries import judge_events, judge_inclusion, judge_openings
from nguon.evidence.errors import EvidenceError
from nguon.evidence.findings import Finding
from nguon.evidence.package import Entry
from nguon.evidence.reading import Evidence
from nguon.evidence.receipts import receipt_number


class Proved(msgspec.Struct, frozen=True):
    """An entry, in which part of the log it is, and what is wrong with it."""

    shard: int
    entry: Entry
    wrong: Finding | None

    @property
    def place(self) -> tuple[int, int]:
        """Its order among all entries."""
        return self.shard, self.entry.index

    @property
    def event(self) -> bytes | None:
        """The octets of its event, where they are shown and are those that it is about."""
        if self.wrong is not None or self.entry.event is None:
            return None
        return self.entry.event.encode()


Entries = Mapping[str, Proved]
"""By the number of their receipts."""


def entries_of(package: Evidence, *, trusted: bool) -> Iterator[tuple[str, Proved]]:
    """The entries of a package of proofs, each judged alone; ``trusted``: its checkpoint is."""
    checkpoint = package.checkpoint
    name = checkpoint.origin.rpartition("/")[2]
    for entry in package.package.entries:
        wrong = _wrong(package, entry) if trusted else _untrusted(package, entry)
        try:
            number = receipt_number(name, entry.index)
            yield number, Proved(int(name), entry, wrong)
        except (EvidenceError, ValueError) as error:
            raise DossierError("dossier.form", place=checkpoint.origin) from error


def statement(proved: Proved) -> dict[str, Any] | None:
    """What a statement says that an entry is about; None where it is not shown to be."""
    told, opening = proved.entry.statement, proved.entry.opening
    if proved.wrong is not None or told is None or opening is None:
        return None
    if sha256(told.encode()).digest() != opening.digest:
        return None
    try:
        return strict(told.encode(), "statement")
    except DossierError:
        return None


def _wrong(package: Evidence, entry: Entry) -> Finding | None:
    alone = (entry,)
    found = (
        judge_inclusion(alone, package.checkpoint, None),
        judge_openings(alone),
        judge_events(alone),
    )
    return next((one for one in found if one.holds is False), None)


def _untrusted(package: Evidence, entry: Entry) -> Finding:
    found = _wrong(package, entry)
    if found is not None:
        return found
    inclusion = judge_inclusion((entry,), package.checkpoint, None)
    return msgspec.structs.replace(
        inclusion, holds=False, params={**inclusion.params, "reason": "evidence.rests"}
    )
