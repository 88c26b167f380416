# SPDX-License-Identifier: Apache-2.0
"""``nguon recall``: a case opened, previewed, and ended by an officer at the command line."""

from pathlib import Path

from nguon.base.audience import NATIONAL
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.cli.demonstration import default_folder, load, read_manifest
from nguon.identity import mandates
from nguon.identity.model import Role
from nguon.store import open_store
from tests.accounts import somebody
from tests.integration.cli.conftest import SQLITE, Run

pytestmark = SQLITE
SEASONING = "01/09521503000058/10/GV-2608-02"


def test_an_officer_leads_a_case(run: Run, database_url: str, tmp_path: Path) -> None:
    with open_store(database_url) as store:
        limits = Limits(body=1 << 28, events=100_000, whole=100_000, synchronous=1 << 28)
        capture = CaptureService(store, tmp_path / "spool", limits, 0)
        load(store, capture, default_folder(), read_manifest(default_folder()), lambda _: None)
        capture.close()
        officer, clerk = somebody(store, Role.OFFICER, 900), somebody(store, Role.CLERK, 900)
        whole = mandates.member_subject(officer, 900)
        mandates.grant(store, whole, NATIONAL, by="person-1", reason="thử nghiệm")
    opening = ("recall", "open", "Gia vị không đạt", SEASONING, "--origin", "lab", "--person")
    refused = run(*opening, str(clerk))
    assert (refused.status, refused.out) == (1, "")
    assert run("recall", "list").out == ""
    made = run(*opening, str(officer))
    assert made.status == 0
    number = made.out.split()[0]
    assert number in run("recall", "list").out
    numbers = run("recall", "preview", number, "--person", str(officer))
    assert numbers.out.startswith("726 things, 6 lots, 8 sites, 2 parties (0 by hand)")
    assert "held      640 H87" in numbers.out
    without = f"{SEASONING}=mẫu này đạt"
    nothing = run("recall", "preview", number, "--leave-out", without, "--person", str(officer))
    assert nothing.status == 1
    assert run("recall", "report", number).status == 1
    shown = run("recall", "show", number, "--json").json
    assert (shown["recall"]["state"], len(shown["steps"])) == ("open", 1)
    assert run("recall", "show", "none").status == 1
