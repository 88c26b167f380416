# SPDX-License-Identifier: Apache-2.0
"""A recall whose sites could not all be looked for: it says so before and after it is kept."""

from collections.abc import Sequence
from typing import Any

import pytest

from nguon.recall import previewing, scoping, service, widening
from nguon.recall.inputs import ScopeChoice
from nguon.store import Store
from nguon.trace import Limits
from nguon.trace.asking.holdings import Holdings, holdings_of
from tests.integration.recall.people import World, opened


def test_a_preview_tells_of_records_left_unread(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The things are known, of the records of where they are two are read."""

    def short(store: Store, keys: Sequence[str], **_: Any) -> Holdings:
        return holdings_of(store, keys, most=2)

    store, officer = goods.store, goods.officer
    case = opened(goods)
    whole = service.preview(store, officer, case.id, ScopeChoice())
    assert (whole.truncated, whole.limit) == (False, None)
    monkeypatch.setattr(scoping, "holdings_of", short)
    cut = service.preview(store, officer, case.id, ScopeChoice())
    assert (cut.truncated, cut.limit) == (True, "records")
    assert (cut.things, cut.site_count < whole.site_count) == (whole.things, True)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    with store.reading() as connection:
        kept = widening.kept(connection, case)
    assert kept is not None
    assert (kept[1].truncated, kept[1].limit) == (True, "records")


def test_a_preview_tells_of_gaps_that_were_not_looked_for(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By how far the goods are followed, and from how many; what the scope counts stands."""
    store, officer = goods.store, goods.officer
    case = opened(goods)
    whole = service.preview(store, officer, case.id, ScopeChoice())
    assert whole.gaps_truncated is False
    for name, few in (("_GAP_LIMITS", Limits(nodes=3)), ("_MOST_STARTS", 0)):
        with monkeypatch.context() as patched:
            patched.setattr(previewing, name, few)
            cut = service.preview(store, officer, case.id, ScopeChoice())
        assert (cut.gaps_truncated, cut.truncated, cut.things) == (True, False, whole.things)
