# SPDX-License-Identifier: Apache-2.0
"""What each site was told is shown by one entry of the log for each step, and by no other row."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from nguon.recall import proofs, queries, reminding, service
from nguon.recall.errors import UnknownRecallError
from nguon.recall.inputs import Answer, Closing, Contact, Release, ScopeChoice
from nguon.recall.model import Level, Manner, Origin
from nguon.recall.proofs import SiteProof
from nguon.store.recall_sites_tables import recall_site
from tests.integration.recall.people import (
    CARTON,
    World,
    cartons,
    decided,
    decision,
    opened,
    site_at,
)

SHOP, FAR_SHOP = "414/9521506000017", "414/9521506000086"
OWN = tuple(f"{CARTON}/21/{serial}" for serial in ("2603073", "2603074"))
WORDS = "Đủ mười chữ cái trở lên."


def _told(proof: SiteProof) -> list[str]:
    return [one.row["what"] for one in proof.tellings]


def test_every_telling_of_every_site_is_under_one_entry(goods: World) -> None:
    store, officer = goods.store, goods.officer
    before = goods.rows()["log"]
    case = decided(goods)
    assert goods.rows()["log"] - before < 20
    found = queries.sites(store, officer, case.id)
    made = [proofs.of_site(store, officer, one.id) for one in found]
    assert [proofs.check(one) for one in made] == [[]] * 8
    assert len({one.tellings[0].entry.seq for one in made}) == 1
    for one, proof in zip(found, made, strict=True):
        [telling] = proof.tellings
        assert telling.row["what"] == "notice"
        keys = tuple(queries.things(store, officer, case.id, site=one.id, limit=1000))
        assert telling.keys == keys
        assert telling.row["things"] == one.things
    site = site_at(goods, case.id, SHOP)
    said = Answer(found=cartons(16), held=cartons(16))
    service.see(store, goods.shop, site)
    service.answer(store, goods.shop, site, said)
    assert case.answer_by is not None
    reminding.run(store, case.answer_by + timedelta(hours=2))
    seen = queries.find(store, officer, case.id).seen
    cleared = made[0].tellings[0].keys
    assert cleared
    free = Release(keys=(cleared[0],), words=WORDS, seen=seen)
    case = service.release(store, officer, case.id, free)
    case = service.decide(
        store, officer, case.id, decision(instructions="Trả về kho trung tâm."), seen=case.seen
    )
    ending = Closing(words=WORDS, seen=case.seen, missing=WORDS)
    service.close(store, officer, case.id, ending)
    mine = proofs.of_site(store, goods.shop, site)
    assert (_told(mine), proofs.check(mine)) == (["notice", "changed", "closed"], [])
    assert [one.row is not None for one in mine.steps] == [True, True]
    late = proofs.of_site(store, officer, site_at(goods, case.id, FAR_SHOP))
    expected = ["notice", "reminded", "escalated", "changed", "closed"]
    assert ([one for one in _told(late) if one != "released"], proofs.check(late)) == (expected, [])
    first = proofs.of_site(store, officer, made[0].site)
    assert ("released" in _told(first), proofs.check(first)) == (True, [])


def test_nobody_else_is_told_and_nothing_can_be_changed(goods: World) -> None:
    store = goods.store
    case = decided(goods)
    site = site_at(goods, case.id, SHOP)
    service.see(store, goods.shop, site)
    for name in ("stranger", "distributor", "maker", "local", "far"):
        with pytest.raises(UnknownRecallError):
            proofs.of_site(store, goods.people[name], site)
    proof = proofs.of_site(store, goods.shop, site)
    [telling], [step] = proof.tellings, proof.steps
    assert step.row is not None
    other = site_at(goods, case.id, FAR_SHOP)
    wrong = proofs.of_site(store, goods.officer, other).tellings[0]
    replace = msgspec.structs.replace
    changed = {
        "at": replace(telling, row=telling.row | {"at": telling.row["at"] - 1}),
        "things": replace(telling, keys=(telling.keys or ())[1:]),
        "index": replace(telling, index=telling.index ^ 1),
        "size": replace(telling, size=telling.size + 1),
        "salt": replace(telling, salt=wrong.salt),
        "path": replace(telling, path=telling.path[:-1]),
        "body": replace(telling, entry=replace(telling.entry, body="{}")),
        "other": wrong,
    }
    assert [name for name, one in changed.items()
            if not proofs.check(replace(proof, tellings=(one,)))] == []  # fmt: skip
    late = replace(step, row=step.row | {"at": step.row["at"] - 1})
    assert proofs.check(replace(proof, steps=(late,))) == ["steps/0: another row"]
    assert proofs.check(replace(proof, format="x")) == ["format"]
    assert proofs.check(msgspec.json.decode(msgspec.json.encode(proof), type=SiteProof)) == []


def test_a_maker_reads_nothing_of_sites_that_he_does_not_know(goods: World) -> None:
    store, maker = goods.store, goods.maker
    case = opened(goods, "maker", origin=Origin.MAKER, keys=OWN)
    case = service.settle_scope(store, maker, case.id, ScopeChoice(), seen=case.seen)
    mild = decision(manner=Manner.VOLUNTARY, level=Level.HARM)
    case = service.decide(store, maker, case.id, mild, seen=case.seen)
    [site] = queries.sites(store, maker, case.id)
    assert proofs.check(proofs.of_site(store, maker, site.id)) == []
    contact = Contact(who="Chị Hoa", how="điện thoại", at=datetime.now(UTC), words="Gọi 0901")
    service.contact(store, maker, site.id, contact)
    with store.transaction() as connection:
        connection.execute(update(recall_site).values(open_to_maker=0))
    with pytest.raises(UnknownRecallError):
        proofs.of_site(store, maker, site.id)
    view = queries.site(store, maker, site.id)
    assert (view.site.place, view.site.organisation, view.files) == (None, None, ())
    assert [(one.words, one.content, one.organisation) for one in view.steps] == [(None,) * 3]
    [step] = queries.site_steps(store, maker, site.id)
    assert (step.words, step.content) == (None, None)
