# SPDX-License-Identifier: Apache-2.0
"""Who gave out a GS1 number, in words, and who can be asked about it."""

from typing import NamedTuple

from nguon.base.messages import Language, text
from nguon.scans.issuers import Sort, issuer

OURS = "893"
"""The prefix of GS1 Viet Nam."""


class Issued(NamedTuple):
    """What a number says of its issuer; ``caution`` is what it does not say."""

    words: str
    who: str
    caution: str


def issued(key: str, language: Language) -> Issued | None:
    """The issuer of an item key; None where no GS1 prefix stands in it."""
    found = issuer(key)
    if found is None:
        return None
    named = {"prefix": found.prefix, "country": found.name(language)}
    member = found.sort is Sort.MEMBER
    who = "member" if member else "inside" if found.sort is Sort.INSIDE else "global"
    return Issued(
        text(f"scans.issuer-{found.sort}", language, **named),
        text(
            "scans.who-vietnam" if found.prefix == OURS else f"scans.who-{who}", language, **named
        ),
        text("scans.issuer-caution" if member else "scans.issuer-no-firm", language),
    )
