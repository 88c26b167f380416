# SPDX-License-Identifier: Apache-2.0
"""Who decides over a scope that could not be followed to its end says that he knows it."""

from collections.abc import Sequence
from typing import Any

import pytest

from nguon.recall import scoping, service
from nguon.recall.errors import RecallError
from nguon.recall.inputs import ScopeChoice
from nguon.recall.model import State
from nguon.store import Store
from nguon.trace.asking.holdings import Holdings, holdings_of
from tests.integration.recall.people import World, decision, opened


def test_a_scope_known_in_part_is_decided_knowingly(
    goods: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(store: Store, keys: Sequence[str], **_: Any) -> Holdings:
        return holdings_of(store, keys, most=2)

    monkeypatch.setattr(scoping, "holdings_of", short)
    store, officer, case = goods.store, goods.officer, opened(goods)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    before = goods.rows()
    with pytest.raises(RecallError) as caught:
        service.decide(store, officer, case.id, decision(), seen=case.seen)
    assert (caught.value.code, caught.value.params) == ("recall.scope-cut", {"things": case.things})
    assert goods.rows() == before
    told = service.decide(store, officer, case.id, decision(partly=True), seen=case.seen)
    assert (told.state, told.things) == (State.RUNNING, case.things)
