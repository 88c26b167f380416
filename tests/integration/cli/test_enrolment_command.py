# SPDX-License-Identifier: Apache-2.0
"""``nguon enrolment`` and ``nguon register``."""

from pathlib import Path

import pytest

from nguon.identity.model import Role
from nguon.store import open_store
from tests.accounts import somebody
from tests.integration.cli.conftest import SQLITE, Run
from tests.integration.parties.enrolled import world
from tests.pki_made import TAX_CODE

pytestmark = SQLITE
EXAMPLE = Path(__file__).parents[3] / "examples" / "register" / "businesses.csv"


def test_officers_decide_one_after_the_other(
    run: Run, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "businesses.csv"
    book.write_text(f"code,name,state\n{TAX_CODE},Công ty,active\n", "utf-8")
    monkeypatch.setenv("NGUON_BUSINESS_REGISTER", f"file:{book}")
    with open_store(database_url) as store:
        asked = world(store, tmp_path).lay_before().id
        first, second = (somebody(store, Role.OPERATOR, 900) for _ in range(2))
        clerk = somebody(store, Role.CLERK, 900)
    assert asked in run("enrolment", "list").out
    stranger = run("enrolment", "decide", asked, "confirm", "--person", str(clerk))
    assert (stranger.status, stranger.out) == (1, "")
    for person, state in ((first, "proposed"), (second, "active")):
        done = run("enrolment", "decide", asked, "confirm", "--person", str(person))
        assert (done.status, done.out) == (0, f"{state}\n")
        again = run("enrolment", "decide", asked, "confirm", "--person", str(person))
        assert again.status == 1
    assert run("enrolment", "list").out == ""
    assert asked in run("enrolment", "list", "--state", "active").out
    shown = run("enrolment", "show", asked, "--json").json
    assert shown["entity"]["register_state"] == "active"
    assert [one["state"] for one in shown["steps"]] == ["waiting", "proposed", "active"]
    assert "register: active" in run("enrolment", "show", asked).out


def test_looking_a_business_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("register", "look-up", "9952101015").status == 1
    monkeypatch.setenv("NGUON_BUSINESS_REGISTER", f"file:{EXAMPLE}")
    found = run("register", "look-up", "0314409058-002")
    assert found.status == 0
    assert "dissolved since 2025-12-31" in found.out
    before = run("register", "look-up", "0314409058-002", "--as-of", "2025-12-30", "--json").json
    assert (before["state"], before["as_of"]) == ("active", "2025-12-30")
    assert run("register", "look-up", "0100233488").status == 1
    person = run("register", "look-up", "001085123456")
    assert person.status == 1
    assert "001085123456" not in person.out + person.err
