# SPDX-License-Identifier: Apache-2.0
"""The verifier page in Chromium, opened from a file and without a network, by its own clock.

What it does with a receipt that three witnesses cosigned: by the browser's own Ed25519, and
by the page's where the browser has none. The floor is the browser's Ed25519 alone.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.report import Row
from nguon.transparency.policies import write_policy
from nguon.web.verifier import built
from tests.browser.conftest import ARGUMENTS
from tests.browser.verifier_page import kept, text
from tests.evidence_made import LOTS, NOW, SmallLog, policy

TIMES = 41
_SIGNATURES = 4
"""The log's and three cosignatures."""
_MEASURED = """async ([file, policyText, now, own, times]) => {
  const policy = nguon.readPolicy(nguon.octetsOf(policyText));
  const spent = [];
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now();
    const { findings } = await nguon.verify(
      nguon.octetsOf(file), { policy, now: BigInt(now), own });
    spent.push(performance.now() - begun);
    if (findings.some((each) => each.holds === false)) throw new Error('does not hold');
  }
  const opened = performance.getEntriesByType('navigation')[0].domInteractive;
  return [spent, opened];
}"""
_FLOOR = """async ([signatures, times]) => {
  const text = new Uint8Array(200);
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, text);
  const begun = performance.now();
  for (let i = 0; i < times * signatures; i += 1) {
    await crypto.subtle.verify('Ed25519', pair.publicKey, signature, text);
  }
  return (performance.now() - begun) / times;
}"""


def rows(folder: Path) -> Iterator[Row]:
    """A receipt and a package with a complete list; none without Chromium."""
    path = shutil.which("chromium")
    if path is None:
        return
    place = folder / "verifier"
    place.mkdir()
    log = SmallLog()
    files = {"receipt": bytes(log.receipt(2)), "package": bytes(log.package(LOTS[0]))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, octets in files.items():
            for own in (False, True):
                yield _row(browser, place, name, octets, own=own)
        browser.close()


def _row(browser: Browser, place: Path, name: str, octets: bytes, *, own: bool) -> Row:
    asked = write_policy(policy(quorum="2"))
    with kept(browser, place, asked) as page:
        given: list[Any] = [text(octets), text(asked), str(NOW), own, TIMES]
        spent, opened = page.evaluate(_MEASURED, given)
        least = page.evaluate(_FLOOR, [_SIGNATURES, TIMES])
    first, usual = spent[0], sorted(spent)[TIMES // 2]
    size = len(built(asked).html) / 1000
    note = (
        f"by the clock; {usual:.1f} ms, the first {first:.1f} ms; "
        f"page of {size:.0f} kB ready after {opened:.0f} ms"
    )
    by = "its own Ed25519" if own else "the browser's Ed25519"
    floor = f"{_SIGNATURES} signatures by the browser"
    return Row(
        f"verifier page: {name} checked, {by}", 1000 / usual, "/s", 1000 / least, floor, note
    )
