# SPDX-License-Identifier: Apache-2.0
"""What a mapping must look like, how foreign names are compared, and which mappings clash; pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from nguon.gs1 import IdentifierError, parse
from nguon.gs1.check_digits import is_valid
from nguon.registry.bridge.errors import BridgeError
from nguon.registry.bridge.model import PUBLISHED, Claim, Identity, Status, System

MOST_NAME = 200
MOST_SOURCE = 120
_RETAIL = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_SPACE = re.compile(r"\s+")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with everything said: the item's key, days, and who sees it."""

    claim: Claim
    item: str
    memberships: tuple[str, ...]
    folded: str
    source_folded: str
    valid_from: date
    public: bool

    @property
    def owned(self) -> tuple[str, ...]:
        """The keys whose owner must be the claimer: the item's, and a retail code's own."""
        widest = (self.memberships or (self.item,))[-1]
        if self.claim.system is not System.RETAIL:
            return (widest,)
        return (widest, f"01/{self.folded.zfill(14)}")


def folded(name: str) -> str:
    """A foreign name as it is compared: without case, width of letters or white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def checked(claim: Claim, today: date) -> Checked:
    """A claim that can be kept; raises `BridgeError`."""
    name, source = claim.foreign_id.strip(), claim.source.strip()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise BridgeError("bridge.foreign-id", most=MOST_NAME)
    if not source or len(source) > MOST_SOURCE or not source.isprintable():
        raise BridgeError("bridge.source", most=MOST_SOURCE)
    compared = folded(name)
    if claim.system is System.RETAIL and not (_RETAIL.fullmatch(compared) and is_valid(compared)):
        raise BridgeError("bridge.retail", named=name)
    try:
        found = parse(claim.item)
    except IdentifierError as error:
        raise BridgeError("bridge.item", named=claim.item) from error
    begin = claim.valid_from or today
    if claim.valid_to is not None and claim.valid_to < begin:
        raise BridgeError("bridge.days", valid_from=begin, valid_to=claim.valid_to)
    return Checked(
        claim=msgspec.structs.replace(claim, foreign_id=name, source=source),
        item=found.key,
        memberships=found.memberships,
        folded=compared,
        source_folded=folded(source),
        valid_from=begin,
        public=PUBLISHED[claim.system] if claim.public is None else claim.public,
    )


def same(one: Identity, wanted: Checked) -> bool:
    """Whether a kept mapping says what is claimed."""
    claim = wanted.claim
    return (
        one.item == wanted.item
        and one.valid_from == wanted.valid_from
        and one.valid_to == claim.valid_to
        and one.public == wanted.public
        and one.foreign_owner == claim.foreign_owner
    )


def in_the_way(wanted: Checked, owner: int, kept: Iterable[Identity]) -> Identity | None:
    """The owner's own mapping of the same name for days of the claim's."""
    for one in kept:
        if one.owner == owner and _alike(one, wanted) and _overlaps(one, wanted):
            return one
    return None


def contested(one: Identity, others: Sequence[Identity], day: date) -> bool:
    """Whether another party's mapping that stands says something else of the same name."""
    return any(
        other.owner != one.owner
        and other.system is one.system
        and folded(other.source) == folded(one.source)
        and folded(other.foreign_id) == folded(one.foreign_id)
        and other.holds(day)
        for other in others
    )


def _alike(one: Identity, wanted: Checked) -> bool:
    return (
        one.system is wanted.claim.system
        and folded(one.source) == wanted.source_folded
        and folded(one.foreign_id) == wanted.folded
    )


def _overlaps(one: Identity, wanted: Checked) -> bool:
    if one.status is Status.REFUSED:
        return False
    last, until = one.last_day, wanted.claim.valid_to
    over = last is not None and last < max(wanted.valid_from, one.valid_from)
    return not (over or (until is not None and until < one.valid_from))
