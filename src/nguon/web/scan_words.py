# SPDX-License-Identifier: Apache-2.0
"""What the page of a single piece says of its scans: how often, since when, and as of when."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.gs1 import Identifier
from nguon.gs1.keys import Level
from nguon.scans import queries
from nguon.store import Store
from nguon.web.formats import day, number


def told(store: Store, identifier: Identifier, language: Language) -> dict[str, Any] | None:
    """The sentence on a piece and where to read what is recorded; None for lots and products, and
    before the first scan.

    The page may have been kept for half a minute, so the sentence says its time.
    """
    if identifier.level is not Level.INSTANCE:
        return None
    found = queries.count(store, identifier.key)
    if found.first is None:
        return None
    now = datetime.now(UTC).astimezone(HANOI)
    words = text(
        "scans.told" if found.scans > 1 else "scans.told-once",
        language,
        count=number(found.scans, language),
        first=day(found.first.astimezone(HANOI).date(), language),
        time=f"{now:%H:%M}",
        today=day(now.date(), language),
    )
    return {"words": words, "about": f"/scan/about?item={quote(identifier.key, safe='/')}"}
