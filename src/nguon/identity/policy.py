# SPDX-License-Identifier: Apache-2.0
"""Who may see what, as data: kinds of fields × readers, read from ``policy.toml``.

`relation` says how near a reader is to a datum, `shown` what the policy gives
such a reader of a kind of field. Registers and events are reduced by these two
and by nothing else. `who_sees` puts a kind's line into the sentence of a form.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import msgspec

from nguon.base.audience import Audience, AudienceKind
from nguon.base.messages import Language, text
from nguon.identity.errors import PolicyError

NEARNESS = (
    AudienceKind.PUBLIC,
    AudienceKind.PARTNER,
    AudienceKind.OWNER,
    AudienceKind.INSPECTOR,
    AudienceKind.OPERATOR,
)
"""Readers, from the farthest to the nearest."""

_OUTSIDE = (AudienceKind.PUBLIC, AudienceKind.PARTNER)
_FLOOR: Mapping[str, tuple[AudienceKind, ...]] = {
    "personal-number": _OUTSIDE,
    "home-position": _OUTSIDE,
    "household-address": _OUTSIDE,
    "household-contact": _OUTSIDE,
    "person": _OUTSIDE,
    "quantity": (AudienceKind.PUBLIC,),
    "exact-position": (AudienceKind.PUBLIC,),
}
"""To whom a kind stays hidden whatever a file says."""


class Shown(IntEnum):
    """How much of a field is shown."""

    HIDDEN = 0
    REDUCED = 1
    FULL = 2


class Line(msgspec.Struct, frozen=True):
    """One kind of field: what each reader gets, since when, and why."""

    levels: Mapping[AudienceKind, Shown]
    since: date
    basis: str


Policy = Mapping[str, Line]
"""Lines by kind of field."""


def read(source: str) -> Policy:
    """A policy from its text.

    Raises:
        PolicyError: a level or reader that is none, a nearer reader who sees
            less, or something shown that is never shown.
    """
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError("access.policy-syntax", reason=str(error)) from error
    found = {kind: _line(kind, table) for kind, table in tables.items()}
    for kind, readers in _FLOOR.items():
        if kind not in found:
            raise PolicyError("access.policy-missing", kind=kind)
        for reader in readers:
            if found[kind].levels[reader] is not Shown.HIDDEN:
                raise PolicyError("access.policy-floor", kind=kind, reader=reader.value)
    return found


def _line(kind: str, table: Any) -> Line:
    wanted = {"since", "basis", *_OUTSIDE}
    if not isinstance(table, dict) or not wanted <= table.keys():
        raise PolicyError("access.policy-line", kind=kind, wanted=", ".join(sorted(wanted)))
    unknown = table.keys() - {"since", "basis", *NEARNESS}
    since, basis = table["since"], table["basis"]
    if unknown or not isinstance(since, date) or not isinstance(basis, str):
        raise PolicyError("access.policy-line", kind=kind, wanted=", ".join(sorted(wanted)))
    levels = {reader: _level(kind, table.get(reader, "full")) for reader in NEARNESS}
    for farther, nearer in pairwise(NEARNESS):
        if levels[farther] > levels[nearer]:
            raise PolicyError("access.policy-order", kind=kind, reader=nearer.value)
    return Line(levels, since, basis)


def _level(kind: str, word: Any) -> Shown:
    try:
        return Shown[str(word).upper()]
    except KeyError as error:
        raise PolicyError("access.policy-level", kind=kind, level=str(word)) from error


@cache
def policy() -> Policy:
    """The policy in force."""
    return read((files("nguon.identity") / "policy.toml").read_text("utf-8"))


def relation(
    audience: Audience,
    owners: Iterable[int | None] = (),
    *,
    partner: bool = False,
    province: str | None = None,
) -> AudienceKind:
    """How near a reader is to something that belongs to ``owners`` and lies in a province.

    ``partner``: the reader handles the very item that it is about.
    """
    if audience.kind is AudienceKind.OPERATOR:
        return AudienceKind.OPERATOR
    if audience.kind is AudienceKind.INSPECTOR and (
        audience.mandate is None or audience.mandate.covers(province)
    ):
        return AudienceKind.INSPECTOR
    if audience.organisation is None or audience.kind is AudienceKind.PUBLIC:
        return AudienceKind.PUBLIC
    if audience.organisation in owners:
        return AudienceKind.OWNER
    return AudienceKind.PARTNER if partner else AudienceKind.PUBLIC


def shown(reader: AudienceKind, kind: str) -> Shown:
    """What a reader so near gets of a kind of field; `KeyError` for a kind that is none."""
    return policy()[kind].levels[reader]


def sees(
    audience: Audience,
    kind: str,
    *,
    owner: int | Iterable[int | None] | None = None,
    partner: bool = False,
    province: str | None = None,
) -> bool:
    """Whether a reader sees this kind of field whole.

    ``owner`` is whose data it is (several, where a cooperative or registrar
    keeps it); ``province`` where it lies.
    """
    owners = (owner,) if owner is None or isinstance(owner, int) else owner
    near = relation(audience, owners, partner=partner, province=province)
    return shown(near, kind) is Shown.FULL


def who_sees(kind: str, language: Language) -> str:
    """The sentence under a form's field: who will see what is written there."""
    levels = policy()[kind].levels
    outside = levels[AudienceKind.PUBLIC]
    if outside is Shown.FULL:
        return text("access.who-everybody", language)
    near = "partners" if levels[AudienceKind.PARTNER] is Shown.FULL else "owner"
    if outside is Shown.HIDDEN:
        return text(f"access.who-{near}", language)
    left = text(f"access.reduced-{kind}", language)
    return text(f"access.who-{near}-reduced", language, left=left)
