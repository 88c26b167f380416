# SPDX-License-Identifier: Apache-2.0
"""Pages of recalls have a word for everything that a recall can be, in both languages."""

from collections.abc import Iterable

import pytest

from nguon.base.messages import LANGUAGES, catalogue
from nguon.recall.model import (
    DisposalKind,
    DisposalState,
    Level,
    Manner,
    Origin,
    Side,
    SiteState,
    SiteStep,
    State,
    Step,
)
from nguon.trace.asking.gaps import GapKind

WORDS: dict[str, Iterable[object]] = {
    "origin": Origin,
    "state": State,
    "manner": Manner,
    "level": [int(one) for one in Level],
    "side": Side,
    "did": Step,
    "site": SiteState,
    "site-did": SiteStep,
    "disposal": DisposalKind,
    "disposal-state": DisposalState,
    "gap": GapKind,
}


@pytest.mark.parametrize("name", WORDS)
def test_everything_has_a_word(name: str) -> None:
    for language in LANGUAGES:
        known = catalogue(language)
        assert [one for one in WORDS[name] if f"recalls.{name}-{one}" not in known] == []
