# SPDX-License-Identifier: Apache-2.0
"""A code that is not ours, in words: what it is, who would know, what cannot be verified."""

from collections.abc import Sequence
from typing import NamedTuple

from nguon.base.messages import Language, hint, text
from nguon.gs1 import Identifier
from nguon.registry.bridge.model import Match
from nguon.scans.links import Address, Odd
from nguon.scans.reading import Reading
from nguon.scans.texts import Content, Sort
from nguon.web.issuer_words import Issued, issued
from nguon.web.passport_view import ai_name

_UNSHOWN = frozenset({Sort.PERSON, Sort.SECRET, Sort.NETWORK, Sort.PAYMENT, Sort.CONTACT})
"""Texts that hold what is nobody else's business."""
_ALARMING = frozenset(Odd) - {Odd.LONG, Odd.PORT, Odd.SHORTENED, Odd.PLAIN}
_LONGEST = 600


class Known(NamedTuple):
    """What a firm says that a name of another system stands for."""

    item: str
    words: str
    contested: bool


class Told(NamedTuple):
    """What the page shows."""

    title: str
    lead: str
    alarm: bool
    """Something about it asks for care."""
    parts: list[tuple[str, str]]
    known: list[Known]
    odd: list[tuple[str, str]]
    issuer: Issued | None
    who: list[str]
    unverified: list[str]
    todo: list[str]
    text: str | None
    search: str | None


def described(reading: Reading, matches: Sequence[Match], language: Language) -> Told:
    """A reading in words, with what firms here say that it stands for."""
    sort = _sort(reading)
    found = reading.address
    odd = found.odd if found else ()
    issuer = issued(reading.identifier.key, language) if reading.identifier else None
    shown = reading.content is None or reading.content.sort not in _UNSHOWN
    words = reading.content is not None and reading.content.sort is Sort.WORDS
    return Told(
        title=text(f"scans.is-{sort}", language),
        lead=hint(f"scans.is-{sort}", language) or "",
        alarm=bool(_ALARMING & set(odd)) or sort == Sort.PERSON,
        parts=_parts(reading, language),
        known=[_known(match, language) for match in matches],
        odd=[
            (text(f"scans.odd-{one}", language), hint(f"scans.odd-{one}", language) or "")
            for one in odd
        ],
        issuer=issuer,
        who=_who(found, issuer, language),
        unverified=_lines("unverified", sort, language),
        todo=_lines("do", sort, language),
        text=reading.text[:_LONGEST] if shown else None,
        search=reading.text[:200] if words and reading.text else None,
    )


def _known(match: Match, language: Language) -> Known:
    owner = (match.owner_en if language == "en" else None) or match.owner_vi
    status = text(f"bridge.status-{match.status}", language)
    words = text("scans.known-as", language, source=match.source, owner=owner, status=status)
    return Known(match.item, words, match.contested)


def _sort(reading: Reading) -> str:
    if reading.identifier is not None:
        return "product"
    if reading.address is not None:
        return "address"
    assert reading.content is not None
    return reading.content.sort.value


def _parts(reading: Reading, language: Language) -> list[tuple[str, str]]:
    """Labels and values."""
    parts = _codes(reading.identifier, language) if reading.identifier else []
    if reading.address is not None and reading.address.host:
        parts.append((text("scans.part-site", language), reading.address.host))
        if reading.address.sent != reading.address.host:
            parts.append((text("scans.part-sent", language), reading.address.sent))
    return parts + _contents(reading.content, language)


def _codes(identifier: Identifier, language: Language) -> list[tuple[str, str]]:
    return [(ai_name(ai, language), value) for ai, value in identifier.parts]


def _contents(content: Content | None, language: Language) -> list[tuple[str, str]]:
    told = content.told if content else ()
    return [(text(f"scans.part-{name}", language), value) for name, value in told]


def _who(found: Address | None, issuer: Issued | None, language: Language) -> list[str]:
    who = [issuer.who] if issuer else []
    if found is not None and found.host:
        who.append(text("scans.who-site", language, host=found.host))
    return who or [text("scans.who-label", language)]


_GOODS = frozenset({"product", "address", "words"})


def _lines(kind: str, sort: str, language: Language) -> list[str]:
    codes = {
        "unverified": ("origin", "true") if sort in _GOODS else ("sender",),
        "do": ("compare", "ask", "care") if sort in _GOODS else ("sender", "care"),
    }[kind]
    own = ("person",) if sort == Sort.PERSON and kind == "do" else codes
    return [text(f"scans.{kind}-{code}", language) for code in own]
