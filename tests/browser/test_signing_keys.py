# SPDX-License-Identifier: Apache-2.0
"""Signing keys in a real browser at 360 px: bound, suspended, resumed, replaced, revoked; and the
page that checks proofs reads the history of a key as the verifier in Python does.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from nguon.evidence.verifying import verify
from nguon.identity.visibility import PUBLIC
from nguon.parties.keys import proving, service, stating
from nguon.registry import queries
from nguon.signing.keys import Algorithm, generate
from nguon.store import Store, open_store
from nguon.tlog.completing import Completer
from nguon.tlog.packages import package
from nguon.tlog.parts import parts
from nguon.transparency.judging import Clock
from nguon.transparency.policies import write_policy
from nguon.web.services import Services
from tests.browser.test_code_use import calm
from tests.browser.verifier_page import kept, text
from tests.integration.parties.made import cooperative, ed25519, manager
from tests.records import OPERATOR
from tests.tlog_made import NOW, made

pytestmark = pytest.mark.browser
Person = Callable[..., Callable[..., Page]]


@pytest.fixture
def running(apart: tuple[str, Services]) -> tuple[str, Services]:
    """No key is bound here before."""
    return apart


@pytest.fixture
def packer(running: tuple[str, Services]) -> int:
    """The demonstration's longan cooperative."""
    found = queries.organisation_by_code(running[1].store, PUBLIC, "htx-nhan-tan-hung")
    assert found is not None
    return found.id


def challenge(page: Page) -> str:
    found = re.search(r"did:web:\S+ \d+ [\w-]{22}", page.inner_text("main"))
    assert found is not None
    return found[0]


def test_the_life_of_a_key(as_person: Person, packer: int) -> None:
    opening = as_person("manager", packer, script=True, bypass_csp=True)
    page = opening("/w/keys")
    assert "Chưa có ai" in page.inner_text("main")
    calm(page)
    page.get_by_role("link", name="Gắn khóa của tổ chức").click()
    calm(page)
    old, new = generate(Algorithm.ES256), generate(Algorithm.EDDSA)
    page.get_by_label("Chữ ký", exact=True).fill("abc")
    page.get_by_label("Tên khóa").fill("Cân số 1")
    page.get_by_role("button", name="Gắn khóa").click()
    assert page.locator("#faults").is_visible()
    assert page.get_by_label("Tên khóa").input_value() == "Cân số 1"
    calm(page)
    page.get_by_label("Chữ ký", exact=True).fill(proving.prove(old, challenge(page)))
    page.get_by_role("button", name="Gắn khóa").click()
    assert page.locator("h1").inner_text() == "Cân số 1"
    assert "đang dùng" in page.inner_text("main")
    calm(page)
    page.locator("summary", has_text="Tạm ngừng").click()
    page.get_by_label("Lý do").first.fill("để quên máy")
    page.get_by_role("button", name="Tạm ngừng").click()
    assert "để quên máy" in page.inner_text("main")
    page.get_by_role("button", name="Cho dùng lại").click()
    page.get_by_role("link", name="Thay bằng khóa khác").click()
    page.get_by_label("Chữ ký", exact=True).fill(proving.prove(new, challenge(page)))
    page.get_by_label("Chữ ký của khóa cũ").fill(proving.endorse(old, new.public))
    page.get_by_role("button", name="Thay bằng khóa khác").click()
    assert new.public.thumbprint in page.url
    page.locator("summary", has_text="Thu hồi hẳn").click()
    page.get_by_label("Lý do").last.fill("lộ khóa")
    calm(page)
    page.get_by_role("button", name="Đồng ý thu hồi hẳn").click()
    assert "đã thu hồi" in page.inner_text("main")
    assert page.get_by_role("button", name="Đồng ý thu hồi hẳn").count() == 0


def test_the_operator_halts_a_key(
    as_person: Person, running: tuple[str, Services], packer: int
) -> None:
    as_manager = as_person("manager", packer)
    page = as_manager("/w/keys")
    page.get_by_role("button", name="Nhờ nền tảng giữ hộ khóa").click()
    assert "nền tảng giữ hộ" in page.inner_text("main")
    elsewhere = queries.organisation_by_code(running[1].store, PUBLIC, "htx-sau-rieng-ea-phe")
    assert elsewhere is not None
    desk = as_person("operator", elsewhere.id, script=True, bypass_csp=True)("/s/keys")
    desk.get_by_label("Tổ chức hoặc khóa").fill("htx-nhan-tan-hung")
    desk.get_by_role("button", name="Tìm").click()
    calm(desk)
    desk.locator("main .tasks a").first.click()
    desk.locator("summary", has_text="Tạm ngừng").click()
    calm(desk)
    desk.get_by_label("Lý do").first.fill("nghi lộ khóa")
    desk.get_by_role("button", name="Tạm ngừng").click()
    assert "đơn vị vận hành thực hiện" in desk.inner_text("main")
    page.reload()
    assert "nghi lộ khóa" in page.inner_text("main")
    page.get_by_role("button", name="Cho dùng lại").click()
    assert "Đơn vị vận hành đã tạm ngừng" in page.inner_text("main")


_VERIFY = """async ([policy, file, now]) => {
  const read = nguon.readPolicy(nguon.octetsOf(policy));
  const { findings } = await nguon.verify(nguon.octetsOf(file), { policy: read, now: BigInt(now) });
  return findings.map(({ code, holds, params }) => [code, holds, params.reason ?? null]);
}"""


def proved(store: Store, folder: Path) -> tuple[bytes, Any]:
    """A package of a key's history, and the policy to check it with."""
    tlog = made(store, folder)
    completer = Completer(tlog)
    number = cooperative(store)
    key = service.bind(store, number, ed25519().public, name="", by="x")
    service.revoke(store, key.kid, by=manager(number), reason="lộ")
    tlog.turn()
    completer.once()
    tlog.turn()
    name = stating.subject(key.kid)
    found = parts(store, OPERATOR, store.log.seqs_of_item(name))
    packed = package(tlog, tlog.current(), found, completer.proofs(name))
    policy = tlog.policy()
    completer.close()
    tlog.close()
    assert packed is not None
    return bytes(packed), policy


def test_the_page_reads_the_history_of_a_key(browser: Browser, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'nguon.db'}") as store:
        file, policy = proved(store, tmp_path)
    here = [
        [each.code.value, each.holds, each.params.get("reason")]
        for each in verify(file, policy, Clock(NOW))
    ]
    assert not [each for each in here if each[1] is False]
    assert ["complete", True, None] in here
    with kept(browser, tmp_path, write_policy(policy)) as page:
        asked = [text(write_policy(policy)), text(file), str(NOW)]
        assert page.evaluate(_VERIFY, asked) == here
